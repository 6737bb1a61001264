"""Reviews a message before it is sent: what career advisers warn of, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.rules.review.asking import (
    job_ask,
    no_minutes,
    openings,
    questions_inside,
    too_many_minutes,
)
from bot.rules.review.message import Message, take_apart
from bot.rules.review.people import name_not_permitted, no_connection, no_contact, wrong_name
from bot.rules.review.records import (
    FAULT_WORDS,
    GRAVITY,
    RULES,
    About,
    Fault,
    Finding,
    finding,
)
from bot.rules.review.thanking import form_letter, no_advice, no_detail, no_next_step
from bot.rules.review.writing import (
    demanding,
    gap,
    grovelling,
    linkedin_length,
    repeated_word,
    too_long,
)

__all__ = [
    "FAULT_WORDS",
    "RULES",
    "About",
    "Fault",
    "Finding",
    "finding",
    "in_order",
    "review_message",
]

_LOOKS: tuple[Callable[[Message, About], Iterator[Finding]], ...] = (
    gap,
    name_not_permitted,
    wrong_name,
    job_ask,
    openings,
    linkedin_length,
    too_many_minutes,
    no_minutes,
    questions_inside,
    demanding,
    grovelling,
    no_connection,
    no_contact,
    no_detail,
    no_advice,
    no_next_step,
    form_letter,
    too_long,
    repeated_word,
)


def review_message(text: str, about: About, *, subject: str = "") -> tuple[Finding, ...]:
    """Find what spoils a message, the gravest first, hints last; none: it can go.

    Spelling is not looked at here: ``bot.proofreading`` does that.
    """
    message = take_apart(text, subject)
    return in_order(tuple(one for look in _LOOKS for one in look(message, about)))


def in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Put findings into the order in which to mend them: errors first, each kind by its place."""
    return tuple(sorted(findings, key=lambda one: (one.is_hint, GRAVITY[one.fault], one.start)))
