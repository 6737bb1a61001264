"""What a review of a message is told, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]
WHOLE: Span = (0, 0)
"""The place of what is wrong with a message as a whole."""


class Fault(StrEnum):
    """What can be wrong with a message, the gravest first."""

    GAP = "gap"
    NAME_NOT_PERMITTED = "name_not_permitted"
    WRONG_NAME = "wrong_name"
    JOB_ASK = "job_ask"
    OPENINGS = "openings"
    LINKEDIN_LENGTH = "linkedin_length"
    TOO_MANY_MINUTES = "too_many_minutes"
    NO_MINUTES = "no_minutes"
    QUESTIONS_INSIDE = "questions_inside"
    DEMANDING = "demanding"
    GROVELLING = "grovelling"
    NO_CONNECTION = "no_connection"
    NO_CONTACT = "no_contact"
    NO_DETAIL = "no_detail"
    NO_ADVICE = "no_advice"
    NO_NEXT_STEP = "no_next_step"
    FORM_LETTER = "form_letter"
    TOO_LONG = "too_long"
    REPEATED_WORD = "repeated_word"
    SPELLING = "spelling"


GRAVITY = {fault: rank for rank, fault in enumerate(Fault)}

RULES: dict[Fault, str] = {
    Fault.GAP: "R14",
    Fault.NAME_NOT_PERMITTED: "R58",
    Fault.WRONG_NAME: "R14",
    Fault.JOB_ASK: "R12",
    Fault.OPENINGS: "R12",
    Fault.LINKEDIN_LENGTH: "R38",
    Fault.TOO_MANY_MINUTES: "R07",
    Fault.NO_MINUTES: "R07",
    Fault.QUESTIONS_INSIDE: "R13",
    Fault.DEMANDING: "R10",
    Fault.GROVELLING: "R60",
    Fault.NO_CONNECTION: "R09",
    Fault.NO_CONTACT: "R10",
    Fault.NO_DETAIL: "R42",
    Fault.NO_ADVICE: "R42",
    Fault.NO_NEXT_STEP: "R42",
    Fault.FORM_LETTER: "R11",
    Fault.TOO_LONG: "R11",
    Fault.REPEATED_WORD: "R14",
    Fault.SPELLING: "R14",
}

FAULT_WORDS: dict[Fault, str] = {
    Fault.GAP: "Something to fill in",
    Fault.NAME_NOT_PERMITTED: "A name you may not use yet",
    Fault.WRONG_NAME: "Not their name",
    Fault.JOB_ASK: "Asks for a job or a favour",
    Fault.OPENINGS: "Asks about openings",
    Fault.LINKEDIN_LENGTH: "Too long for LinkedIn",
    Fault.TOO_MANY_MINUTES: "Asks for too much time",
    Fault.NO_MINUTES: "Does not say how long",
    Fault.QUESTIONS_INSIDE: "Questions to answer in writing",
    Fault.DEMANDING: "Sounds pushy",
    Fault.GROVELLING: "Makes you small",
    Fault.NO_CONNECTION: "How did you find them?",
    Fault.NO_CONTACT: "How can they reach you?",
    Fault.NO_DETAIL: "Nothing of your talk in it",
    Fault.NO_ADVICE: "Which advice helped?",
    Fault.NO_NEXT_STEP: "What will you do next?",
    Fault.FORM_LETTER: "Could go to anybody",
    Fault.TOO_LONG: "Too long",
    Fault.REPEATED_WORD: "A word twice",
    Fault.SPELLING: "Spelling or grammar",
}
"""A short name of each fault for the screen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the rule it breaks, its place ``text[start:end]``, and how to mend it.

    (0, 0) is about the whole message, or about its subject. A hint is advice, no error.
    """

    fault: Fault
    rule: str
    is_hint: bool
    start: int
    end: int
    remedy: str


@dataclass(frozen=True, slots=True)
class About:
    """Whom a message goes to, how, and what the notebook knows; what is empty is not judged by.

    ``own_words`` is what was noted about this person and the talk (why, how known, role,
    organisation, enjoyed, advice, promises): a message that has some of it is no form letter.
    """

    kind: str
    channel: str
    first: str = ""
    name: str = ""
    my_name: str = ""
    my_contact: str = ""
    relation: str = ""
    referrer: str = ""
    may_name_referrer: bool = False
    known_names: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()
    max_chars: int = 0
    gaps: tuple[str, ...] = ()


def finding(fault: Fault, place: Span, remedy: str, *, is_hint: bool = False) -> Finding:
    """Make a finding with the rule of its fault."""
    return Finding(fault, RULES[fault], is_hint, *place, remedy)
