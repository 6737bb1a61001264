"""The Start post, and what stands under an organiser's reply."""

from __future__ import annotations

import discord

from bot.club.settings import Club, access_club, place_start_post
from bot.rules.presses import menu
from cogs._ui.cards import Card, layout
from cogs._ui.feature import FeatureCog
from cogs._ui.replies import show
from cogs.organise.places import place

BUTTONS = (
    menu("organise", "Status", arg="status"),
    menu("organise", "Post it again", arg="post"),
)
ROLES = (
    "Only who has Manage Server sees **/organise**. To give it to another role: "
    "Server Settings → Integrations → my name → /organise → Add Roles or Members."
)
_START_POST = (
    "## Talk to people about their work\n"
    "An informational interview is a short talk in which you ask somebody about what they do. "
    "You ask for nothing but their story, and most people like being asked.\n"
    "I help you to find somebody, to word the first message, to prepare, to say thank you in time, "
    "and to stay in touch. **Start** takes two minutes.\n"
    "Whatever you press here, I answer you alone. Nobody on this server sees whom you talk to."
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


def post_url(guild_id: int, channel_id: int | None, message_id: int | None) -> str:
    """Give the address of a message on a server."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


async def _pin(post: discord.Message) -> str:
    """Pin a post; says what came of it. It is read without the pin, too."""
    try:
        await post.pin()
    except discord.HTTPException as error:
        if error.code == _TOO_MANY_PINS:
            return ". I could not pin it: the channel has as many pins as Discord allows"
        return ". Discord did not let me pin it: please pin it yourself"
    return ", pinned"


_TOO_MANY_PINS = 30003


class PostCog(FeatureCog):
    """What puts up the Start post."""

    async def post_here(self, interaction: discord.Interaction) -> None:
        """Put up a fresh Start post in this channel; the old one goes."""
        guild_id = place(interaction)
        club = await self.bot.db.load(access_club, guild_id)
        await interaction.response.defer(ephemeral=True, thinking=True)
        where, before = await self.put_up(interaction, club)
        await show(interaction, Card(f"{where} {before}"))

    async def put_up(self, interaction: discord.Interaction, club: Club) -> tuple[str, str]:
        """Post, store, take the old one down, pin: whatever fails, the next try knows this one.

        Returns in words where it stands, and what became of the one before, "" if there was none.
        """
        channel = self.bot.get_partial_messageable(interaction.channel_id or 0)
        post = await channel.send(view=layout(start_post(), private=False))
        await self.bot.db.store(
            place_start_post, club.guild_id, channel_id=channel.id, message_id=post.id
        )
        before = await self._take_down(club)
        where = post_url(club.guild_id, channel.id, post.id)
        return f"[The Start post]({where}) stands in this channel now{await _pin(post)}.", before

    async def _take_down(self, club: Club) -> str:
        if club.start_channel_id is None or club.start_message_id is None:
            return ""
        channel = self.bot.get_partial_messageable(club.start_channel_id)
        try:
            await channel.get_partial_message(club.start_message_id).delete()
        except discord.NotFound:
            pass  # somebody has deleted it, or its channel
        except discord.HTTPException:  # mostly since I may not see that channel any more
            where = post_url(club.guild_id, club.start_channel_id, club.start_message_id)
            return (
                f"⚠ [The one before]({where}) still stands in <#{club.start_channel_id}>, and I "
                "could not delete it: please delete it there."
            )
        return "The one before is gone."
