"""Which of a contact's talks is meant: the one open one; several are asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from bot.content import plain_text
from bot.errors import Choice, NotYours, Unclear
from bot.notebook.facts import say_near_day
from bot.notebook.interviews import TalkPage
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.rules.hours import local_day
from bot.rules.records import Talk, TalkState
from bot.rules.stages import open_talks_for_logging, open_talks_for_preparing
from bot.rules.when import read_when
from cogs._ui.forms import Filled
from cogs._ui.interview_cards import say_talk
from cogs._ui.interview_forms import TalkSubject

_NEW = "new"
_UNBOOKED = "One that is not in my book"


def on_page(page: Page, key: str) -> TalkPage:
    """Find a talk on its contact's page, or raise NotYours."""
    talk = next((entry for entry in page.interviews if entry.key == key), None)
    if talk is None:
        raise NotYours
    return TalkPage(page, talk)


def _choices(
    page: Page, talks: Iterable[Talk], member: MemberFacts, now: datetime
) -> tuple[Choice, ...]:
    return tuple(Choice(say_talk(on_page(page, talk.key), member, now), talk.key) for talk in talks)


def which_ahead(page: Page, member: MemberFacts, now: datetime) -> str:
    """Say which talk is the next, by key; two are asked about, none is ""."""
    ahead = open_talks_for_preparing(page.notes, now)
    if len(ahead) > 1:
        raise Unclear(
            f"You have several talks with {plain_text(page.first)} ahead. Which one?",
            field_name="which",
            choices=_choices(page, ahead[:5], member, now),
        )
    return ahead[0].key if ahead else ""


def which_moved(page: Page, filled: Filled, member: MemberFacts, now: datetime) -> str:
    """Say which talk in the book a new date is for; "" for a talk of its own."""
    which = filled.get("which")
    ahead = open_talks_for_preparing(page.notes, now)
    if which or not ahead:
        return "" if which == _NEW else which
    moved = tuple(
        Choice(f"It moved: it was {choice.label}", choice.value)
        for choice in _choices(page, ahead[:4], member, now)
    )
    raise Unclear(
        f"You have a talk with {plain_text(page.first)} in your book already. "
        "Did it move, or is this another one?",
        field_name="which",
        choices=(*moved, Choice("Another talk", _NEW)),
    )


def which_held(page: Page, filled: Filled, member: MemberFacts, now: datetime) -> TalkSubject:
    """Say which talk was held: the latest past one not noted; none makes a new one.

    ``when`` and ``which`` are among the values. Several, or a day that is not that of the talk in
    the book, are asked about.
    """
    zone = member.zone_or_club
    typed, which = filled.get("when"), filled.get("which")
    moment = read_when(typed, now=now, zone=zone, expect="past") if typed else None
    on, at = (moment.on, moment.at) if moment else (None, None)
    today = local_day(now, zone)
    if which == _NEW:
        return TalkSubject(contact=page.key, on=on or today, at=at)
    waiting = open_talks_for_logging(page.notes, now)
    fitting = [talk for talk in waiting if on is None or talk.on == on]
    if which or len(fitting) == 1:
        key = which or fitting[0].key
        is_ahead = key not in {talk.key for talk in waiting}
        day = on or (today if is_ahead else None)
        return TalkSubject(key, page.key, on=day, at=at or (now if is_ahead and not on else None))
    _ask_which(page, fitting or waiting, member, now)
    _ask_if_ahead(page, on or today, member, now)
    _ask_if_noted(page, on or today, member, now)
    return TalkSubject(contact=page.key, on=on or today, at=at)


def _ask_which(page: Page, talks: list[Talk], member: MemberFacts, now: datetime) -> None:
    if talks:
        raise Unclear(
            f"Which talk with {plain_text(page.first)} was it?",
            field_name="which",
            choices=(
                *_choices(page, talks[:4], member, now),
                Choice(_UNBOOKED, _NEW),
            ),
        )


def _ask_if_ahead(page: Page, on: date, member: MemberFacts, now: datetime) -> None:
    # Who picks one of these gives its date up: the label says so, and comes second.
    ahead = _choices(page, open_talks_for_preparing(page.notes, now)[:4], member, now)
    if ahead:
        day = say_near_day(on, local_day(now, member.zone_or_club))
        earlier = (
            Choice(f"{choice.label}: it took place earlier, {day}", choice.value)
            for choice in ahead
        )
        raise Unclear(
            f"What your book has with {plain_text(page.first)} is still to come. "
            "Which talk was it?",
            field_name="which",
            choices=(Choice(_UNBOOKED, _NEW), *earlier),
        )


def _ask_if_noted(page: Page, on: object, member: MemberFacts, now: datetime) -> None:
    noted = [talk for talk in page.notes.talks if talk.state is TalkState.HELD and talk.on == on]
    if noted:
        (choice,) = _choices(page, noted[:1], member, now)
        raise Unclear(
            f"You noted a talk with {plain_text(page.first)} already: {choice.label}. "
            "Was there another one?",
            field_name="which",
            choices=(Choice("Yes, another one", _NEW),),
        )
