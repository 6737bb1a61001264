"""Starting a challenge: chosen from a kit or put together, previewed, changed, started."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import discord
import msgspec

from bot.client import roles_link
from bot.club.challenges import (
    ChallengeDraft,
    check_draft,
    create_challenge,
    draft_of_kit,
    list_challenges,
)
from bot.club.cohorts import list_cohorts
from bot.club.settings import Club, access_club
from bot.content import plain_text
from bot.errors import NotYours, UserError
from bot.notebook.unfinished import access_unfinished, drop_unfinished, keep_unfinished
from bot.rules.presses import Press
from bot.rules.scoring import MEANINGS, MOST_POINTS, Measure, Term
from bot.rules.when import read_date
from cogs._ui.cards import Card
from cogs._ui.challenge_cards import board_button
from cogs._ui.clubs import cannot_give, club_day
from cogs._ui.feature import FeatureCog, on_form, on_press
from cogs._ui.forms import Filled, TextField, open_form
from cogs._ui.replies import show
from cogs._ui.starting_cards import (
    BOARD,
    OWN,
    POINTS,
    WHAT,
    WHOLE_CLUB,
    Preview,
    challenges_card,
    preview_card,
)
from cogs.organise.places import (
    IN_NEWS,
    guild_of,
    missing_in,
    organised,
    picked_role,
    without_gone,
)

_DRAFT = "challenge"
_DAYS = re.compile(r"(\d{1,4})(?: ?days?)?", re.I)
_POINTS = re.compile(r"(\d{1,3})(?: ?points?)?(?:\D{1,20}(\d{1,3}))?", re.I)
_USUAL_DAYS = 30


class Starting(FeatureCog):
    """What organisers do before a challenge starts."""

    async def show_challenges(self, interaction: discord.Interaction) -> None:
        """List what is open, and offer the ready-made challenges."""
        guild_id = guild_of(interaction)
        async with self.bot.db.read() as session:
            await access_club(session, guild_id)
            found = await list_challenges(session, guild_id)
        await show(interaction, challenges_card(self.bot.content, found))

    @on_press("m", "kits")
    async def menu_kits(self, interaction: discord.Interaction, press: Press) -> None:
        """Show what a kit would be, or ask what one of their own is."""
        guild_id = organised(interaction)
        if press.arg == OWN:
            await open_form(interaction, WHAT, values={"starts": "today", "ends": "30 days"})
            return
        kit = self.bot.content.kits.get(press.arg)
        if kit is None:
            raise UserError("That one is not here any more. **/organise challenge** lists all.")
        club = await self.bot.db.load(access_club, guild_id)
        await self._show(interaction, draft_of_kit(kit, starts_on=self._today(club)))

    def _today(self, club: Club) -> date:
        return club_day(club, self.bot.clock.now())

    async def _show(
        self, interaction: discord.Interaction, draft: ChallengeDraft, *, in_place: bool = False
    ) -> None:
        """Keep a draft for a day, and show what it would be."""
        guild_id, now = organised(interaction), self.bot.clock.now()
        async with self.bot.db.read() as session:
            club = await access_club(session, guild_id)
            problem = ""
            try:
                draft = await check_draft(session, guild_id, draft, today=self._today(club))
            except UserError as error:
                problem = error.text
            cohorts = await list_cohorts(session, guild_id)
        channel_id = _channel(interaction, club)
        warnings = tuple(self._warnings(interaction, draft, channel_id))
        preview = Preview(draft, club, cohorts, channel_id, problem, warnings)
        key = await self.bot.db.store(
            keep_unfinished,
            interaction.user.id,
            form=_DRAFT,
            subject=str(guild_id),
            values=msgspec.to_builtins(draft),
            now=now,
        )
        card = preview_card(self.bot.content, preview, key, now=now)
        await show(interaction, card, in_place=in_place)

    def _warnings(
        self, interaction: discord.Interaction, draft: ChallengeDraft, channel_id: int
    ) -> Iterable[str]:
        lacking = missing_in(interaction, channel_id, IN_NEWS)
        if lacking:
            yield f"In <#{channel_id}> I lack {', '.join(lacking)}: the posts wait until I may."
        guild = interaction.guild
        if guild is None:
            return
        ping = guild.get_role(draft.ping_role_id or 0)
        channel = guild.get_channel(channel_id)
        may_ping_all = channel is None or channel.permissions_for(guild.me).mention_everyone
        if ping and not ping.mentionable and not may_ping_all:
            yield (
                f"Nobody hears the ping yet: allow everyone to mention <@&{ping.id}> in its "
                "settings, or give me Mention Everyone in that channel."
            )
        given = draft.winners_role_id if draft.shape == "members" else None
        if given and (why := cannot_give(guild, given, link=roles_link(self.bot, guild))):
            yield why

    async def _draft(self, interaction: discord.Interaction, key: str) -> ChallengeDraft:
        return await self.bot.db.load(
            _held, interaction.user.id, organised(interaction), key, now=self.bot.clock.now()
        )

    @on_press("u", "ch_what")
    async def draft_what(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form of the words, the days and what counts."""
        draft = await self._draft(interaction, press.key)
        values = {
            "title": draft.title,
            "text": draft.text,
            "counts": ",".join(term.measure for term in draft.terms),
            "starts": draft.starts_on.isoformat(),
            "ends": draft.ends_on.isoformat(),
        }
        await open_form(interaction, WHAT, subject=press.key, values=values)

    @on_form(WHAT)
    async def what_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Take the words, the days and what counts, and show what that would be."""
        guild_id, old = organised(interaction), None
        if filled.subject:
            old = await self._draft(interaction, filled.subject)
        club = await self.bot.db.load(access_club, guild_id)
        starts_on = self._day(filled.get("starts") or "today", "starts", club)
        ends_on = self._last_day(filled.get("ends"), starts_on, club)
        terms = _terms(filled.get("counts"), old.terms if old else ())
        base = old or ChallengeDraft("", "", (), starts_on, ends_on)
        draft = replace(
            base,
            title=filled.get("title"),
            text=filled.get("text"),
            terms=terms,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        await self._show(interaction, draft, in_place=old is not None)

    def _day(self, typed: str, name: str, club: Club) -> date:
        now, zone = self.bot.clock.now(), club.zone or "UTC"
        return read_date(typed, now=now, zone=zone, field_name=name)

    def _last_day(self, typed: str, starts_on: date, club: Club) -> date:
        days = _DAYS.fullmatch(typed) if typed else None
        if typed and not days:
            return self._day(typed, "ends", club)
        count = min(int(days[1]), 3650) if days else _USUAL_DAYS
        return starts_on + timedelta(days=count - 1)

    @on_press("u", "ch_board")
    async def draft_board(self, interaction: discord.Interaction, press: Press) -> None:
        """Open the form of who is ranked and who is pinged."""
        draft = await self._draft(interaction, press.key)
        values = {
            "shape": draft.shape,
            "goal": str(draft.goal or ""),
            "ping": str(draft.ping_role_id or ""),
            "winners": str(draft.winners_role_id or ""),
            "question": "yes" if draft.asks_question else "no",
        }
        await open_form(interaction, BOARD, subject=press.key, values=values)

    @on_form(BOARD)
    async def board_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Take who is ranked and who is pinged."""
        draft = await self._draft(interaction, filled.subject)
        goal = filled.get("goal").replace(",", "")
        if goal and not goal.isdecimal():
            raise UserError("The goal is a number of points, such as 100.")
        shape = filled.get("shape") or draft.shape
        changed = replace(
            draft,
            shape=shape,
            goal=int(goal) if goal and shape == "club" else None,
            ping_role_id=picked_role(interaction, filled.get("ping")),
            winners_role_id=picked_role(interaction, filled.get("winners")),
            asks_question=filled.get("question") == "yes",
        )
        await self._show(interaction, changed, in_place=True)

    @on_press("u", "ch_group")
    async def draft_group(self, interaction: discord.Interaction, press: Press) -> None:
        """Take for whom it is: a group, or the whole club."""
        draft = await self._draft(interaction, press.key)
        key = None if press.arg == WHOLE_CLUB else press.arg
        await self._show(interaction, replace(draft, cohort_key=key), in_place=True)

    @on_press("u", "ch_points")
    async def draft_points(self, interaction: discord.Interaction, press: Press) -> None:
        """Ask how many points each thing gives."""
        draft = await self._draft(interaction, press.key)
        fields = tuple(_points_field(term) for term in draft.terms)
        values = {term.measure.value: _said(term) for term in draft.terms}
        form = replace(POINTS, fields=fields)
        await open_form(interaction, form, subject=press.key, values=values)

    @on_form(POINTS)
    async def points_submitted(self, interaction: discord.Interaction, filled: Filled) -> None:
        """Take the points."""
        draft = await self._draft(interaction, filled.subject)
        terms = tuple(_term(term, filled.get(term.measure.value)) for term in draft.terms)
        await self._show(interaction, replace(draft, terms=terms), in_place=True)

    @on_press("u", "ch_start")
    async def draft_start(self, interaction: discord.Interaction, press: Press) -> None:
        """Start it as it was previewed; pressed twice, it is there once."""
        guild_id, by = organised(interaction), self.by(interaction)
        async with self.bot.db.write() as session:
            draft = await _held(session, by.member_id, guild_id, press.key, now=by.now)
            club = await access_club(session, guild_id)
            challenge = await create_challenge(
                session,
                guild_id,
                draft,
                by=by.member_id,
                now=by.now,
                today=self._today(club),
                channel_id=_channel(interaction, club),
            )
            await drop_unfinished(session, by.member_id, press.key)
        text = (
            f"**{plain_text(challenge.title)}** is set. The opening post with **Join** comes into "
            f"<#{challenge.channel_id}> by itself, as the preview said; “now” takes a minute or "
            "two. You see the board as members do, and counts of all together in "
            "**/organise report**; nothing else."
        )
        row = (Press("g", challenge.key, "manage", "Manage"), board_button(challenge.key))
        await show(interaction, Card(text, rows=(row,)))


async def _held(
    session: Any, member_id: int, guild_id: int, key: str, *, now: Any
) -> ChallengeDraft:
    """Read a draft that is kept for a day; another server's is not there."""
    held = await access_unfinished(session, member_id, key, now=now)
    if held.form != _DRAFT or held.subject != str(guild_id):
        raise NotYours
    return msgspec.convert(held.values, ChallengeDraft)


def _channel(interaction: discord.Interaction, club: Club) -> int:
    return without_gone(interaction, club).news_channel_id or interaction.channel_id or 0


def _terms(picked: str, old: Iterable[Term]) -> tuple[Term, ...]:
    known: Mapping[str, Term] = {term.measure.value: term for term in old}
    return tuple(known.get(one) or Term(Measure(one)) for one in picked.split(",") if one)


def _points_field(term: Term) -> TextField:
    about = MEANINGS[term.measure]
    return TextField(term.measure.value, about[:1].upper() + about[1:], "“3, up to 5” or “3”", 40)


def _said(term: Term) -> str:
    return f"{term.points}, up to {term.most}" if term.most else str(term.points)


def _term(old: Term, typed: str) -> Term:
    if not typed:
        return old
    read = _POINTS.fullmatch(typed)
    if read is None or not 1 <= int(read[1]) <= MOST_POINTS:
        raise UserError(
            f"“{plain_text(typed)}” is not a number of points. Write 1 to {MOST_POINTS}, and how "
            "often it counts if you like: “3, up to 5”."
        )
    return replace(old, points=int(read[1]), most=int(read[2] or 0))
