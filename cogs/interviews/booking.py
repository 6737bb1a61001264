"""A talk gets its date and its details, moves, or is called off."""

from __future__ import annotations

import discord

from bot.content import plain_text
from bot.notebook.interviews import (
    Slot,
    StoredTalk,
    TalkPage,
    cancel_interview,
    move_interview,
    note_details,
    nudged_talk,
    schedule_interview,
)
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.pressed import Pressed
from bot.rules.presses import Press
from bot.rules.records import Mode
from bot.rules.stages import open_talks_for_logging
from cogs._ui.draft_list import draft_press
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.interview_cards import (
    booked_card,
    is_near,
    off_card,
    unbooked_card,
)
from cogs._ui.interview_forms import (
    CANCEL,
    CANCEL_WITH,
    DETAILS,
    MOVE,
    SCHEDULE,
    SCHEDULE_WITH,
    read_slot,
    read_way,
)
from cogs._ui.people import pick_contact
from cogs._ui.replies import show
from cogs._ui.talking import TalkCog
from cogs.interviews.choosing import on_page, which_ahead, which_moved
from cogs.interviews.sheets import SheetCog


class Booking(SheetCog):
    """Dates of talks."""

    @on_press("m", "schedule")
    async def menu_schedule(self, interaction: discord.Interaction, _: Press) -> None:
        """Ask with whom, and when."""
        await open_form(interaction, SCHEDULE)

    @on_press("c", "schedule")
    async def contact_schedule(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask when, for a known contact."""
        _, page = await self.read_page(interaction, press.key)
        title = f"When do you talk to {page.first}?"
        await open_form(interaction, SCHEDULE_WITH, subject=press.key, title=title)

    @on_press("r", "set_date")
    async def reminder_set_date(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask when, under a nudge."""
        pressed = await self.read_pressed(interaction, press.key)
        page = pressed.contact
        title = f"When do you talk to {page.first}?"
        subject = f"{page.key}.{press.key}"
        await open_form(interaction, SCHEDULE_WITH, subject=subject, title=title)

    @on_form(SCHEDULE)
    async def schedule_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Find out with whom; the rest is as for a known contact."""
        ref = await pick_contact(self.bot, interaction, filled.get("contact"))
        if ref.startswith("#"):
            rest = {name: text for name, text in filled.values.items() if name != "contact"}
            await self.submit(interaction, SCHEDULE_WITH, rest, subject=ref[1:])
            return
        member = await self.read_member(interaction)
        slot = read_slot(filled, member, self.bot.clock.now())
        await self._book(interaction, ref, slot, member)

    @on_form(SCHEDULE_WITH)
    async def date_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Put the talk in the book, or move the one that is there if that was meant."""
        key, _, reminder = filled.subject.partition(".")
        pressed = await self.read_pressed(interaction, reminder) if reminder else None
        if pressed is not None:
            member, page = pressed.member, pressed.contact
        else:
            member, page = await self.read_page(interaction, key)
        now = self.bot.clock.now()
        slot = read_slot(filled, member, now)
        moved = which_moved(page, filled, member, now)
        if moved:
            on = on_page(page, moved)
            slot = read_slot(filled, member, now, usual=_slot_of(on, self))
            await self._move(interaction, on, slot, pressed)
        else:
            await self._book(interaction, f"#{key}", slot, member, page=page, pressed=pressed)

    async def _book(
        self,
        interaction: discord.Interaction,
        ref: str,
        slot: Slot,
        member: MemberFacts,
        *,
        page: Page | None = None,
        pressed: Pressed | None = None,
    ) -> None:
        at = await self.bot.db.store(
            schedule_interview,
            by=self.by(interaction, member),
            ref=ref,
            slot=slot,
            page=page,
            pressed=pressed,
        )
        name = plain_text(at.on.page.name)
        await self._show_booked(interaction, at, f"## Talk with {name}\nIt is in your book.")

    async def _show_booked(
        self, interaction: discord.Interaction, at: StoredTalk, head: str, *more: Press
    ) -> None:
        now = self.bot.clock.now()
        card = booked_card(self.bot.content, at, now, head)
        await show(interaction, card.with_rows(more) if more else card)
        if is_near(at, now):
            await self.show_sheet(interaction, at.stored.member, at.on)

    @on_press("i", "move")
    async def interview_move(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask for the new time."""
        _, on = await self.read_talk(interaction, press.key)
        await open_form(interaction, MOVE, subject=press.key, title=_moved_title(on))

    @on_press("r", "moved")
    async def reminder_moved(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask for the new time, under a nudge."""
        on = nudged_talk(await self.read_pressed(interaction, press.key))
        subject = f"{on.talk.key}.{press.key}"
        await open_form(interaction, MOVE, subject=subject, title=_moved_title(on))

    @on_form(MOVE)
    async def move_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Move the talk."""
        key, _, reminder = filled.subject.partition(".")
        pressed = await self.read_pressed(interaction, reminder) if reminder else None
        if pressed is not None:
            member, on = pressed.member, nudged_talk(pressed)
        else:
            member, on = await self.read_talk(interaction, key)
        slot = read_slot(filled, member, self.bot.clock.now(), usual=_slot_of(on, self))
        await self._move(interaction, on, slot, pressed)

    async def _move(
        self, interaction: discord.Interaction, on: TalkPage, slot: Slot, pressed: Pressed | None
    ) -> None:
        at = await self.bot.db.store(
            move_interview, by=self.by(interaction), on=on, slot=slot, pressed=pressed
        )
        name = plain_text(at.on.page.name)
        head = f"## Talk with {name}\nIt has moved, and my reminders move with it."
        # The new time stands in the book, so what goes out makes it certain (R20).
        tell = draft_press(
            at.on.page.key, "confirmation", "Confirm it with them", about=at.on.anchor
        )
        await self._show_booked(interaction, at, head, tell)

    @on_press("i", "details")
    async def interview_details(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the details, filled in."""
        _, on = await self.read_talk(interaction, press.key)
        held = {part.name: str(on.talk.details.get(part.name, "")) for part in DETAILS.fields}
        title = f"Your talk with {on.page.first}"
        await open_form(interaction, DETAILS, subject=press.key, values=held, title=title)

    @on_form(DETAILS)
    async def details_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note the details, and say what the way means for the call before it."""
        details = {part.name: filled.get(part.name) for part in DETAILS.fields}
        way = read_way(details["way"])
        _, on = await self.read_talk(interaction, filled.subject)
        at = await self.bot.db.store(
            note_details, by=self.by(interaction), on=on, details=details, way_minutes=way
        )
        head = f"## Talk with {plain_text(at.on.page.name)}\nNoted.{_way_words(at.on, way)}"
        await show(interaction, booked_card(self.bot.content, at, self.bot.clock.now(), head))

    @on_form(CANCEL)
    async def cancel_chosen(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Find out whose talk it is."""
        key = await self.pick_known(interaction, filled.get("contact"))
        rest = {"new_time": filled.get("new_time")}
        await self.submit(interaction, CANCEL_WITH, rest, subject=key)

    @on_form(CANCEL_WITH)
    async def cancel_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Move the next talk, or call it off; without one, say so."""
        now = self.bot.clock.now()
        member, page = await self.read_page(interaction, filled.subject)
        key = filled.get("which") or which_ahead(page, member, now)
        if not key:
            past = open_talks_for_logging(page.notes, now)
            last = on_page(page, past[0].key) if past else None
            await show(interaction, unbooked_card(page, last, member, now))
        elif filled.get("new_time"):
            on = on_page(page, key)
            slot = read_slot(filled, member, now, usual=_slot_of(on, self))
            await self._move(interaction, on, slot, None)
        else:
            await self._cancel(interaction, on_page(page, key), None)

    @on_press("i", "cancel")
    async def interview_cancel(self, interaction: discord.Interaction, press: Press) -> None:
        """Call the talk off; with the argument "no", no new date is wanted."""
        _, on = await self.read_talk(interaction, press.key)
        await self._cancel(interaction, on, None, wants_new_date=press.arg != "no")

    @on_press("r", "not_held")
    async def reminder_not_held(self, interaction: discord.Interaction, press: Press) -> None:
        """Note under a nudge that the talk did not happen."""
        pressed = await self.read_pressed(interaction, press.key)
        await self._cancel(interaction, nudged_talk(pressed), pressed, wants_new_date=False)

    async def _cancel(
        self,
        interaction: discord.Interaction,
        on: TalkPage,
        pressed: Pressed | None,
        *,
        wants_new_date: bool = True,
    ) -> None:
        at = await self.bot.db.store(
            cancel_interview,
            by=self.by(interaction),
            on=on,
            wants_new_date=wants_new_date,
            pressed=pressed,
        )
        await show(interaction, off_card(self.bot.content, at, self.bot.clock.now()))


def _moved_title(on: TalkPage) -> str:
    return f"When do you talk to {on.page.first} now?"


def _slot_of(on: TalkPage, cog: TalkCog) -> Slot:
    row = on.talk.row
    return Slot(row.t1 or cog.bot.clock.now(), row.s5, row.n1, Mode(row.s2))


def _way_words(on: TalkPage, way: int | None) -> str:
    if on.talk.row.s2 != Mode.IN_PERSON:
        return ""
    if way is None:
        return (
            " How long is the way? Until the details say it (“25 minutes”), I call you "
            "an hour and a half before."
        )
    return f" The way takes {way} minutes, so I call you {way + 30} minutes before."
