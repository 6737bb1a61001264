"""Follow-ups: what is planned and why, when the bot writes, and what nudges' buttons decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.content import plain_text, render_words
from bot.notebook.changes import Stored
from bot.notebook.follow_ups import (
    VERDICTS,
    Snooze,
    answer_idea,
    decide,
    settle_promise,
    snooze,
    snooze_times,
)
from bot.notebook.pressed import Pressed, access_pressed, refuse_if_settled
from bot.notebook.rhythm import MODES, change_rhythm, list_planned, read_pause
from bot.rules.hours import local_day
from bot.rules.presses import Press, menu
from bot.rules.records import ReminderState, Rhythm
from cogs._ui.cards import Card
from cogs._ui.coming import next_words, zone_row
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.replies import show
from cogs._ui.rhythm_cards import (
    HOURS,
    MODE_WORDS,
    OFTEN,
    PAUSE,
    fewer_card,
    hours_held,
    hours_of,
    often_held,
    outlook_card,
    weekdays_card,
    weekdays_of,
)
from cogs._ui.words import stamp

_SNOOZE_LABELS = {
    Snooze.TONIGHT: "Tonight",
    Snooze.TOMORROW: "Tomorrow",
    Snooze.IN_THREE_DAYS: "In 3 days",
    Snooze.MONDAY: "Monday",
}
_ANEW = "Changed. Everything is planned anew."
_IDEAS_ON = (
    "When nothing is planned and ten days went by empty, one idea comes on a Monday morning. "
    "After three that you leave aside I stop."
)
_DECIDED = {
    "not_needed": "Good, I leave that one out.",
    "not_for_me": "{first} rests now and does not come up again by itself.",
    "rest": "{first} rests now. You did what you could; a new entry wakes the card up.",
    "skip": "Skipped this one.",
    "stop": "I don't suggest writing to {first} any more. The card stays.",
}


class FollowUps(FeatureCog):
    """When the bot writes, and what a member decides about it."""

    @app_commands.command(name="reminders", description="What is planned, why, and when I write")
    @app_commands.describe(pause_until="Pause until a day, such as “next Monday” or “Jan 7”")
    async def reminders(
        self, interaction: discord.Interaction, pause_until: str | None = None
    ) -> None:
        """Show what is planned with its reasons, or pause."""
        if pause_until is not None:
            await self.submit(interaction, PAUSE, {"until": pause_until})
            return
        await self._show_outlook(interaction)

    @on_press("m", "reminders")
    async def menu_reminders(self, interaction: discord.Interaction, _: Press) -> None:
        """Show what is planned and the settings."""
        await self._show_outlook(interaction)

    async def _show_outlook(
        self, interaction: discord.Interaction, head: str = "", change: str = ""
    ) -> None:
        now = self.bot.clock.now()
        club = self.club_of(interaction)
        outlook = await self.bot.db.load(list_planned, interaction.user.id, now=now, guild_id=club)
        card = outlook_card(outlook, now=now, head=head, change=change)
        await show(interaction, card, in_place=bool(change))

    async def _change(self, interaction: discord.Interaction, **columns: Any) -> Stored:
        return await self.bot.db.store(change_rhythm, by=self.by(interaction), **columns)

    @on_press("m", "fewer")
    @on_press("d", "fewer")
    async def fewer(self, interaction: discord.Interaction, _: Press) -> None:
        """Offer fewer messages, from the settings or under any message."""
        member = await self.read_member(interaction)
        await show(interaction, fewer_card(member))

    @on_press("m", "mode")
    async def menu_mode(self, interaction: discord.Interaction, press: Press) -> None:
        """Set how many messages come."""
        mode = press.arg if press.arg in MODES else MODES[0]
        stored = await self._change(interaction, mode=mode)
        await self._show_outlook(interaction, f"Set: {MODE_WORDS[mode].lower()}.", stored.change)

    @on_press("d", "quiet_yes")
    async def go_quiet(self, interaction: discord.Interaction, _: Press) -> None:
        """Keep to the messages around the member's talks."""
        stored = await self._change(interaction, mode="talks")
        await self._say_words(interaction, "gone_quiet", stored)

    @on_press("d", "quiet_no")
    async def keep_coming(self, interaction: discord.Interaction, _: Press) -> None:
        """Go on as before: any act is an answer to the question."""
        stored = await self._change(interaction)
        await self._say_words(interaction, "kept_coming", replace(stored, change=""))

    async def _say_words(
        self, interaction: discord.Interaction, words: str, stored: Stored
    ) -> None:
        text = render_words(self.bot.content, words)
        row = (menu("reminders", "All settings"),)
        await show(interaction, Card(text, rows=(row,), change=stored.change))

    @on_press("m", "discreet")
    async def menu_discreet(self, interaction: discord.Interaction, press: Press) -> None:
        """Hide or show names in messages."""
        stored = await self._change(interaction, discreet=press.arg == "1")
        await self._show_outlook(interaction, "Changed.", stored.change)

    @on_press("m", "mondays")
    async def menu_mondays(self, interaction: discord.Interaction, press: Press) -> None:
        """Turn the idea on a quiet Monday on or off (R06)."""
        is_wanted = press.arg == "1"
        stored = await self._change(interaction, ideas=is_wanted)
        head = _IDEAS_ON if is_wanted else "No more ideas on Mondays."
        await self._show_outlook(interaction, head, stored.change)

    @on_press("m", "hours")
    async def menu_hours(self, interaction: discord.Interaction, _: Press) -> None:
        """Open the form of the morning hour and the quiet hours."""
        await open_form(interaction, HOURS, values=hours_held(await self._rhythm(interaction)))

    @on_form(HOURS)
    async def hours_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store the hours; a morning hour inside the quiet hours is refused."""
        chosen = _chosen(filled, hours_held(await self._rhythm(interaction)))
        stored = await self._change(interaction, **hours_of(chosen))
        await self._show_outlook(interaction, _ANEW, stored.change)

    @on_press("m", "often")
    async def menu_often(self, interaction: discord.Interaction, _: Press) -> None:
        """Open the form of how often."""
        await open_form(interaction, OFTEN, values=often_held(await self._rhythm(interaction)))

    @on_form(OFTEN)
    async def often_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store how often."""
        chosen = _chosen(filled, often_held(await self._rhythm(interaction)))
        days = {name: int(text) for name, text in chosen.items()}
        stored = await self._change(interaction, **days)
        await self._show_outlook(interaction, _ANEW, stored.change)

    async def _rhythm(self, interaction: discord.Interaction) -> Rhythm:
        return (await self.read_member(interaction)).rhythm

    @on_press("m", "weekdays")
    async def menu_weekdays(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the weekdays, or turn one on or off."""
        now = self.bot.clock.now()
        if not press.arg:
            member = await self.read_member(interaction)
            await show(interaction, weekdays_card(member, now=now))
            return
        stored = await self._change(interaction, weekdays=weekdays_of(press.arg))
        card = weekdays_card(stored.member, change=stored.change, now=now)
        await show(interaction, card, in_place=True)

    @on_press("m", "pause")
    async def menu_pause(self, interaction: discord.Interaction, _: Press) -> None:
        """Ask until when to pause."""
        await open_form(interaction, PAUSE)

    @on_form(PAUSE)
    async def pause_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Pause until the day that was typed, and say what was understood."""
        now = self.bot.clock.now()
        member = await self.read_member(interaction)
        pause = read_pause(filled.get("until"), member, now=now)
        stored = await self._change(interaction, paused_until=pause.until)
        text = render_words(self.bot.content, "paused", when=pause.said)
        row = (menu("unpause", "End the pause"), menu("reminders", "All settings"))
        card = Card(f"{text}\nThat is {stamp(pause.until)}.", rows=(zone_row(stored), row))
        await show(interaction, replace(card, change=stored.change))

    @on_press("m", "unpause")
    async def menu_unpause(self, interaction: discord.Interaction, _: Press) -> None:
        """End the pause now."""
        stored = await self._change(interaction, paused_until=None)
        await self._show_outlook(interaction, "The pause is over.", stored.change)

    @on_press("r", *VERDICTS)
    async def decided(self, interaction: discord.Interaction, press: Press) -> None:
        """Store what was decided about the follow-up instead of doing it."""
        pressed = await self._read_open(interaction, press)
        async with self.bot.db.write() as session:
            by = self.by(interaction)
            stored = await decide(session, by=by, pressed=pressed, verdict=VERDICTS[press.verb])
        head = _DECIDED[press.verb].format(first=plain_text(pressed.first))
        await self._show_settled(interaction, pressed, stored, head)

    @on_press("r", "done", "drop")
    async def promise_settled(self, interaction: discord.Interaction, press: Press) -> None:
        """Note that a promise was kept, or is off the list."""
        pressed = await self._read_open(interaction, press)
        is_kept = press.verb == "done"
        async with self.bot.db.write() as session:
            by = self.by(interaction)
            stored = await settle_promise(session, by=by, pressed=pressed, is_kept=is_kept)
        first = plain_text(pressed.first)
        head = f"Well done. Tell {first}: it is what people enjoy most." if is_kept else ""
        tell = Press("r", pressed.key, "tell_them", "Tell them", "primary")
        extra = (tell,) if is_kept else ()
        await self._show_settled(
            interaction, pressed, stored, head or "It is off your list.", extra
        )

    @on_press("c", "promise")
    async def promise_chosen(self, interaction: discord.Interaction, press: Press) -> None:
        """Do the same from the card of the person, for one of several promises."""
        verb, _, key = press.arg.partition(".")
        await self.promise_settled(interaction, Press("r", key, verb))

    @on_press("r", "tonight")
    async def put_off(self, interaction: discord.Interaction, press: Press) -> None:
        """Let the reminder come again tonight, or when the argument says."""
        pressed = await self._read_open(interaction, press)
        choice = Snooze(press.arg) if press.arg in set(Snooze) else Snooze.TONIGHT
        now = self.bot.clock.now()
        async with self.bot.db.write() as session:
            by = self.by(interaction)
            snoozed = await snooze(session, by=by, pressed=pressed, choice=choice)
        text = f"I remind you again {stamp(snoozed.at)} ({stamp(snoozed.at, 'R')})."
        times = snooze_times(pressed, now=now)
        others = tuple(
            Press("r", pressed.key, "tonight", _SNOOZE_LABELS[one], arg=one.value)
            for one, at in times.items()
            if local_day(at, pressed.member.zone_or_club)
            != local_day(snoozed.at, pressed.member.zone_or_club)
        )
        await show(interaction, Card(text, rows=(others,), change=snoozed.stored.change))

    @on_press("r", "idea", "not_this_month")
    async def idea_answered(self, interaction: discord.Interaction, press: Press) -> None:
        """Show one circle of people to think of, or leave it for now."""
        pressed = await self._read_open(interaction, press)
        is_wanted = press.verb == "idea"
        state = ReminderState.DONE if is_wanted else ReminderState.DISMISSED
        async with self.bot.db.write() as session:
            by = self.by(interaction)
            stored = await answer_idea(session, by=by, pressed=pressed, state=state)
        if not is_wanted:
            await show(interaction, Card("All right, not this month.", change=stored.change))
            return
        groups = list(self.bot.content.sourcing.values())
        group = groups[local_day(self.bot.clock.now(), "UTC").toordinal() % len(groups)]
        row = (
            menu("names", "Note names", style="primary", arg=group.id),
            menu("ideas", "More ideas"),
        )
        text = f"## {group.title}\n{group.prompt}"
        await show(interaction, Card(text, rows=(row,), change=stored.change))

    async def _read_open(self, interaction: discord.Interaction, press: Press) -> Pressed:
        pressed = await self.bot.db.load(
            access_pressed, self.bot.content, interaction.user.id, press.key
        )
        refuse_if_settled(self.bot.content, pressed, now=self.bot.clock.now())
        return pressed

    async def _show_settled(
        self,
        interaction: discord.Interaction,
        pressed: Pressed,
        stored: Stored,
        head: str,
        extra: tuple[Press, ...] = (),
    ) -> None:
        key = pressed.contact.key
        text = f"{head}\n{next_words(stored, key, now=self.bot.clock.now())}"
        row = (*extra, Press("c", key, "open", "Open the card"))
        await show(interaction, Card(text, rows=(zone_row(stored), row), change=stored.change))


def _chosen(filled: Filled, held: Mapping[str, str]) -> dict[str, str]:
    return {name: filled.get(name) or text for name, text in held.items()}


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(FollowUps(bot))
