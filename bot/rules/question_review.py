"""Reviews a question before it is asked: what spoils it, where, and how to mend it.

The same tests hold every question of the bank.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.rules.plain import is_blank

MOST_WORDS = 30
MOST_CHARACTERS = 200

Span = tuple[int, int]


class Fault(StrEnum):
    """What can be wrong with a question."""

    EMPTY = "empty"
    JOB_ASK = "job ask"
    SEARCHABLE = "searchable"
    DOUBLE = "double"
    CLOSED = "closed"
    TOO_LONG = "too long"
    NOT_A_QUESTION = "not a question"


RULES = {
    Fault.EMPTY: "R21",
    Fault.JOB_ASK: "R12",
    Fault.SEARCHABLE: "R22",
    Fault.DOUBLE: "R21",
    Fault.CLOSED: "R25",
    Fault.TOO_LONG: "R25",
    Fault.NOT_A_QUESTION: "R21",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the rule it breaks, its place ``text[start:end]``, and how to mend it."""

    fault: Fault
    rule: str
    start: int
    end: int
    remedy: str


def review_question(text: str, *, probe: str = "") -> tuple[Finding, ...]:
    """Find what spoils a question (R12 R21 R22 R25), the gravest first; none: ask it.

    ``probe`` is what is asked next: one that begins with an asking word opens a closed question.
    """
    if is_blank(text):
        return (_finding(Fault.EMPTY, (0, len(text)), _EMPTY),)
    found = (look(text, probe) for look in _LOOKS)
    return tuple(one for one in found if one is not None)


def asks_for_a_job(text: str) -> Span | None:
    """Find where a question asks for work, an internship or a good word (R12 R34)."""
    return _first(_JOB, text)


def answered_by_a_search(text: str) -> Span | None:
    """Find where a question asks for what a search or a profile tells (R22)."""
    return _first(_SEARCHED, text)


def asks_twice(text: str) -> Span | None:
    """Find where a second question begins."""
    return _first(_AGAIN, text)


def begins_closed(text: str) -> Span | None:
    """Find the opening to which a yes or a no is an answer; "could you tell me how" is none."""
    for start, sentence in _asking_sentences(text):
        if not _POLITE.match(sentence):
            found = _CLOSED.match(sentence) or _closed_clause(sentence)
            if found:
                return start + found.start("verb"), start + found.end("verb")
    return None


def opens(probe: str) -> bool:
    """Tell whether what is asked next opens a closed question."""
    return re.match(rf"(and |in )?{ASKING}\b", probe, re.IGNORECASE) is not None


# --- the words ----------------------------------------------------------------------------

ASKING = r"(what|how|why|when|where|which|who|whom|whose)"
VERB = (
    r"(am|is|are|was|were|do|does|did|can|could|may|might|will|would|shall|should|have|has|had"
    r"|isn['’]t|aren['’]t|wasn['’]t|weren['’]t|don['’]t|doesn['’]t|didn['’]t|can['’]t|couldn['’]t"
    r"|won['’]t|wouldn['’]t|shouldn['’]t|haven['’]t|hasn['’]t|hadn['’]t)"
)
_JOBS = r"(jobs?|internships?|positions?|vacanc(y|ies)|openings?|traineeships?|co-ops?|roles?)"
_PLACE = (
    r"(company|organi[sz]ation|firm|employer|agency|business|school|hospital|studio|shop"
    r"|department|start-?up|bank|lab|office|museum|theat(er|re)|practice|nonprofit|charity)"
)
_PAPERS = r"(r[eé]sum[eé]|cv|application|portfolio|name)"
_HERE = r"((at|with|in|on|for) (you\b|your|this|the)|here\b)"
_SOME = r"(an?|any|some|the|your)"
_JOB = (
    rf"\b(get|find|give|offer|help) me (to )?((get|find|into) )?({_SOME} )?(\w+ )?{_JOBS}\b",
    r"\b(get|find|give|offer) me (some |any )?(work|a chance to work)\b",
    r"\b(hire|employ) (me|us|students|(somebody|someone|people) like me)\b",
    r"\b(are|is|will) (you|they|your \w+|there (any(body|one)|some(body|one))) "
    r"((be|now|currently|still|also) )*(hiring|recruiting|taking on)\b",
    r"\bhiring (now|me|at the moment|right now)\b",
    rf"(?<!did you )\b(get|find|land|have|apply for|do) {_SOME} (\w+ )?{_JOBS} {_HERE}",
    rf"\b(is|are) there (still )?{_SOME} (\w+ )?{_JOBS}\b",
    r"\b(do|does|will|would|did) (you|your \w+|they) ((now|currently) )?(have|offer|know of) "
    rf"{_SOME} (\w+ )?{_JOBS}\b",
    r"\b(which|what|how many|any) (\w+ )?(openings?|vacanc(y|ies)|internships|jobs) "
    r"(do|does|are|at|here|with|on|in) (you|your|the|there|this|open)",
    rf"\b{_SOME} (\w+ )?{_JOBS} (for me|open)\b",
    r"\bput in (a|any) (good |kind )?word\b",
    r"\bput me (in touch with|forward to) (hr|human resources|your (hr|recruiter|boss|manager))\b",
    r"\b(refer|recommend) me\b(?! (an?|some|any|the) )",
    r"\b(be|act as) (my|a) (reference|referee)\b",
    r"\b(write|give) me (an?|your) (\w+ )?(reference|recommendation|referral)\b",
    r"\bletter of (recommendation|reference)\b",
    r"\b(forward|pass|hand|send|give|submit|bring|show|take) ((on|along|over) )?my "
    rf"{_PAPERS}( on| along| over)? (to|in)\b",
    rf"\b(forward|pass (on|along)) my {_PAPERS}\b",
    r"\b(can|could|may|might|would|should) I (please )?(apply|work|intern|start|join) "
    rf"(me )?{_HERE}",
    r"\bI (could |can |might |may )?(come and )?work (for|under) you\b",
    r"\bknow (of )?(any(body|one)|some(body|one)|an? \w+|any \w+) ((who|that|which) )?"
    r"((is|are) )?(hiring|looking to hire|recruiting)\b",
)
_SEARCHED = (
    rf"\bwhat (does|do|did) (your|the|this|that) (\w+ )?{_PLACE} "
    r"((actually|really|even) )?(does|do|make|sell|produce|offer|provide)"
    r"(?=\W*$|[?,.;]| (exactly|these days|now|all day|for a living|and|or)\b)",
    rf"\bwhat(['’]s| is) (the name of )?(your|the|this) {_PLACE}( about| called)?\W*$",
    r"\bhow many (employees|staff|offices|branches|stores|locations|jobs|countries"
    r"|customers|clients|students|beds)\b",
    r"\bhow many people (work|are (employed|there|in)|does your|do you employ|use your)\b",
    rf"\bhow (big|large|old) is (your|the|this) (\w+ )?{_PLACE}\b",
    r"\b(when|what year|is|was|were|got)\b.{0,60} (founded|established|incorporated)\b",
    r"\b(when|what year) did .{0,60}\b(found|begin business|start business|open its doors)\b",
    r"\bwho (founded|owns|started|runs) (your|the|this) ",
    r"\bwho(['’]s| is| was) (your|the) (ceo|founder|president|chief executive|mayor|owner)\b",
    rf"\bwhere (is|are|['’]s) (your|the|this) (\w+ )?({_PLACE}|offices)\b",
    r"\bhead-?quarter(s|ed)\b",
    r"\boffices\b.{0,60}\bcit(y|ies)\b|\bcit(y|ies)\b.{0,60}\boffices\b",
    r"\b(products|services) (or|and) (services|products)\b",
    r"\bwhat (products|services) (does|do) (you|your|the|this)\b",
    r"\bwhat(['’]s| is| are) (your|the|this) ((company|organi[sz]ation|firm)['’]s )?"
    r"(mission|opening hours|address|website|revenue|turnover|stock price)\b",
    r"\b(did|do) you major in\b",
    r"\bwhat(['’]s| was| is) your (college |university )?(major|degree)\b",
    r"\bwhat(['’]s| is) your (current |official )?(job )?title\b",
    r"\bwhat did you study\b(?=[ \w]{0,40}\?)",
    r"\bwhere did you (go to (school|college|university|(law|medical) school)|graduate)\b",
    r"\bwhich (school|college|university) did you (go to|attend|graduate)\b",
    r"\b(when|what year) did you graduate\b",
    r"\bhow long have you (been|worked|been working) (at|with|for) (your|the|this)\b",
    r"\b(average|median|usual|typical|starting|entry[- ]level) (salary|pay|wage|income)s?\b",
    r"\bhow much (money )?(do|does|did|would) [\w ]{1,30} (earn|make|get paid)\b",
    r"\b(degree|licen[sc]e|certificate|certification|education|exam)s?"
    r" (is|are|do|does) (I |you |we |one |people )?(required|needed|need|have to)\b",
    r"\b(which|what) (colleges|schools|universities) (offer|have|teach)\b",
    r"^\W*what (does|do) an? [\w ]{2,40} do\W*$",
    r"\bwhat does [\w.]{2,12} stand for\b",
)
_AGAIN = (
    r"[?？؟][^\w?？؟]*\w[^?？؟]*[?？؟]",
    rf"\band,? {ASKING}\b",
    rf"(, or {ASKING}|\bor {ASKING} {VERB})\b",
    rf"\b(and|or) {VERB} (you|I|they|it|we|people|there|your|the)\b",
)
_LEAD = r"(?:(?:and|so|but|well|also|now|then|ok|okay|hi|hello|oh|actually|finally),? ){0,3}"
_CLOSED = re.compile(
    rf"\W*{_LEAD}(?P<verb>{VERB} (?!to\b)\w+|(?:you|it|they|there) \w+"
    rf"(?!.*\b{ASKING}\b)(?=.*[?？؟]))",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE = re.compile(
    rf"[;:,] {_LEAD}(?P<verb>{VERB} (?!to\b)(?!\w+ (?:think|say|guess|feel|suppose|imagine)\b)\w+)",
    re.IGNORECASE,
)
_POLITE = re.compile(
    rf"\W*{_LEAD}(can|could|may|might|will|would) (you|I|we)\b.{{0,40}}?"
    r"\b(tell|describe|explain|share|walk|talk|show|ask|mind|name|give|remember|recall|say)\b"
    r"|\W*do you (know|remember|recall|see) (what|how|why|when|where|which|who)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    rf"\W*{_LEAD}((in|at|to|for|from|with|on|of|by|about) )?"
    r"(what|how|why|which|who|whom|whose)\b",
    re.IGNORECASE,
)
_INVITING = re.compile(
    rf"\W*{_LEAD}(please )?(tell|describe|explain|share|walk|talk|show|give|take|name)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?？؟]*(?:[.!](?!\s|$)[^.!?？؟]*)*[.!?？؟]*")
_MARK = re.compile(r"[?？؟\u037e]")  # the last is the Greek one


# --- one look each ------------------------------------------------------------------------

_EMPTY = "There is nothing here to ask yet. Write one question."
_JOB_REMEDY = (
    "it asks for a job or a favour, and people close up. Ask for their story or their advice "
    "instead: “How did you get your first job in this field?”"
)
_SEARCH_REMEDY = (
    "a search or their profile tells you that. Look it up, then ask what only they can say about "
    "it: how it feels, why it is so, what they would change."
)
_DOUBLE_REMEDY = (
    "these are two questions, and people answer the last one only. Keep one; the other is your "
    "next question."
)
_CLOSED_REMEDY = "a yes or a no answers it. Begin with “what” or “how”."
_LONG_REMEDY = (
    "it has {said}; {most} can be followed by ear. Say what led you there first, then ask one "
    "short question."
)
# Two words, or two letters of a script that sets no spaces.
_SAYS_ENOUGH = re.compile(r"[^\W\d_]+\W+[^\W\d_]|(?:[^\W\d_](?<=[^\x00-\u024f])){2}")
_NO_QUESTION_REMEDY = "it asks nothing yet. Begin with “what” or “how”, and end with a “?”."


def _job(text: str, probe: str) -> Finding | None:
    return _maybe(Fault.JOB_ASK, asks_for_a_job(text), _JOB_REMEDY) or (
        _maybe(Fault.JOB_ASK, asks_for_a_job(probe) and (0, len(text)), _JOB_REMEDY)
    )


def _searched(text: str, _: str) -> Finding | None:
    return _maybe(Fault.SEARCHABLE, answered_by_a_search(text), _SEARCH_REMEDY)


def _double(text: str, _: str) -> Finding | None:
    return _maybe(Fault.DOUBLE, asks_twice(text), _DOUBLE_REMEDY)


def _closed(text: str, probe: str) -> Finding | None:
    return None if opens(probe) else _maybe(Fault.CLOSED, begins_closed(text), _CLOSED_REMEDY)


def _long(text: str, _: str) -> Finding | None:
    words = [word.end() for word in re.finditer(r"\S+", text)]
    if len(words) <= MOST_WORDS and len(text.strip()) <= MOST_CHARACTERS:
        return None
    start, said, most = MOST_CHARACTERS, f"{len(text.strip())} characters", MOST_CHARACTERS
    if len(words) > MOST_WORDS:
        start, said, most = words[MOST_WORDS - 1], f"{len(words)} words", MOST_WORDS
    remedy = _LONG_REMEDY.format(said=said, most=most)
    return _finding(Fault.TOO_LONG, (start, len(text)), remedy)


def _nothing_asked(text: str, _: str) -> Finding | None:
    if (
        (_MARK.search(text) and _SAYS_ENOUGH.search(text))
        or re.search(rf"\b{ASKING}\b", text, re.IGNORECASE)
        or begins_closed(text)
        or any(_INVITING.match(sentence) for _, sentence in _sentences(text))
    ):
        return None
    return _finding(Fault.NOT_A_QUESTION, (0, len(text)), _NO_QUESTION_REMEDY)


_LOOKS: tuple[Callable[[str, str], Finding | None], ...] = (
    _job,
    _searched,
    _double,
    _closed,
    _long,
    _nothing_asked,
)


def _maybe(fault: Fault, place: Span | None, remedy: str) -> Finding | None:
    return _finding(fault, place, remedy) if place else None


def _finding(fault: Fault, place: Span, remedy: str) -> Finding:
    return Finding(fault, RULES[fault], *place, remedy)


def _first(patterns: tuple[str, ...], text: str) -> Span | None:
    places = [found.span() for one in _compiled(patterns) if (found := one.search(text))]
    return min(places, default=None)


@cache
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE | re.DOTALL) for one in patterns)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Give each sentence with its mark, and where it starts."""
    for found in _SENTENCE.finditer(text):
        lead = len(found[0]) - len(found[0].lstrip())
        if found[0].strip():
            yield found.start() + lead, found[0].strip()


def _asking_sentences(text: str) -> Iterator[tuple[int, str]]:
    """Give the sentences that end with a question mark; all of a text without any."""
    found = list(_sentences(text))
    marked = [one for one in found if one[1].endswith(("?", "？", "؟"))]
    yield from marked or found


def _closed_clause(sentence: str) -> re.Match[str] | None:
    """Find a closed question after a lead of its own: "with all you know, would you …"."""
    return None if _OPENING.match(sentence) else _CLAUSE.search(sentence)
