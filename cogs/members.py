"""Members: the first two minutes, the profile, the time zone, the guides."""

from __future__ import annotations

from dataclasses import replace

import discord
from discord import app_commands

from bot.client import RapportBot, is_private
from bot.club.badges import Badge, list_badges
from bot.club.settings import find_club_name
from bot.content import plain_text, render_words
from bot.errors import UserError
from bot.notebook.changes import Stored
from bot.notebook.members import MemberFacts, find_member
from bot.notebook.profile import (
    PROFILE_LENGTHS,
    change_profile,
    change_zone,
    confirm_hello,
    start_notebook,
)
from bot.pictures.rasterising import Rasteriser
from bot.rules.hours import local_day
from bot.rules.names import called
from bot.rules.presses import Press, link, menu
from bot.rules.zones import find_zone
from cogs._ui.badge_words import badge_lines
from cogs._ui.cards import Card, Menu
from cogs._ui.contact_card import contact_card
from cogs._ui.draft_card import AT_ONCE
from cogs._ui.drawing import badges_file
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, open_form
from cogs._ui.member_forms import (
    ABOUT,
    ASKING,
    OTHER_ZONE,
    START,
    ZONE,
    asking_held,
    profile_card,
    welcome_back_card,
    welcome_card,
    with_zone_first,
    zone_line,
    zone_row,
)
from cogs._ui.replies import say, show
from cogs._ui.talking import know_fields

_PROFILE_FORMS = {"about": ABOUT, "asking": ASKING}


class Members(FeatureCog):
    """Who uses the bot, and how they begin."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._rasteriser = Rasteriser()

    @app_commands.command(name="start", description="Begin: two minutes, one form, one person")
    async def start(self, interaction: discord.Interaction) -> None:
        """Welcome somebody new; somebody known finds everything as it was."""
        await self._welcome(interaction)

    @on_press("m", "start")
    async def menu_start(self, interaction: discord.Interaction, press: Press) -> None:
        """Do the same from a button, or open the form itself."""
        if press.arg != "form":
            await self._welcome(interaction)
            return
        member = await self.read_member(interaction)
        values = {**_texts(member), "zone": member.zone or member.club_zone or ""}
        form = with_zone_first(START, member.club_zone)
        await open_form(interaction, form, values=values)

    async def _welcome(self, interaction: discord.Interaction) -> None:
        member = await self.read_member(interaction)
        if not member.profile:
            await show(interaction, welcome_card())
            return
        await show(interaction, welcome_back_card(member, now=self.bot.clock.now()))

    @on_form(START)
    async def start_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store the answers, queue the hello, and show the person with the draft one press away."""
        by, picked = self.by(interaction), filled.get("zone")
        await know_fields()  # a role is told from a workplace
        async with self.bot.db.write() as session:
            stored = await start_notebook(
                session,
                by=by,
                profile={name: filled.get(name) for name in ("field", "name", "line")},
                person=filled.get("person"),
                zone=find_zone(picked) if picked not in ("", OTHER_ZONE) else None,
            )
            await self.bot.dispatcher.post(
                session,
                name=f"hello:{by.member_id}",
                owner_id=by.member_id,
                content=self._hello(stored.member),
                buttons=((Press("d", "", "arrived", "It arrived", "success"),),),
                now=by.now,
            )
        await show(interaction, self._started_card(interaction, stored))

    def _hello(self, member: MemberFacts) -> str:
        first = called(member.profile.get("name", ""))
        return render_words(self.bot.content, "hello", first=first).strip()

    def _started_card(self, interaction: discord.Interaction, stored: Stored) -> Card:
        member, now = stored.member, self.bot.clock.now()
        hello = _hello_line(interaction, member)
        dm = (link("Open our DM", f"https://discord.com/users/{_id_of(self.bot)}"),)
        if not stored.pages:
            text = "\n".join(
                (
                    "You are set. Nobody came to mind? That is common, and there is a way: "
                    "ten circles of people, one at a time.",
                    zone_line(member, now),
                    hello,
                )
            )
            row = (menu("ideas", "Find people", style="primary"), menu("add", "Add a person"))
            return Card(text, rows=((*row, *dm), zone_row(member)), change=stored.change)
        (page,) = stored.pages.values()
        first = plain_text(page.first)
        head = (
            f"You are set. Next comes one short message to **{first}**: press **Draft your "
            f"message**, change what you like, and send it yourself.\n{zone_line(member, now)}\n"
            f"{hello}"
        )
        card = contact_card(page, member, now=now, head=head)
        draft = Press("c", page.key, "draft", "Draft your message", style="primary", arg=AT_ONCE)
        others = tuple(
            tuple(replace(one, style="secondary") for one in row if one.verb != "draft")
            for row in card.rows
        )
        rows = ((draft, *dm), zone_row(member), *others)
        return replace(card, rows=rows, change=stored.change)

    @on_press("d", "arrived")
    async def delivery_arrived(self, interaction: discord.Interaction, _: Press) -> None:
        """Remember that this member can read what the bot sends."""
        now = self.bot.clock.now()
        async with self.bot.db.write() as session:
            member = await find_member(
                session, interaction.user.id, guild_id=self.club_of(interaction)
            )
            if member.is_new:
                raise UserError(render_words(self.bot.content, "not_yours"))
            await confirm_hello(session, member, now=now)
        row = (menu("today", "Today", style="primary"), menu("add", "Add a person"))
        await show(interaction, Card(render_words(self.bot.content, "hello_arrived"), rows=(row,)))

    @on_press("m", "zone")
    async def menu_zone(self, interaction: discord.Interaction, _: Press) -> None:
        """Ask for the time zone, the club's first."""
        member = await self.read_member(interaction)
        form = with_zone_first(ZONE, member.club_zone)
        await open_form(interaction, form, values={"zone": member.zone_or_club})

    @on_form(ZONE)
    async def zone_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Take the typed city before the picked one, and plan everything in the new zone."""
        if city := filled.get("city"):
            zone = find_zone(city, field_name="city")
        elif picked := filled.get("zone"):
            zone = find_zone(picked)
        else:
            raise UserError("Pick a city on your clock from the list, or type the nearest big one.")
        async with self.bot.db.write() as session:
            stored = await change_zone(session, by=self.by(interaction), zone=zone)
        text = (
            f"{zone_line(stored.member, self.bot.clock.now())}.\n"
            "What I had planned for you moves along; talks keep the moment they were agreed for."
        )
        await show(interaction, Card(text, rows=((menu("today", "Today"),),), change=stored.change))

    @app_commands.command(name="profile", description="What you say about yourself in messages")
    async def profile(self, interaction: discord.Interaction) -> None:
        """Show the profile, with the forms to change it."""
        await self._show_profile(interaction)

    @on_press("m", "profile")
    async def menu_profile(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the profile, or open one of its two forms."""
        form = _PROFILE_FORMS.get(press.arg)
        if form is None:
            await self._show_profile(interaction)
            return
        member = await self.read_member(interaction)
        await open_form(interaction, form, values=_texts(member))

    async def _show_profile(self, interaction: discord.Interaction) -> None:
        member, badges = await self._badges(interaction)
        card = profile_card(member, now=self.bot.clock.now())
        if badges:
            row = (menu("badges", "Badges as a picture"),)
            text = "\n".join((card.text, *badge_lines(badges)))
            card = replace(card, text=text).with_rows(row)
        await show(interaction, card)

    async def _badges(
        self, interaction: discord.Interaction
    ) -> tuple[MemberFacts, tuple[Badge, ...]]:
        """Read a member, and count their badges; who is new has none."""
        now = self.bot.clock.now()
        async with self.bot.db.read() as session:
            member = await find_member(
                session, interaction.user.id, guild_id=self.club_of(interaction)
            )
            today = local_day(now, member.zone_or_club)
            badges = () if member.is_new else await list_badges(session, member.id, today=today)
        return member, badges

    @on_press("m", "badges")
    async def menu_badges(self, interaction: discord.Interaction, _: Press) -> None:
        """Give a member's badges as a picture, to show whom they like."""
        await interaction.response.defer(ephemeral=is_private(interaction), thinking=True)
        member, badges = await self._badges(interaction)
        club = await self.bot.db.load(find_club_name, member.guild_id)
        file = await badges_file(self._rasteriser, badges, club)
        await say(interaction, "Your badges; nobody sees them unless you show them.", file=file)

    @on_form(ABOUT)
    @on_form(ASKING)
    async def profile_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store one form of the profile; the other's parts stay as they are."""
        names = {part.name for part in self.bot.forms[filled.form][0].fields}
        async with self.bot.db.write() as session:
            stored = await change_profile(
                session,
                by=self.by(interaction),
                values={name: filled.get(name) for name in names & PROFILE_LENGTHS.keys()},
            )
        card = profile_card(stored.member, now=self.bot.clock.now(), head="Changed.")
        await show(interaction, replace(card, change=stored.change))

    @app_commands.command(name="help", description="The guides, by topic")
    @app_commands.describe(topic="What about")
    async def guides(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """Show one guide, or all topics to choose from."""
        await self._show_help(interaction, topic or "")

    @guides.autocomplete("topic")
    async def complete_topic(
        self, _: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the guides whose title has what was typed."""
        typed = current.casefold()
        return [
            app_commands.Choice(name=one.title, value=one.id)
            for one in self.bot.content.help.values()
            if typed in one.title.casefold()
        ][:25]

    @on_press("m", "help")
    async def menu_help(self, interaction: discord.Interaction, press: Press) -> None:
        """Show the topics, or the one that was chosen."""
        await self._show_help(interaction, press.arg, in_place=bool(press.arg))

    @on_press("m", "why")
    async def menu_why(self, interaction: discord.Interaction, press: Press) -> None:
        """Say in plain words why a card looks as it does, beside the card."""
        await self._show_help(interaction, press.arg)

    async def _show_help(
        self, interaction: discord.Interaction, topic: str, *, in_place: bool = False
    ) -> None:
        text = _OVERVIEW
        if topic:
            guide = self.bot.content.topic(topic)
            text = "\n".join((f"## {guide.title}", *(f"- {line}" for line in guide.lines)))
        topics = tuple((one.id, one.title, "") for one in self.bot.content.help.values())
        chooser = Menu(menu("help", ""), topics, "Choose a guide")
        row = (
            menu("today", "Today", style="primary"),
            menu("privacy", "What I keep"),
            menu("letter", "Ask an organiser"),
        )
        await show(interaction, Card(text, menus=(chooser,), rows=(row,)), in_place=in_place)


_OVERVIEW = (
    "## Help\n"
    "**/today** always shows the next step. **/start** begins, **/contact add** notes a person, "
    "**/log** writes down what happened.\n"
    "Commands are English, and so are the dates I read: “tomorrow 3pm”, “next tue”, “Oct 3”. "
    "What you write yourself may be in any language.\n"
    "Each guide below takes a minute."
)


def _texts(member: MemberFacts) -> dict[str, str]:
    """Give the profile as a form is filled in with it."""
    said = {name: str(text) for name, text in member.profile.items()}
    return {**said, **asking_held(member)}


def _id_of(bot: RapportBot) -> int:
    return bot.user.id if bot.user else 0


def _hello_line(interaction: discord.Interaction, member: MemberFacts) -> str:
    if member.hello_at is not None:
        return ""
    if interaction.context.dm_channel:
        return "My hello follows right here: press **It arrived** under it."
    return (
        "My hello is on its way to your DMs. I open only a few a minute, so it may wait a moment; "
        "press **It arrived** under it, so that I know that my messages reach you."
    )


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Members(bot))
