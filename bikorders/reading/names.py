"""A customer's name: its first and last part, and whether two cells may name one person."""

import re
import unicodedata

from bikorders.text import LONGEST, fold_text, remember

TITLES = frozenset("mr mrs ms miss dr shri smt prof".split())


def split_name(text: str, home: str = "") -> tuple[str, str]:
    """Return the first and the last name of a customer. `home` is the shop's country.

    The family comes first in names of Chinese, Japanese, Korean and Vietnamese letters. Where such names are the
    rule, other names may be in either order: they are told whole.

    >>> split_name("Asha Rao"), split_name("Meera"), split_name("Mr. John  van Dyk")
    (('Asha', 'Rao'), ('Meera', ''), ('Mr. John', 'van Dyk'))
    >>> split_name("山田 太郎"), split_name("Nguyễn Văn An"), split_name("Chan Siu Ming", "HK")
    (('太郎', '山田'), ('Văn An', 'Nguyễn'), ('Chan Siu Ming', ''))
    """
    words = text.split()
    if len(words) > 1 and not text.isascii() and _is_family_first(words):
        return " ".join(words[1:]), words[0]
    if home in _FAMILY_FIRST or _KANA.fullmatch("".join(words)):
        return " ".join(words), ""
    return split_plainly(text)


_FAMILY_FIRST = frozenset("CN HK HU JP KH KP KR MO TW VN".split())
_EAST_ASIAN = re.compile(r"[々〆\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]+")
_KANA = re.compile(r"[\u30a0-\u30ff]+")
"""A name in katakana alone may be a foreign one, in its own order."""

_VIETNAMESE = frozenset("nguyễn trần phạm huỳnh đặng bùi đỗ ngô trịnh đoàn đinh võ".split())
_VIETNAMESE_TOO = frozenset("lê hoàng vũ hồ dương lý lâm".split())
"""Names of families, and those that two given names may begin with too."""


_LONGEST_FAMILY = 12


def _is_family_first(words: list[str]) -> bool:
    letters = "".join(words)
    if _EAST_ASIAN.fullmatch(letters):
        return len(words) == 2 and not _KANA.fullmatch(letters)
    if len(words[0]) > _LONGEST_FAMILY:  # composing marks takes quadratic time
        return False
    family = unicodedata.normalize("NFC", words[0]).casefold()
    return family in _VIETNAMESE or (family in _VIETNAMESE_TOO and len(words) > 2)


def split_plainly(text: str) -> tuple[str, str]:
    """Return the first word of a name, with its title, and the rest: how a name is written that Bik gave."""
    words = text.split()
    count = 2 if len(words) > 2 and words[0].casefold().rstrip(".") in TITLES else 1
    return " ".join(words[:count]), " ".join(words[count:])


@remember
def list_words(text: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared: without case, points and titles.

    >>> list_words("Mr. Asha  RAO"), list_words("O'Neil-Smith")
    (('asha', 'rao'), ('oneil', 'smith'))
    """
    folded = re.sub(r"['’`.]", " " if ". " not in text and "." in text else "", fold_text(text[:LONGEST]))
    words = re.split(r"[\s,\-_]+", folded)
    return tuple(word for word in words if word and word not in TITLES)


def may_be_one_person(first: str, then: str) -> bool:
    """Return whether two spellings may name one person: they share a word, or a word and its initial.

    >>> may_be_one_person("Asha Rao", "RAO Asha"), may_be_one_person("A. Rao", "Asha R"), may_be_one_person("Asha", "Ravi")
    (True, True, False)
    """
    left, right = list_words(first), list_words(then)
    if "".join(left) == "".join(right):
        return True
    return any(_is_alike(one, other) for one in left for other in right)


def _is_alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
