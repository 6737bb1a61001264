"""How a message is written: open gaps, length, words twice, a tone that is too hard or too meek."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.review.asking import ASKS_TO_TALK
from bot.rules.review.message import Message, words
from bot.rules.review.patterns import each, place, search, word_list
from bot.rules.review.records import WHOLE, About, Fault, Finding, Span, finding

_FILL_IN = "Fill this in, or take it out: “{gap}”."
_IN_SUBJECT = "Fill in the subject, or take it out: “{gap}”."


def gap(message: Message, _: About) -> Iterator[Finding]:
    """Find what was left to be filled in."""
    places = {found.span() for found in each("gaps", message.text)}
    for start, end in _without_inner(places):
        remedy = _FILL_IN.format(gap=message.text[start:end].strip("[]{}<>() "))
        yield finding(Fault.GAP, (start, end), remedy)
    if found := search("gaps", message.subject):
        yield finding(Fault.GAP, WHOLE, _IN_SUBJECT.format(gap=found[0].strip("[]{}<>() ")))


def _without_inner(places: set[Span]) -> list[Span]:
    return sorted(
        one
        for one in places
        if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in places)
    )


# --- length ---------------------------------------------------------------------------------

_MOST_WORDS = {"email": 200, "linkedin_message": 150, "text": 80, "card": 130, "voicemail": 110}
_MOST_IN_A_REQUEST = {"email": 175, "linkedin_message": 130, "text": 70, "card": 150}
_MOST_OF_A_SCRIPT = {"phone": 320, "in_person": 110}
_NOTE = 300
_TOO_LONG = (
    "It has {said} words; {most} are read to the end. Keep who you are, why them, and what you "
    "ask for."
)
_TOO_LONG_LATER = "It has {said} words; {most} are read to the end. Keep what matters most to them."
_NOTE_FULL = "LinkedIn takes {most} characters here and this has {said}: take out {over}."


def too_long(message: Message, about: About) -> Iterator[Finding]:
    """Find more words than a message of its kind can carry (R11)."""
    asks = about.kind in ASKS_TO_TALK
    most = _MOST_IN_A_REQUEST.get(about.channel, 0) if asks else 0
    most = most or _MOST_WORDS.get(about.channel) or _MOST_OF_A_SCRIPT.get(about.channel, 0)
    said = len(words(message.said))
    if most and said > most:
        remedy = (_TOO_LONG if asks else _TOO_LONG_LATER).format(said=said, most=most)
        yield finding(Fault.TOO_LONG, WHOLE, remedy)


def linkedin_length(message: Message, about: About) -> Iterator[Finding]:
    """Find a note that LinkedIn would cut off (R38)."""
    most = about.max_chars or (_NOTE if about.channel == "linkedin" else 0)
    said = len(message.text.strip())
    if most and said > most:
        remedy = _NOTE_FULL.format(most=most, said=said, over=said - most)
        yield finding(Fault.LINKEDIN_LENGTH, (most, len(message.text)), remedy)


# --- words twice ----------------------------------------------------------------------------

_ONE_IS_ENOUGH = "“{word}” stands here twice."


def repeated_word(message: Message, _: About) -> Iterator[Finding]:
    """Find a word that was written twice in a row."""
    for found in each("twice", message.text):
        word = found["word"]
        is_name = found[0][:1].isupper() and found[0].split()[-1][:1].isupper()
        if word.casefold() not in word_list("may_double") and not is_name:
            remedy = _ONE_IS_ENOUGH.format(word=word)
            yield finding(Fault.REPEATED_WORD, found.span(), remedy)


# --- tone -----------------------------------------------------------------------------------

_DEMAND_REMEDY = "This may sound pushy. Ask, and leave them a way to say no."
_HURRY_REMEDY = "This leaves them little room. “At a time that suits you” is easier to say yes to."
_MAY_APOLOGISE = frozenset({"running_late", "reschedule", "after_cancelled"})
_GROVEL_REMEDY = (
    "You need not make yourself small: most people like being asked. Ask plainly, and thank them "
    "once."
)


def demanding(message: Message, about: About) -> Iterator[Finding]:
    """Find what presses; "this week" in a request is a hint only."""
    for sentence in message.sentences:
        if where := place("demanding", sentence.text):
            yield finding(Fault.DEMANDING, sentence.at(where), _DEMAND_REMEDY)
            return
    if about.kind not in ASKS_TO_TALK:
        return
    for sentence in message.sentences:
        where = place("hurried", sentence.text)
        if where and place("hurry_asks", sentence.text):
            yield finding(Fault.DEMANDING, sentence.at(where), _HURRY_REMEDY, is_hint=True)
            return


def grovelling(message: Message, about: About) -> Iterator[Finding]:
    """Find what makes the member small (R60)."""
    if about.kind in _MAY_APOLOGISE:
        return
    for sentence in message.sentences:
        if where := place("grovelling", sentence.text):
            yield finding(Fault.GROVELLING, sentence.at(where), _GROVEL_REMEDY)
            return
