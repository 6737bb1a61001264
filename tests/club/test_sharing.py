from __future__ import annotations

import asyncio

import pytest

from bot.club.sharing import Shared


class Source:
    """Something that changes, and takes until it is let go to read."""

    def __init__(self) -> None:
        self.value = 0
        self.readings = 0
        self.began = asyncio.Event()
        self.go = asyncio.Event()
        self.fails = False

    async def read(self) -> int:
        self.readings += 1
        self.began.set()
        seen = self.value
        await self.go.wait()
        if self.fails:
            raise LookupError
        return seen


async def test_fifty_who_ask_at_once_are_served_by_two_readings():
    shared, source = Shared[int](), Source()
    first = asyncio.create_task(shared.read("board", source.read))
    await source.began.wait()
    rest = [asyncio.create_task(shared.read("board", source.read)) for _ in range(49)]
    source.go.set()
    assert await asyncio.gather(first, *rest) == [0] * 50
    assert source.readings == 2


async def test_each_sees_what_was_written_before_they_asked():
    shared, source = Shared[int](), Source()
    before = asyncio.create_task(shared.read("board", source.read))
    await source.began.wait()
    source.value = 1
    after = asyncio.create_task(shared.read("board", source.read))
    await asyncio.sleep(0)
    source.go.set()
    assert await asyncio.gather(before, after) == [0, 1]


async def test_two_things_do_not_wait_for_each_other():
    shared, slow, quick = Shared[int](), Source(), Source()
    quick.go.set()
    waiting = asyncio.create_task(shared.read("one", slow.read))
    await slow.began.wait()
    assert await shared.read("other", quick.read) == 0
    assert not waiting.done()
    slow.go.set()
    await waiting


async def test_who_gives_up_takes_it_from_nobody_else():
    shared, source = Shared[int](), Source()
    impatient = asyncio.create_task(shared.read("board", source.read))
    await source.began.wait()
    sharing = [asyncio.create_task(shared.read("board", source.read)) for _ in range(2)]
    await asyncio.sleep(0)
    impatient.cancel()
    sharing[0].cancel()
    source.go.set()
    assert await sharing[1] == 0


async def test_a_failed_reading_is_told_to_all_and_forgotten():
    shared, source = Shared[int](), Source()
    source.go.set()
    source.fails = True
    asked = [shared.read("board", source.read) for _ in range(2)]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in told] == [LookupError, LookupError]
    source.fails = False
    assert await shared.read("board", source.read) == 0
    with pytest.raises(KeyError):
        shared._turns["board"]
