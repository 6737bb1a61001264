"""What to call somebody in a sentence: "Rosa", "Aunt Rosa", "Dr. Vega"."""

from __future__ import annotations

_TITLES = frozenset("dr doctor prof professor mr mrs ms mx miss sir madam dean judge".split())
_KNOWN_AS = frozenset(
    "aunt auntie uncle cousin grandma grandpa grandmother grandfather tía tia tío tio "
    "coach pastor father sister brother rabbi imam reverend rev chef captain nurse".split()
)
_OF_THE_FAMILY_NAME = frozenset("de del der den da di do dos du la le van von bin ibn al el".split())
_AFTER_THE_NAME = frozenset("jr sr ii iii iv phd md rn mba esq".split())


def called(name: str) -> str:
    """Give what to call somebody: the first name; with a title, the title and the family name.

    A name that cannot be taken apart, such as one of initials, stays whole.
    """
    words = _without_letters(name.split())
    if len(words) < 2:
        return words[0] if words else name
    if _bare(words[0]) in _TITLES:
        rest = [word for word in words[1:] if _bare(word) not in _TITLES]
        return f"{words[0]} {_family_name(rest)}" if rest else name
    if _bare(words[0]) in _KNOWN_AS:
        return f"{words[0]} {words[1]}"
    is_apart = len(_bare(words[0])) > 1 or not words[0].isascii()
    return words[0] if is_apart and not words[0].endswith(",") else name


def _without_letters(words: list[str]) -> list[str]:
    kept = [word for word in words[1:] if _bare(word) not in _AFTER_THE_NAME]
    return [*words[:1], *kept]


def _family_name(words: list[str]) -> str:
    first = len(words) - 1
    while first > 0 and words[first - 1].casefold() in _OF_THE_FAMILY_NAME:
        first -= 1
    return " ".join(words[first:]).rstrip(",")


def _bare(word: str) -> str:
    return word.strip(".,").casefold()
