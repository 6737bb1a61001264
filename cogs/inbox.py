"""The inbox: a plain message in the bot's DM is never ignored."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import discord
from discord.ext import commands

from bot.client import RapportBot
from bot.content import quoted, render_words
from bot.notebook.contacts import Label, list_labels, suggest_contacts
from bot.notebook.inbox import Offer, find_named, find_offers, may_go_out
from bot.notebook.pages import access_card
from bot.notebook.unfinished import access_unfinished, keep_unfinished
from bot.rules.names import called
from bot.rules.presses import Press, menu
from cogs._ui.cards import Card, layout
from cogs._ui.contact_card import contact_card
from cogs._ui.feature import FeatureCog, on_press
from cogs._ui.forms import open_form
from cogs._ui.log_forms import FORMS, WITH_NAME
from cogs._ui.people_menu import people_menu
from cogs._ui.replies import show

_NEW = "new"
_SHOWN = 200
_CHECK = "Check it as a message to"
_REMEMBERED = 500
_LABEL = 80  # so much Discord takes on a button


class Inbox(FeatureCog):
    """Plain messages."""

    def __init__(self, bot: RapportBot) -> None:
        super().__init__(bot)
        self._answered: deque[int] = deque(maxlen=_REMEMBERED)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a plain message with the buttons that fit it; what was written is kept a day."""
        if message.guild is not None or message.author.bot or self._is_answered(message.id):
            return
        try:
            await self._answer(message)
        except Exception as error:  # whoever writes is answered, whatever happens
            await message.channel.send(self.bot.own_up(error, "message not answered"))

    async def _answer(self, message: discord.Message) -> None:
        owner_id, now = message.author.id, self.bot.clock.now()
        reference = message.reference.message_id if message.reference else None
        async with self.bot.db.read() as session:
            labels = await list_labels(session, owner_id)
            offers = await find_offers(
                session, self.bot.content, owner_id, message.content, message_id=reference, now=now
            )
        key = await self._keep(message)
        card = self._card(message.content, key, labels, offers)
        await message.channel.send(view=layout(card, private=False))
        await self.bot.dispatcher.came_back(owner_id, message.channel.id)

    def _is_answered(self, message_id: int) -> bool:
        # A resumed session may bring a message once more.
        if message_id in self._answered:
            return True
        self._answered.append(message_id)
        return False

    async def _keep(self, message: discord.Message) -> str:
        owner_id, now = message.author.id, self.bot.clock.now()
        return await self.bot.db.store(
            keep_unfinished,
            owner_id,
            form=WITH_NAME["note"].name,
            subject="",
            values={"text": message.content},
            now=now,
        )

    def _card(self, text: str, key: str, labels: list[Label], offers: tuple[Offer, ...]) -> Card:
        content = self.bot.content
        about = find_named(labels, text)
        if offers:
            first, *others = {offer.first for offer in offers}
            first = "one of these people" if others else first
            lines = [render_words(content, "dm_understood", first=first)]
        else:
            short = text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"
            lines = [quoted(short), render_words(content, "dm_offer")]
        options = [*((one.key, one.text) for one in labels[:24]), (_NEW, "Somebody else …")]
        chooser = people_menu(Press("u", key, "note"), options, "Save as a note about …")
        menus = (chooser,) if text.strip() else ()
        checks: tuple[Press, ...] = ()
        if labels and may_go_out(text):
            check = Press("u", key, "check")
            people = [(one.key, one.text) for one in labels]
            menus = (people_menu(check, people, f"{_CHECK} …"), *menus)
            checks = _checking(check, about)
        return Card(
            "\n".join(line for line in lines if line),
            menus=menus,
            rows=(checks, _fitting(offers), _usual(key, about, has_text=bool(text.strip()))),
        )

    @on_press("u", "note")
    async def unfinished_note(self, interaction: discord.Interaction, press: Press) -> None:
        """Save what was written as a note about the person that was chosen."""
        kept = await self.bot.db.load(
            access_unfinished, interaction.user.id, press.key, now=self.bot.clock.now()
        )
        text = str(kept.values.get("text", ""))
        if press.arg == _NEW:
            await open_form(interaction, WITH_NAME["note"], values={"text": text})
        else:
            await self.submit(interaction, FORMS["note"], {"text": text}, subject=press.arg)

    @on_press("m", "whom")
    async def menu_whom(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask about whom, then show their card."""
        owner_id, now = interaction.user.id, self.bot.clock.now()
        if not press.arg:
            labels = await self.bot.db.load(suggest_contacts, owner_id, "", now=now)
            await show(interaction, whom_card(labels))
            return
        member, page = await self.bot.db.load(access_card, owner_id, press.arg)
        await show(interaction, contact_card(page, member, now=now))


def _checking(check: Press, about: Label | None) -> tuple[Press, ...]:
    if about is None:
        return ()
    name = called(about.text.split(" · ")[0])[:40]
    return (replace(check, label=f"{_CHECK} {name}", style="primary", arg=about.key),)


def whom_card(labels: list[Label]) -> Card:
    """Ask whom something is about."""
    if not labels:
        row = (menu("add", "Add a person", style="primary"), menu("ideas", "Find a person"))
        return Card("Nobody is in your notebook yet. Who would you like to write to?", rows=(row,))
    options = [(one.key, one.text) for one in labels]
    return Card("Whom do you mean?", menus=(people_menu(menu("whom", ""), options, "A person"),))


def _fitting(offers: tuple[Offer, ...]) -> tuple[Press, ...]:
    if len(offers) < 2:
        return tuple(offer.press for offer in offers)
    return tuple(
        Press(
            one.press.scope,
            one.press.key,
            one.press.verb,
            _label(one),
            arg=one.press.arg,
        )
        for one in offers
    )


def _label(offer: Offer) -> str:
    said = f"{offer.press.label}: {' '.join(offer.promise.split()) or offer.first}"
    return said if len(said) <= _LABEL else said[: _LABEL - 1].rstrip() + "…"


def _usual(key: str, about: Label | None, *, has_text: bool) -> tuple[Press, ...]:
    if about is None:
        talked, draft = menu("log", "We talked", arg="talked"), menu("whom", "Draft")
        return (talked, draft, menu("today", "Today"), menu("help", "Help"))
    name = called(about.text.split(" · ")[0])[:40]
    note = Press("u", key, "note", f"Note about {name}", "primary", about.key)
    return (
        *((note,) if has_text else ()),
        Press("c", about.key, "done", "We talked"),
        Press("c", about.key, "draft", "Draft"),
        menu("today", "Today"),
        menu("help", "Help"),
    )


async def setup(bot: RapportBot) -> None:
    """Load the cog."""
    await bot.add_cog(Inbox(bot))
