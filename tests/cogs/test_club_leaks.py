"""A marker in every field of every contact: not one hit in anything that a server can see."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from bot.notebook.changes import Actor
from bot.notebook.contacts import FIELD_LENGTHS, add_contact
from bot.notebook.log import Happened, log_touch
from bot.pictures.rasterising import Rasteriser
from bot.rules.records import TouchKind
from bot.storage.models import Delivery
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
        for kind in TouchKind:
            happened = Happened(kind, club.env.now().date(), text=f"{MARK} {kind}")
            await log_touch(session, by=by, contact=f"#{key}", happened=happened)


async def speak(club: Club, until: datetime) -> None:
    await club.env.advance_time((until - club.env.now()).total_seconds())
    await tick(club)


async def look_everywhere(post: Any, olga: Player, ben: Player) -> list[Reply]:
    """Let somebody else, and an organiser, open whatever the club shows them."""
    board = await ben.press(post, "Board")
    replies = [board, await ben.press(board, "Picture")]
    report = await olga.slash("organise report")
    replies += [report, await olga.press(report, "As a picture")]
    replies += [await olga.slash("organise status"), await olga.slash("organise challenge")]
    return replies


async def everything_in(messages: list[Any]) -> str:
    """Read messages whole: their text, what their files are called and say, and the files."""
    parts: list[str] = []
    for one in messages:
        parts.append(text_of(one))
        for file in one.attachments:
            parts += [file.filename, str(file.description)]
            if not file.filename.endswith(".png"):
                parts.append((await file.read()).decode())
    return "\n".join(parts)


async def break_it(club: Club, ben: Player) -> str:
    """Let a board fail inside the bot, for a member and for the job that posts it."""
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE participations RENAME TO elsewhere"))
    reply = await ben.slash("challenge standings")
    await speak(club, BOARD)
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE elsewhere RENAME TO participations"))
    return reply.text


async def test_no_word_about_a_contact_reaches_the_server(
    club: Club, stream: io.StringIO, drawn: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    olga, desk = club.organiser(), club.guild.create_text_channel("organisers")
    form = await olga.slash("organise setup")
    await olga.fill(form, {ZONE: ["America/New_York"], "Where do organisers read?": [desk]})
    await olga.press(await preview(olga), "Start it")
    await tick(club)
    (post,) = [one for one in club.channel.history() if "Join" in labels_of(one)]
    players = [club.member(f"Member{number}") for number in range(6)]
    for player in players:
        joined = await player.press(post, "Join")
        await player.press(joined, "Write to me")
    await players[-1].press(joined, "Under my name")
    ben = club.member("Ben")
    for player in players:
        await keep_secrets(club, player)
    own = await players[0].slash("contact show", contact=f"{MARK} name")
    assert MARK in own.text
    broken = await break_it(club, ben)
    assert "on my side" in broken
    assert "challenge_failed" in stream.getvalue()
    replies = await look_everywhere(post, olga, ben)
    for moment in (BOARD.replace(day=10), LAST, CLOSE):
        await speak(club, moment)
        replies += await look_everywhere(post, olga, ben)
    asked = await players[0].press(await players[0].slash("help"), "Ask an organiser")
    await players[0].fill(asked, {"Your question": "When?", "With your name?": ["no"]})
    seen = await everything_in(
        [
            *club.channel.history(viewer=ben.user),
            *desk.history(),
            *ben.dms,
            *olga.dms,
            *(message for reply in replies for message in reply.messages),
        ]
    )
    async with club.bot.db.read() as session:
        rows = await session.execute(select(Delivery.body).where(Delivery.owner_id.is_(None)))
        bodies = str([row.body for row in rows])
    assert "Talked" in seen
    assert "Week of" in seen
    assert "board.png" in seen
    assert len(drawn) > 8
    assert "Talked" in "".join(drawn)
    for mark in MARKS:
        for what in (seen, broken, bodies, *drawn, stream.getvalue(), *capfd.readouterr()):
            assert mark not in what
