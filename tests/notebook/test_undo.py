from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot import notebook
from bot.content import load
from bot.notebook import (
    bringing_back,
    contacts,
    drafts,
    follow_ups,
    good_news,
    joining,
    log,
    profile,
    rhythm,
    tags,
    voice,
)
from bot.notebook import interviews as talks
from bot.notebook import own_questions as own
from bot.notebook import prep_sheets as sheets
from bot.notebook import question_sets as sets
from bot.notebook.changes import Actor, plan_anew, undo
from bot.notebook.drafts import keeping
from bot.notebook.exchange import gather_export, write_export
from bot.notebook.importing import writing
from bot.notebook.interviews.talks import access_talk
from bot.notebook.members import find_member
from bot.notebook.pages import Page, access_page
from bot.notebook.pressed import Pressed, access_pressed
from bot.notebook.question_sets import OpenSet, set_of_contact, set_of_talk
from bot.notebook.questions import Kept, Prepared, bank_of
from bot.rules.network.nearness import Gap
from bot.rules.records import (
    KeepInTouch,
    Kind,
    Mode,
    Outcome,
    ReminderState,
    TouchKind,
    Verdict,
)
from bot.storage.db import Database
from bot.storage.models import OWNED, Member, Reminder
from bot.storage.session import Session

CONTENT = load()
BANK = bank_of(CONTENT)
ANA = 101
START = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)  # a Tuesday
NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
SLOT = talks.Slot(datetime(2026, 3, 20, 15, 0, tzinfo=UTC), "UTC", 30, Mode.PHONE)
LATER = talks.Slot(datetime(2026, 3, 24, 9, 0, tzinfo=UTC), "UTC", 20, Mode.VIDEO)
_interactions = count(1)


def by(now: datetime = NOW) -> Actor:
    return Actor(ANA, now, next(_interactions))


@dataclass
class Scene:
    """One member's notebook with something at every stage, and the session of one use case."""

    session: Session
    people: dict[str, str] = field(default_factory=dict)
    talks: dict[str, str] = field(default_factory=dict)

    async def page(self, name: str) -> Page:
        return await access_page(self.session, ANA, self.people[name])

    async def talk(self, name: str) -> talks.TalkPage:
        return await access_talk(self.session, ANA, self.talks[name])

    async def pressed(self, kind: Kind, name: str | None = None) -> Pressed:
        """Press a button of the nudge of this kind that was delivered."""
        whose = Reminder.contact_key == (self.people[name] if name else None)
        keys = await self.session.scalars(
            select(Reminder.key)
            .where(Reminder.kind == kind, whose, Reminder.delivered_on.is_not(None))
            .order_by(Reminder.due_at)
        )
        return await access_pressed(self.session, CONTENT, ANA, next(iter(keys)))


Case = Callable[[Scene], Awaitable[Any]]


async def set_scene(session: Session) -> Scene:
    scene = Scene(session)
    for name in ("Rosa", "Leo", "Mia", "Tom", "Kim", "Eva"):
        stored = await contacts.add_contact(session, by=by(START), values={"name": f"{name} Vega"})
        (scene.people[name],) = stored.pages
    for name in ("Rosa", "Eva"):
        asked = log.Happened(TouchKind.ASKED, START.date(), START)
        ref = f"#{scene.people[name]}"
        await log.log_touch(session, by=by(START), contact=ref, happened=asked)
    booked = await talks.schedule_interview(
        session, by=by(START), ref=f"#{scene.people['Leo']}", slot=SLOT
    )
    takeaways = talks.Takeaways(
        "The ward", "Ask around", ("Read it", "Ask Leo"), KeepInTouch.EMAIL, Outcome.CONNECTION
    )
    held = talks.Held(scene.people["Mia"], on=date(2026, 3, 2))
    noted = await talks.log_interview(session, by=by(START), held=held, takeaways=takeaways)
    scene.talks = {"Leo": booked.on.talk.key, "Mia": noted.on.talk.key}
    await contacts.remove_contact(session, by=by(START), key=scene.people["Tom"])
    await own.add_own_question(session, by=by(START), text="Why there?")
    rosa = scene.people["Rosa"]
    await tags.change_tags(session, by=by(START), key=rosa, tags="alumni", fields="", gap=None)
    await rhythm.change_rhythm(session, by=by(START), ideas=True)
    await _deliver(session, START + timedelta(days=7, hours=18))
    eva = await scene.pressed(Kind.CHASE_REPLY, "Eva")
    await follow_ups.snooze(
        session, by=by(NOW - timedelta(hours=1)), pressed=eva, choice=follow_ups.Snooze.MONDAY
    )
    return scene


async def _deliver(session: Session, at: datetime) -> None:
    """Let everything that is due by then have come, and an idea besides."""
    is_due = (Reminder.due_at <= at) | (Reminder.kind == Kind.NEXT_STEP)
    await session.execute(
        update(Reminder)
        .where(Reminder.state == ReminderState.WAITING, is_due)
        .values(state=ReminderState.DELIVERED, delivered_at=at, delivered_on=at.date())
    )
    await plan_anew(
        session, await find_member(session, ANA, guild_id=None), (), now=at, moves_all=True
    )


async def dump(session: Session) -> dict[str, Counter[Any]]:
    """Read every row of the member's; reminders by what they remind of, not by key.

    The number of a calendar's entry is left out: it only ever rises, see test_interviews.
    """
    whole: dict[str, Counter[Any]] = {}
    left_out = {"asked_quiet_at", "sequence"}
    for model in (Member, *OWNED.values()):
        columns = [c for c in model.__table__.columns if c.name not in left_out]
        rows = [row._asdict() for row in await session.execute(select(*columns))]
        if model is Reminder:
            rows = [row for row in rows if row["state"] != ReminderState.WITHDRAWN]
            rows = [{**row, "key": ""} for row in rows]
        whole[model.__tablename__] = Counter(repr(sorted(row.items())) for row in rows)
    return whole


async def add_contact(scene: Scene) -> Any:
    values = {"name": "Uma Holt", "email": "uma@example.org"}
    rosa = scene.people["Rosa"]
    return await contacts.add_contact(scene.session, by=by(), values=values, referred_by=rosa)


async def add_people(scene: Scene) -> Any:
    lines = ("Uma Holt, Harbour", "Jon Bo")
    return await contacts.add_people(scene.session, by=by(), lines=lines, connection="family")


async def show_import(scene: Scene) -> Any:
    batch = await writing.open_import(scene.session, by=by())
    people = [{"name": f"Person {number}", "role": "Nurse"} for number in range(3)]
    await writing.write_people(scene.session, batch, people)
    return await writing.show_import(scene.session, by=batch.by, batch=batch, count=3)


async def edit_contact(scene: Scene) -> Any:
    return await contacts.edit_contact(
        scene.session,
        by=by(),
        key=scene.people["Mia"],
        values={"name": "Mia Lund", "email": "mia@example.org"},
        may_use_name="yes",
        they_introduce=True,
        keep_in_touch="no",
    )


async def remove_contact(scene: Scene) -> Any:
    return await contacts.remove_contact(scene.session, by=by(), key=scene.people["Eva"])


async def restore_contact(scene: Scene) -> Any:
    return await contacts.restore_contact(scene.session, by=by(), key=scene.people["Tom"])


def log_touch(kind: TouchKind, **more: Any) -> Case:
    async def case(scene: Scene) -> Any:
        happened = log.Happened(kind, NOW.date(), NOW, **more)
        ref = f"#{scene.people['Rosa']}"
        logged = await log.log_touch(scene.session, by=by(), contact=ref, happened=happened)
        return logged.stored

    return case


async def log_at_once(scene: Scene) -> Any:
    happened = log.Happened(TouchKind.WROTE, NOW.date())
    contact = scene.people["Rosa"]
    logged = await log.log_at_once(scene.session, by=by(), contact=contact, read=lambda _: happened)
    return logged.stored


async def log_touch_of_somebody_new(scene: Scene) -> Any:
    happened = log.Happened(TouchKind.ASKED, NOW.date(), NOW)
    logged = await log.log_touch(scene.session, by=by(), contact="+Uma Holt", happened=happened)
    return logged.stored


def log_touch_under(kind: Kind, name: str, touch: TouchKind) -> Case:
    async def case(scene: Scene) -> Any:
        pressed = await scene.pressed(kind, name)
        logged = await log.log_touch(
            scene.session,
            by=by(),
            contact=f"#{scene.people[name]}",
            happened=log.Happened(touch, NOW.date(), NOW),
            pressed=pressed,
        )
        return logged.stored

    return case


async def log_name(scene: Scene) -> Any:
    logged = await log.log_name(
        scene.session,
        by=by(),
        contact=scene.people["Rosa"],
        person={"name": "Uma Holt", "may_use_name": "yes", "introduces": "yes"},
        happened=log.Happened(TouchKind.ANSWERED, NOW.date(), NOW),
        pressed=await scene.pressed(Kind.CHASE_REPLY, "Rosa"),
    )
    return logged.stored


async def fix_entry(scene: Scene) -> Any:
    entry = await log.access_entry(scene.session, ANA, scene.talks["Mia"])
    values = {"on": date(2026, 3, 6), "at": None, "text": "Moved", "medium": "phone"}
    logged = await log.fix_entry(scene.session, by=by(), entry=entry, values=values)
    return logged.stored


async def delete_entry(scene: Scene) -> Any:
    entry = await log.access_entry(scene.session, ANA, scene.talks["Mia"])
    return (await log.delete_entry(scene.session, by=by(), entry=entry)).stored


async def schedule_interview(scene: Scene) -> Any:
    at = await talks.schedule_interview(
        scene.session,
        by=by(),
        ref=f"#{scene.people['Rosa']}",
        slot=LATER,
        pressed=await scene.pressed(Kind.CHASE_REPLY, "Rosa"),
    )
    return at.stored


async def move_interview(scene: Scene) -> Any:
    on = await scene.talk("Leo")
    return (await talks.move_interview(scene.session, by=by(), on=on, slot=LATER)).stored


def cancel_interview(*, wants_new_date: bool) -> Case:
    async def case(scene: Scene) -> Any:
        on = await scene.talk("Leo")
        at = await talks.cancel_interview(
            scene.session, by=by(), on=on, wants_new_date=wants_new_date
        )
        return at.stored

    return case


async def note_details(scene: Scene) -> Any:
    on, details = await scene.talk("Leo"), {"place": "Café", "way": "25 minutes"}
    at = await talks.note_details(scene.session, by=by(), on=on, details=details, way_minutes=25)
    return at.stored


ASKED = Prepared("What do you like about your work?", id="start-1")
KEPT = Kept((ASKED, Prepared("What would you do again?")), 30)


async def _set_of(scene: Scene, name: str) -> OpenSet:
    member = await find_member(scene.session, ANA, guild_id=None)
    if name in scene.talks:
        opened = set_of_talk(member, await scene.talk(name), BANK)
    else:
        opened = set_of_contact(member, await scene.page(name), BANK)
    return replace(opened, kept=KEPT)


def keep_set(name: str) -> Case:
    async def case(scene: Scene) -> str:
        opened = await _set_of(scene, name)
        kept = await sets.keep_set(scene.session, by=by(), opened=opened, kept=KEPT, verb="a set")
        return kept.change

    return case


def save_set(name: str) -> Case:
    async def case(scene: Scene) -> str:
        opened, page = await _set_of(scene, name), await scene.page(name)
        return (await sets.save_set(scene.session, by=by(), opened=opened, page=page)).change

    return case


def choose_field(name: str) -> Case:
    async def case(scene: Scene) -> str:
        opened = await _set_of(scene, name)
        chosen = await sets.choose_field(
            scene.session, by=by(), opened=opened, field="health", kept=KEPT
        )
        return chosen.change

    return case


async def note_answer(scene: Scene) -> str:
    opened = await _set_of(scene, "Mia")
    noted = await sets.note_answer(
        scene.session, by=by(), opened=opened, tag=ASKED.tag, text="The people"
    )
    return noted.change


async def tick_items(scene: Scene) -> Any:
    on = await scene.talk("Leo")
    at = await sheets.tick_items(scene.session, by=by(), on=on, ids=("water", "pen"))
    return at.stored


async def note_why(scene: Scene) -> Any:
    on = await scene.talk("Leo")
    at = await sheets.note_why(scene.session, by=by(), on=on, text="Nobody knows it better")
    return at.stored


async def add_own_question(scene: Scene) -> Any:
    return await own.add_own_question(scene.session, by=by(), text="Why here?", field_id="health")


async def remove_own_question(scene: Scene) -> Any:
    (kept,) = await own.list_own_questions(scene.session, ANA)
    stored, _ = await own.remove_own_question(scene.session, by=by(), key=kept.key)
    return stored


async def decide_about_talk(scene: Scene) -> Any:
    on = await scene.talk("Leo")
    at = await talks.decide_about_talk(
        scene.session, by=by(), on=on, kind=Kind.PREPARE, verdict=Verdict.READY
    )
    return at.stored


async def log_interview(scene: Scene) -> Any:
    held = talks.Held(scene.people["Leo"], await scene.talk("Leo"), on=date(2026, 3, 10))
    takeaways = talks.Takeaways("Much", "Little", ("Write",), KeepInTouch.PHONE)
    at = await talks.log_interview(scene.session, by=by(), held=held, takeaways=takeaways)
    return at.stored


async def note_named(scene: Scene) -> Any:
    person = {"name": "Uma Holt", "may_use_name": "no", "introduces": "yes"}
    giver = scene.people["Mia"]
    stored, _ = await talks.note_named(scene.session, by=by(), giver=giver, person=person)
    return stored


async def note_giver(scene: Scene) -> Any:
    stored, _ = await talks.note_giver(
        scene.session,
        by=by(),
        key=scene.people["Kim"],
        giver=scene.people["Mia"],
        person={"may_use_name": "yes", "introduces": "yes", "email": "kim@lee.org", "role": "Vet"},
    )
    return stored


async def edit_draft(scene: Scene) -> Any:
    return await drafts.edit_draft(
        scene.session,
        by=by(),
        contact=scene.people["Rosa"],
        wanted=drafts.Wanted("request", "email"),
        subject="Hello",
        text="Dear Rosa, my own words.",
    )


async def fill_gaps(scene: Scene) -> Any:
    return await drafts.fill_gaps(
        scene.session,
        by=by(),
        contact=scene.people["Mia"],
        wanted=drafts.Wanted("thank_you", "email", f"{scene.talks['Mia']}@20260302"),
        answers={gap: f"Answer {gap}" for gap in _gaps()},
    )


async def choose_objective(scene: Scene) -> Any:
    rosa = scene.people["Rosa"]
    return await drafts.choose_objective(
        scene.session, by=by(), contact=rosa, objective="first_step"
    )


def _gaps() -> set[str]:
    return {*keeping.IN_PROFILE, *keeping.IN_TALK, *keeping.IN_CONTACT, "another gap"}


def log_sent(kind: str, name: str) -> Case:
    async def case(scene: Scene) -> Any:
        page = await scene.page(name)
        promise = page.promises[0].key if page.promises else ""
        wanted = drafts.Wanted(kind, "email", promise if kind == "tell_promise" else "")
        return (await drafts.log_sent(scene.session, by=by(), page=page, wanted=wanted)).stored

    return case


def decide(kind: Kind, name: str, verdict: Verdict) -> Case:
    async def case(scene: Scene) -> Any:
        pressed = await scene.pressed(kind, name)
        return await follow_ups.decide(scene.session, by=by(), pressed=pressed, verdict=verdict)

    return case


def settle_promise(*, is_kept: bool) -> Case:
    async def case(scene: Scene) -> Any:
        pressed = await scene.pressed(Kind.PROMISE, "Mia")
        return await follow_ups.settle_promise(
            scene.session, by=by(), pressed=pressed, is_kept=is_kept
        )

    return case


def answer_idea(state: ReminderState) -> Case:
    async def case(scene: Scene) -> Any:
        pressed = await scene.pressed(Kind.NEXT_STEP)
        return await follow_ups.answer_idea(scene.session, by=by(), pressed=pressed, state=state)

    return case


def snooze(choice: follow_ups.Snooze) -> Case:
    async def case(scene: Scene) -> Any:
        pressed = await scene.pressed(Kind.CHASE_REPLY, "Rosa")
        snoozed = await follow_ups.snooze(scene.session, by=by(), pressed=pressed, choice=choice)
        return snoozed.stored

    return case


async def start_notebook(scene: Scene) -> Any:
    said = {"name": "Ana Novak", "field": "health"}
    return await profile.start_notebook(
        scene.session, by=by(), profile=said, person="Uma Holt, Harbour", zone="Asia/Tokyo"
    )


async def change_profile(scene: Scene) -> Any:
    return await profile.change_profile(
        scene.session, by=by(), values={"line": "a student", "follow_up_by": "none"}
    )


async def change_zone(scene: Scene) -> Any:
    return await profile.change_zone(scene.session, by=by(), zone="America/Chicago")


def change_rhythm(**columns: Any) -> Case:
    async def case(scene: Scene) -> Any:
        return await rhythm.change_rhythm(scene.session, by=by(), **columns)

    return case


async def allow_host(scene: Scene) -> Any:
    return await voice.allow_host(scene.session, by=by(), host="a.example")


async def keep_sample(scene: Scene) -> Any:
    return await voice.keep_sample(scene.session, by=by(), text="What I wrote. " * 8)


async def stop_requests(scene: Scene) -> Any:
    pages = [await scene.page(name) for name in ("Rosa", "Eva")]
    return await good_news.stop_requests(scene.session, by=by(), pages=pages)


def join_contacts(keep: str, gone: str = "", **typed: str) -> Case:
    async def case(scene: Scene) -> Any:
        both = await joining.open_joining(
            scene.session,
            ANA,
            keep=scene.people[keep],
            gone=scene.people.get(gone, ""),
            typed=typed,
            giver="+Somebody New" if typed else "",
            now=NOW,
        )
        return await joining.join_contacts(scene.session, by=by(), key=both.joining.key)

    return case


async def change_tags(scene: Scene) -> Any:
    return await tags.change_tags(
        scene.session,
        by=by(),
        key=scene.people["Mia"],
        tags="mentor, book club",
        fields="Birthday: 3 May",
        gap=Gap(30, 60),
    )


async def change_gap_of_tag(scene: Scene) -> Any:
    return await tags.change_gap_of_tag(scene.session, by=by(), tag="alumni", gap=Gap(7, 14))


async def bring_back(scene: Scene) -> Any:
    whole = await gather_export(scene.session, ANA, now=NOW)
    text = re.sub(r"\b[a-z2-7]{13}\b", lambda key: key[0][::-1], write_export(whole).decode())
    stored, _ = await bringing_back.bring_back(scene.session, by=by(), whole=json.loads(text))
    return stored


CASES: dict[str, Case] = {
    "change_tags": change_tags,
    "change_gap_of_tag": change_gap_of_tag,
    "add_contact": add_contact,
    "add_people": add_people,
    "show_import": show_import,
    "edit_contact": edit_contact,
    "remove_contact": remove_contact,
    "restore_contact": restore_contact,
    "log_touch asked": log_touch(TouchKind.ASKED, until=date(2026, 3, 30), medium="email"),
    "log_touch wrote": log_touch(TouchKind.WROTE),
    "log_touch thanked": log_touch(TouchKind.THANKED),
    "log_touch introduced": log_touch(TouchKind.INTRODUCED),
    "log_touch news": log_touch(TouchKind.NEWS, text="An offer"),
    "log_touch note": log_touch(TouchKind.NOTE, text="A thought"),
    "log_touch yes": log_touch(TouchKind.ANSWERED, answer="yes"),
    "log_touch no": log_touch(TouchKind.ANSWERED, answer="no"),
    "log_touch later": log_touch(TouchKind.ANSWERED, answer="later", until=date(2026, 5, 1)),
    "log_at_once": log_at_once,
    "log_touch new": log_touch_of_somebody_new,
    "log_touch pressed wrote": log_touch_under(Kind.CHASE_REPLY, "Rosa", TouchKind.WROTE),
    "log_touch pressed asked": log_touch_under(Kind.APPROACH_LEAD, "Kim", TouchKind.ASKED),
    "log_touch pressed sent": log_touch_under(Kind.THANK_YOU, "Mia", TouchKind.THANKED),
    "log_name": log_name,
    "fix_entry": fix_entry,
    "delete_entry": delete_entry,
    "schedule_interview": schedule_interview,
    "move_interview": move_interview,
    "cancel_interview for another date": cancel_interview(wants_new_date=True),
    "cancel_interview for good": cancel_interview(wants_new_date=False),
    "note_details": note_details,
    "keep_set with a talk": keep_set("Leo"),
    "keep_set with a contact": keep_set("Rosa"),
    "save_set with a talk": save_set("Leo"),
    "save_set with a contact": save_set("Kim"),
    "choose_field with a talk": choose_field("Leo"),
    "choose_field with a contact": choose_field("Kim"),
    "note_answer": note_answer,
    "tick_items": tick_items,
    "note_why": note_why,
    "add_own_question": add_own_question,
    "remove_own_question": remove_own_question,
    "decide_about_talk": decide_about_talk,
    "log_interview": log_interview,
    "note_named": note_named,
    "note_giver": note_giver,
    "edit_draft": edit_draft,
    "fill_gaps": fill_gaps,
    "choose_objective": choose_objective,
    "log_sent request": log_sent("request", "Kim"),
    "log_sent write_again": log_sent("write_again", "Rosa"),
    "log_sent thank_you": log_sent("thank_you", "Mia"),
    "log_sent tell_promise": log_sent("tell_promise", "Mia"),
    "decide rest": decide(Kind.CHASE_REPLY, "Rosa", Verdict.REST),
    "decide not_for_me": decide(Kind.APPROACH_LEAD, "Kim", Verdict.REST),
    "decide not_needed": decide(Kind.THANK_YOU, "Mia", Verdict.NOT_NEEDED),
    "decide stop": decide(Kind.CHASE_REPLY, "Rosa", Verdict.STOP),
    "settle_promise kept": settle_promise(is_kept=True),
    "settle_promise dropped": settle_promise(is_kept=False),
    "answer_idea wanted": answer_idea(ReminderState.DONE),
    "answer_idea not this month": answer_idea(ReminderState.DISMISSED),
    "snooze tonight": snooze(follow_ups.Snooze.TONIGHT),
    "snooze tomorrow": snooze(follow_ups.Snooze.TOMORROW),
    "snooze monday": snooze(follow_ups.Snooze.MONDAY),
    "start_notebook": start_notebook,
    "change_profile": change_profile,
    "change_zone": change_zone,
    "change_rhythm hours": change_rhythm(morning=720, quiet_to=600),
    "change_rhythm weekdays": change_rhythm(weekdays="135"),
    "change_rhythm mode": change_rhythm(mode="talks"),
    "change_rhythm pause": change_rhythm(paused_until=NOW + timedelta(days=9)),
    "change_rhythm ideas": change_rhythm(ideas=False),
    "stop_requests": stop_requests,
    "bring_back": bring_back,
    "join_contacts both asked": join_contacts("Rosa", "Eva"),
    "join_contacts a talk ahead": join_contacts("Rosa", "Leo"),
    "join_contacts a talk held": join_contacts("Kim", "Mia"),
    "join_contacts the other way": join_contacts("Mia", "Kim"),
    "join_contacts what was typed": join_contacts("Kim", name="Kim V.", email="kim@example.org"),
    "allow_host": allow_host,
    "keep_sample": keep_sample,
}


async def test_undo_restores_every_row_after_every_use_case(db: Database) -> None:
    async with db.write() as session:
        people = (scene := await set_scene(session)).people
        before = await dump(session)
    for name, case in CASES.items():
        async with db.write() as session:
            stored = await case(Scene(session, people, scene.talks))
            assert await dump(session) != before, f"{name} stores nothing"
        async with db.write() as session:
            change = stored if isinstance(stored, str) else stored.change
            await undo(session, by(NOW + timedelta(minutes=1)), change)
            after = await dump(session)
        for table, rows in before.items():
            added, gone = after[table] - rows, rows - after[table]
            assert (list(added), list(gone)) == ([], []), f"{name} leaves {table} changed"


def test_every_use_case_that_stores_something_is_undone_above() -> None:
    stores = {name for tree in _modules() for name in _use_cases(tree)}
    missing = stores - WITHIN_OTHERS - {name.split()[0] for name in CASES}
    assert not missing, f"give these a line in CASES: {sorted(missing)}"
    assert {"add_contact", "decide", "log_interview", "save_set"} <= stores


WITHIN_OTHERS = {"fill_set", "tick_asked"}  # they keep a set, no more


def _modules() -> list[ast.Module]:
    folder = Path(notebook.__file__).parent
    return [ast.parse(file.read_text()) for file in folder.rglob("*.py")]


def _use_cases(tree: ast.Module) -> Iterator[str]:
    """Name the public functions that begin a change, themselves or by another of the module."""
    functions = {n.name: n for n in tree.body if isinstance(n, ast.AsyncFunctionDef)}
    begins = {"begin", "begin_talk"}
    for _ in range(3):
        begins |= {name for name, node in functions.items() if _calls(node) & begins}
    yield from (name for name in begins & functions.keys() if not name.startswith(("_", "begin")))


def _calls(node: ast.AST) -> set[str]:
    return {
        one.func.id
        for one in ast.walk(node)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
    }
