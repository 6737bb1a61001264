"""How a club's packs of questions look: before they are published, in the list, as an example."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence

import discord

from bot.club.packs import MOST_PACKS, ClubPack
from bot.content import (
    FACETS,
    FIELDS,
    OCCASIONS,
    PACK_BYTES,
    PACK_QUESTIONS,
    STAGES,
    PackFile,
    Problem,
    Question,
    plain_text,
)
from bot.rules.presses import Press, menu
from bot.rules.question_review import review_question
from cogs._ui.cards import WARNING, Card, Item
from cogs._ui.words import stamp

LIST_PACKS = menu("packs", "All packs")
_SAMPLES = 3
_NAMED = 5  # problems, findings: the others are counted
_LINE = 220
_EXAMPLE = f"""\
# Questions of your own for the members of your server. Change these, save, and run
# /organise pack with this file. At most {PACK_QUESTIONS} questions, {PACK_BYTES // 1024} KB.
#
# facets (topics), one or more: {", ".join(FACETS)}
# fields, for whom it is (leave it out: for everybody):
{"".join(f"#   {one}{chr(10)}" for one in FIELDS)}\
# stages, for which members (leave it out: for all): {", ".join(STAGES)}
# occasion: {", ".join(OCCASIONS)} talk ("first" unless you say so)
# weight: 1 to 5, the higher the earlier; minutes: 1 to 10
# rules: R24 is "ask about their path, their organisation and their field"

[[question]]
id = "handover"
text = "What do you listen for when the night shift hands over to you?"
facets = ["day"]
fields = ["medicine_and_nursing"]
weight = 4
minutes = 3
probe = "What gets lost there most often?"
rules = ["R24"]

[[question]]
id = "our-alumni"
text = "What did you bring along from our school that still helps you?"
facets = ["path"]
rules = ["R24"]
"""


def preview_card(name: str, pack: PackFile, before: ClubPack | None, publish: Press) -> Card:
    """Show what a checked pack would bring, and offer to publish it."""
    count = len(pack.questions)
    replaced = (
        f"\nIt takes the place of the pack of this name ({_count(len(before.questions))})."
        if before
        else ""
    )
    parts = (
        f"## {plain_text(name)}\n{_count(count)} for the members of this server.{replaced}",
        _topics(pack.questions),
        _samples(pack.questions),
        _problems(f"{len(pack.problems)} left out", pack.problems),
        _review(pack.questions),
    )
    row = (publish, LIST_PACKS)
    return Card("\n\n".join(part for part in parts if part), rows=(row,))


def refused_card(problems: Sequence[Problem]) -> Card:
    """Say why nothing in a file can be used."""
    text = _problems("I can't use that file", problems)
    row = (menu("packs", "Show me an example", arg="example"), LIST_PACKS)
    return Card(f"{text}\nMend that and run **/organise pack** again.", rows=(row,), colour=WARNING)


def packs_card(packs: Sequence[ClubPack]) -> Card:
    """List a club's packs, each with its Remove."""
    items = tuple(
        Item(
            f"**{plain_text(one.name)}** · {_count(len(one.questions))} · "
            f"since {stamp(one.published_at, 'D')}",
            Press("k", one.key, "remove_pack", "Remove"),
        )
        for one in packs
    )
    head = (
        f"**Packs of questions** · {len(packs)} of {MOST_PACKS}\nMembers of this server get them "
        "beside mine. To add one, run **/organise pack** with a file; a file of the same name "
        "takes the place of the one before."
    )
    row = (menu("packs", "Show me an example", arg="example"),)
    return Card(head, items=items, rows=(row,))


def example_card() -> Card:
    """Give an example of a pack as a file."""
    text = (
        "A pack is a text file like this one: each question stands under a line [[question]]. "
        "Change it, save it, and run **/organise pack** with it. I check it and show you what I "
        "read before anybody gets it."
    )
    file = discord.File(io.BytesIO(_EXAMPLE.encode()), filename="example.toml")
    return Card(text, files=(file,))


def _count(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _topics(questions: Iterable[Question]) -> str:
    asked = list(questions)
    topics = Counter(one.facets[0] for one in asked)
    fields = Counter(field for one in asked for field in one.fields)
    by_topic = " · ".join(f"{topic} {topics[topic]}" for topic in FACETS if topics[topic])
    by_field = " · ".join(f"{FIELDS[one]} {count}" for one, count in fields.most_common(_NAMED))
    others = f" · and {len(fields) - _NAMED} other fields" if len(fields) > _NAMED else ""
    return f"**By topic**: {by_topic}" + (f"\n**By field**: {by_field}{others}" if fields else "")


def _samples(questions: Sequence[Question]) -> str:
    step = max(1, len(questions) // _SAMPLES)
    shown = questions[::step][:_SAMPLES]
    return "\n".join(f"> {plain_text(one.text)}" for one in shown)


def _problems(head: str, problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    lines = [f"- {plain_text(_short(str(one)))}" for one in problems[:_NAMED]]
    return "\n".join([f"**{head}**", *lines, *_others(len(problems))])


def _review(questions: Iterable[Question]) -> str:
    found = [
        (one, findings[0])
        for one in questions
        if not one.searchable and (findings := review_question(one.text, probe=one.probe))
    ]
    if not found:
        return ""
    head = f"**{_count(len(found))} could be stronger**"
    lines = [
        f"- “{plain_text(_short(one.text, 90))}”: {finding.remedy}"
        for one, finding in found[:_NAMED]
    ]
    return "\n".join([head, *lines, *_others(len(found))])


def _others(count: int) -> list[str]:
    return [f"- and {count - _NAMED} more"] if count > _NAMED else []


def _short(text: str, room: int = _LINE) -> str:
    return text if len(text) <= room else f"{text[:room].rstrip()}…"
