"""A marker in every field of every contact: not one hit in anything that a server can see."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import structlog
from discord import app_commands
from sqlalchemy import insert, select
from sqlalchemy import text as sql

from bot.dispatcher.courier import to_body
from bot.notebook.changes import Actor
from bot.notebook.contacts import FIELD_LENGTHS, add_contact
from bot.notebook.interviews import Held, Takeaways, log_interview
from bot.notebook.log import Happened, log_touch
from bot.pictures.rasterising import Rasteriser
from bot.rules.records import TouchKind
from bot.storage.models import Delivery
from bot.storage.types import new_key
from cogs._ui.cards import Card, layout
from tests.cogs.playing import Club, Player, Reply, labels_of, text_of
from tests.cogs.test_bad_input_leaks import stream
from tests.cogs.test_challenges import ZONE, preview, tick

__all__ = ["stream"]

MARK = "quokkaword"
SHAPED = {
    "email": f"{MARK}@work.example",
    "linkedin": f"https://www.linkedin.com/in/{MARK}",
    "phone": "+1 555 0100 4242424",
}
MARKS = (MARK, "4242424")
BOARD, LAST, CLOSE = (
    datetime(2026, 3, 9, 23, tzinfo=UTC),
    datetime(2026, 3, 31, 20, tzinfo=UTC),
    datetime(2026, 4, 8, 12, tzinfo=UTC),
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of every picture, on its way to being drawn."""
    seen: list[str] = []
    png = Rasteriser.png

    async def seen_first(self: Rasteriser, svg: str, **how: Any) -> bytes:
        seen.append(svg)
        return await png(self, svg, **how)

    monkeypatch.setattr(Rasteriser, "png", seen_first)
    return seen


async def keep_secrets(club: Club, player: Player) -> None:
    """Fill a member's notebook: each field of a contact, and each kind of entry."""
    values = {
        name: SHAPED.get(name, f"{MARK} {name}")[:most] for name, most in FIELD_LENGTHS.items()
    }
    by = Actor(player.user.id, club.env.now())
    async with club.bot.db.write() as session:
        stored = await add_contact(session, by=by, values=values, referred_by=f"+Tom {MARK}")
        (key,) = [one for one, page in stored.pages.items() if page.name == values["name"]]
        today = club.env.now().date()
        learned = Takeaways(enjoyed=f"{MARK} nights", advice=f"{MARK} days", promises=(MARK,))
        await log_interview(session, by=by, held=Held(key, on=today), takeaways=learned)
        for kind in set(TouchKind) - {TouchKind.TALKED}:
            happened = Happened(kind, today, text=f"{MARK} {kind}")
            await log_touch(session, by=by, contact=f"#{key}", happened=happened)


async def speak(club: Club, until: datetime) -> None:
    await club.env.advance_time((until - club.env.now()).total_seconds())
    await tick(club)


async def look_everywhere(watch: Watch, post: Any, olga: Player, ben: Player) -> None:
    """Let somebody else, and an organiser, open whatever the club shows them."""
    board = watch.saw(await ben.press(post, "Board"))
    watch.saw(await ben.press(board, "Picture"))
    report = watch.saw(await olga.slash("organise report"))
    watch.saw(await olga.press(report, "As a picture"))
    for name in ("status", "challenge", "cohort"):
        watch.saw(await olga.slash(f"organise {name}"))
    await ben.complete("challenge standings", "season", "")
    await olga.complete("organise report", "challenge", "")


@dataclass
class Watch:
    """Gathers, way by way, all that others than a notebook's owner could read."""

    club: Club
    log: io.StringIO
    drawn: list[str]
    capfd: pytest.CaptureFixture[str]
    replies: list[Reply] = field(default_factory=list)
    own: set[int] = field(default_factory=set)  # requests that answer an owner
    printed: str = ""

    def saw(self, reply: Reply) -> Reply:
        """Keep what somebody else was shown."""
        self.replies.append(reply)
        return reply

    @contextmanager
    def looking_at_their_own(self) -> Iterator[None]:
        """Let an owner read their notebook: what is sent meanwhile is for them."""
        before = len(self.club.env.http_requests)
        yield
        self.own |= set(range(before, len(self.club.env.http_requests)))

    async def gather(self, *others: Player) -> dict[str, str]:
        """Read every way to its end; ``others`` have their DMs looked through, too."""
        messages = [one for reply in self.replies for one in reply.messages]
        messages += [one for other in others for one in other.dms]
        for channel in self.club.guild.channels.values():
            messages += channel.history()
        self.printed += "".join(self.capfd.readouterr())
        async with self.club.bot.db.read() as session:
            ours = select(Delivery.body).where(Delivery.owner_id.is_(None))
            waiting = [row.body for row in await session.execute(ours)]
        return {
            "messages": "\n".join(map(text_of, messages)),
            "files": await self._files(messages),
            "pictures": "\n".join(self.drawn),
            "requests": self._requests(),
            "waiting": str(waiting),
            "log": self.log.getvalue(),
            "output": self.printed,
        }

    async def _files(self, messages: list[Any]) -> str:
        """Read what files are called, what is said of them, and what stands in them."""
        parts: list[str] = []
        for file in (file for one in messages for file in one.attachments):
            parts += [file.filename, str(file.description)]
            if not file.filename.endswith(".png"):
                parts.append((await file.read()).decode())
        return "\n".join(parts)

    def _requests(self) -> str:
        """Write down what Discord was ever sent, so what is edited or deleted since as well."""
        dms = self.club.env.backend.dm_channels.values()
        private = tuple(f"/channels/{one}/" for one in dms)
        return "\n".join(
            f"{one.path} {one.params} {one.json} {one.reason}"
            for number, one in enumerate(self.club.env.http_requests)
            if number not in self.own and not one.path.startswith(private)
        )


async def break_it(club: Club, ben: Player) -> Reply:
    """Let a board fail inside the bot, for a member and for the job that posts it."""
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE participations RENAME TO elsewhere"))
    reply = await ben.slash("challenge standings")
    await speak(club, BOARD)
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE elsewhere RENAME TO participations"))
    return reply


async def start_with_a_winners_role(club: Club, olga: Player, desk: Any) -> Any:
    """Set up, and start a challenge whose winners get a role; returns the opening post."""
    form = await olga.slash("organise setup")
    await olga.fill(form, {ZONE: ["America/New_York"], "Where do organisers read?": [desk]})
    form = await olga.press(await preview(olga), "Board and pings")
    winners = club.guild.create_role("winners")
    await olga.press(await olga.fill(form, {"Role for the winners": [winners]}), "Start it")
    await tick(club)
    (post,) = [one for one in club.channel.history() if "Join" in labels_of(one)]
    return post


async def test_no_word_about_a_contact_reaches_the_server(
    club: Club, stream: io.StringIO, drawn: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(club, stream, drawn, capfd)
    olga, desk = club.organiser(), club.guild.create_text_channel("organisers")
    post = await start_with_a_winners_role(club, olga, desk)
    players = [club.member(f"Member{number}") for number in range(6)]
    for player in players:
        joined = await player.press(post, "Join")
        await player.press(joined, "Write to me")
    await players[-1].press(joined, "Under my name")
    ben = club.member("Ben")
    for player in players:
        await keep_secrets(club, player)
    with watch.looking_at_their_own():
        own = await players[0].slash("contact show", contact=f"{MARK} name")
    assert MARK in own.text
    broken = watch.saw(await break_it(club, ben))
    assert "on my side" in broken.text
    assert "challenge_failed" in stream.getvalue()
    await look_everywhere(watch, post, olga, ben)
    for moment in (BOARD.replace(day=10), LAST, CLOSE):
        await speak(club, moment)
        await look_everywhere(watch, post, olga, ben)
    asked = await players[0].press(await players[0].slash("help"), "Ask an organiser")
    await players[0].fill(asked, {"Your question": "When?", "With your name?": ["no"]})
    seen = await watch.gather(ben, olga)
    for way, what in DRIVEN.items():
        assert what in seen[way], way
    assert len(drawn) > 8
    assert [way for way, text in seen.items() for mark in MARKS if mark in text] == []


DRIVEN = {
    "messages": "Talked",
    "files": "Week of",
    "pictures": "Talked",
    "requests": "Winner of a challenge",
    "waiting": "Five talks",
    "log": "challenge_failed",
}
"""What stands on each way when it was really driven."""


async def leak_a_message(leak: Leak) -> None:
    await leak.channel.send(leak.word)


async def leak_a_card(leak: Leak) -> None:
    await leak.channel.send(view=layout(Card(leak.word), private=False))


async def leak_a_message_that_is_edited_since(leak: Leak) -> None:
    message = await leak.channel.send(leak.word)
    await message.edit(content="harmless")


async def leak_a_message_that_is_deleted_since(leak: Leak) -> None:
    message = await leak.channel.send(leak.word)
    await message.delete()


async def leak_an_embed(leak: Leak) -> None:
    await leak.channel.send(embed=discord.Embed(description=leak.word))


async def leak_a_reason_in_the_audit_log(leak: Leak) -> None:
    await leak.channel.edit(topic="harmless", reason=leak.word)


async def leak_the_words_beside_a_picture(leak: Leak) -> None:
    await leak.channel.send(file=discord.File(io.BytesIO(b""), "a.png", description=leak.word))


async def leak_a_file(leak: Leak) -> None:
    await leak.channel.send(file=discord.File(io.BytesIO(leak.word.encode()), "a.csv"))


async def leak_the_name_of_a_file(leak: Leak) -> None:
    await leak.channel.send(file=discord.File(io.BytesIO(b""), f"{leak.word}.csv"))


async def leak_a_picture(leak: Leak) -> None:
    await Rasteriser().png(
        f"<svg xmlns='http://www.w3.org/2000/svg'><text>{leak.word}</text></svg>"
    )


async def leak_an_error(leak: Leak) -> None:
    leak.patch.setattr("bot.club.challenges.GONE", leak.word)
    leak.watch.saw(await leak.ben.slash("challenge standings", challenge="none"))


async def leak_into_the_report(leak: Leak) -> None:
    leak.patch.setattr("cogs._ui.report_card.SELF_REPORTED", leak.word)
    leak.watch.saw(await leak.olga.slash("organise report"))


async def leak_into_the_reports_file(leak: Leak) -> None:
    leak.patch.setattr("bot.club.report.SELF_REPORTED", leak.word)
    leak.watch.saw(await leak.olga.slash("organise report"))


async def leak_a_suggestion(leak: Leak) -> None:
    choice = app_commands.Choice(name=leak.word, value="x")
    leak.patch.setattr(sys.modules["cogs.challenges"], "_choices", lambda *_: [choice])
    await leak.ben.complete("challenge standings", "season", "")


async def leak_a_message_that_waits(leak: Leak) -> None:
    async with leak.watch.club.bot.db.write() as session:
        row = {"key": new_key(), "name": leak.word, "state": "retry", "attempts": 0}
        times = {"created_at": leak.watch.club.env.now()}
        body = to_body(leak.word, (), silent=False)
        await session.execute(insert(Delivery).values(**row, **times, body=body))


async def leak_a_line_of_the_log(leak: Leak) -> None:
    structlog.get_logger("cogs.challenges").info(f"joined with {leak.word}")


async def leak_a_line_of_a_librarys_log(leak: Leak) -> None:
    logging.getLogger("discord.client").warning("cannot send %s", leak.word)


async def leak_a_trace(leak: Leak) -> None:
    try:
        getattr(leak, leak.word)
    except AttributeError:
        structlog.get_logger("cogs.challenges").exception("challenge_failed")


async def leak_by_printing(leak: Leak) -> None:
    sys.stdout.write(leak.word)
    sys.stdout.flush()


async def leak_to_stderr(leak: Leak) -> None:
    os.write(2, leak.word.encode())


@dataclass(frozen=True)
class Leak:
    """A word that must be found, and where it can be let out."""

    word: str
    watch: Watch
    olga: Player
    ben: Player
    patch: pytest.MonkeyPatch

    @property
    def channel(self) -> discord.TextChannel:
        channel = self.watch.club.bot.get_channel(self.watch.club.channel.id)
        assert isinstance(channel, discord.TextChannel)
        return channel


WAYS: tuple[tuple[str, Callable[[Leak], Awaitable[None]]], ...] = (
    ("messages", leak_a_message),
    ("messages", leak_a_card),
    ("requests", leak_a_message_that_is_edited_since),
    ("requests", leak_a_message_that_is_deleted_since),
    ("requests", leak_an_embed),
    ("requests", leak_a_reason_in_the_audit_log),
    ("files", leak_the_words_beside_a_picture),
    ("files", leak_a_file),
    ("files", leak_the_name_of_a_file),
    ("pictures", leak_a_picture),
    ("messages", leak_an_error),
    ("messages", leak_into_the_report),
    ("files", leak_into_the_reports_file),
    ("requests", leak_a_suggestion),
    ("waiting", leak_a_message_that_waits),
    ("log", leak_a_line_of_the_log),
    ("log", leak_a_line_of_a_librarys_log),
    ("log", leak_a_trace),
    ("output", leak_by_printing),
    ("output", leak_to_stderr),
)


async def test_a_word_that_is_let_out_is_found_on_each_way(
    club: Club,
    stream: io.StringIO,
    drawn: list[str],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = Watch(club, stream, drawn, capfd)
    olga, ben = club.organiser(), club.member("Ben")
    missed: list[str] = []
    await start_with_a_winners_role(club, olga, club.channel)
    for number, (way, let_out) in enumerate(WAYS):
        word = f"{MARK}{number}x"
        assert word not in str(await watch.gather(ben, olga))
        with monkeypatch.context() as patch:
            await let_out(Leak(word, watch, olga, ben, patch))
        if word not in (await watch.gather(ben, olga))[way]:
            missed.append(let_out.__name__)
    assert missed == []
