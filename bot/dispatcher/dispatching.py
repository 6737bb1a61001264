"""The dispatcher: claim, send, settle, until nothing is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from bot.clock import Clock
from bot.config import DeliveryTable
from bot.content import Content
from bot.dispatcher import explaining, finding, one_by_one, reaching, resuming, settling
from bot.dispatcher.courier import (
    Answer,
    Closed,
    Courier,
    Gone,
    Message,
    Refused,
    Rows,
    Sent,
    TooFast,
    Unauthorized,
    Uncertain,
    to_body,
)
from bot.dispatcher.finding import Job
from bot.dispatcher.lanes import FastLane, LoopPacer, Pacer, SlowLane
from bot.dispatcher.settling import Later, NotThere, Outcome, Unread
from bot.dispatcher.speaking import Clubs
from bot.dispatcher.sweeping import Sweeper
from bot.rules.presses import NO_KEY, Press
from bot.storage.db import Database
from bot.storage.models import Delivery
from bot.storage.session import Session
from bot.storage.types import new_key
from bot.storage.upserts import insert_new

_log = structlog.get_logger()
_GROUP = 50
_GROUP_SECONDS = 0.25
_MOST_IN_FLIGHT = 100
_OPEN_AGAIN = timedelta(minutes=1)
_TIME_TO_SEND = timedelta(seconds=45)  # two requests may take 20 s each


class Dispatcher:
    """Claims what is due, hands it to the courier, and settles what became of it."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        content: Content,
        settings: DeliveryTable,
        *,
        pacer: Pacer | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._content = content
        self._pacer = pacer or LoopPacer()
        self._fast = FastLane(settings.per_second, self._pacer)
        self._slow = SlowLane(settings.new_channels_per_minute)
        self._clubs = Clubs(db, content)
        self._courier: Courier | None = None
        self._running = asyncio.Lock()
        self._flushing = asyncio.Lock()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._first_outcome_at = 0.0
        self._unreached: set[int] = set()
        self._seen: dict[int, tuple[datetime, int | None]] = {}  # when, and in which DM of ours
        self._is_stopping = False
        self.is_authorized = True
        self.counts: Counter[str] = Counter()
        self.sweeper = Sweeper(db, clock, self._pacer, lambda: self._courier)

    def attach(self, courier: Courier) -> None:
        """Take the courier; until then nothing is claimed."""
        self._courier = courier
        self.is_authorized = True

    async def take_over(self) -> None:
        """End the leases of the process before this one: whoever leads, sends alone.

        Call it once, on becoming the leader; what was under way is then looked up at once.
        """
        async with self._db.write() as session:
            await resuming.end_leases(session, now=self._clock.now())

    async def run_due(self) -> int:
        """Send all that is due now; returns how many messages arrived.

        What must wait for a pace or a back-off is left with the time at which it comes due again.
        """
        if self._courier is None:
            return 0
        async with self._running:
            await self._store_seen()
            before = self.counts["sent"]
            self._slow.start_run()
            while self._may_go_on() and (jobs := await self._claim()):
                await self._send_all(jobs)
            return self.counts["sent"] - before

    async def next_due(self) -> datetime | None:
        """Tell when the next message comes due, or None when nothing waits."""
        return await self._db.load(finding.find_next)

    async def stop(self, grace: float = 4.0) -> None:
        """Claim nothing more, give sends in flight ``grace`` seconds, and settle what is known.

        What was cut off stays "sending"; the next start looks into the history whether it arrived.
        """
        self._is_stopping = True
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._flush()
        await self._store_seen()

    async def retry_unreachable(self) -> int:
        """Let what closed DMs refused come due again, at most daily, 14 days long."""
        async with self._db.write() as session:
            return await reaching.retry(session, now=self._clock.now())

    async def announce(self) -> int:
        """Write down what challenges have to say now; returns how many posts."""
        return await self._clubs.speak(self._courier, self._clock.now())

    async def came_back_to(self, guild_id: int) -> bool:
        """Note that the bot is on a server again; True if it had been removed from it."""
        return await self._db.store(explaining.note_return, guild_id, now=self._clock.now())

    async def remember_unreached(self) -> None:
        """Read once whom messages could not reach; what follows is learned on the way."""
        async with self._db.read() as session:
            self._unreached.update(await reaching.list_unreached(session))

    async def came_back(self, member_id: int, dm_channel_id: int | None = None) -> int:
        """Note that a member is here, and try again what did not reach them.

        They may have opened their DMs; ``dm_channel_id`` is ours with them, if they are there: who
        writes first has opened it. It costs everybody else nothing: when they were here is
        stored with the next tick. Returns how many messages are tried again.
        """
        known = self._seen.get(member_id, (None, None))[1]
        self._seen[member_id] = (self._clock.now(), dm_channel_id or known)
        if member_id not in self._unreached:
            return 0
        self._unreached.discard(member_id)
        async with self._db.write() as session:
            return await reaching.retry(session, now=self._clock.now(), owner_id=member_id)

    async def post(
        self,
        session: Session,
        *,
        name: str,
        owner_id: int,
        content: str,
        buttons: Rows,
        now: datetime,
    ) -> str:
        """Queue a message that is sent once, whatever its ``name`` is asked for again.

        A button of scope ``d`` without a key gets the delivery's. Returns the delivery's key.
        """
        key = new_key()
        rows = tuple(tuple(_keyed(press, key) for press in row) for row in buttons)
        values = {
            "key": key,
            "name": name,
            "owner_id": owner_id,
            "body": to_body(content, rows, silent=False),
            "state": "retry",
            "attempts": 0,
            "created_at": now,
            "lease_until": now,
            "retry_at": now,
        }
        await insert_new(session, Delivery, [values])
        found = await session.execute(select(Delivery.key).where(Delivery.name == name))
        return found.scalar_one()

    async def dm_of(self, member_id: int) -> int | Answer:
        """Find the DM with a member, as it is noted, or opened now; or tell why it is not open."""
        known = self._seen.get(member_id, (None, None))[1]
        if known is None:
            known = await self._db.load(reaching.find_channel, member_id)
        if known is not None:
            return known
        return await self._courier.open(member_id) if self._courier else Uncertain()

    async def pressed(
        self,
        session: Session,
        *,
        owner_id: int,
        now: datetime,
        delivery_key: str | None = None,
        reminder_key: str | None = None,
    ) -> None:
        """Record that a button was pressed: its message has arrived, and the member is there."""
        await settling.prove_delivered(
            session, owner_id=owner_id, now=now, key=delivery_key, reminder=reminder_key
        )

    async def _store_seen(self) -> None:
        seen, self._seen = self._seen, {}
        if seen:
            async with self._db.write() as session:
                await reaching.store_seen(session, seen)

    def _may_go_on(self) -> bool:
        return self.is_authorized and not self._is_stopping

    async def _claim(self) -> list[Job]:
        """Claim the next few; what is in flight is settled before it says that nothing is due."""
        last: finding.Waiting | None = None
        while self._may_go_on():
            now = self._clock.now()
            due = await self._db.load(finding.find_due, now)
            if not due:
                if not await self._finish_in_flight():
                    return []
            elif due == last:
                return []  # another dispatcher has them
            elif jobs := await one_by_one.claim(self._db, self._content, due, now=now):
                return jobs
            else:
                last = due  # all of it was put off or has ended: look further
        return []

    async def _send_all(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if (until := await self._turn(job)) is not None:
                self._note(Outcome(job, Later(until)))
            else:
                task = asyncio.create_task(self._carry(job))
                self._in_flight.add(task)
                task.add_done_callback(self._in_flight.discard)
            if len(self._in_flight) >= _MOST_IN_FLIGHT:
                await asyncio.wait(self._in_flight, return_when=asyncio.FIRST_COMPLETED)
            await self._flush_if_due()

    async def _turn(self, job: Job) -> datetime | None:
        """Wait for the lane's turn (None), or tell when the job must come again."""
        now = self._clock.now()
        if job.message.channel_id is None:
            if (until := self._slow.turn(now)) is not None:
                return until
        else:
            await self._fast.turn(now)
        now = self._clock.now()
        # The lease might not outlive the requests; nothing is sent now, so give it back.
        is_late = job.lease_until - now < _TIME_TO_SEND
        return now if is_late or not self._may_go_on() else None

    async def _carry(self, job: Job) -> None:
        try:
            outcome = await self._deliver(job)
        except Exception:  # a courier that breaks tells nothing about the message
            _log.exception("courier_failed", reference=job.message.key)
            outcome = Outcome(job, Uncertain())
        self._note(outcome)

    async def _deliver(self, job: Job) -> Outcome:
        courier, message = self._courier, job.message
        assert courier is not None  # noqa: S101 - nothing is claimed without one
        opened: int | None = None
        if message.channel_id is None:
            if message.member_id is None:
                return Outcome(job, Gone())
            answer = await courier.open(message.member_id)
            if not isinstance(answer, int):
                return Outcome(job, self._not_opened(job, answer))
            opened = answer
            message = replace(message, channel_id=answer)
        if job.is_open:
            return Outcome(job, await self._look_up(job, message), opened)
        answer = await courier.send(message)
        if isinstance(answer, Refused):
            self._log_refused(message.key, answer)
            answer = await courier.send(message.as_plain_text())
        return Outcome(job, answer, opened)

    def _not_opened(self, job: Job, answer: Answer) -> Answer | Later | Unread:
        if job.is_open:  # closed or not, an earlier try may be in there
            return answer if isinstance(answer, TooFast | Unauthorized) else Unread()
        # Nothing was sent, however the request ended.
        is_unclear = isinstance(answer, Uncertain | Sent | Gone)
        return Later(self._clock.now() + _OPEN_AGAIN) if is_unclear else answer

    async def _look_up(self, job: Job, message: Message) -> Answer | NotThere | Unread:
        """Learn whether an earlier try arrived (DESIGN §6, step 5)."""
        courier, channel = self._courier, message.channel_id
        assert courier is not None and channel is not None  # noqa: S101, PT018 - opened before
        found = await courier.find(message, job.first_try_at)
        if isinstance(found, int):
            return Sent(found, channel)
        if found is None:
            return NotThere()
        if isinstance(found, Gone) and job.message.channel_id is None:
            return Unread()  # opened just now, and gone again
        return found if isinstance(found, Gone | TooFast | Unauthorized) else Unread()

    def _log_refused(self, key: str, answer: Refused) -> None:
        _log.error("message_refused", reference=key, status=answer.status, code=answer.code)

    def _note(self, outcome: Outcome) -> None:
        answer, now = outcome.answer, self._clock.now()
        self.counts[type(answer).__name__.lower()] += 1
        if isinstance(answer, TooFast):
            (self._fast if outcome.job.message.channel_id else self._slow).ease(now)
        elif isinstance(answer, Unauthorized):
            self.is_authorized = False
        elif isinstance(answer, Refused):
            self._log_refused(outcome.key, answer)
        if not self._outcomes:
            self._first_outcome_at = self._pacer.seconds()
        self._outcomes.append(outcome)

    async def _finish_in_flight(self) -> bool:
        """Wait for every send and settle it; False if there was nothing to wait for."""
        if not self._in_flight and not self._outcomes:
            return False
        while self._in_flight:
            await asyncio.wait(self._in_flight, timeout=_GROUP_SECONDS)
            await self._flush_if_due()
        await self._flush()
        return True

    async def _flush_if_due(self) -> None:
        age = self._pacer.seconds() - self._first_outcome_at
        if len(self._outcomes) >= _GROUP or (self._outcomes and age >= _GROUP_SECONDS):
            await self._flush()

    async def _flush(self) -> None:
        async with self._flushing:
            outcomes, self._outcomes = self._outcomes, []
            if outcomes:
                await one_by_one.settle(self._db, outcomes, now=self._clock.now())
                self._unreached.update(
                    one.job.message.member_id
                    for one in outcomes
                    if isinstance(one.answer, Closed) and one.job.message.member_id is not None
                )


def _keyed(press: Press, key: str) -> Press:
    is_ours = press.scope == "d" and press.key in ("", NO_KEY)
    return replace(press, key=key) if is_ours else press
