from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text as sql

from bot.config import LogTable
from bot.logs import set_up_logs
from bot.rules.records import Kind
from bot.scheduler import Scheduler
from tests.cogs.crawling import Crawl
from tests.cogs.playing import Club, Player, text_of
from tests.databases import take_lead

CANARY = "quokkaword"
MARKS = "~~a~~ <@42> ||b|| [c](https://d.example) `e` __f__"
RULE_NUMBER = re.compile(r"\bR\d\d\b")  # for those who build the bot, not for students
ACTIVE = ("~~a~~", " <@42>", "||b||", "[c](", "`e`", "__f__")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """All that the log says, at its chattiest."""
    handlers, level = logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    set_up_logs(LogTable(level="debug", format="json"), stream)
    yield stream
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


async def test_what_is_typed_shows_as_typed_and_calls_nobody(club: Club, ana: Player) -> None:
    crawl = Crawl(club, ana, lambda _: MARKS)
    await crawl.everywhere()
    shown = [reply.text for reply in crawl.replies] + [
        text_of(message) for message in ana.dms if not _is_copy(message, crawl)
    ]
    assert sum("42" in text for text in shown) > 50
    assert await kinds_delivered(club) >= KINDS
    assert not [text for text in shown if "on my side" in text]
    for text in shown:
        assert not RULE_NUMBER.search(text), text
        for mark in ACTIVE:
            assert mark not in text, text
    for request in club.env.http_requests:
        for body in _messages_in(request.json):
            assert body.get("allowed_mentions") == {"parse": []}, (request.path, body)


def _is_copy(message: Any, crawl: Crawl) -> bool:
    return message.id in {one.id for reply in crawl.verbatim for one in reply.messages}


def _messages_in(body: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(body, dict):
        return
    inner = body.get("data") if "type" in body and "data" in body else body
    is_form = body.get("type") == 9
    if isinstance(inner, dict) and not is_form and inner.keys() & {"content", "components"}:
        yield inner


async def test_a_copied_message_has_every_sign_as_it_was_typed(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.press(await ana.draft(contact="rosa"), "Edit")
    edited = await ana.fill(form, {"Subject": MARKS, "Message": f"Dear Rosa,\n{MARKS}"})
    assert (await ana.press(edited, "Copy")).text == f"Dear Rosa,\n{MARKS}"
    assert (await ana.press(edited, "Copy the subject")).text == MARKS
    form = await ana.press(edited, "Edit")
    again = await ana.fill(form, {"Subject": ""})
    assert "Copy the subject" not in again.labels


async def test_a_members_words_reach_nobody_else(
    club: Club,
    ana: Player,
    stream: io.StringIO,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    ben = club.member("Ben")
    await ben.slash("start")
    crawl = Crawl(club, ana, lambda name: f"{CANARY}{name.replace(' ', '')[:12]}")
    await crawl.everywhere()
    assert not [reply for reply in crawl.replies if "on my side" in reply.text]
    trouble = await _break(club, ana)
    assert sum(CANARY in reply.text for reply in crawl.replies) > 50
    assert await kinds_delivered(club) >= KINDS
    seen = [*club.channel.history(viewer=ben.user), *ben.user.dm_channel.history(viewer=ben.user)]
    assert not [one for one in seen if CANARY in f"{one.content}{text_of(one)}"]
    assert "on my side" in trouble
    assert CANARY not in trouble
    assert CANARY not in stream.getvalue()
    assert "interaction failed" in stream.getvalue()
    assert CANARY not in "".join(capfd.readouterr())
    scheduler = Scheduler(
        db=club.bot.db,
        clock=club.clock,
        dispatcher=club.bot.dispatcher,
        settings=club.bot.settings,
        holder="here:1:x",
    )
    assert take_lead(club.bot.db.url, "here:1:x", club.clock.now())
    for job in ("lease", "purge", "backup"):
        await scheduler.run(job)
    files = files_in(tmp_path)
    assert club.bot.settings.health_file in files
    assert any("backup" in str(path) for path in files)
    for path in files:
        assert CANARY.encode() not in path.read_bytes(), path


KINDS = set(Kind) - {Kind.NEXT_STEP, Kind.FIND_A_TIME}  # one is opt-in, one had its date set


async def kinds_delivered(club: Club) -> set[str]:
    async with club.bot.db.read() as session:
        found = "SELECT DISTINCT kind FROM reminders WHERE delivered_at IS NOT NULL"
        return set((await session.execute(sql(found))).scalars())


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def _break(club: Club, ana: Player) -> str:
    """Let a command fail inside the bot, with what was typed on its way into the database."""
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE touches RENAME TO elsewhere"))
    reply = await ana.slash("log", what="note", contact="Rosa", text=f"{CANARY} breaks")
    async with club.bot.db.write() as session:
        await session.execute(sql("ALTER TABLE elsewhere RENAME TO touches"))
    return reply.text
