"""Who is who in a message: the greeting, the connection, how to answer, names to keep back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

from bot.rules.review.asking import ASKS_TO_TALK
from bot.rules.review.message import Message
from bot.rules.review.nicknames import are_one_name, plain
from bot.rules.review.patterns import compiled, each, place, word_list
from bot.rules.review.records import WHOLE, About, Fault, Finding, Span, finding

# --- how I found them, how they reach me ------------------------------------------------------

_NO_CONNECTION = (
    "Say in one line how you found them, for instance who gave you their name or that you go to "
    "the same school: it answers “why me?”."
)
_NO_CONTACT = (
    "Add your email or phone below your name, so that they can answer in the way they like."
)
_NO_NUMBER = "Say your phone number, slowly and twice: they cannot call back without it."
_ON_PAPER = frozenset({"email", "card"})


def no_connection(message: Message, about: About) -> Iterator[Finding]:
    """Find a request that does not say how the member came to this person (R08 R09)."""
    if about.kind != "request" or place("connection", message.said):
        return
    names = {about.referrer, *about.known_names} - {about.name, about.first, about.my_name}
    if any(_stands(name, message.said) for name in names):
        return
    yield finding(Fault.NO_CONNECTION, WHOLE, _NO_CONNECTION, is_hint=about.channel == "linkedin")


def no_contact(message: Message, about: About) -> Iterator[Finding]:
    """Find a request without a way to answer (R10), a voicemail without a number (R17)."""
    if about.channel == "voicemail":
        if not place("number", message.text):
            yield finding(Fault.NO_CONTACT, WHOLE, _NO_NUMBER)
        return
    if about.kind not in ASKS_TO_TALK or about.channel not in _ON_PAPER:
        return
    is_given = bool(about.my_contact) and about.my_contact in message.text
    if not is_given and not (place("number", message.text) or place("reach", message.text)):
        yield finding(Fault.NO_CONTACT, WHOLE, _NO_CONTACT)


# --- their name -----------------------------------------------------------------------------

_TITLE = re.compile(
    r"(?:dr|doctor|prof|professor|mr|mrs|ms|mx|miss|mister|sir|madam|ma['’]am|dean|judge|aunt|auntie"
    r"|uncle|coach|master|maestro|sensei|pastor|rabbi|imam|rev|reverend|chef|captain|nurse"
    r"|father|sister|brother|cousin"
    r"|t[ií][ao]|fr|mme|m|herr|frau|se[nñ]or|se[nñ]ora|sr|sra|don|do[nñ]a|eng|engr|hon|officer"
    r"|sergeant|lieutenant|president|director|my|dearest|again|there|mister|gospođo?|g|gđa|phd|md|jr|rn)",
    re.IGNORECASE,
)
_EVERYBODY = frozenset(
    {"there", "all", "everyone", "everybody", "team", "friend", "folks", "again", "you", "both"}
)
_MISSPELT = "Their name is {name}; here it says “{said}”. Write it exactly as they do."
_NOT_A_NAME = "You know their name: write “{name}” instead."


def wrong_name(message: Message, about: About) -> Iterator[Finding]:
    """Find a greeting that does not name this person, or misspells them (R14)."""
    names = _parts(f"{about.first} {about.name}")
    if not names:
        return
    for start, end in _calls(message, names):
        said = message.text[start:end]
        call = about.first or about.name
        if place("nobody", said) or place("to_whom", said):
            yield finding(Fault.WRONG_NAME, (start, end), _NOT_A_NAME.format(name=call))
            return
        if not _is_called(_parts(said), names):
            full = about.name or about.first
            remedy = _MISSPELT.format(name=full, said=said)
            yield finding(Fault.WRONG_NAME, (start, end), remedy)
            return


def _calls(message: Message, names: list[str]) -> Iterator[Span]:
    whom = place("to_whom", message.text)
    if message.greeted:
        yield message.greeted
    elif whom:
        yield whom
    for found in each("vocative", message.text):
        if found["name"][0].isupper() and found["name"].casefold() not in _NO_VOCATIVE:
            yield found.span("name")
    for found in each("called_at_the_end", message.text):
        if _is_near(found["name"], names):
            yield found.span("name")


def _is_near(said: str, names: list[str]) -> bool:
    return any(SequenceMatcher(None, plain(said), plain(one)).ratio() > _NEAR for one in names)


_NEAR = 0.75
_NO_VOCATIVE = frozenset({"i", "looking", "best", "hope", "talk", "it", "and", "in", "for", "dear"})


def _parts(name: str) -> list[str]:
    cleaned = unicodedata.normalize("NFKC", re.sub(r"['’]s\b", "", name))
    found = re.findall(r"[^\W\d_](?:[\w'’]|\.(?=\w))*", cleaned)
    return [one for one in found if not _TITLE.fullmatch(one)]


def _is_called(said: list[str], names: list[str]) -> bool:
    if any("[" in one for one in said):
        return True
    said = [one for one in said if one.casefold() not in _EVERYBODY and len(one) > 1]
    return all(any(are_one_name(one, name) for name in names) for one in said)


# --- names to keep back -----------------------------------------------------------------------

_NAMED_BY = (
    r"(?:from|by|through|with|to|know|met|told|tell|asked|saw|thank|friend|via|and"
    r"|professor|dr\.?|ms\.?|mr\.?) {name}\b"
    r"|\b{name}(?:['’]s\b| (?:suggest|said|told|gave|mention|thought|recommend|encourag|introduc"
    r"|pointed|and I\b))"
)
_NOT_PERMITTED = (
    "You do not have {name}’s word yet that you may use their name. Ask first, or leave the name "
    "out."
)


def name_not_permitted(message: Message, about: About) -> Iterator[Finding]:
    """Find the name of a referrer who has not allowed it (R58)."""
    if not about.referrer or about.may_name_referrer:
        return
    remedy = _NOT_PERMITTED.format(name=about.referrer)
    mine = {one.casefold() for one in _parts(f"{about.first} {about.name} {about.my_name}")}
    parts = [one for one in _parts(about.referrer) if one.casefold() not in mine and len(one) > 1]
    places = [place for one in (about.referrer, *parts) if (place := _named(one, message.text))]
    if places:
        yield finding(Fault.NAME_NOT_PERMITTED, min(places), remedy)
    elif any(_named(one, message.subject) for one in (about.referrer, *parts)):
        yield finding(Fault.NAME_NOT_PERMITTED, WHOLE, remedy)


def _named(name: str, text: str) -> Span | None:
    if name.islower() and name.isascii():
        return None
    if name.casefold() in word_list("also_words"):
        found = compiled(_NAMED_BY.replace("{name}", f"(?-i:{re.escape(name)})")).search(text)
        return found.span() if found else None
    return _stands(name, text)


def _stands(name: str, text: str) -> Span | None:
    if not name.strip():
        return None
    found = compiled(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)").search(text)
    if found:
        return found.span()
    at = -1 if name.isascii() else text.find(name)
    return (at, at + len(name)) if at >= 0 else None
