"""The log: what happened with a person, by a command, a button, a form or a nudge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.content import render_words
from bot.errors import Choice, Unclear, UserError
from bot.notebook.changes import Actor
from bot.notebook.contacts import add_contact, suggest_contacts
from bot.notebook.drafts import Wanted, draft_message, kind_of_nudge
from bot.notebook.facts import say_near_day
from bot.notebook.good_news import load_circle, stop_requests
from bot.notebook.log import (
    Happened,
    access_entry,
    delete_entry,
    fix_entry,
    log_at_once,
    log_name,
    log_touch,
)
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.pages import access_card, access_page
from bot.notebook.pressed import Pressed, access_pressed, refuse_if_settled
from bot.rules.hours import local_day
from bot.rules.presses import Press
from bot.rules.records import TouchKind
from cogs._ui.feature import Callback, FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, Form, open_form
from cogs._ui.interview_forms import DONE_WITH, named_form, read_person
from cogs._ui.log_cards import (
    answer_card,
    anybody_card,
    day_card,
    deleted_card,
    entries_card,
    entry_card,
    named_card,
    news_card,
    noted_card,
    stopped_card,
    talked_card,
    what_card,
    with_gaps_said,
)
from cogs._ui.log_forms import ANSWERS, CHOICES, FIX, FORMS, OF_VERB, WITH_NAME, what_of
from cogs._ui.log_reading import held_by, is_late, read_day, read_fixed, read_happened
from cogs._ui.people import complete_contact, key_of, known_member, pick_contact, picked_key
from cogs._ui.replies import show

_NUDGE = "r."  # leads the subject of a form that a nudge's button opened
_OWN_WORDS = frozenset({TouchKind.ASKED, TouchKind.WROTE, TouchKind.THANKED})
_AT_ONCE = frozenset({"asked", "thanked", "wrote", "note"})  # nothing more to ask
_IN_A_FORM = frozenset({"asked", "later", "news", "note"})  # the rest is noted by the press alone


def _on_forms(*forms: Form) -> Callable[[Callback], Callback]:
    def mark(method: Callback) -> Callback:
        for form in forms:
            method = on_form(form)(method)
        return method

    return mark


class Log(FeatureCog):
    """What happened, one dated entry each."""

    @app_commands.command(name="log", description="Note what happened with a person")
    @app_commands.describe(
        what="What happened",
        contact="With whom; somebody new is added",
        when="When, in plain words; today if you leave it out",
        text="A few words to remember",
    )
    @app_commands.choices(
        what=[app_commands.Choice(name=label, value=what) for what, label in CHOICES]
    )
    @app_commands.autocomplete(contact=complete_contact)
    async def log(
        self,
        interaction: discord.Interaction,
        what: app_commands.Choice[str],
        contact: str,
        when: str | None = None,
        text: app_commands.Range[str, 1, 4000] | None = None,  # what a form can bring back
    ) -> None:
        """Note what happened; what is still unclear is asked, and nothing is retyped."""
        values = {"when": when, "text": text}
        key = picked_key(contact)
        if key and not when and what.value in _AT_ONCE:
            filled = Filled(FORMS[what.value].name, key, {"text": text} if text else {})
            if await self._note_at_once(interaction, what.value, filled):
                return
        if key := await key_of(self.bot, interaction, contact):
            await self.submit(interaction, FORMS[what.value], values, subject=key)
        else:
            await self.submit(interaction, WITH_NAME[what.value], {**values, "contact": contact})

    async def _note_at_once(
        self, interaction: discord.Interaction, what: str, filled: Filled
    ) -> bool:
        """Store it without a look at who they are; tells whether that could be done."""
        by = self.by(interaction)
        read = partial(read_happened, what, filled, now=by.now)
        try:
            logged = await self.bot.db.store(log_at_once, by=by, contact=filled.subject, read=read)
        except UserError:
            return False  # the longer way finds it again, asks, and keeps what was typed
        await show(interaction, noted_card(logged, now=by.now))
        return True

    @_on_forms(*FORMS.values(), *WITH_NAME.values())
    async def log_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store what a form or the command said has happened."""
        what = what_of(filled.form)
        pressed = await self._pressed_for(interaction, filled)
        if pressed is not None:
            ref = f"#{pressed.contact.key}"
        elif filled.subject:
            ref = f"#{filled.subject}"
        else:
            ref = await pick_contact(self.bot, interaction, filled.get("contact"), is_added=True)
        if what == "talked":
            await self._ask_takeaways(interaction, filled, ref)
            return
        if what == "answered":
            what = filled.get("answer")
            if not what:
                choices = tuple(Choice(label, value) for value, label in ANSWERS)
                raise Unclear("What did they answer?", field_name="answer", choices=choices)
        await self._store(interaction, what, filled, ref, pressed)

    async def _ask_takeaways(
        self, interaction: discord.Interaction, filled: Filled, ref: str
    ) -> None:
        member = await self.read_member(interaction)
        read_day(filled, member, self.bot.clock.now())  # a slip comes back with all that was typed
        if interaction.type is discord.InteractionType.modal_submit:
            # Discord opens no form from a form: what was typed waits behind a button.
            go = (Choice("Write it down", "yes"),)
            raise Unclear("Good. What did the talk bring?", field_name="goes_on", choices=go)
        key = ref[1:]
        if ref.startswith("+"):
            async with self.bot.db.write() as session:
                by = self.by(interaction)
                stored = await add_contact(session, by=by, values={"name": ref[1:]})
            (key,) = stored.pages
        given = {"when": filled.get("when"), "text": filled.get("text")}
        await self.submit(interaction, DONE_WITH, given, subject=key)

    async def _pressed_for(
        self, interaction: discord.Interaction, filled: Filled
    ) -> Pressed | None:
        if not filled.subject.startswith(_NUDGE):
            return None
        return await self._access(interaction, filled.subject.removeprefix(_NUDGE))

    async def _access(self, interaction: discord.Interaction, key: str) -> Pressed:
        pressed = await self.bot.db.load(access_pressed, self.bot.content, interaction.user.id, key)
        refuse_if_settled(self.bot.content, pressed, now=self.bot.clock.now())
        return pressed

    async def _store(
        self,
        interaction: discord.Interaction,
        what: str,
        filled: Filled,
        ref: str,
        pressed: Pressed | None = None,
    ) -> None:
        member = pressed.member if pressed else known_member(interaction)
        if member is None:
            member = await self.read_member(interaction)
        by = self.by(interaction, member)
        happened = read_happened(what, filled, member, by.now)
        if what == "other" and filled.get("name"):
            await self._store_name(interaction, filled, ref[1:], happened, by, pressed)
            return
        is_bare = pressed is None and not filled.values  # a press alone may have been made twice
        logged = await self.bot.db.store(
            log_touch, by=by, contact=ref, happened=happened, pressed=pressed, is_once=is_bare
        )
        card = noted_card(logged, now=by.now)
        if pressed is not None and happened.kind in _OWN_WORDS:
            card = with_gaps_said(card, self._gaps_of(pressed))
        if what == "news":
            circle = await self.bot.db.load(load_circle, interaction.user.id)
            card = news_card(card, circle, but=logged.contact, entry=logged.entry or "")
        await show(interaction, card)

    def _gaps_of(self, pressed: Pressed) -> tuple[str, ...]:
        """List what the draft that a nudge showed still asked, as it was when it was pressed."""
        if not self.bot.content.nudge(pressed.kind, pressed.step).draft or pressed.page is None:
            return ()
        now = self.bot.clock.now()
        today = local_day(now, pressed.member.zone_or_club)
        wanted = Wanted(kind_of_nudge(pressed.page, pressed.kind, today), "", pressed.anchor)
        drafted = draft_message(
            self.bot.content, pressed.page, pressed.member, now=now, wanted=wanted
        )
        return drafted.gaps

    async def _store_name(
        self,
        interaction: discord.Interaction,
        filled: Filled,
        contact: str,
        happened: Happened,
        by: Actor,
        pressed: Pressed | None,
    ) -> None:
        logged = await self.bot.db.store(
            log_name,
            by=by,
            contact=contact,
            person=read_person(filled),
            happened=happened,
            pressed=pressed,
        )
        await show(interaction, named_card(logged, now=by.now))

    @on_press("m", "log")
    async def menu_log(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what happened, then with whom."""
        if not press.arg:
            await show(interaction, anybody_card())
        elif press.arg == "talked":
            people = await self.bot.db.load(
                suggest_contacts, interaction.user.id, "", now=self.bot.clock.now()
            )
            await show(interaction, talked_card([(one.key, one.text) for one in people]))
        else:
            await open_form(interaction, WITH_NAME[press.arg])

    @on_press("m", "talked")
    async def menu_talked(self, interaction: discord.Interaction, press: Press) -> None:
        """Go on to what the talk with the chosen person brought."""
        await self.submit(interaction, DONE_WITH, {}, subject=press.arg)

    @on_press("c", "log")
    async def contact_log(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what happened with a person; note what needs no more words by the press alone."""
        if press.arg and press.arg in FORMS and press.arg not in ("answered", "other"):
            if press.arg in _IN_A_FORM:
                await open_form(interaction, FORMS[press.arg], subject=press.key)
            else:
                await self._store(interaction, press.arg, Filled(press.arg), f"#{press.key}")
            return
        page = await self.bot.db.load(access_page, interaction.user.id, press.key)
        if press.arg == "answered":
            await show(interaction, answer_card(page, Press("c", page.key, "log")))
        elif press.arg == "other":
            form = replace(named_form(page.first), name=FORMS["other"].name)
            await open_form(interaction, form, subject=page.key)
        elif press.arg == "named":
            await open_form(interaction, named_form(page.first), subject=page.key)
        else:
            await show(interaction, what_card(page))

    @on_press("r", *OF_VERB)
    async def nudge_done(self, interaction: discord.Interaction, press: Press) -> None:
        """Note what a nudge asked for; a late press is asked for the day first."""
        pressed = await self._access(interaction, press.key)
        await self._store_press(interaction, OF_VERB[press.verb], press, pressed)

    @on_press("r", "answered")
    async def nudge_answered(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what they answered, then note it."""
        pressed = await self._access(interaction, press.key)
        what, _, day = press.arg.partition(".")
        subject = f"{_NUDGE}{press.key}"
        if not what:
            await show(interaction, answer_card(pressed.contact, press))
        elif what == "other":
            form = replace(named_form(pressed.first), name=FORMS["other"].name)
            await open_form(interaction, form, subject=subject)
        elif what == "later":
            await open_form(interaction, FORMS["later"], subject=subject)
        else:
            await self._store_press(interaction, what, press, pressed, day=day)

    async def _store_press(
        self,
        interaction: discord.Interaction,
        what: str,
        press: Press,
        pressed: Pressed,
        *,
        day: str | None = None,
    ) -> None:
        now = self.bot.clock.now()
        day = press.arg if day is None else day
        if day == "day":
            await open_form(interaction, FORMS[what], subject=f"{_NUDGE}{press.key}")
        elif is_late(pressed, now) and not day:
            zone = pressed.member.zone_or_club
            came = say_near_day(local_day(pressed.came_at, zone), local_day(now, zone))
            day = came.removeprefix("on ")
            question = render_words(self.bot.content, "after_the_fact", day=day)
            await show(interaction, day_card(question, press))
        else:
            filled = Filled(FORMS[what].name, values={"when": day})
            await self._store(interaction, what, filled, f"#{pressed.contact.key}", pressed)

    @on_press("c", "fix")
    async def contact_fix(self, interaction: discord.Interaction, press: Press) -> None:
        """Offer the entries of a person, then what can be fixed about the chosen one."""
        member, page = await self.bot.db.load(access_card, interaction.user.id, press.key)
        today = local_day(self.bot.clock.now(), member.zone_or_club)
        entry = next((one for one in page.touches if one.key == press.arg), None)
        card = entry_card(entry, today) if entry else entries_card(page, today)
        await show(interaction, card)

    @on_press("t", "fix")
    async def entry_fix(self, interaction: discord.Interaction, press: Press) -> None:
        """Open an entry in a form, filled in."""
        member, entry = await self._read_entry(interaction, press.key)
        await open_form(interaction, FIX, subject=press.key, values=held_by(entry, member))

    @on_form(FIX)
    async def fix_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store an entry as it should be."""
        member, entry = await self._read_entry(interaction, filled.subject)
        by = self.by(interaction, member)
        values = read_fixed(filled, entry, member, by.now)
        logged = await self.bot.db.store(fix_entry, by=by, entry=entry, values=values)
        await show(interaction, noted_card(logged, now=by.now, head="Changed"))

    async def _read_entry(
        self, interaction: discord.Interaction, key: str
    ) -> tuple[MemberFacts, Any]:
        async with self.bot.db.read() as session:
            entry = await access_entry(session, interaction.user.id, key)
            return await find_member(session, interaction.user.id, guild_id=None), entry

    @on_press("t", "medium")
    async def entry_medium(self, interaction: discord.Interaction, press: Press) -> None:
        """Store how somebody was written to."""
        by = self.by(interaction)
        entry = await self.bot.db.load(access_entry, interaction.user.id, press.key)
        logged = await self.bot.db.store(
            fix_entry, by=by, entry=entry, values={"medium": press.arg}
        )
        await show(interaction, noted_card(logged, now=by.now), in_place=True)

    @on_press("t", "delete")
    async def entry_delete(self, interaction: discord.Interaction, press: Press) -> None:
        """Delete an entry; Undo brings it back."""
        by = self.by(interaction)
        entry = await self.bot.db.load(access_entry, interaction.user.id, press.key)
        logged = await self.bot.db.store(delete_entry, by=by, entry=entry)
        await show(interaction, deleted_card(logged, now=by.now))

    @on_press("m", "stop_requests")
    async def menu_stop_requests(self, interaction: discord.Interaction, _: Press) -> None:
        """Let everybody rest who was asked and has not answered."""
        by = self.by(interaction)
        circle = await self.bot.db.load(load_circle, interaction.user.id)
        stored = await self.bot.db.store(stop_requests, by=by, pages=circle.open_requests)
        await show(interaction, stopped_card(stored))


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Log(bot))
