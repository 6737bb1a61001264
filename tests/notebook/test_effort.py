"""The only door out of the notebooks gives the right counts, and nothing but counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.notebook.changes import Actor, undo
from bot.notebook.contacts import add_contact, edit_contact, remove_contact
from bot.notebook.effort import effort_of_member, gather_effort, longest_chain
from bot.notebook.interviews import (
    Held,
    Slot,
    Takeaways,
    access_talk,
    log_interview,
    schedule_interview,
)
from bot.notebook.interviews.talks import begin_talk, finish_talk, update_talk
from bot.notebook.log import Happened, access_entry, delete_entry, fix_entry, log_touch
from bot.notebook.members import change_settings, ensure_member
from bot.rules.records import Answer, TouchKind
from bot.rules.scoring import Measure, Window
from bot.storage.db import Database
from bot.storage.models import Challenge, Participation
from bot.storage.types import new_key

ANA, BEN = 100, 200
WINDOW = Window(date(2026, 3, 2), date(2026, 3, 31))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERY = tuple(Measure)
LONG = "She enjoys the night shifts, because there is time to teach."


@dataclass
class Scene:
    """Members in one challenge, and a calendar that is moved by hand."""

    db: Database
    challenge: str

    async def member(self, number: int, *, joined: date = WINDOW.starts_on) -> None:
        async with self.db.write() as session:
            await ensure_member(session, number, now=NOON)
            await change_settings(session, number, zone="UTC")
            await session.execute(
                insert(Participation).values(
                    key=new_key(),
                    challenge_key=self.challenge,
                    owner_id=number,
                    counts_from=joined,
                    joined_at=NOON,
                    alias="Otter",
                )
            )

    async def person(self, owner: int, **values: str) -> str:
        async with self.db.write() as session:
            giver = values.pop("giver", None)
            stored = await add_contact(
                session, by=Actor(owner, NOON), values={"name": "Rosa", **values}, referred_by=giver
            )
        return next(reversed(stored.pages))

    async def log(self, owner: int, contact: str, kind: TouchKind, day: int, late: int = 0) -> str:
        on = WINDOW.starts_on + timedelta(days=day)
        answer = Answer.YES if kind is TouchKind.ANSWERED else None
        by = Actor(owner, NOON + timedelta(days=day + late))
        async with self.db.write() as session:
            if kind is TouchKind.TALKED:
                held = Held(contact, on=on)
                noted = await log_interview(session, by=by, held=held, takeaways=Takeaways())
                return noted.on.talk.key  # its entry has the same
            logged = await log_touch(
                session, by=by, contact=f"#{contact}", happened=Happened(kind, on, answer=answer)
            )
        assert logged.entry
        return logged.entry

    async def counts(self, owner: int = ANA) -> dict[str, list[int]]:
        """The days of what counts, from the first day of the challenge."""
        async with self.db.read() as session:
            effort = await gather_effort(session, self.challenge, window=WINDOW, measures=EVERY)
        start = WINDOW.starts_on.toordinal()
        return {
            str(measure): sorted(deed.day - start for deed in deeds)
            for measure, deeds in effort.get(owner, {}).items()
        }


@pytest.fixture
async def scene(db: Database) -> Scene:
    key = new_key()
    async with db.write() as session:
        await session.execute(
            insert(Challenge).values(
                key=key,
                guild_id=1,
                title="Five",
                text="",
                terms=[],
                starts_on=WINDOW.starts_on,
                ends_on=WINDOW.ends_on,
                created_at=NOON,
            )
        )
    made = Scene(db, key)
    await made.member(ANA)
    return made


async def hold(scene: Scene, contact: str, day: int, *, questions: int, enjoyed: str = "") -> str:
    """Book a talk with questions, and note it on its day."""
    at = NOON + timedelta(days=day)
    async with scene.db.write() as session:
        booked = await schedule_interview(
            session, by=Actor(ANA, NOON), ref=f"#{contact}", slot=Slot(at, "UTC")
        )
        on = booked.on
        details = {"questions": [{"text": f"What is {n}?"} for n in range(questions)]}
        ledger = await begin_talk(session, Actor(ANA, NOON), "saving questions", on)
        await update_talk(ledger, on.talk, details=details)
        on = (await finish_talk(ledger, contact, on.talk.key)).on
    async with scene.db.write() as session:
        await log_interview(
            session,
            by=Actor(ANA, at + timedelta(hours=1)),
            held=Held(contact, on),
            takeaways=Takeaways(enjoyed=enjoyed),
        )
    return on.talk.key


async def test_each_step_counts_once_for_each_person_on_the_day_it_happened(scene: Scene):
    rosa = await scene.person(ANA, role="Nurse", connection="alumni")
    await scene.log(ANA, rosa, TouchKind.ASKED, 1)
    await scene.log(ANA, rosa, TouchKind.ANSWERED, 2)
    await hold(scene, rosa, 4, questions=5, enjoyed=LONG)
    await scene.log(ANA, rosa, TouchKind.THANKED, 5)
    await scene.log(ANA, rosa, TouchKind.THANKED, 6)
    await scene.log(ANA, rosa, TouchKind.WROTE, 20)
    await scene.person(ANA, name="Leo", giver=f"#{rosa}")
    assert await scene.counts() == {
        "asked": [1],
        "replies": [2],
        "talks": [4],
        "prepared": [4],
        "takeaways": [4],
        "thanks": [5],
        "check_ins": [20],
        "referrals": [0],
        "fields": [4],
        "alumni": [4],
    }


async def test_a_talk_without_questions_or_with_few_words_is_a_talk_and_no_more(scene: Scene):
    await hold(scene, await scene.person(ANA), 4, questions=4, enjoyed="nice")
    assert await scene.counts() == {"talks": [4]}


async def test_questions_saved_after_the_talk_do_not_prepare_it(scene: Scene):
    rosa = await scene.person(ANA)
    key = await hold(scene, rosa, 4, questions=0)
    async with scene.db.write() as session:
        on = await access_talk(session, ANA, key)
        ledger = await begin_talk(session, Actor(ANA, NOON + timedelta(days=5)), "late", on)
        await update_talk(ledger, on.talk, details={"questions": [{"text": "?"}] * 6})
        await finish_talk(ledger, rosa, key)
    assert await scene.counts() == {"talks": [4]}


COUNTED_AS = {TouchKind.ASKED: "asked", TouchKind.TALKED: "talks"}
of_both = pytest.mark.parametrize("kind", COUNTED_AS)


@of_both
async def test_what_is_noted_too_late_does_not_count_and_a_later_deed_in_time_does(
    scene: Scene, kind: TouchKind
):
    rosa = await scene.person(ANA)
    await scene.log(ANA, rosa, kind, 1, late=8)
    assert await scene.counts() == {}
    await scene.log(ANA, rosa, kind, 9, late=7)
    assert await scene.counts() == {COUNTED_AS[kind]: [9]}


@of_both
@pytest.mark.parametrize(("day", "late", "counts"), [(29, 3, True), (29, 4, False), (30, 0, False)])
async def test_the_window_closes_and_notes_have_three_days_more(
    scene: Scene, kind: TouchKind, day: int, late: int, counts: bool
):
    await scene.log(ANA, await scene.person(ANA), kind, day, late=late)
    assert await scene.counts() == ({COUNTED_AS[kind]: [day]} if counts else {})


@pytest.mark.parametrize(("day", "counts"), [(4, True), (7, True), (8, False)])
async def test_a_thank_you_counts_within_three_days(scene: Scene, day: int, counts: bool):
    rosa = await scene.person(ANA)
    await hold(scene, rosa, 4, questions=0)
    await scene.log(ANA, rosa, TouchKind.THANKED, day)
    assert ("thanks" in await scene.counts()) is counts


async def test_thanks_without_a_talk_and_writing_again_before_one_count_for_nothing(scene: Scene):
    rosa = await scene.person(ANA)
    await scene.log(ANA, rosa, TouchKind.THANKED, 3)
    await scene.log(ANA, rosa, TouchKind.WROTE, 25)
    assert await scene.counts() == {}


async def test_removing_takes_back_what_it_gave_and_undo_gives_it_again(scene: Scene):
    rosa = await scene.person(ANA)
    await scene.log(ANA, rosa, TouchKind.ASKED, 1)
    async with scene.db.write() as session:
        gone = await remove_contact(session, by=Actor(ANA, NOON + timedelta(days=2)), key=rosa)
    assert await scene.counts() == {}
    async with scene.db.write() as session:
        await undo(session, Actor(ANA, NOON + timedelta(days=2)), gone.change)
    assert await scene.counts() == {"asked": [1]}


@of_both
async def test_moving_an_entry_back_in_time_makes_it_late(scene: Scene, kind: TouchKind):
    entry = await scene.log(ANA, await scene.person(ANA), kind, 12)
    changed = await fix(scene, entry, 4)
    assert await scene.counts() == {}
    async with scene.db.write() as session:
        await undo(session, Actor(ANA, NOON + timedelta(days=13)), changed)
    assert await scene.counts() == {COUNTED_AS[kind]: [12]}
    await fix(scene, entry, 6)
    assert await scene.counts() == {COUNTED_AS[kind]: [6]}


async def test_a_talk_whose_entry_is_deleted_counts_no_more_until_that_is_undone(scene: Scene):
    talk = await hold(scene, await scene.person(ANA), 4, questions=5, enjoyed=LONG)
    counted = await scene.counts()
    by = Actor(ANA, NOON + timedelta(days=6))
    async with scene.db.write() as session:
        gone = await delete_entry(session, by=by, entry=await access_entry(session, ANA, talk))
    assert await scene.counts() == {}
    async with scene.db.write() as session:
        await undo(session, by, gone.stored.change)
    assert await scene.counts() == counted == {"talks": [4], "prepared": [4], "takeaways": [4]}


async def test_a_person_is_counted_once_by_their_first_talk_and_their_first_prepared_one(
    scene: Scene,
):
    rosa, leo = await scene.person(ANA), await scene.person(ANA, name="Leo")
    await scene.log(ANA, rosa, TouchKind.TALKED, 2)
    await scene.log(ANA, leo, TouchKind.TALKED, 2)
    await hold(scene, rosa, 9, questions=5)
    await hold(scene, rosa, 12, questions=5)
    assert await scene.counts() == {"talks": [2, 2], "prepared": [9]}


async def fix(scene: Scene, entry: str, day: int) -> str:
    async with scene.db.write() as session:
        row = await access_entry(session, ANA, entry)
        values: dict[str, Any] = {"on": WINDOW.starts_on + timedelta(days=day), "at": None}
        by = Actor(ANA, NOON + timedelta(days=13))
        return (await fix_entry(session, by=by, entry=row, values=values)).stored.change


async def test_a_late_joiner_is_counted_from_their_day_and_others_are_left_alone(scene: Scene):
    await scene.member(BEN, joined=WINDOW.starts_on + timedelta(days=10))
    one, two = await scene.person(BEN), await scene.person(BEN, name="Leo")
    await scene.log(BEN, one, TouchKind.ASKED, 9)
    await scene.log(BEN, two, TouchKind.ASKED, 10)
    assert await scene.counts(BEN) == {"asked": [10]}
    assert await scene.counts(ANA) == {}


async def test_a_field_counts_when_it_is_new_to_the_member(scene: Scene):
    mia = await scene.person(ANA, name="Mia", role="Nurse")
    async with scene.db.write() as session:
        await log_interview(
            session,
            by=Actor(ANA, NOON),
            held=Held(mia, None, WINDOW.starts_on - timedelta(days=30)),
            takeaways=Takeaways(),
        )
    rosa = await scene.person(ANA, name="Rosa", role="nurse")
    await hold(scene, rosa, 3, questions=0)
    assert await scene.counts() == {"talks": [3]}
    async with scene.db.write() as session:
        by = Actor(ANA, NOON + timedelta(days=4))
        await edit_contact(session, by=by, key=rosa, values={"role": "Stage manager"})
    assert await scene.counts() == {"talks": [3], "fields": [3]}


async def test_a_members_own_effort_and_their_longest_row_of_names(scene: Scene):
    rosa = await scene.person(ANA)
    leo = await scene.person(ANA, name="Leo", giver=f"#{rosa}")
    async with scene.db.read() as session:
        assert await longest_chain(session, ANA) == 2
    await scene.person(ANA, name="Mia", giver=f"#{leo}")
    async with scene.db.read() as session:
        assert await longest_chain(session, ANA) == 3
        assert await longest_chain(session, BEN) == 0
        effort = await effort_of_member(session, ANA, window=WINDOW, measures=EVERY)
    assert len(effort[Measure.REFERRALS]) == 2


async def test_nothing_but_numbers_comes_out(scene: Scene):
    marker = "CanaryMarker"
    rosa = await scene.person(
        ANA, name=marker, role=marker, organization=marker, notes=marker, connection="alumni"
    )
    await hold(scene, rosa, 4, questions=5, enjoyed=marker * 3)
    async with scene.db.read() as session:
        effort = await gather_effort(session, scene.challenge, window=WINDOW, measures=EVERY)
    for member, deeds in effort.items():
        assert type(member) is int
        assert {type(one) for theirs in deeds.values() for deed in theirs for one in deed} == {int}
    assert rosa not in repr(effort)
    assert marker not in repr(effort)
