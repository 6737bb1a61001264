"""What to call somebody in a sentence: "Rosa", "Aunt Rosa", "Dr. Vega"."""

from __future__ import annotations

import re
import unicodedata

_TITLES = re.compile(r"dr|doctor|prof|professor|mr|mrs|ms|mx|miss|sir|madam|dean|judge")
_KNOWN_AS = re.compile(
    r"aunt|auntie|uncle|cousin|grand(ma|pa|mother|father)|t[ií][ao]|father|sister|brother"
    r"|coach|pastor|rabbi|imam|reverend|rev|chef|captain|nurse"
)
_OF_THE_FAMILY_NAME = re.compile(r"de[lnr]?|d[aiou]|dos|l[ae]|van|von|bin|ibn|[ae]l")
_AFTER_THE_NAME = re.compile(r"jr|sr|i[iv]|iii|phd|md|rn|mba|esq")

_KEYCAP = "\u20e3"  # makes an emoji of the digit before it
_POSSESSIVE = re.compile(r"\w['’]s$")
_POINTING = re.compile(r"my|our|the|an?|former|ex|old|previous", re.IGNORECASE)
_OWNED = re.compile(r"my|our", re.IGNORECASE)
_WHERE = re.compile(
    r"at|in|from|of|on|with|by|for|near|next|who|whom|that|across|and|over", re.IGNORECASE
)
_PEOPLE = re.compile(
    r"(grand|step)?(mother|father|mom|mum|mommy|mummy|mama|dad|daddy|papa|ma|pa)|aunt|auntie|uncle"
    r"|nana|granny|cousin|brother|sister|niece|nephew|parents?|friend|boss|manager|supervisor"
    r"|professor|teacher|coach|advis[eo]r|tutor|mentor|colleague|co-?worker|classmate|teammate"
    r"|roommate|neighbou?r|doctor|dentist|stylist|barber|landlord|lady|man|woman|guy|girl|person"
)
_CALLED_SO = re.compile(
    r"(grand)?(mom|mum|mommy|mummy|mama|dad|daddy|papa|ma|pa)|auntie|nana|granny|coach"
)
"""What somebody is called to their face without any name."""


def own_name(name: str) -> str:
    """Take a name out of a description: "my friend Rosa Vega" is Rosa Vega, "My mom" is Mom.

    A plain name stays as it is, without signs around it; a description alone, such as "my former
    boss", has none: "".
    """
    return _own(_without_signs(name))


def _without_signs(name: str) -> str:
    """Leave out emoji and the like before and after a name; a name of nothing else stays."""
    if name[:1].isalpha() and (name[-1:].isalnum() or name[-2:-1].isalpha()):  # nearly every name
        return name
    words = name.split()
    places = [place for place, word in enumerate(words) if not _is_sign(word)]
    if not places or len(places) == len(words):
        return name
    return " ".join(words[places[0] : places[-1] + 1])


def _is_sign(word: str) -> bool:
    return _KEYCAP in word or not any(map(str.isalnum, word))


def _own(name: str) -> str:
    words = name.split()
    if not _is_description(words):
        return name
    rest: list[str] = []
    for word in words[1:]:
        if rest and _WHERE.fullmatch(word):
            break
        rest.append(word.rstrip(","))
        if word.endswith(","):
            break
    while rest and _POINTING.fullmatch(rest[0]):
        del rest[0]
    if len(rest) == 1 and _CALLED_SO.fullmatch(_bare(rest[0])):
        return rest[0].capitalize()
    return _name_at_the_end(rest)


def _is_description(words: list[str]) -> bool:
    if len(words) < 2:
        return False
    first, second = words[0], words[1]
    if _POSSESSIVE.search(first):
        return True
    if not _POINTING.fullmatch(first):
        return False
    # My and An are names as well: of people who write the next one with a capital, too.
    is_followed = second[0].islower() or _PEOPLE.fullmatch(_bare(second))
    return first[0].islower() or first == "The" or bool(is_followed)


def _name_at_the_end(words: list[str]) -> str:
    start = len(words)
    while start and (not words[start - 1][0].islower() or _is_particle(words, start - 1)):
        start -= 1
    if start and _KNOWN_AS.fullmatch(_bare(words[start - 1])) and start < len(words):
        start -= 1
    found = words[start:]
    if all(_PEOPLE.fullmatch(_bare(word)) or _TITLES.fullmatch(_bare(word)) for word in found):
        return ""
    return " ".join((found[0][:1].upper() + found[0][1:], *found[1:]))


def _is_particle(words: list[str], place: int) -> bool:
    return place < len(words) - 1 and bool(_OF_THE_FAMILY_NAME.fullmatch(words[place]))


def _as_described(name: str) -> str:
    """Say a description to whose it is: "your former boss", "the lady next door"."""
    words = name.split(",")[0].split()
    first = words[0]
    if _OWNED.fullmatch(first):
        words[0] = "your"
    elif re.fullmatch(r"former|ex|old|previous", first, re.IGNORECASE):
        words[:1] = ["your", first.lower()]
    elif _POINTING.fullmatch(first):
        words[0] = first.lower()
    return " ".join(words)


def addressed(name: str) -> str:
    """Give what to call somebody to their face; "" where only a description of them is noted."""
    own = own_name(name)
    return called(own) if own else ""


def called(name: str) -> str:
    """Give what to call somebody: the first name; with a title, the title and the family name.

    A name that cannot be taken apart, such as one of initials, stays whole; a description without
    a name is said as one says it to the member.
    """
    name = _without_signs(name)
    own = _own(name)
    if name.strip() and not own:
        return _as_described(name)
    name = own
    words = _without_letters(name.split())
    if len(words) < 2:
        return words[0] if words else name
    if _TITLES.fullmatch(_bare(words[0])):
        rest = [word for word in words[1:] if not _TITLES.fullmatch(_bare(word))]
        return f"{words[0]} {_family_name(rest)}" if rest else name
    if _KNOWN_AS.fullmatch(_bare(words[0])):
        return f"{words[0]} {words[1]}"
    is_apart = len(_bare(words[0])) > 1 or not words[0].isascii()
    if not is_apart or words[0].endswith(","):
        return name
    return words[0] if words[0][0].isalpha() or not _is_sign(words[0]) else name


def _without_letters(words: list[str]) -> list[str]:
    kept = [word for word in words[1:] if not _AFTER_THE_NAME.fullmatch(_bare(word))]
    return [*words[:1], *kept]


def _family_name(words: list[str]) -> str:
    first = len(words) - 1
    while first > 0 and _OF_THE_FAMILY_NAME.fullmatch(words[first - 1].casefold()):
        first -= 1
    return " ".join(words[first:]).rstrip(",")


def _bare(word: str) -> str:
    return word.strip(".,").casefold()


def without_surname(name: str) -> str:
    """Give what to call somebody where others may look on: no family name, "Dr. V." at the most."""
    name = _without_signs(name)
    own = _own(name)
    if name.strip() and not own:
        return _as_described(name)
    name = own
    words = _without_letters(name.split())
    if len(words) < 2:
        return words[0] if words else name
    if _TITLES.fullmatch(_bare(words[0])):
        rest = [word for word in words[1:] if not _TITLES.fullmatch(_bare(word))]
        return f"{words[0]} {initials(_family_name(rest))}" if rest else name
    if _KNOWN_AS.fullmatch(_bare(words[0])):
        return called(name)
    short = called(name)
    return initials(name) if short == name else short


def initials(name: str) -> str:
    """Give the first letter of each part of a name: "R. V."; one without letters stays as it is."""
    words = _without_letters(_without_signs(name).split())
    words = [word for word in words if not _TITLES.fullmatch(_bare(word))]
    letters = [letter for word in words if (letter := _first_letter(word))]
    return " ".join(f"{letter}." for letter in letters) or name


def _first_letter(word: str) -> str:
    whole = unicodedata.normalize("NFC", word)
    return next((sign.upper() for sign in whole if sign.isalnum()), "")
