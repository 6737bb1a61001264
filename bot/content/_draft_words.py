"""Fits a notebook's words into the sentences of a draft; the words themselves stay the member's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.content._how_known import how_line

_PRIVATE = {0xE000: None, 0xE001: None}  # the marks of a gap; a fact cannot open one
_GAP = "\ue000{}\ue001"
NEXT_STEP = "what is your next step?"
FREE = frozenset(
    {
        "enjoyed",
        "advice",
        "promises",
        "kept",
        "done",
        "news",
        "why",
        "how_known",
        "objective",
        "question",
    }
)
"""The facts that are typed freely, and may be too long for a message."""

_THIRD = re.compile(r"\b(he|she|him|her|hers|his)\b", re.IGNORECASE)
_ADVISED = re.compile(
    r"(she|he|they)( also)? (((told|advised|encouraged|urged|reminded) me (to|that I should)"
    r"|said (to|that I should|I should)|(suggested|recommended)( that)? I( should)?) )",
    re.IGNORECASE,
)
_SAID = re.compile(r"(she|he|they)( also)? (said( that|:|,)?|told me( that|:|,)) ", re.IGNORECASE)
_THEY = re.compile(r"(they|their|theirs|them)\b", re.IGNORECASE)
"""What a note that speaks of one person may begin with; further on, "they" may be anybody."""
_TO_THEM = re.compile(
    r"^(\w+(?: back)?(?: to| with| for)?) (?:him|her)(?=$|[,.;]| (?:about|for|how|if|whether|to"
    r"|when|what|my|the|a|an|that|again|at|on|in|with|back|by|and|once|after|before|tomorrow|soon"
    r"|next (?:week|month|time|year|term|semester))\b)"
)
_OF_THEM = re.compile(
    r"^\w+(?: back)?(?: to| with| for| at)? (?:them|their|theirs)\b", re.IGNORECASE
)
"""How a step speaks of people whom it has not named: perhaps the contact."""
_TO_DO = re.compile(
    r"(Always|Apply|Ask|Attend|Be|Book|Build|Buy|Call|Check|Come|Don['’]t|Do|Email|Find|Finish|Follow"
    r"|Get|Give|Go|Join|Keep|Learn|Listen|Look|Make|Meet|Message|Never|Pick|Practi[cs]e|Prepare|Read"
    r"|Register|Research|Schedule|See|Send|Set|Shadow|Share|Show|Sign|Sit|Speak|Spend|Start|Stay"
    r"|Study|Take|Talk|Tell|Think|Try|Update|Use|Visit|Volunteer|Wait|Watch|Work|Write)\s"
)
_REASON = re.compile(
    r"(because )?(?P<clause>(you|we|it|there|few|nobody|no one)\b.*)", re.IGNORECASE | re.DOTALL
)
_I = re.compile(r"(?i:because )?(?P<clause>I\b.*)", re.DOTALL)
_THING = re.compile(r"(how|what|why|hearing|seeing|learning|listening|talking)\b", re.IGNORECASE)
_NOUN = re.compile(r"(the|your|our)\b", re.IGNORECASE)
_TITLES = frozenset(
    {"dr", "prof", "professor", "coach", "mr", "mrs", "ms", "mx", "miss", "uncle", "aunt", "sir"}
    | {"father", "sister", "pastor", "rabbi", "imam", "captain", "chef", "de", "la", "van", "von"}
)
_VERB = re.compile(r"\b(is|are|was|were|has|have|had)\b|’s\b|'s\b", re.IGNORECASE)
_I_AM = re.compile(r"(i am|i['’]m)\s+", re.IGNORECASE)
_LOWERED = re.compile(r"(An?|The|\w+-year|Student|Junior|Senior|Sophomore|Recent|Career)\b")


def tidied(value: object) -> object:
    """Mend only white space: lines of a note become one, with a mark between them."""
    if isinstance(value, str):
        lines = [" ".join(line.split()) for line in value.translate(_PRIVATE).splitlines()]
        lines = [re.sub(r"^[-*•]\s+", "", line) for line in lines if line]
        return " ".join(
            line if line[-1] in ".!?…:;," or line is lines[-1] else f"{line};" for line in lines
        )
    if isinstance(value, tuple):
        return tuple(filter(None, (tidied(part) for part in value)))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] the tuples of DraftFacts hold text
    return value


def kept_short(value: object, limit: int) -> object:
    """Keep the whole sentences of a fact that fit; where none does, it counts as missing."""
    if isinstance(value, tuple):
        cut = (kept_short(part, limit) for part in value[:4])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] the tuples of DraftFacts hold text
        return tuple(filter(None, cut))
    if not isinstance(value, str) or len(value) <= limit:
        return value
    kept = ""
    for sentence in re.split(r"(?<=[.!?…])\s+", value):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > limit:
            break
        kept = longer
    return kept


def without_name(values: Mapping[str, object], referrer: str) -> dict[str, object]:
    """Take out a referrer who may not be named, and every note that names them (R58)."""
    known = set(re.findall(r"\w+", f"{values['first']} {values['name']} {values['my_name']}"))
    parts = [one for one in re.findall(r"[^\W\d_]+", referrer) if len(one) > 1]
    parts = [one for one in parts if one not in known and one.casefold() not in _TITLES]
    kept = dict(values) | {"referrer": ""}
    for name in FREE if parts else ():
        note = kept[name]
        if isinstance(note, str) and _names(note, parts):
            kept[name] = ""
        elif lines := tuple_of(note):
            kept[name] = tuple(line for line in lines if not _names(str(line), parts))
    return kept


def _names(note: str, parts: list[str]) -> bool:
    # A script without spaces has no edges of words.
    said = set(re.findall(r"[^\W\d_]+", note))
    return any(part in said or (not part.isascii() and part in note) for part in parts)


def gap(question: str) -> str:
    """Mark a place where the member has something to say."""
    return _GAP.format(question)


def said_to_them(values: Mapping[str, object]) -> dict[str, object]:
    """Turn notes about somebody into parts of a sentence to them.

    A note that speaks of "her" is not for her eyes as it stands: the draft asks instead.
    """
    told = {name: _told(str(values[name])) for name in ("how_known", "why", "enjoyed")}
    return {
        **told,
        "how_line": how_line(told["how_known"]),
        "because": _because(told["why"]),
        "enjoyed_thing": _thing(told["enjoyed"]),
        "me": values["my_name"] or gap("your name"),
        "line": _line(str(values["my_line"])) or gap("you in one line"),
        "the_field": values["my_field"] or gap("which field?"),
        "advice": _advice(str(values["advice"])),
        "done": after_a_colon(_step(str(values["done"]))),
        "promises": (steps := _steps(tuple_of(values["promises"]))),
        "kept": tuple(said for one in tuple_of(values["kept"]) if (said := _step(str(one)))),
        "several": len(steps) > 1,
        "times": gap("two times that suit you"),
    }


def tuple_of(value: object) -> tuple[object, ...]:
    """Take a fact that holds several lines."""
    return value if isinstance(value, tuple) else ()  # pyright: ignore[reportUnknownVariableType] the tuples of DraftFacts hold text


def _advice(text: str) -> str:
    found = _ADVISED.match(text) or _SAID.match(text)
    return after_a_colon(_told(text[found.end() :] if found else text))


def untold(steps: Iterable[object]) -> tuple[str, ...]:
    """Give the steps that speak of somebody, "Read her book": the draft asks for them instead."""
    return tuple(str(step) for step in steps if step and not _step(str(step)))


def _steps(steps: Iterable[object]) -> tuple[str, ...]:
    """Turn what the member will do to the contact; all that cannot be turned is one gap."""
    told = (_step(str(step)) or gap(NEXT_STEP) for step in steps)
    return tuple(dict.fromkeys(told))


def _step(text: str) -> str:
    """Turn "Send her my notes" to her; "her book" may be somebody else's."""
    turned = _TO_THEM.sub(r"\1 you", text)
    return "" if _OF_THEM.match(turned) else _told(turned)


def after_a_colon(text: str) -> str:
    """Let a note that says what to do go on with a sentence: "ask the ward", not "Ask"."""
    is_one = not re.search(r"[.!?…;]\s", text)
    return _lowered(text) if is_one and _TO_DO.match(text) else text


def _told(text: str) -> str:
    return "" if _THIRD.search(text) or _THEY.match(text) else text


def _because(text: str) -> str:
    found = _I.fullmatch(text)
    if found:
        return found["clause"]
    found = _REASON.fullmatch(text)
    return _lowered(found["clause"]) if found else ""


def _thing(text: str) -> str:
    is_noun = _NOUN.match(text) and not _VERB.search(text)
    return _lowered(text) if is_noun or _THING.match(text) else ""


def _line(text: str) -> str:
    line = _I_AM.sub("", text, count=1) if _I_AM.match(text) else text
    line = line.rstrip(" .,;")
    return _lowered(line) if _LOWERED.match(line) else line


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
