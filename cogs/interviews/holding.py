"""A talk was held: takeaways, the thank-you, the people they named."""

from __future__ import annotations

import discord

from bot.content import plain_text, render_words
from bot.errors import Choice, Unclear, UserError
from bot.notebook.contacts import NAMELESS, find_duplicate
from bot.notebook.drafts import Wanted, draft_message
from bot.notebook.facts import say_near_day
from bot.notebook.interviews import (
    THEMSELVES,
    Held,
    StoredTalk,
    TalkPage,
    decide_about_talk,
    log_interview,
    note_giver,
    note_named,
    nudged_talk,
)
from bot.notebook.log import Happened, log_touch
from bot.notebook.members import MemberFacts
from bot.notebook.pages import Page
from bot.notebook.pressed import Pressed
from bot.rules.follow_ups.around_a_talk import thank_by, was_thanked
from bot.rules.hours import local_day
from bot.rules.presses import Press
from bot.rules.records import Kind, TalkState, TouchKind, Verdict
from bot.rules.when import read_when
from cogs._ui.draft_card import draft_card
from cogs._ui.feature import on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.interview_cards import held_card, late_card, named_card, settled_card
from cogs._ui.interview_forms import (
    DONE,
    DONE_WITH,
    NAMED,
    TAKEAWAYS,
    THANKED,
    TalkSubject,
    named_form,
    read_person,
    read_subject,
    read_takeaways,
)
from cogs._ui.replies import show
from cogs._ui.talking import TalkCog
from cogs.interviews.choosing import which_held


class Holding(TalkCog):
    """Talks that were held."""

    @on_form(DONE)
    async def done_chosen(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Find out with whom."""
        key = await self.pick_known(interaction, filled.get("contact"))
        await self.submit(interaction, DONE_WITH, {"when": filled.get("when")}, subject=key)

    @on_press("c", "done")
    async def contact_done(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what the talk with a contact brought."""
        await self.submit(interaction, DONE_WITH, {}, subject=press.key)

    @on_form(DONE_WITH)
    async def done_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Find out which talk it was, then ask what it brought."""
        member, page = await self.read_page(interaction, filled.subject)
        subject = which_held(page, filled, member, self.bot.clock.now())
        if interaction.type is discord.InteractionType.modal_submit:
            # Discord opens no form from a form: what was typed waits behind a button.
            go = (Choice("Write it down", "yes"),)
            text = f"What did your talk with {plain_text(page.first)} bring?"
            raise Unclear(text, field_name="goes_on", choices=go)
        await self._ask(interaction, page, subject, enjoyed=filled.get("text"))

    @on_press("i", "done")
    async def interview_done(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what a talk in the book brought."""
        _, on = await self.read_talk(interaction, press.key)
        if on.talk.row.s1 == TalkState.HELD:
            raise UserError(render_words(self.bot.content, "already_done", when=""))
        await self._ask(interaction, on.page, TalkSubject(press.key, on.page.key))

    @on_press("r", "talked")
    async def reminder_talked(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask what the talk brought, under the nudge after it."""
        on = nudged_talk(await self.read_pressed(interaction, press.key))
        subject = TalkSubject(on.talk.key, on.page.key, press.key)
        await self._ask(interaction, on.page, subject)

    async def _ask(
        self,
        interaction: discord.Interaction,
        page: Page,
        subject: TalkSubject,
        *,
        enjoyed: str = "",
    ) -> None:
        title, values = f"Your talk with {page.first}", {"enjoyed": enjoyed}
        await open_form(interaction, TAKEAWAYS, subject=str(subject), values=values, title=title)

    @on_form(TAKEAWAYS)
    async def takeaways_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note the talk; then the plan, and the thank-you at once."""
        subject = read_subject(filled.subject)
        pressed = (
            await self.read_pressed(interaction, subject.reminder) if subject.reminder else None
        )
        talk, by = await self._booked(interaction, subject, pressed), self.by(interaction)
        # "Today instead": the talk in the book had moved to a time to come.
        began = by.now if filled.get("is_today") else subject.at
        at = await self.bot.db.store(
            log_interview,
            by=by,
            held=Held(subject.contact, talk, subject.on, began),
            takeaways=read_takeaways(filled),
            pressed=pressed,
        )
        await self._show_held(interaction, at)

    async def _booked(
        self, interaction: discord.Interaction, subject: TalkSubject, pressed: Pressed | None
    ) -> TalkPage | None:
        """Read the talk that a form is about; None for one that was not in the book."""
        if pressed is not None:
            return nudged_talk(pressed)
        if not subject.interview:
            return None
        _, on = await self.read_talk(interaction, subject.interview)
        return on

    async def _show_held(self, interaction: discord.Interaction, at: StoredTalk) -> None:
        now, member, content = self.bot.clock.now(), at.stored.member, self.bot.content
        on = at.on
        if was_thanked(on.page.notes, on.notes):
            thanks = f"You have thanked {plain_text(on.page.first)} already."
            await show(interaction, held_card(at, now, thanks=thanks))
            return
        await show(interaction, held_card(at, now))
        if thank_by(on.notes, member.rhythm) <= now:
            await show(interaction, late_card(at, content, self._late_question(on, member)))
            return
        wanted = Wanted("thank_you", "", on.anchor)
        drafted = draft_message(content, on.page, member, now=now, wanted=wanted)
        head = "Your thank-you, while the talk is fresh. A note today stands out."
        card = draft_card(content, drafted, head=head, has_voice=self.has_voice)
        await show(interaction, card)

    def _late_question(self, on: TalkPage, member: MemberFacts) -> str:
        today = local_day(self.bot.clock.now(), member.zone_or_club)
        day = say_near_day(on.talk.row.d1, today)
        return render_words(self.bot.content, "thanked_already", first=on.page.first, day=day)

    @on_press("i", "thanked")
    async def interview_thanked(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask when the thank-you was sent."""
        _, on = await self.read_talk(interaction, press.key)
        title = f"You thanked {on.page.first}"
        await open_form(interaction, THANKED, subject=press.key, title=title)

    @on_form(THANKED)
    async def thanked_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note the thank-you on its day."""
        member, on = await self.read_talk(interaction, filled.subject)
        now, typed = self.bot.clock.now(), filled.get("when")
        zone = member.zone_or_club
        moment = read_when(typed, now=now, zone=zone, expect="past") if typed else None
        day = moment.on if moment else local_day(now, zone)
        if day < on.talk.row.d1:
            raise UserError("That day is before the talk. When did you thank them for it?")
        happened = Happened(
            TouchKind.THANKED, day, moment.at if moment else now, filled.get("medium") or None
        )
        logged = await self.bot.db.store(
            log_touch, by=self.by(interaction), contact=f"#{on.page.key}", happened=happened
        )
        said = say_near_day(day, local_day(now, zone))
        head = f"Noted: you thanked **{plain_text(on.page.first)}** {said}."
        await show(interaction, settled_card(StoredTalk(logged.stored, on), now, head))

    @on_press("i", "unthanked")
    async def interview_unthanked(self, interaction: discord.Interaction, press: Press) -> None:
        """Leave the thank-you out."""
        _, on = await self.read_talk(interaction, press.key)
        at = await self.bot.db.store(
            decide_about_talk,
            by=self.by(interaction),
            on=on,
            kind=Kind.THANK_YOU,
            verdict=Verdict.NOT_NEEDED,
        )
        head = f"All right, no thank-you to **{plain_text(at.on.page.first)}** then."
        await show(interaction, settled_card(at, self.bot.clock.now(), head))

    @on_press("i", "named")
    async def interview_named(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form for a person whom the contact named."""
        _, on = await self.read_talk(interaction, press.key)
        await open_form(interaction, named_form(on.page.first), subject=on.page.key)

    @on_form(NAMED)
    async def named_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Note the named person as one to ask, with who named them and how (R36 R52 R58)."""
        giver, twin = filled.subject, filled.get("twin")
        person = read_person(filled)
        if not twin:
            await self._ask_about_twin(interaction, filled, giver)
        by = self.by(interaction)
        async with self.bot.db.write() as session:
            if twin.startswith("#"):
                named = twin[1:]
                stored, typed = await note_giver(
                    session, by=by, key=named, giver=giver, person=person
                )
            else:
                stored, named = await note_named(session, by=by, giver=giver, person=person)
                typed = None
        await show(interaction, named_card(stored, named, stored.pages[giver], by.now, typed))

    async def _ask_about_twin(
        self, interaction: discord.Interaction, filled: Filled, giver: str
    ) -> None:
        if not filled.get("name"):
            raise UserError(NAMELESS)
        twin = await self.bot.db.load(find_duplicate, interaction.user.id, filled.get("name"))
        if twin is None:
            return
        if twin.key == giver:
            another = Choice("No, another person of that name", "no")
            raise Unclear(THEMSELVES, field_name="twin", choices=(another,))
        raise Unclear(
            f"You already have **{plain_text(twin.text)}**. Is it the same person?",
            field_name="twin",
            choices=(
                Choice("Yes, note who named them", f"#{twin.key}"),
                Choice("No, add another", "no"),
            ),
        )
