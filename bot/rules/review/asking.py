"""What a message asks for: a job, too much time, answers in writing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.question_review import asks_for_a_job
from bot.rules.review.message import Message, Sentence
from bot.rules.review.patterns import each, place
from bot.rules.review.records import WHOLE, About, Fault, Finding, Span, finding

MOST_MINUTES = 30
SPOKEN = frozenset({"phone", "voicemail", "in_person"})
ASKS_TO_TALK = frozenset({"request", "write_again"})
BEFORE_THE_TALK = frozenset(
    {"request", "write_again", "ask_introduction", "blurb", "find_a_time", "confirmation"}
    | {"about_me", "opening", "reschedule", "reply_yes", "reply_later", "thanks_anyway"}
    | {"running_late", "after_cancelled"}
)
_NO_QUESTIONS_IN = frozenset({"request", "write_again", "ask_introduction", "blurb"})

_OPENINGS_REMEDY = (
    "Leave openings out before you have talked: people close up when they feel asked for a job."
)
_OPENINGS_HINT = (
    "Some find a word about openings fine at the end, when it is general; it is safer to leave it "
    "out and say how their advice helped."
)
_JOB_REMEDY = (
    "Take this out and ask for their story or advice instead. People who feel asked for a job "
    "or a recommendation begin to judge you."
)


def job_ask(message: Message, _: About) -> Iterator[Finding]:
    """Find what asks for a job, an internship or a good word (R12); openings in general apart."""
    for sentence in message.sentences:
        found = _asked_of_them(sentence)
        if found:
            yield found
            return


def _asked_of_them(sentence: Sentence) -> Finding | None:
    if place("not_asked", sentence.text) or place("openings", sentence.text):
        return None
    where = place("job", sentence.text) or asks_for_a_job(sentence.text)
    return finding(Fault.JOB_ASK, sentence.at(where), _JOB_REMEDY) if where else None


def openings(message: Message, about: About) -> Iterator[Finding]:
    """Find a general question about openings: wrong in a request, a hint after the talk (R12)."""
    is_hint = about.kind not in BEFORE_THE_TALK
    for sentence in message.sentences:
        where = place("openings", sentence.text)
        if where and not place("not_asked", sentence.text):
            remedy = _OPENINGS_HINT if is_hint else _OPENINGS_REMEDY
            yield finding(Fault.OPENINGS, sentence.at(where), remedy, is_hint=is_hint)
            return


# --- time -----------------------------------------------------------------------------------

_NUMBERS = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30,
    "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_TOO_MUCH = "Ask for 15, 20 or at most 30 minutes: a short block is easy to say yes to."
_NO_TIME = "Say how long it takes, for instance “20 minutes”: a clear, short time is easy to grant."
_ASKS_TIME = ASKS_TO_TALK | {
    "ask_introduction", "blurb", "find_a_time", "reschedule", "confirmation", "reply_yes",
    "after_cancelled", "check_in_again", "talked_to",
}  # fmt: skip


def too_many_minutes(message: Message, about: About) -> Iterator[Finding]:
    """Find a longer time than 30 minutes that is asked for (R07)."""
    if about.kind not in _ASKS_TIME:
        return
    if where := next(_long_times(message), None):
        yield finding(Fault.TOO_MANY_MINUTES, where, _TOO_MUCH)


def _long_times(message: Message) -> Iterator[Span]:
    for sentence in message.sentences:
        text = sentence.text
        if place("not_asked_for", text) or not place("talks_of_time", text):
            continue
        asked = each("minutes", text)
        long = [found.span() for found in asked if _number(found["n"]) > MOST_MINUTES]
        halves = [found.span() for found in each("half", text)]
        hours = [found.span() for found in each("hours", text)]
        yield from (
            sentence.at(one)
            for one in sorted(long + hours)
            if not any(_meet(one, half) for half in halves)
        )


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _number(text: str) -> int:
    return _NUMBERS.get(text.casefold()) or int(text if text.isdecimal() else 0)


def no_minutes(message: Message, about: About) -> Iterator[Finding]:
    """Find a request that does not say how long the talk takes (R07)."""
    if about.kind not in ASKS_TO_TALK:
        return
    whole = f"{message.subject}\n{message.text}"
    is_said = place("minutes", whole) or place("half", whole) or any(_long_times(message))
    if not is_said:
        yield finding(Fault.NO_MINUTES, WHOLE, _NO_TIME)


# --- questions ------------------------------------------------------------------------------

_QUESTIONS_REMEDY = (
    "Keep your questions for the talk and ask only for the time: answers in writing are work, "
    "and you learn more when they can tell."
)


def questions_inside(message: Message, about: About) -> Iterator[Finding]:
    """Find questions that a request wants answered in writing (R13)."""
    if about.kind not in _NO_QUESTIONS_IN or about.channel in SPOKEN:
        return
    for sentence in message.sentences:
        if _asked_of_them(sentence) or place("openings", sentence.text):
            continue
        if _is_question(sentence.text) or place("answer_in_writing", sentence.text):
            yield finding(Fault.QUESTIONS_INSIDE, sentence.place, _QUESTIONS_REMEDY)
            return


def _is_question(text: str) -> bool:
    asks = text.rstrip(" ”\"')").endswith(("?", "？"))
    return asks and not place("practical", text) and place("asked", text) is not None
