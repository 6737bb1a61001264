"""Packs: questions that a club's organisers upload, read as carefully as anything from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import category

import msgspec

from bot.content._reading import Found, read_source
from bot.content._shapes import Problem, Question
from bot.rules.plain import is_blank, straight

PACK_BYTES = 256 * 1024
PACK_QUESTIONS = 300
_LENGTHS = {"text": 300, "probe": 200, "why": 200}
# What a voice cannot say: marks of formatting, mentions, addresses, signs that cannot be seen.
_UNSPEAKABLE = re.compile(r"[*_~|`<>\[\]{}\\@^=]|://|\bwww\.|^[#>+-]")
_UNSEEN = frozenset({"Cc", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class PackFile:
    """What an uploaded file holds: its sound questions, and what is wrong with the others."""

    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_pack(data: bytes, name: str) -> PackFile:
    """Read an uploaded pack: ``[[question]]`` tables alone; each problem has its line."""
    problems: list[Problem] = []
    try:
        source = data[: PACK_BYTES + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        source = ""
    if len(data) > PACK_BYTES or not source.strip() or "\0" in source:
        return PackFile(problems=(Problem(name, 1, _why_unread(data)),))
    found = list(read_source(source, name, problems.append, shapes={"question": Question}))
    if len(found) > PACK_QUESTIONS:
        text = f"There are {len(found):,} questions here, and a pack holds {PACK_QUESTIONS}."
        return PackFile(problems=(Problem(name, found[PACK_QUESTIONS].line, text),))
    if not found and not problems:
        problems.append(Problem(name, 1, "There is no [[question]] in it."))
    sound = tuple(one.entry for one in _sound(found, problems) if isinstance(one.entry, Question))
    return PackFile(sound, tuple(sorted(problems, key=lambda problem: problem.line)))


def write_questions(questions: Sequence[Question]) -> str:
    """Write checked questions as one JSON text, to be kept."""
    return msgspec.json.encode(questions).decode()


def read_questions(body: str) -> tuple[Question, ...]:
    """Read kept questions back; what another version cannot read any more is none."""
    try:
        return msgspec.json.decode(body, type=tuple[Question, ...])
    except msgspec.MsgspecError:
        return ()


def _why_unread(data: bytes) -> str:
    if len(data) > PACK_BYTES:
        return f"It is larger than {PACK_BYTES // 1024} KB."
    if not data.strip():
        return "It is empty."
    return "It is not a text file. Write it in a text editor and save it as UTF-8."


def _sound(found: Iterable[Found], problems: list[Problem]) -> Iterable[Found]:
    """Give those that can be asked, each id and each wording once."""
    lines: dict[str, int] = {}
    for one in found:
        question = one.entry
        assert isinstance(question, Question)  # noqa: S101 - no other shape was read
        twins = (question.id, " ".join(question.text.casefold().split()))
        first = next((lines[twin] for twin in twins if twin in lines), None)
        text = _fault(question)
        if first is not None:
            text = f"its id or its wording stands already in line {first}."
        if text:
            problems.append(Problem(one.file, one.line, f"{question.id}: {text}"))
            continue
        lines |= dict.fromkeys(twins, one.line)
        yield one


def _fault(question: Question) -> str:
    for part, limit in _LENGTHS.items():
        text: str = getattr(question, part)
        if len(text) > limit:
            return f"the {part} is {len(text)} characters long, and {limit} fit."
        found = _UNSPEAKABLE.search(text)
        if found is not None:
            return f"“{found[0]}” in its {part} cannot be said aloud. Use plain words alone."
        if text and _hides(text):
            return f"its {part} holds line breaks or signs that nobody can see."
    return ""


def _hides(text: str) -> bool:
    unseen = any(category(sign) in _UNSEEN for sign in text)
    return unseen or is_blank(text) or straight(text) != text
