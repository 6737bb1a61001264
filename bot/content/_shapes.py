"""What an entry of each content file holds. Every entry names the rules that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, Struct

from bot.errors import UserError
from bot.rules.records import Kind, Mode

if TYPE_CHECKING:
    from bot.content._kits import Kit

Text = Annotated[str, Meta(min_length=1)]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
Rule = Annotated[str, Meta(pattern=r"^R(0[1-9]|[1-5]\d|60)$")]
Rules = Annotated[tuple[Rule, ...], Meta(min_length=1)]

FACETS = (
    "path",
    "day",
    "satisfactions",
    "skills",
    "organisation",
    "field",
    "start",
    "advice",
    "referral",
)
"""The topics of questions, in the order in which a talk visits them (R24 R35)."""

STAGES = ("first_years", "final_year", "career_changer")
"""Where a member stands; a question may be for some of these only."""

OCCASIONS = ("first", "later", "any")
"""Which talk with a person a question suits: ``first`` is best while little is known about them,
``later`` speaks of an earlier talk and makes no sense without one, ``any`` is as good each time."""

DRAFT_KINDS = (
    "request",
    "ask_introduction",
    "blurb",
    "write_again",
    "reply_yes",
    "reply_later",
    "thanks_anyway",
    "find_a_time",
    "confirmation",
    "about_me",
    "opening",
    "reschedule",
    "running_late",
    "after_cancelled",
    "thank_you",
    "linkedin_invitation",
    "talked_to",
    "tell_promise",
    "check_in",
    "check_in_again",
    "good_news",
)
"""What the bot words for a member, in the course of things; a club's folder may reword them."""

CHANNELS = (
    "email",
    "linkedin",
    "linkedin_message",
    "phone",
    "voicemail",
    "text",
    "card",
    "in_person",
)
"""How a draft travels (R43): ``linkedin`` is the note of an invitation, at most 300 characters;
``phone``, ``voicemail`` and ``in_person`` are spoken."""

NEAR_CHANNELS = {
    "linkedin": "linkedin_message",
    "linkedin_message": "linkedin",
    "voicemail": "phone",
    "phone": "voicemail",
    "card": "email",
}
"""Where a kind is not written for a channel, the channel that comes nearest to it."""

RELATIONS = (
    "alumni",
    "referral",
    "mutual",
    "family_friend",
    "colleague",
    "professor",
    "stranger",
    "event",
)
"""How a member stands to a contact (R08 R09 R55); each is worded in a way of its own."""

TONES = ("warm", "plain", "formal")
"""How a member writes; they differ in the length of sentences, contractions and closings."""

CHECKLISTS = ("research", "confirm", "bring", "manners", "openings")


class Sound(Struct, frozen=True, forbid_unknown_fields=True):
    """What every entry is: unchangeable, and a misspelt key is named, not swallowed."""


class Button(Sound, frozen=True):
    """A press that nudges offer: ``id`` is the verb in the button's id."""

    id: Id
    label: Text
    rules: Rules


class Nudge(Sound, frozen=True):
    """The words of one follow-up at one step; ``id`` is ``kind.step``, texts are templates."""

    id: Id
    kind: Kind
    step: Annotated[int, Meta(ge=1)]
    text: Text
    item: Text  # its line in a morning message of several
    buttons: tuple[Id, ...]
    rules: Rules
    unlogged: str = ""  # while the talk is not logged: it may not have happened
    unlogged_item: str = ""
    discreet: str = ""  # without names; empty: the word "discreet"
    introduction_buttons: tuple[Id, ...] = ()  # while an introduction is promised (R36)
    draft: str = ""  # the kind of draft that is shown beneath
    labels: Mapping[str, str] = {}  # instead of a button's own


class Words(Sound, frozen=True):
    """One sentence that the bot says around follow-ups; a template."""

    id: Id
    text: Text
    rules: Rules


class CheckItem(Sound, frozen=True):
    """One line of a checklist; without modes it holds for every talk."""

    id: Id
    list: str
    text: Text
    rules: Rules
    modes: tuple[Mode, ...] = ()


class SourceGroup(Sound, frozen=True):
    """One circle of people to think through (R02-R05); ``connection`` is stored with each name."""

    id: Id
    title: Annotated[str, Meta(min_length=1, max_length=80)]
    prompt: Text
    box_label: Annotated[str, Meta(min_length=1, max_length=45)]
    connection: Text
    rules: Rules


class HelpTopic(Sound, frozen=True):
    """One guide of ``/help``: a title and a few short lines."""

    id: Id
    title: Annotated[str, Meta(min_length=1, max_length=80)]
    lines: Annotated[tuple[Text, ...], Meta(min_length=1)]
    rules: Rules


class Question(Sound, frozen=True):
    """A question for a talk. The higher ``weight`` (1-5), the earlier it is asked (R23)."""

    id: Id
    text: Text
    facets: Annotated[tuple[str, ...], Meta(min_length=1)]
    rules: Rules
    minutes: Annotated[int, Meta(ge=1, le=10)] = 3
    searchable: bool = False  # a search answers it (R22): kept out of suggestions
    probe: str = ""  # what to ask when the answer is short
    why: str = ""  # empty: the reason of its first facet
    weight: Annotated[int, Meta(ge=1, le=5)] = 3
    fields: tuple[str, ...] = ()  # empty: for every field
    stages: tuple[str, ...] = ()  # empty: for every stage
    occasion: str = "first"


class Template(Sound, frozen=True):
    """A draft's file: subject and body are template sources. ``id`` is ``kind.channel``."""

    id: Id
    kind: str
    channel: str
    body: Text
    rules: Rules
    subject: str = ""
    max_chars: Annotated[int, Meta(ge=0)] = 0  # 0: no limit


class Phrase(Sound, frozen=True):
    """A sentence that many drafts share, used in their templates by its ``id``; a template too."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z_]{0,59}$")]
    text: Text
    rules: Rules


class Objective(Sound, frozen=True):
    """What a member asks a talk for, in one sentence (R19): a template, and its name in a menu."""

    id: Id
    label: Annotated[str, Meta(min_length=1, max_length=100)]
    text: Text
    rules: Rules


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a club's content, and where; the entry is left out."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.text}"


class ContentError(Exception):
    """The content that the bot brings along is broken; it cannot start."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Content:
    """All texts, by id, in the order of their files; a club's entries replace those of one id."""

    buttons: Mapping[str, Button]
    nudges: Mapping[str, Nudge]
    words: Mapping[str, Words]
    checklists: Mapping[str, CheckItem]
    sourcing: Mapping[str, SourceGroup]
    help: Mapping[str, HelpTopic]
    questions: Mapping[str, Question]
    templates: Mapping[str, Template]
    phrases: Mapping[str, Phrase]
    objectives: Mapping[str, Objective]
    kits: Mapping[str, Kit]
    problems: tuple[Problem, ...] = ()

    def checklist(self, name: str, mode: Mode | None = None) -> tuple[CheckItem, ...]:
        """Give a checklist's items, in order, that hold for this way of talking."""
        return tuple(
            item
            for item in self.checklists.values()
            if item.list == name and (mode is None or not item.modes or mode in item.modes)
        )

    def nudge(self, kind: Kind, step: int) -> Nudge:
        """Find the words of a follow-up; a step beyond the written ones speaks like the last."""
        written = [n for n in self.nudges.values() if n.kind is kind and n.step <= step]
        return max(written, key=lambda nudge: nudge.step)

    def channels(self, kind: str) -> tuple[str, ...]:
        """List the channels that a kind of draft is written for, the usual one first."""
        return tuple(c for c in CHANNELS if f"{kind}.{c}" in self.templates)

    def channel_for(self, kind: str, channel: str) -> str:
        """Give the channel that a kind is worded for: this one, the nearest, or the usual one."""
        written = self.channels(kind)
        for one in (channel, NEAR_CHANNELS.get(channel, "")):
            if one in written:
                return one
        return written[0] if written else channel

    def topic(self, topic: str) -> HelpTopic:
        """Find a guide by its id or title; raises UserError naming what there is."""
        for entry in self.help.values():
            if topic.casefold() in (entry.id, entry.title.casefold()):
                return entry
        titles = ", ".join(entry.title for entry in self.help.values())
        raise UserError(f"There is no guide on that. Choose one of these: {titles}.")
