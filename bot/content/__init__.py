"""The one loader of all texts: what the bot brings along, and the folder of a club on top of it.

``load()`` is called once, where the bot is put together; nothing is read at import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from bot.content import _drafts, _nudges
from bot.content._draft_words import untold
from bot.content._drafts import Draft, DraftFacts, render_draft
from bot.content._fields import FIELDS
from bot.content._kits import Kit, KitTerm
from bot.content._nudges import NAMES as NUDGE_FACTS
from bot.content._nudges import (
    NudgeFacts,
    NudgeText,
    Press,
    quoted,
    render_item,
    render_nudge,
    render_words,
)
from bot.content._packs import (
    PACK_BYTES,
    PACK_QUESTIONS,
    PackFile,
    read_pack,
    read_questions,
    write_questions,
)
from bot.content._problems import TemplateProblem
from bot.content._reading import Entry, Found, read_folder
from bot.content._sandbox import check as check_template
from bot.content._sandbox import names_in
from bot.content._shapes import (
    CHANNELS,
    CHECKLISTS,
    DRAFT_KINDS,
    FACETS,
    OCCASIONS,
    RELATIONS,
    STAGES,
    TONES,
    Button,
    CheckItem,
    Content,
    ContentError,
    HelpTopic,
    Nudge,
    Objective,
    Phrase,
    Problem,
    Question,
    SourceGroup,
    Template,
    Words,
)
from bot.rules.plain import plain_text

__all__ = [
    "CHANNELS",
    "CHECKLISTS",
    "DRAFT_KINDS",
    "FACETS",
    "FIELDS",
    "NUDGE_FACTS",
    "OCCASIONS",
    "PACK_BYTES",
    "PACK_QUESTIONS",
    "RELATIONS",
    "STAGES",
    "TONES",
    "Button",
    "CheckItem",
    "Content",
    "ContentError",
    "Draft",
    "DraftFacts",
    "HelpTopic",
    "Kit",
    "KitTerm",
    "Nudge",
    "NudgeFacts",
    "NudgeText",
    "Objective",
    "PackFile",
    "Phrase",
    "Press",
    "Problem",
    "Question",
    "SourceGroup",
    "Template",
    "Words",
    "load",
    "plain_text",
    "quoted",
    "read_pack",
    "read_questions",
    "render_draft",
    "render_item",
    "render_nudge",
    "render_words",
    "template_problem",
    "untold",
    "with_questions",
    "write_questions",
]

SHELVES: Mapping[type[Entry], str] = MappingProxyType(
    {
        Button: "buttons",
        Nudge: "nudges",
        Words: "words",
        CheckItem: "checklists",
        SourceGroup: "sourcing",
        HelpTopic: "help",
        Question: "questions",
        Template: "templates",
        Kit: "kits",
        Phrase: "phrases",
        Objective: "objectives",
    }
)


def load(club_folder: Path | None = None) -> Content:
    """Read all content; what is broken in a club's folder is left out and named in ``problems``.

    The bot's own questions are half of it: they are read when one is first looked for. Raises
    ContentError when the bot's own content is broken.
    """
    problems: list[Problem] = []
    own = _read_own(lambda path: not _is_of_bank(path))
    club = _read_club(club_folder, own, problems) if club_folder else []
    shelves: dict[str, dict[str, Entry]] = {name: {} for name in SHELVES.values()}
    for found in (*own, *club):
        shelves[SHELVES[type(found.entry)]][found.entry.id] = found.entry
    frozen: dict[str, Mapping[str, Entry]] = {
        name: MappingProxyType(shelf) for name, shelf in shelves.items()
    }
    frozen["questions"] = _Bank(shelves["questions"])
    return Content(problems=tuple(problems), **frozen)  # pyright: ignore[reportArgumentType] SHELVES pairs each shelf with its type


class _Bank(Mapping[str, Entry]):
    """The bot's own questions, which are read at the first look, and a club's among them."""

    def __init__(self, club: Mapping[str, Entry]) -> None:
        self._club = club

    @cached_property
    def _all(self) -> dict[str, Entry]:
        return {one.entry.id: one.entry for one in _read_own(_is_of_bank)} | dict(self._club)

    def __getitem__(self, name: str) -> Entry:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def _is_of_bank(path: Path) -> bool:
    return path.parent.name == SHELVES[Question]


def _read_own(wants: Callable[[Path], bool]) -> list[Found]:
    problems: list[Problem] = []
    own = _unique(read_folder(Path(__file__).parent, problems.append, wants=wants), problems)
    if problems:
        raise ContentError(tuple(problems))
    return own


def with_questions(content: Content, questions: Iterable[Question]) -> Content:
    """Give the same content with more questions; one whose id is there already changes nothing."""
    more = {one.id: one for one in questions}
    return replace(content, questions=MappingProxyType({**more, **content.questions}))


_LABEL_NAMES = frozenset({"first"})
_NO_WORDS: Mapping[str, Words] = MappingProxyType({})


def template_problem(entry: Entry, own: Mapping[str, Words] = _NO_WORDS) -> str:
    """Say what is wrong with an entry's templates; empty if they are sound.

    A sentence that replaces one of ``own`` may name what that one names: it is told no more.
    """
    try:
        for source, names in _sources(entry, own):
            check_template(source, names)
    except TemplateProblem as problem:
        return f"{problem.text} (line {problem.line} of its text)."
    return ""


def _sources(entry: Entry, own: Mapping[str, Words]) -> list[tuple[str, frozenset[str] | None]]:
    match entry:
        case Template():
            return [(entry.body, _drafts.NAMES), (entry.subject, _drafts.NAMES)]
        case Nudge():
            return [
                *((text, _nudges.NAMES) for text in (entry.text, entry.unlogged)),
                *((item, _nudges.ITEM_NAMES) for item in (entry.item, entry.unlogged_item)),
                *((label, _LABEL_NAMES) for label in entry.labels.values()),
            ]
        case Words():
            replaced = own.get(entry.id)
            return [(entry.text, names_in(replaced.text) if replaced else None)]
        case Phrase() | Objective():
            return [(entry.text, _drafts.NAMES)]
        case Button():
            return [(entry.label, _LABEL_NAMES)]
        case _:
            return []


def _read_club(folder: Path, own: list[Found], problems: list[Problem]) -> list[Found]:
    if not folder.is_dir():
        text = "There is no such folder: mend its path in the config."
        problems.append(Problem(str(folder), 1, text))
        return []
    found = _unique(read_folder(folder, problems.append), problems)
    verbs = {f.entry.id for f in (*own, *found) if isinstance(f.entry, Button)}
    words = {f.entry.id: f.entry for f in own if isinstance(f.entry, Words)}
    sound: list[Found] = []
    for one in found:
        text = template_problem(one.entry, words) or _unknown_button(one.entry, verbs)
        if text:
            problems.append(Problem(one.file, one.line, f"{one.entry.id}: {text}"))
        else:
            sound.append(one)
    return sound


def _unknown_button(entry: Entry, verbs: set[str]) -> str:
    if not isinstance(entry, Nudge):
        return ""
    shown = (*entry.buttons, *entry.introduction_buttons)
    return "".join(f"there is no button “{v}”. " for v in shown if v not in verbs)


def _unique(found: Iterable[Found], problems: list[Problem]) -> list[Found]:
    """Keep the first entry of each id; the next ones of its kind are problems."""
    seen: dict[tuple[type[Entry], str], Found] = {}
    for one in found:
        first = seen.setdefault((type(one.entry), one.entry.id), one)
        if first is not one:
            text = f"“{one.entry.id}” stands already in {first.file}, line {first.line}."
            problems.append(Problem(one.file, one.line, text))
    return list(seen.values())
