"""What a message says of a talk, an answer or a promise is what the notebook holds of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.content import TONES, load
from bot.notebook.drafts import Drafted, Wanted, draft_message
from bot.notebook.drafts.wording import put_answer
from bot.notebook.members import MemberFacts, change_settings, ensure_member, find_member
from bot.notebook.nudges import Due, compose
from bot.notebook.pages import Page, load_pages
from bot.rules.records import Kind
from bot.storage.db import Database
from bot.storage.models import Contact, Interview, Promise, Reminder, Touch
from bot.storage.types import new_key

CONTENT = load()
ME = 7
NEW_YORK = "America/New_York"
NOW = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)  # a Wednesday, 11 am in New York
PROFILE = {
    "name": "Sam Lee",
    "line": "a second-year biology student",
    "field": "nursing",
    "email": "sam@example.edu",
    "phone": "555 0100",
}


@dataclass
class Notebook:
    """One member's notebook, with Rosa in it."""

    db: Database
    member: MemberFacts
    rosa: str

    async def page(self, key: str = "") -> Page:
        async with self.db.read() as session:
            return (await load_pages(session, [key or self.rosa], owner_id=ME))[key or self.rosa]

    async def add(self, model: Any, **values: Any) -> str:
        row = {"key": new_key(), "owner_id": ME, **values}
        if model is not Contact:
            row = {"contact_key": self.rosa, **row}
        if model not in (Contact, Reminder, Promise):
            row = {"recorded_at": NOW - timedelta(days=30), **row}
        async with self.db.write() as session:
            await session.execute(insert(model).values(row))
        return str(row["key"])

    async def change(self, contact: str, **values: Any) -> None:
        async with self.db.write() as session:
            await session.execute(update(Contact).where(Contact.key == contact).values(values))

    async def person(self, name: str, **values: Any) -> str:
        details = {"name": name, **values.pop("details", {})}
        found = {"may_use_name": "not_asked", "added_at": NOW, "last_at": NOW, **values}
        return await self.add(Contact, label=name, details=details, **found)

    async def talk(self, at: datetime, state: str = "planned", **values: Any) -> str:
        """A talk of twenty minutes by phone, in the member's zone unless another is given."""
        row: dict[str, Any] = {"zone": NEW_YORK, "mode": "phone", "details": {}} | values
        row |= {"state": state, "on": at.date(), "starts_at": at}
        return await self.add(Interview, **row)

    async def touch(self, kind: str, on: date, **values: Any) -> str:
        return await self.add(Touch, kind=kind, on=on, zone="UTC", **values)

    async def drafted(
        self, kind: str, channel: str = "email", about: str = "", tone: str = "warm"
    ) -> Drafted:
        wanted = Wanted(kind, channel, about, tone)
        return draft_message(CONTENT, await self.page(), self.member, now=NOW, wanted=wanted)

    async def said(self, kind: str, channel: str = "email", **wanted: str) -> str:
        """Subject and text in one."""
        drafted = await self.drafted(kind, channel, **wanted)
        return f"{drafted.subject}\n{drafted.text}"

    async def nudged(self, kind: Kind, anchor: str, on: date, step: int = 1) -> str:
        """A nudge that reached the member."""
        sent = {"kind": kind, "anchor": anchor, "step": step, "delivered_on": on}
        times = {"due_at": at(on), "wake_at": at(on), "expires_at": at(on) + timedelta(days=21)}
        name = f"{kind}:{anchor}:{step}"
        return await self.add(Reminder, plan_key=name, state="delivered", **sent, **times)

    async def nudge(self, kind: Kind, anchor: str = "", step: int = 1) -> str:
        due = Due(new_key(), kind, anchor, step, NOW, NOW + timedelta(days=2), await self.page())
        return compose(CONTENT, self.member, (due,), key=new_key(), now=NOW).content


async def notebook(db: Database, **rosa: Any) -> Notebook:
    """A member in New York who knows Rosa Vega; ``rosa`` are columns of her row."""
    async with db.write() as session:
        await ensure_member(session, ME, now=NOW)
        await change_settings(session, ME, profile=PROFILE, zone=NEW_YORK)
        member = await find_member(session, ME, guild_id=None)
    made = Notebook(db, member, "")
    made.rosa = await made.person(rosa.pop("name", "Rosa Vega"), **rosa)
    return made


async def notebook_of(mine: Notebook, name: str) -> Notebook:
    """The same notebook, with another person meant."""
    return Notebook(mine.db, mine.member, await mine.person(name))


async def test_a_talk_is_said_to_a_contact_on_their_clock(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(datetime(2026, 3, 17, 15, 0, tzinfo=UTC), zone="Europe/Berlin")
    said = await mine.said("confirmation")
    assert said.startswith("Our talk on Tuesday at 4:00 pm your time (11:00 am mine)\n")
    assert "our talk on Tuesday at 4:00 pm your time (11:00 am mine), and I'll" in said
    assert "at 4:00 pm your time (11:00 am mine) after all" in await mine.said("reschedule")


async def test_a_talk_on_their_next_day_is_said_to_be_on_that_day(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(datetime(2026, 3, 12, 0, 30, tzinfo=UTC), zone="Asia/Tokyo")
    assert "tomorrow" not in await mine.said("confirmation")  # it is Thursday in Tokyo already
    assert "today at 9:30 am your time (8:30 pm mine)" in await mine.said("confirmation")
    late = await mine.said("running_late", "text", about="10")
    assert "running 10 minutes late for our talk at 9:30 am your time (8:30 pm mine)" in late


async def test_a_clock_that_reads_the_same_is_said_once(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(datetime(2026, 3, 17, 15, 0, tzinfo=UTC), zone="America/Toronto")
    assert "on Tuesday at 11:00 am, and" in await mine.said("confirmation")


async def test_a_nudge_says_the_day_on_the_members_own_clock(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    held = datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
    key = await mine.talk(held, "held", zone="Asia/Tokyo", logged_at=held)
    said = await mine.nudge(Kind.THANK_YOU, f"{key}@20260310")
    assert said.startswith("Yesterday you talked to Rosa.")


def at(day: date, hour: int = 15) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


FEBRUARY, MARCH = date(2026, 2, 20), date(2026, 3, 17)


async def test_the_talk_that_was_called_off_is_the_one_that_is_named(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(at(FEBRUARY), "held", logged_at=at(FEBRUARY, 18))
    await mine.talk(at(MARCH), "cancelled", cancelled_on=NOW.date())
    for tone in TONES:
        theirs = await mine.said("after_cancelled", tone=tone)
        assert "letting me know about our" in theirs
        assert "Tuesday" in theirs
        assert "February" not in theirs + await mine.said("reschedule", tone=tone)
    assert "go on from where we stopped" in await mine.said("after_cancelled")
    assert "I'm so sorry, but I can't make our talk on Tuesday" in await mine.said("reschedule")


async def test_without_a_talk_to_move_no_other_one_is_named(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(at(FEBRUARY), "held", logged_at=at(FEBRUARY, 18))
    assert "February" not in await mine.said("after_cancelled")
    assert "[which day?]" in await mine.said("reschedule")


async def test_who_missed_a_talk_does_not_say_that_they_will_miss_it(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(NOW - timedelta(days=1), "cancelled", cancelled_on=NOW.date())
    for tone, said in (
        ("warm", "I'm so sorry that I couldn't make our talk yesterday. I know"),
        ("plain", "I'm sorry that I couldn't make our talk yesterday."),
        ("formal", "I apologize for not keeping our appointment yesterday,"),
    ):
        assert said in await mine.said("reschedule", tone=tone)


async def test_a_reminder_for_a_new_date_neither_apologises_nor_forgives(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    key = await mine.talk(at(MARCH), "cancelled", cancelled_on=NOW.date() - timedelta(days=2))
    said = await mine.nudge(Kind.FIND_A_TIME, key)
    assert "I'd still love to have our talk. Shall we try again?" in said
    assert "sorry" not in said
    assert "letting me know" not in said


async def test_who_gave_a_name_with_the_no_is_thanked_for_it_and_not_asked_again(
    sqlite_db: Database,
):
    mine = await notebook(sqlite_db)
    await mine.touch("answered", NOW.date(), answer="no")
    asks = r"somebody else|[Ww]ho else"
    assert re.search(asks, await mine.said("thanks_anyway"))
    key = await mine.person("Mia Holt", referred_by=mine.rosa)
    for tone, channel in product(TONES, CONTENT.channels("thanks_anyway")):
        said = await mine.said("thanks_anyway", channel, tone=tone)
        assert not re.search(asks, said), said
        assert re.search(r"(may|can) I (mention|say)|all right to say", said, re.IGNORECASE), said
    await mine.change(key, may_use_name="yes")
    for tone, channel in product(TONES, CONTENT.channels("thanks_anyway")):
        said = await mine.said("thanks_anyway", channel, tone=tone)
        assert re.search(r"mention|say that you sent me", said), said
        assert not re.search(r"(may|can) I|all right", said, re.IGNORECASE), said


async def test_a_promised_introduction_is_not_asked_for_again(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    mia = await mine.person("Mia Holt", referred_by=mine.rosa, they_introduce=True)
    for tone, channel in product(TONES, CONTENT.channels("ask_introduction")):
        said = await mine.said("ask_introduction", channel, about=mia, tone=tone)
        assert "offered to introduce me to Mia Holt. Is that still possible?" in said
        assert "Would you" not in said
    await mine.change(mia, they_introduce=False, may_use_name="yes")
    for tone, channel in product(TONES, CONTENT.channels("ask_introduction")):
        said = await mine.said("ask_introduction", channel, about=mia, tone=tone)
        assert not re.search(r"(may|can|could) I mention", said, re.IGNORECASE), said


async def test_who_calls_is_not_asked_when_it_is_noted_and_not_quoted_either(
    sqlite_db: Database,
):
    mine = await notebook(sqlite_db)
    await mine.talk(at(MARCH), details={"who_calls": "she calls me, on my mobile"})
    for tone, said in (
        ("warm", "We'll talk by phone, as we agreed."),
        ("plain", "By phone, as agreed."),
        ("formal", "We will speak by telephone, as agreed."),
    ):
        confirmed = await mine.said("confirmation", tone=tone)
        assert said in confirmed
        assert "call you" not in confirmed
        assert "she calls" not in confirmed
    nudge = await mine.nudge(Kind.CONFIRM)
    assert "Who calls: “she calls me, on my mobile”. Find a quiet spot" in nudge
    assert "Who calls: “she calls me, on my mobile”. Water, paper" in await mine.nudge(
        Kind.STARTS_SOON
    )


async def test_an_open_question_of_who_calls_stays_one(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(at(MARCH))
    assert "I'll call you, if that's all right." in await mine.said("confirmation")
    assert "Who calls whom? Find a quiet spot" in await mine.nudge(Kind.CONFIRM)


async def test_the_second_line_about_a_date_is_another_and_asks_for_a_short_call(
    sqlite_db: Database,
):
    mine = await notebook(sqlite_db)
    yes = await mine.touch("answered", NOW.date() - timedelta(days=9), answer="yes")
    first = await mine.nudge(Kind.FIND_A_TIME, yes)
    assert "Thank you for saying yes" in first
    await mine.nudged(Kind.FIND_A_TIME, yes, NOW.date() - timedelta(days=7))
    second = await mine.nudge(Kind.FIND_A_TIME, yes, step=2)
    assert "Make it easy to answer: a short call, at a time that Rosa picks." in second
    assert "let's make it easy: 20 minutes by phone, at any time you pick." in second
    assert "two times" not in second
    for tone, channel in product(TONES, CONTENT.channels("find_a_time")):
        drafted = await mine.drafted("find_a_time", channel, tone=tone)
        assert "20 minutes" in drafted.text
        assert drafted.gaps == ()


async def test_on_the_day_of_the_first_reminder_its_draft_stays_the_first(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    yes = await mine.touch("answered", NOW.date() - timedelta(days=9), answer="yes")
    await mine.nudged(Kind.FIND_A_TIME, yes, NOW.date())
    assert (await mine.drafted("", "")).wanted.kind == "reply_yes"


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("my aunt, Mercy Hospital", "[what do you call them?],"),
        ("My mom", "Mom,"),
        ("the lady next door", "[what do you call them?],"),
        ("my former boss", "[what do you call them?],"),
        ("my friend Rosa", "Rosa,"),
    ],
)
async def test_nobody_is_greeted_by_a_description(sqlite_db: Database, name: str, greeting: str):
    mine = await notebook(sqlite_db, name=name)
    for tone, word in (("warm", "Hi"), ("plain", "Hello"), ("formal", "Dear")):
        assert f"{word} {greeting}" in await mine.said("request", tone=tone)
        assert f"{word} {greeting}" in await mine.said("request", "text", tone=tone)
    assert " my " not in (await mine.drafted("request", "phone")).text.partition(", ")[0]


async def test_who_wants_no_contact_is_promised_no_news(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.talk(at(FEBRUARY), "held", keep_in_touch="no", logged_at=at(FEBRUARY, 18))
    news = r"let you know|tell you how|how I get on"
    for kind in ("thank_you", "linkedin_invitation"):
        for tone, channel in product(TONES, CONTENT.channels(kind)):
            said = await mine.said(kind, channel, tone=tone)
            assert not re.search(news, said), said
    other = await notebook_of(mine, "Mia Holt")
    await other.talk(at(FEBRUARY), "held", keep_in_touch="email", logged_at=at(FEBRUARY, 18))
    for tone in TONES:
        assert re.search(news, await other.said("thank_you", tone=tone))


async def test_who_follows_up_by_phone_calls_where_there_is_a_number(sqlite_db: Database):
    mine = await notebook(sqlite_db, details={"phone": "555 0199"})
    profile = {**PROFILE, "follow_up_by": "phone"}
    mine.member = replace(mine.member, profile=profile)
    asked = await mine.touch("asked", NOW.date() - timedelta(days=7), medium="linkedin")
    assert "give you a call" in await mine.said("request")
    said = await mine.nudge(Kind.CHASE_REPLY, asked)
    assert "Today is a good day to call." in said
    assert "as you said" not in said
    other = await notebook_of(mine, "Mia Holt")
    asked = await other.touch("asked", NOW.date() - timedelta(days=7), medium="email")
    assert "I'll write again" in await other.said("request")
    assert "A short second note is normal" in await other.nudge(Kind.CHASE_REPLY, asked)
    assert (await other.drafted("write_again", "")).wanted.channel == "email"


async def test_who_was_never_talked_to_is_not_reminded_of_a_talk(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    for tone, channel in product(TONES, CONTENT.channels("check_in")):
        said = await mine.said("check_in", channel, tone=tone)
        assert not re.search(r"talk|conversation|advice", said), said
    await mine.talk(at(FEBRUARY), "held", logged_at=at(FEBRUARY, 18))
    assert "We talked on Friday 20 February" in await mine.said("check_in")


async def test_who_was_talked_to_before_is_not_asked_as_a_stranger(sqlite_db: Database):
    why = {"why": "you taught before you came to the ward", "connection": "alumni"}
    mine = await notebook(sqlite_db, details={"role": "charge nurse", **why})
    held = await mine.talk(at(FEBRUARY), "held", minutes=45, logged_at=at(FEBRUARY, 18))
    for tone, channel in product(TONES, CONTENT.channels("request")):
        said = await mine.said("request", channel, tone=tone)
        assert "on Friday 20 February" in said, said
        assert "new questions" in said, said
        assert "20 minutes" in said, said
        assert not re.search(r"second-year|you taught|school|\[", said), said
        if channel == "linkedin":
            assert len(said) <= 301
    async with mine.db.write() as session:
        told = update(Interview).where(Interview.key == held)
        await session.execute(told.values(details={"advice": "Shadow a night shift"}))
    assert "stayed with me: shadow a night shift. Now new questions" in await mine.said("request")


async def test_a_not_now_is_recalled_on_linkedin_too(sqlite_db: Database):
    mine = await notebook(sqlite_db)
    await mine.touch("answered", NOW.date() - timedelta(days=40), answer="later")
    for tone in TONES:
        said = await mine.said("request", "linkedin", tone=tone)
        assert "another time would" in said
        assert len(said) <= 301


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, "You told me that another time would be better, so I'm back"),
        (0, "You told me that another time would be better, so I'm back"),
        (3, "You told me to try again on Saturday, so I'm back"),
    ],
)
async def test_the_day_to_ask_again_is_named_while_it_lies_ahead(
    sqlite_db: Database, days: int, said: str
):
    mine = await notebook(sqlite_db)
    until, on = NOW.date() + timedelta(days=days), NOW.date() - timedelta(days=30)
    await mine.touch("answered", on, answer="later", until=until)
    assert said in await mine.said("request")
    assert ("on Saturday" in await mine.said("reply_later")) == (days == 3)


@pytest.mark.parametrize(
    ("text", "answer", "said"),
    [
        ("We met [q], and I was glad.", "At the health fair", "We met at the health fair, and I"),
        ("We met [q].", "The day before", "We met the day before."),
        ("How I found you: [q].", "Through my aunt.", "How I found you: through my aunt."),
        ("It went so: [q]. Bye", "The ward took me", "It went so: The ward took me. Bye"),
        ("We talked [q].", "Yesterday", "We talked yesterday."),
        ("[q] at noon", "On Tuesday", "On Tuesday at noon"),
        ("Thanks. [q].", "At last", "Thanks. At last."),
        ("I talked to [q].", "Ana Diaz", "I talked to Ana Diaz."),
        ("I can do [q]?", "Apply at noon", "I can do Apply at noon?"),
    ],
)
def test_an_answer_goes_on_with_its_sentence(text: str, answer: str, said: str):
    assert put_answer(text, "q", answer).startswith(said)


async def test_running_late_asks_how_late_and_leaves_out_a_name_that_is_missing(
    sqlite_db: Database,
):
    mine = await notebook(sqlite_db)
    await mine.talk(NOW + timedelta(minutes=10))
    assert "running [how late? (such as “10 minutes”)] late" in await mine.said(
        "running_late", "text"
    )
    mine.member = replace(mine.member, profile={})
    for tone in TONES:
        drafted = await mine.drafted("running_late", "text", "10", tone)
        assert drafted.gaps == ()
        assert re.match(r"(Hi Rosa|Hello Rosa|Dear Rosa Vega), (I|sorry)", drafted.text)


async def test_whom_they_suggested_is_the_next_step_where_no_other_is_noted(
    sqlite_db: Database,
):
    mine = await notebook(sqlite_db)
    await mine.talk(NOW - timedelta(days=1), "held", logged_at=NOW)
    assert "[what is your next step?]" in await mine.said("thank_you")
    mia = await mine.person("Mia Holt", referred_by=mine.rosa)
    said = await mine.said("thank_you")
    assert "My next step: write to Mia Holt, whom you suggested." in said
    await mine.change(mia, they_introduce=True)
    said = await mine.said("thank_you")
    assert "My next step: talk to Mia Holt, once you have introduced us." in said


async def test_a_thank_you_tells_what_is_open_or_else_what_is_done_and_nothing_dropped(
    sqlite_db: Database,
):
    mine = await notebook(sqlite_db)
    talk = await mine.talk(at(MARCH), state="held")

    async def promise(text: str, settled: date | None = None, *, kept: bool = False) -> None:
        row = {"text": text, "on": MARCH, "settled_on": settled, "kept": kept}
        await mine.add(Promise, interview_key=talk, **row)

    await promise("call the clinic", MARCH)  # "Not any more"
    assert "[what is your next step?]" in await mine.said("thank_you")
    await promise("read the report", MARCH, kept=True)
    for tone, said in (
        ("warm", "I've already done what I said I would: read the report."),
        ("plain", "Done already: read the report."),
        ("formal", "I have already done what I told you I would: read the report."),
    ):
        assert said in await mine.said("thank_you", tone=tone)
    await promise("visit the ward")
    told = await mine.said("thank_you")
    assert "My next step: visit the ward." in told
    assert "report" not in told
    assert "clinic" not in told
