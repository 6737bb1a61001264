"""Puts placeholders in the place of names and of ways to reach people, and puts them back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.assistant.words import (
    WORD,
    begins_sentence,
    is_name_like,
    is_of_calendar,
    is_ordinary,
    is_title,
)

PLACEHOLDER = re.compile(r"\{[A-Z]+_\d+\}")
_REACH = re.compile(
    r"(?:https?://|www\.)\S*[\w/]|[\w.+%-]+@[\w-]+(?:\.[\w-]+)*|@\w+"
    r"|(?<![\w@])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*[\w/])?|\+?\(?\d[\d ()./-]{5,}\d"
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_BLURRED = "…"
_Put = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the notebook knows the names of: the person, the member, others, places, addresses."""

    them: tuple[str, ...] = field(default=(), repr=False)
    me: tuple[str, ...] = field(default=(), repr=False)
    people: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    reach: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text that names nobody; ``values`` says what each placeholder stands for."""

    text: str = field(repr=False)
    values: dict[str, str] = field(repr=False)

    @property
    def gaps(self) -> frozenset[str]:
        """The placeholders of questions that the draft still asks of the member."""
        return frozenset(name for name in self.values if name.startswith("{GAP_"))

    def restore(self, text: str) -> str:
        """Put everything back; a placeholder that is none of these stays."""
        return PLACEHOLDER.sub(lambda match: self.values.get(match[0], match[0]), text)


def hide(text: str, known: Known, gaps: Iterable[str] = ()) -> Hidden:
    """Hide every name, known or only written like one, every address, and every gap."""
    places: dict[str, str] = {}
    finder = _Finder(text, known, gaps)

    def put(kind: str, value: str) -> str:
        if value not in places:
            count = sum(name.startswith(f"{{{kind}_") for name in places.values())
            places[value] = f"{{{kind}_{count + 1}}}"
        return places[value]

    shown = finder.replace(put)
    return Hidden(shown, {name: value for value, name in places.items()})


def blur(text: str, known: Known) -> str:
    """Take all names, addresses and numbers out for good: what is left is how somebody writes."""
    shown = _Finder(text, known).replace(lambda _kind, _value: _BLURRED)
    return _NUMBER.sub(_BLURRED, shown).replace("{", "(").replace("}", ")")


class _Finder:
    """Finds what is to be hidden in a text, from left to right, the longest known name first."""

    def __init__(self, text: str, known: Known, gaps: Iterable[str] = ()) -> None:
        self._text = text
        self._kinds = _kinds_of(text, known, gaps)
        names = sorted(self._kinds, key=len, reverse=True)
        parts = [_bounded(name) for name in names]
        whole = [PLACEHOLDER.pattern, *parts, f"(?:{_REACH.pattern})", WORD.pattern]
        self._any = re.compile("|".join(whole))

    def replace(self, put: _Put) -> str:
        def each(match: re.Match[str]) -> str:
            found = match[0]
            if kind := self._kinds.get(found):
                return put(kind, found)
            if PLACEHOLDER.fullmatch(found):
                return put("TEXT", found)
            if WORD.fullmatch(found):
                return self._word(match, put)
            return put("REACH", found)

        return self._any.sub(each, self._text)

    def _word(self, match: re.Match[str], put: _Put) -> str:
        word, ending = match[0], ""
        if word.endswith(("'s", "’s")):
            word, ending = word[:-2], word[-2:]
        if kind := self._kinds.get(word):
            return put(kind, word) + ending
        is_shown = not is_name_like(word) or is_of_calendar(word) or is_title(word)
        is_first = begins_sentence(self._text, match.start())
        if is_shown or (is_first and is_ordinary(word)):
            return match[0]
        return put("NAME", word) + ending


def _kinds_of(text: str, known: Known, gaps: Iterable[str]) -> dict[str, str]:
    kinds, lower = dict[str, str](), text.casefold()
    groups = (
        ("PLACE", known.places),
        ("NAME", known.people),
        ("ME", known.me),
        ("THEM", known.them),
    )
    for kind, names in groups:
        # Of a thousand people few are in one message; a pattern of all would take a second.
        near = (name for name in names if any(part in lower for part in name.casefold().split()))
        for name in near:
            kinds |= dict.fromkeys(_written(name, whole=kind == "PLACE"), kind)
    kinds |= dict.fromkeys((one for one in known.reach if one.strip()), "REACH")
    kinds |= {f"[{gap}]": "GAP" for gap in gaps}
    return {name: kind for name, kind in kinds.items() if name in text}


def _written(name: str, *, whole: bool) -> set[str]:
    """List how a name may be written: whole, by its parts, and without capitals."""
    words = name.split()
    parts = [] if whole else [word.strip(".,()\"'") for word in words]
    found = {name.strip(), *(part for part in parts if len(part) > 1 and not is_title(part))}
    small = {one.casefold() for one in found if not all(is_ordinary(w) for w in one.split())}
    return {one for one in found | small if one}


def _bounded(name: str) -> str:
    # Scripts without capitals mostly write without spaces, so nothing bounds a name there.
    before = r"(?<!\w)" if name[:1].isupper() or name[:1].islower() else ""
    after = r"(?!\w)" if name[-1:].isupper() or name[-1:].islower() else ""
    return f"{before}{re.escape(name)}{after}"
