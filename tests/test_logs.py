from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.config import LogTable
from bot.errors import ConfigError, UserError
from bot.logs import HIDDEN, new_reference, set_up_logs
from bot.storage.db import Database
from bot.storage.models import Fact

SECRET = "Rosa Marković"


def fail_with(error: Exception) -> None:
    raise error


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    stream = io.StringIO()
    set_up_logs(LogTable(level="debug", format="json"), stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def lines(stream: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_known_fields_are_kept_and_any_other_is_masked(lines):
    structlog.get_logger("bot.jobs").info("job ran", job="drain", took_ms=12.5, count=3, who=SECRET)
    (line,) = lines()
    assert (line["event"], line["job"], line["took_ms"], line["count"]) == (
        "job ran",
        "drain",
        12.5,
        3,
    )
    assert line["who"] == HIDDEN
    assert line["level"] == "info"


def test_a_known_field_with_free_text_in_it_is_masked(lines):
    structlog.get_logger("bot.jobs").info("job ran", state=SECRET, kind=["thank_you"])
    (line,) = lines()
    assert (line["state"], line["kind"]) == (HIDDEN, HIDDEN)


@pytest.mark.parametrize("error", [ValueError(SECRET), UserError(SECRET), KeyError(SECRET)])
def test_a_trace_keeps_its_places_and_hides_what_the_error_quotes(lines, error: Exception):
    try:
        fail_with(error)
    except Exception:
        structlog.get_logger("bot.client").exception("command failed", reference="abc")
    (line,) = lines()
    assert type(error).__name__ in line["exception"]
    assert "fail_with" in line["exception"]
    assert "Rosa" not in json.dumps(line)


def test_a_trace_shows_every_error_that_led_to_it(lines):
    try:
        try:
            fail_with(ValueError(SECRET))
        except ValueError as error:
            raise ConfigError(["Set DISCORD_TOKEN."]) from error
    except ConfigError:
        logging.getLogger("anything").exception("failed for %s", SECRET)
    (line,) = lines()
    assert "ValueError" in line["exception"]
    assert "Set DISCORD_TOKEN." in line["exception"]
    assert "Rosa" not in json.dumps(line)


def test_another_librarys_record_keeps_its_template_and_loses_its_arguments(lines):
    logging.getLogger("discord.ui.view").error("Ignoring exception in view %r", SECRET)
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: {SECRET}")
    view, task = lines()
    assert view["event"] == "Ignoring exception in view %r"
    assert task["event"] == "Task exception was never retrieved"


def test_the_gateways_messages_are_kept_whole(lines):
    logging.getLogger("discord.gateway").info("Shard ID %s has connected", 0)
    assert lines()[0]["event"] == "Shard ID 0 has connected"


def test_requests_and_statements_are_not_printed_even_at_debug(lines):
    for name in ("discord.http", "sqlalchemy.engine.Engine", "sqlalchemy.pool", "aiosqlite"):
        logging.getLogger(name).info("POST %s", SECRET)
    assert lines() == []


async def test_a_refused_row_is_logged_without_its_values(lines, db: Database):
    try:
        async with db.write() as session:
            for _ in range(2):
                await session.execute(insert(Fact).values(name=SECRET, value=SECRET))
    except IntegrityError:
        structlog.get_logger("bot").exception("failed")
    assert "IntegrityError" in lines()[-1]["exception"]
    assert "Rosa" not in json.dumps(lines())


def test_text_lines_hide_the_same(stream: io.StringIO):
    set_up_logs(LogTable(format="text"), stream)
    try:
        int(SECRET)
    except ValueError:
        structlog.get_logger("bot").exception("failed", who=SECRET, count=2)
    text = stream.getvalue()
    assert "count=2" in text
    assert "ValueError" in text
    assert "Rosa" not in text


def test_references_are_short_and_differ():
    assert len({new_reference() for _ in range(100)}) == 100
    assert all(len(new_reference()) == 8 for _ in range(10))


def test_a_job_that_is_still_at_its_work_is_no_warning(lines):
    logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running")
    logging.getLogger("apscheduler.executors.default").warning("a job failed")
    assert [line["event"] for line in lines()] == ["a job failed"]
