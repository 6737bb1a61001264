"""Organise: what a club's organisers set up, and the Start post."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands

from bot.client import RapportBot
from bot.club.packs import list_packs, pack_name, publish_pack, remove_pack
from bot.club.settings import Club, find_club, place_start_post, set_up_club
from bot.content import PACK_BYTES, plain_text, read_pack, read_questions, write_questions
from bot.errors import NotYours, UserError
from bot.notebook.effort import MemberCount, count_members
from bot.notebook.profile import list_on_club_zone, plan_all_anew
from bot.notebook.unfinished import access_unfinished, keep_unfinished
from bot.rules.presses import Press, menu
from bot.rules.zones import COMMON_ZONES, find_zone, say_zone
from cogs._ui.cards import Card, layout
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import ChoiceField, Filled, Form, TextField, open_form
from cogs._ui.pack_cards import (
    LIST_PACKS,
    example_card,
    packs_card,
    preview_card,
    refused_card,
)
from cogs._ui.replies import show

NEEDED = (
    ("view_channel", "View Channel"),
    ("send_messages", "Send Messages"),
    ("pin_messages", "Pin Messages"),
)
CLUB = Form(
    "club",
    "Set up your club",
    (
        ChoiceField(
            "zone",
            "The club's time zone",
            tuple((zone, cities) for cities, zone in COMMON_ZONES),
            "It holds for each member until they give their own",
        ),
        TextField("city", "Or type a city", "The nearest big one, if yours is not in the list"),
    ),
)
_PACK = "pack"
_LATE = timedelta(minutes=15)
_NOT_ORGANISER = "That one is for the club's organisers. Ask one of them for help."
_START_POST = (
    "## Talk to people about their work\n"
    "An informational interview is a short talk in which you ask somebody about what they do. "
    "You ask for nothing but their story, and most people like being asked.\n"
    "I help you to find somebody, to word the first message, to prepare, to say thank you in time, "
    "and to stay in touch. **Start** takes two minutes.\n"
    "Whatever you press here, I answer you alone. Nobody on this server sees whom you talk to."
)
_ROLES = (
    "Only who has Manage Server sees **/organise**. To give it to another role: "
    "Server Settings → Integrations → my name → /organise → Add Roles or Members."
)


def start_post() -> Card:
    """Draw the post from which a club's members begin."""
    row = (
        menu("start", "Start", style="primary"),
        menu("today", "Today"),
        menu("add", "Add a person"),
        menu("privacy", "What I keep"),
    )
    return Card(_START_POST, rows=(row,))


class Organise(FeatureCog):
    """What organisers do on their server."""

    organise = app_commands.Group(
        name="organise",
        description="For the club's organisers",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=False, private_channel=False
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @organise.command(name="setup", description="Set the club's time zone, post the Start post")
    async def organise_setup(self, interaction: discord.Interaction) -> None:
        """Check what I may do in this channel, then ask for the zone."""
        guild_id = self._place(interaction)
        async with self.bot.db.read() as session:
            club = await find_club(session, guild_id)
        await open_form(interaction, CLUB, values={"zone": club.zone or ""})

    @on_form(CLUB)
    async def club_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Store the zone, put up the Start post, and say how others get this command."""
        guild_id = self._place(interaction)
        typed = filled.get("city") or filled.get("zone")
        if not typed:
            raise UserError("Pick the club's time zone from the list, or type a big city in it.")
        zone = find_zone(typed, field_name="city")
        await interaction.response.defer(ephemeral=True, thinking=True)
        by = self.by(interaction)
        async with self.bot.db.write() as session:
            before = await set_up_club(
                session, guild_id, zone=zone, set_up_by=by.member_id, now=by.now
            )
        if before.zone != zone:
            await self._plan_members(guild_id, by.now)
        link = await self._put_up(interaction, before)
        text = (
            f"{link} stands in this channel, pinned. Members press **Start** on it; I answer each "
            f"of them privately.\nThe club's clock is {say_zone(zone)}, until a member gives "
            f"their own.\n{_ROLES}"
        )
        await show(interaction, Card(text, rows=(_BUTTONS,)))

    @organise.command(name="post", description="Post the Start post in this channel again")
    async def organise_post(self, interaction: discord.Interaction) -> None:
        """Put up a fresh Start post here; the old one goes."""
        await self._post(interaction)

    @organise.command(name="status", description="How the bot does on this server, in counts")
    async def organise_status(self, interaction: discord.Interaction) -> None:
        """Show counts and settings, never names."""
        await self._status(interaction)

    @on_press("m", "organise")
    async def menu_organise(self, interaction: discord.Interaction, press: Press) -> None:
        """Do the same from the buttons under an organiser's reply."""
        if not (interaction.permissions.manage_guild or _is_own_reply(interaction)):
            raise UserError(_NOT_ORGANISER)
        await (self._post if press.arg == "post" else self._status)(interaction)

    @organise.command(name="pack", description="Questions of your own for this server's members")
    @app_commands.describe(file="A .toml file; without one I list the packs that are here")
    async def organise_pack(
        self, interaction: discord.Interaction, file: discord.Attachment | None = None
    ) -> None:
        """Check an uploaded pack and show what it would bring; without one, list the packs."""
        guild_id = _guild_of(interaction)
        if file is None:
            await self._list_packs(interaction)
            return
        if file.size > PACK_BYTES:  # it is not even fetched
            raise UserError(
                f"That file has {file.size // 1024:,} KB, and a pack has at most "
                f"{PACK_BYTES // 1024} KB. Split it, or check whether it is the right file."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        pack = await asyncio.to_thread(read_pack, await _fetched(file), file.filename)
        if not pack.questions:
            await show(interaction, refused_card(pack.problems))
            return
        name = pack_name(file.filename)
        async with self.bot.db.write() as session:
            there = await list_packs(session, guild_id)
            key = await self._hold(session, interaction, name, write_questions(pack.questions))
        publish = Press("k", key, "publish", "Publish", style="primary")
        before = next((one for one in there if one.name == name), None)
        await show(interaction, preview_card(name, pack, before, publish))

    async def _hold(
        self, session: Any, interaction: discord.Interaction, name: str, body: str
    ) -> str:
        """Keep a pack that is not published for a day; gives the key of its Publish."""
        return await keep_unfinished(
            session,
            interaction.user.id,
            form=_PACK,
            subject=str(interaction.guild_id),
            values={"name": name, "body": body},
            now=self.bot.clock.now(),
        )

    @on_press("k", "publish")
    async def pack_publish(self, interaction: discord.Interaction, press: Press) -> None:
        """Publish a pack that was looked at."""
        guild_id, now = self._organised(interaction), self.bot.clock.now()
        async with self.bot.db.write() as session:
            held = await access_unfinished(session, interaction.user.id, press.key, now=now)
            if held.form != _PACK or held.subject != str(guild_id):
                raise NotYours
            questions = read_questions(str(held.values["body"]))
            name = str(held.values["name"])
            await publish_pack(
                session,
                guild_id,
                name=name,
                questions=questions,
                published_by=interaction.user.id,
                now=now,
            )
        self.bot.packs.forget(guild_id)
        text = (
            f"**{plain_text(name)}** is published. From now on members who began on this server "
            "get these questions beside mine, where they fit the talk."
        )
        await show(interaction, Card(text, rows=((LIST_PACKS,),)))

    @on_press("k", "remove_pack")
    async def pack_remove(self, interaction: discord.Interaction, press: Press) -> None:
        """Take a pack down; for a day it can be published again."""
        guild_id = self._organised(interaction)
        async with self.bot.db.write() as session:
            name, body = await remove_pack(session, guild_id, press.key)
            key = await self._hold(session, interaction, name, body)
        self.bot.packs.forget(guild_id)
        text = (
            f"**{plain_text(name)}** is removed. Sets that members have saved keep their "
            "questions. For a day you can publish it again here."
        )
        again = Press("k", key, "publish", "Publish again")
        await show(interaction, Card(text, rows=((again, LIST_PACKS),)))

    @on_press("m", "packs")
    async def menu_packs(self, interaction: discord.Interaction, press: Press) -> None:
        """List the packs of this server, or give an example of one."""
        self._organised(interaction)
        if press.arg == "example":
            await show(interaction, example_card())
        else:
            await self._list_packs(interaction)

    async def _list_packs(self, interaction: discord.Interaction) -> None:
        async with self.bot.db.read() as session:
            packs = await list_packs(session, _guild_of(interaction))
        await show(interaction, packs_card(packs))

    def _organised(self, interaction: discord.Interaction) -> int:
        """Give the server's id to who may organise there; others are told who to ask."""
        guild_id = _guild_of(interaction)
        if not (interaction.permissions.manage_guild or _is_own_reply(interaction)):
            raise UserError(_NOT_ORGANISER)
        return guild_id

    async def _post(self, interaction: discord.Interaction) -> None:
        guild_id = self._place(interaction)
        async with self.bot.db.read() as session:
            club = await find_club(session, guild_id)
        if club.set_up_at is None:
            raise UserError("The club is not set up yet: run **/organise setup** here first.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        link = await self._put_up(interaction, club)
        await show(
            interaction,
            Card(f"{link} stands in this channel now, pinned. The one before is gone."),
        )

    async def _put_up(self, interaction: discord.Interaction, club: Club) -> str:
        """Post, take the old one down, store, pin: cut off anywhere, never two are pinned."""
        channel = self.bot.get_partial_messageable(interaction.channel_id or 0)
        post = await channel.send(view=layout(start_post(), private=False))
        await self._take_down(club)
        async with self.bot.db.write() as session:
            await place_start_post(
                session, club.guild_id, channel_id=channel.id, message_id=post.id
            )
        await post.pin()
        return (
            f"[The Start post](https://discord.com/channels/{club.guild_id}/{channel.id}/{post.id})"
        )

    async def _take_down(self, club: Club) -> None:
        if club.start_channel_id is None or club.start_message_id is None:
            return
        channel = self.bot.get_partial_messageable(club.start_channel_id)
        try:
            await channel.get_partial_message(club.start_message_id).delete()
        except discord.NotFound:
            return  # somebody has deleted it, or its channel
        except discord.Forbidden as error:
            raise UserError(
                f"My old Start post stands in <#{club.start_channel_id}>, which I can't see any "
                "more. Let me see that channel, or delete the post there, and run this again."
            ) from error

    async def _plan_members(self, guild_id: int, now: datetime) -> None:
        async with self.bot.db.read() as session:
            members = await list_on_club_zone(session, guild_id)
        for member_id in members:
            async with self.bot.db.write() as session:
                await plan_all_anew(session, member_id, now=now)

    async def _status(self, interaction: discord.Interaction) -> None:
        guild_id = _guild_of(interaction)
        async with self.bot.db.read() as session:
            club = await find_club(session, guild_id)
            count = await count_members(session, guild_id)
        lines = (
            "## How it goes here",
            _count_line(count),
            f"Club's clock: {say_zone(club.zone)}" if club.zone else "Club's clock: not set yet",
            _post_line(club),
            _permission_line(interaction),
            await self._health_line(),
            _ROLES,
        )
        await show(interaction, Card("\n".join(lines), rows=(_BUTTONS,)))

    async def _health_line(self) -> str:
        due, now = await self.bot.dispatcher.next_due(), self.bot.clock.now()
        if not self.bot.dispatcher.is_authorized:
            return "Discord does not accept my token: please tell who hosts me"
        if due is not None and now - due > _LATE:
            minutes = int((now - due) / timedelta(minutes=1))
            return f"My messages run {minutes} minutes late: please tell who hosts me"
        return "I am well: nothing is late"

    def _place(self, interaction: discord.Interaction) -> int:
        """Give the server's id, or say what I may not do in this channel."""
        guild_id = _guild_of(interaction)
        missing = _missing(interaction)
        if missing:
            raise UserError(
                f"In this channel I lack {', '.join(missing)}. Open Edit Channel → Permissions, "
                "add my role, allow that, and run this again."
            )
        return guild_id


_BUTTONS = (
    menu("organise", "Status", arg="status"),
    menu("organise", "Post it again", arg="post"),
)


async def _fetched(file: discord.Attachment) -> bytes:
    try:
        return await file.read()
    except discord.HTTPException as error:
        raise UserError(
            "Discord did not give me the file. Please run **/organise pack** with it once more."
        ) from error


def _guild_of(interaction: discord.Interaction) -> int:
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        raise UserError("That one works on a server that I was added to. Please run it there.")
    return interaction.guild_id


def _is_own_reply(interaction: discord.Interaction) -> bool:
    # Who was given the command by Integrations has no Manage Server; what I answered them alone
    # can be pressed by nobody else.
    return interaction.message is not None and interaction.message.flags.ephemeral


def _missing(interaction: discord.Interaction) -> list[str]:
    mine = interaction.app_permissions
    if mine.administrator:
        return []
    return [f"**{label}**" for name, label in NEEDED if not getattr(mine, name)]


def _count_line(count: MemberCount) -> str:
    if not count.began:
        return "Nobody has begun yet"
    people = "1 member has" if count.began == 1 else f"{count.began} members have"
    return f"{people} begun here; {count.reached} confirmed that my messages arrive"


def _post_line(club: Club) -> str:
    if club.start_message_id is None:
        return "Start post: not up yet, **/organise setup** puts it up"
    place = f"{club.guild_id}/{club.start_channel_id}/{club.start_message_id}"
    return f"Start post: [here](https://discord.com/channels/{place})"


def _permission_line(interaction: discord.Interaction) -> str:
    missing = _missing(interaction)
    if missing:
        return f"In this channel I lack {', '.join(missing)}"
    return "In this channel I may do all that I need"


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Organise(bot))
