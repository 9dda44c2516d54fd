"""A customer's name: its first and last part, and whether two cells may name one person."""

import re

from bikorders.text import LONGEST, fold_text, remember

TITLES = frozenset("mr mrs ms miss dr shri smt prof".split())


def split_name(text: str) -> tuple[str, str]:
    """Return the first and the last name of a customer.

    >>> split_name("Asha Rao"), split_name("Meera"), split_name("Mr. John  van Dyk")
    (('Asha', 'Rao'), ('Meera', ''), ('Mr. John', 'van Dyk'))

    A title alone is no first name:

    >>> split_name("Mrs. Bilal")
    ('Mrs. Bilal', '')
    """
    words = text.split()
    count = 2 if len(words) > 1 and words[0].casefold().rstrip(".") in TITLES else 1
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
