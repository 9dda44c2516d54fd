"""A customer's name: its first and last part, and whether two cells may name one person."""

import re

from bikorders.text import LONGEST, fold_text, remember

TITLES = frozenset(
    "mr mrs ms miss dr shri smt prof herr frau sr sra srta mme mlle monsieur madame sig sigra dott dottssa "
    "dhr mevr mag ing dipl г-н г-жа".split()
)


def split_name(text: str, header: str = "", country: str = "") -> tuple[str, str]:
    """Return the first and the last name of a customer.

    A title stays with the name behind it, be that the first or the last. Where the family's name comes first, as the
    header of the column may say or is the custom of the shop's `country`, nobody can know which is which: the name
    is not split.

    >>> split_name("Asha Rao"), split_name("Meera"), split_name("Mr. John  van Dyk"), split_name("Mrs Jones")
    (('Asha', 'Rao'), ('Meera', ''), ('Mr. John', 'van Dyk'), ('Mrs Jones', ''))
    >>> split_name("Rossi Giulia", "Cognome e nome"), split_name("Nagy Zsófia", country="HU")
    (('Rossi Giulia', ''), ('Nagy Zsófia', ''))
    """
    words = text.split()
    titles = next((n for n, word in enumerate(words) if _fold_title(word) not in TITLES), len(words))
    is_family_first = (
        country in _FAMILY_FIRST
        or _FAMILY_HEADER.match(fold_text(header[:LONGEST]))
        or _EAST_ASIAN.match(text)
    )
    count = len(words) if is_family_first else titles + 1
    return " ".join(words[:count]), " ".join(words[count:])


def _fold_title(word: str) -> str:
    return word.casefold().replace(".", "")


_FAMILY_FIRST = frozenset("CN HK HU JP KR TW VN".split())
_FAMILY_HEADER = re.compile(
    r"ф\.? ?и\.? ?о|п\.? ?і\.? ?б|(?:фамилия|прізвище|cognome|apellidos?|sobrenome|apelido|nom (?:et )?pr[ée]nom"
    r"|nazwisko|příjmení|nachname|last ?name|surname|family name|achternaam|επώνυμο)\W"
)
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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
