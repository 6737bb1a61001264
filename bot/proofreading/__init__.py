"""Looks for slips of spelling and grammar (R14), with a checker that runs in a child process."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.proofreading._slips import slips_between
from bot.rules.review import Fault, Finding, finding

_WORKER = Path(__file__).with_name("_worker.py")
_SECONDS = 3.0
_IDLE_SECONDS = 300.0
_LINE = 1 << 20  # the longest answer, in bytes

# Taste, layout, and what the review itself looks for are left alone.
_KINDS = frozenset(
    {"Spelling", "Agreement", "BoundaryError", "Capitalization", "Grammar", "Typo", "Eggcorn"}
    | {"Malapropism", "Miscellaneous", "Nonstandard", "Usage", "WordChoice"}
)
_CAPITAL = frozenset(
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
    | {"January", "February", "April", "June", "July", "August", "September", "October"}
    | {"November", "December", "English", "Spanish", "French", "German"}
)
_DOUBLED = re.compile(r"(.)\1")
_LONG = 10
_MOST_SLIPS = 2  # "kinesiology" is no slip for "epidemiology", but a word of its field
_MEANT = frozenset({"asap", "new", "you", "alum", "alums", "u", "fyi", "etc"})
_LEFT_ALONE = re.compile(
    r"\[[^\]\n]*\]|\{\{.*?\}\}|\S+@\S+|https?://\S+|\bwww\.\S+|\S+\.(?:com|edu|org|net|io)\S*"
)
_PERHAPS = "Is “{said}” spelt as you mean it? The nearest word that I know is “{mend}”."
_MEND = "“{said}” should probably be “{mend}”."
_TAKE_OUT = "Take out “{said}”."


class Proofreader:
    """Asks one child process, which starts at the first question and ends when it idles.

    ``library`` is the module that must be there; without it nothing is checked.
    """

    def __init__(
        self,
        *,
        library: str = "harper",
        seconds: float = _SECONDS,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self._library = library
        self.seconds = seconds
        self._idle_seconds = idle_seconds
        self._turn = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.worker: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[asyncio.subprocess.Process | None] | None = None

    async def proofread(self, text: str, *, names: Iterable[str]) -> tuple[Finding, ...] | None:
        """Find slips; ``names`` are right as they are. None: it could not be checked."""
        if not text.strip():
            return ()
        if find_spec(self._library) is None:
            return None
        self._belong_here()
        question = {"text": text, "names": _known(names)}
        try:
            async with asyncio.timeout(self.seconds), self._turn:
                lints = await self._ask(question) or await self._ask(question)
        except (TimeoutError, OSError):
            return None
        return None if lints is None else tuple(_findings(text, lints["lints"]))

    async def close(self) -> None:
        """End the child process."""
        worker, starting = self.worker, self._starting
        self._drop()
        if self._loop is not asyncio.get_running_loop():
            return
        if starting is not None:
            starting.cancel()
        if worker is not None:
            await worker.wait()

    def _belong_here(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # a process cannot be asked from another loop than its own
            self._drop()
            self._loop, self._turn = loop, asyncio.Lock()

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """Ask the child; None when it has ended meanwhile. Left alone too late, it is ended."""
        worker = await self._started()
        if worker is None or worker.stdin is None:
            self._drop()
            return None
        try:
            worker.stdin.write(json.dumps(question).encode() + b"\n")
            answer = await _line(worker)
        except ConnectionError:
            answer = None
        except asyncio.CancelledError:
            self._drop()
            raise
        if answer is None:
            self._drop()
        return answer

    async def _started(self) -> asyncio.subprocess.Process | None:
        """Give the child once it is ready; who cannot wait leaves it starting for the next text."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        try:
            return await asyncio.shield(self._starting)
        except OSError:  # a machine without room for another process may have it for the next text
            self._drop()
            raise

    async def _start(self) -> asyncio.subprocess.Process | None:
        self.worker = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(_WORKER),
            str(self._idle_seconds),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE,
        )
        return self.worker if await _line(self.worker) else None

    def _drop(self) -> None:
        worker, self.worker, self._starting = self.worker, None, None
        if worker is not None and worker.returncode is None:
            worker.kill()


_shared = Proofreader()


async def proofread(text: str, *, names: Iterable[str]) -> tuple[Finding, ...] | None:
    """Find slips of spelling and grammar in a message (R14); ``names`` are right as they are.

    None when it was not checked: the extra ``proof`` is not installed, or the checker was too slow.
    """
    return await _shared.proofread(text, names=names)


async def close() -> None:
    """End the child process; the next text starts another."""
    await _shared.close()


async def _line(worker: asyncio.subprocess.Process) -> dict[str, Any] | None:
    line = await worker.stdout.readline() if worker.stdout else b""
    return json.loads(line) if line.endswith(b"\n") else None


def _known(names: Iterable[str]) -> list[str]:
    return sorted({word for name in names for word in re.findall(r"[\w'’-]+", name)})


def _findings(text: str, lints: list[list[Any]]) -> list[Finding]:
    alone = [found.span() for found in _LEFT_ALONE.finditer(text)]
    return [
        _found((start, end), kind, text[start:end], mends[0])
        for start, end, kind, _, mends in lints
        if kind in _KINDS
        and mends
        and not any(start < to and since < end for since, to in alone)
        and not _is_right(kind, text[start:end], mends[0])
    ]


def _is_right(kind: str, said: str, mend: str) -> bool:
    """Tell whether a find is none: names, a field's own words, small letters after a greeting."""
    if kind == "Spelling":
        is_name = not said.isascii() or not said.replace("'", "").isalpha() or said[:1].isupper()
        return is_name or said[0] != mend[:1] or not _is_near(said, mend)
    if kind == "Typo" and mend.replace(" ", "") == said:
        return True  # a word that no dictionary has yet: "brewhouse"
    if said.casefold() == mend.casefold():
        return not (said[:1] == "i" and len(said.split("'")[0]) == 1) and mend not in _CAPITAL
    return said.casefold() in _MEANT or len(set(said.casefold().split())) < len(said.split())


def _is_near(said: str, mend: str) -> bool:
    """Tell whether a word is so near a known one that it was meant; letters doubled count less."""
    slips = slips_between(_DOUBLED.sub(r"\1", said), _DOUBLED.sub(r"\1", mend))
    return slips <= (_MOST_SLIPS if len(said) >= _LONG else 1)


def _found(place: tuple[int, int], kind: str, said: str, mend: str) -> Finding:
    said, mend = said.strip(), mend.strip()
    is_hint = kind == "Spelling" and slips_between(said, mend) > 1
    remedy = (_PERHAPS if is_hint else _MEND) if mend else _TAKE_OUT
    return finding(Fault.SPELLING, place, remedy.format(said=said, mend=mend), is_hint=is_hint)
