"""The log: what happened, how long it took, how many; never what a member wrote or who they are."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.config import LogTable

HIDDEN = "[hidden]"

# A field that is not named here is masked: a new one is a decision, made in this place.
_FIELDS = frozenset(
    (
        "event",
        "level",
        "logger",
        "timestamp",
        "exception",
        "job",
        "took_ms",
        "count",
        "reference",
        "state",
        "kind",
        "version",
        "guilds",
        "error",
        "code",
        "command",
        "lane",
        "late_s",
        "attempt",
        "pace",
        "free_mb",
        "size_mb",
        "rows",
        "revision",
        "status",
        "listener",
    )
)
# The operator's own files are named in it, with the line and what is wrong there.
_FREE = frozenset(("event", "exception", "timestamp", "problem"))
_MARKS = frozenset(("_record", "_from_structlog", "exc_info", "stack_info"))
_WORD = re.compile(r"[\w.:/+-]{0,64}")

# Their messages name hosts, files, attributes and types; any other may quote what a member typed.
_PLAIN_ERRORS = (OSError, AttributeError, TypeError, NameError, ImportError, NotImplementedError)
_PLAIN_MODULES = ("aiohttp.", "discord.errors", "bot.errors")
_SECRETIVE = ("UserError", "NotYours", "Unclear")

# Whose messages are about connections and jobs. Of any other library only the template is kept:
# its arguments may be a view with a name on its buttons, or an address with a token in it.
_PLAIN_LOGGERS = ("discord.client", "discord.gateway", "apscheduler", "alembic", "bot", "cogs")
# At lower levels these print whole requests and statements.
_QUIET = {
    "discord": logging.INFO,
    "discord.http": logging.WARNING,
    "discord.webhook": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.WARNING,
    # It warns each time a job is still at its work when it is to ring again: a long morning is one.
    "apscheduler.scheduler": logging.ERROR,
    "asyncio": logging.WARNING,
}


def set_up_logs(table: LogTable, stream: TextIO | None = None) -> None:
    """Send structlog's events and all libraries' records to ``stream`` (stderr), text or JSON."""
    level = getattr(logging, table.level.upper())
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(shared, as_json=table.format == "json"))
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(level, quiet))


def new_reference() -> str:
    """Draw the short reference that a member is shown and the log has with the trace."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(8))


def _formatter(shared: list[Processor], *, as_json: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, _foreign_message],
        use_get_message=False,
        pass_foreign_args=True,
        processors=[
            _trace,
            _mask,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            renderer,
        ],
    )


def _foreign_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    record = cast(logging.LogRecord, event["_record"])
    arguments = event.pop("positional_args", ())
    if any(record.name == name or record.name.startswith(f"{name}.") for name in _PLAIN_LOGGERS):
        event["event"] = str(record.msg) % arguments if arguments else str(record.msg)
    else:
        event["event"] = (str(record.msg).splitlines() or [""])[0]
    return event


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: _masked(name, value) for name, value in event.items()}


def _masked(name: str, value: Any) -> Any:
    if name in _MARKS or name in _FREE:
        return value
    if isinstance(value, BaseException):
        return _named(value)
    plain = isinstance(value, int | float | None) or (
        isinstance(value, str) and _WORD.fullmatch(value) is not None
    )
    return value if name in _FIELDS and plain else HIDDEN


def _trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = _error_of(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is not None:
        event["exception"] = "".join(_lines(error)).rstrip()
    return event


def _error_of(
    info: bool
    | BaseException
    | tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
    | None,
) -> BaseException | None:
    if isinstance(info, BaseException):
        return info
    if isinstance(info, tuple):
        return info[1]
    return sys.exc_info()[1] if info else None


def _lines(error: BaseException) -> Iterator[str]:
    """Write a trace with its places and classes; messages only of classes that quote nobody."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _lines(earlier)
        yield "\nwhich led to\n\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_named(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in cast(BaseExceptionGroup[BaseException], error).exceptions:
            yield from _lines(inner)


def _named(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    plain = isinstance(error, _PLAIN_ERRORS) or kind.__module__.startswith(_PLAIN_MODULES)
    if plain and kind.__name__ not in _SECRETIVE:
        return f"{name}: {error}"
    origin = getattr(error, "orig", None)
    return f"{name} ({type(origin).__name__})" if origin is not None else name
