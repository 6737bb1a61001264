"""A press on a nudge: which reminder it is about, and whether it still matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.content import Content, render_words
from bot.errors import NotYours, UserError
from bot.notebook.access import find_mine
from bot.notebook.changes import Ledger
from bot.notebook.facts import is_about_a_talk, say_clock, say_near_day, talk_of
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.pages import Page, load_pages
from bot.rules.follow_ups import matters_still, talk_anchor
from bot.rules.hours import local_day
from bot.rules.records import Kind, ReminderState, Sent, TalkState
from bot.storage.models import Reminder
from bot.storage.session import Session

_PRESSED = frozenset({ReminderState.DONE, ReminderState.DISMISSED})


@dataclass(frozen=True)
class Pressed:
    """The reminder of a pressed button, its member, and its contact's page (None: it has none)."""

    key: str
    kind: Kind
    anchor: str
    step: int
    state: ReminderState
    expires_at: datetime
    pressed_at: datetime | None
    before: dict[str, object]
    member: MemberFacts
    page: Page | None
    came_at: datetime  # when it was delivered, else due

    @property
    def contact(self) -> Page:
        """The page of the contact; raises NotYours for a reminder that is about nobody."""
        if self.page is None:
            raise NotYours
        return self.page

    @property
    def first(self) -> str:
        """What to call the contact; "" if there is none."""
        return self.page.first if self.page else ""


async def access_pressed(session: Session, content: Content, owner_id: int, key: str) -> Pressed:
    """Read what a press on a nudge is about, in three statements.

    A key that is not the member's, and a contact that was removed, raise NotYours in words.
    """
    row = await find_mine(session, owner_id, Reminder, key, *_COLUMNS)
    if row is None:
        raise NotYours(render_words(content, "not_yours"))
    member = await find_member(session, owner_id, guild_id=None)
    page = None
    if row.contact_key is not None:
        pages = await load_pages(session, (row.contact_key,), owner_id=owner_id)
        page = pages.get(row.contact_key)
        if page is None:
            raise NotYours(render_words(content, "contact_removed"))
    return Pressed(
        key=key,
        kind=Kind(row.kind),
        anchor=row.anchor,
        step=row.step,
        state=ReminderState(row.state),
        expires_at=row.expires_at,
        pressed_at=row.pressed_at,
        before={
            "state": row.state,
            "pressed_at": row.pressed_at,
            "snoozed_until": row.snoozed_until,
            "wake_at": row.wake_at,
        },
        member=member,
        page=page,
        came_at=row.delivered_at or row.due_at,
    )


_COLUMNS = (
    Reminder.contact_key,
    Reminder.kind,
    Reminder.anchor,
    Reminder.step,
    Reminder.state,
    Reminder.expires_at,
    Reminder.pressed_at,
    Reminder.snoozed_until,
    Reminder.wake_at,
    Reminder.due_at,
    Reminder.delivered_at,
)


async def settle_reminder(
    ledger: Ledger, pressed: Pressed, state: ReminderState = ReminderState.DONE
) -> None:
    """Store within a use case that a nudge's button was pressed, and plan its contact anew."""
    if pressed.page is not None:
        ledger.concern(pressed.page.key)
    await ledger.update(
        "reminders", pressed.key, pressed.before, state=state, pressed_at=ledger.by.now
    )


def refuse_if_settled(content: Content, pressed: Pressed, *, now: datetime) -> None:
    """Raise UserError when the button was pressed before, or its matter is settled otherwise."""
    if pressed.state in _PRESSED:
        today = local_day(now, pressed.member.zone_or_club)
        at = pressed.pressed_at
        day = say_near_day(local_day(at, pressed.member.zone_or_club), today) if at else ""
        raise UserError(render_words(content, "already_done", when=day))
    if pressed.page is not None and not _still_matters(pressed, pressed.page):
        raise UserError(_settled_otherwise(content, pressed, pressed.page, now))


def _still_matters(pressed: Pressed, page: Page) -> bool:
    on = local_day(pressed.came_at, pressed.member.rhythm.zone)
    reminded = Sent(pressed.kind, pressed.anchor, pressed.step, on)
    return matters_still(page.notes, pressed.member.rhythm, reminded)


def _anchor_of(page: Page, key: str) -> str:
    return next(talk_anchor(talk) for talk in page.notes.talks if talk.key == key)


def _settled_otherwise(content: Content, pressed: Pressed, page: Page, now: datetime) -> str:
    talk = talk_of(page, pressed.anchor) if is_about_a_talk(pressed.kind) else None
    if talk is not None and talk.row.s1 == TalkState.CANCELLED:
        return render_words(content, "talk_cancelled", first=page.first)
    if talk is not None and talk.row.s1 == TalkState.PLANNED:
        zone = pressed.member.zone_or_club
        clock = say_clock(talk.row.t1, zone) if talk.row.t1 else ""
        when = f"{say_near_day(talk.row.d1, local_day(now, zone))} {clock}".strip()
        if _anchor_of(page, talk.key) != pressed.anchor:
            return render_words(content, "talk_moved", first=page.first, when=when)
    return render_words(content, "already_done", when="")
