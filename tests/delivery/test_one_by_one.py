"""One row that cannot be read stops no other: it alone has failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import LargeBinary, null, type_coerce, update

from bot.dispatcher.wishes import ask_owners
from bot.notebook.forgetting import forget_contact
from bot.storage.models import Contact, Delivery, Member, Reminder
from tests.delivery.answers import refuse
from tests.delivery.conftest import START, Post
from tests.delivery.test_challenge_posts import BOSSES, NEWS, start

GARBLED = type_coerce(b"\x01\x01" + bytes(40), LargeBinary())


async def change(post: Post, statement: Any) -> None:
    async with post.db.write() as session:
        await session.execute(statement)


async def queue(post: Post, *members: int) -> None:
    dispatcher = post.dispatcher()
    for number in members:
        await post.member(number)
        async with post.db.write() as session:
            await dispatcher.post(
                session,
                name=f"hello:{number}",
                owner_id=number,
                content=f"Hello {number}",
                buttons=(),
                now=START,
            )


async def test_a_message_that_cannot_be_read_has_failed_and_the_others_leave(post: Post):
    await queue(post, 7, 8, 9)
    await change(post, update(Delivery).where(Delivery.owner_id == 8).values(body=GARBLED))
    assert await post.dispatcher().run_due() == 2
    assert [post.discord.texts(one + 1000) for one in (7, 8, 9)] == [["Hello 7"], [], ["Hello 9"]]
    states = dict(await post.rows(Delivery, "owner_id", "state"))
    assert states == {7: "delivered", 8: "failed", 9: "delivered"}
    assert await post.dispatcher().next_due() is None


async def test_organisers_hear_of_a_post_that_cannot_be_read(post: Post):
    await start(post)
    dispatcher = post.dispatcher()
    await dispatcher.announce()
    await change(post, update(Delivery).values(body=GARBLED))
    assert await dispatcher.run_due() == 1
    (told,) = post.discord.texts(BOSSES)
    assert "could not make sure" in told
    assert post.discord.texts(NEWS) == []


async def test_an_emptied_message_lapses_and_the_others_leave(post: Post):
    await queue(post, 7, 8)
    await change(post, update(Delivery).where(Delivery.owner_id == 7).values(body=null()))
    assert await post.dispatcher().run_due() == 1
    states = dict(await post.rows(Delivery, "owner_id", "state"))
    assert states == {7: "lapsed", 8: "delivered"}
    assert await post.dispatcher().next_due() is None


async def test_a_person_whose_card_cannot_be_read_stops_nobody_elses_reminder(post: Post):
    bad, _ = await post.member(7, "Rosa Marin", "Omar Haddad")
    await post.member(8, "Ines Costa")
    await change(post, update(Contact).where(Contact.key == bad).values(details=GARBLED))
    await post.move_to_morning()
    assert await post.dispatcher().run_due() == 2
    assert "Omar" in post.discord.texts(1007)[0]
    assert "Ines" in post.discord.texts(1008)[0]
    states = dict(await post.rows(Reminder, "contact_key", "state"))
    assert states.pop(bad) == "failed"
    assert set(states.values()) == {"delivered"}
    assert await post.dispatcher().run_due() == 0


async def test_a_sent_message_that_cannot_be_settled_holds_up_none_of_its_group(post: Post):
    for number in (7, 8, 9):
        await post.member(number, "Rosa Marin")
    await post.move_to_morning()
    dispatcher = post.dispatcher()
    jobs = await dispatcher._claim()
    # Of a request that is chased, the next step counts from the day on which the last one came.
    of_eight = update(Reminder).where(Reminder.owner_id == 8)
    await change(post, of_eight.values(kind="chase_reply"))
    await change(post, update(Member).where(Member.id == 8).values(profile=GARBLED))
    await dispatcher._send_all(jobs)
    await dispatcher._finish_in_flight()
    states = dict(await post.rows(Delivery, "owner_id", "state"))
    assert states == {7: "delivered", 8: "failed", 9: "delivered"}
    assert await dispatcher.next_due() is None


async def test_who_is_forgotten_takes_along_no_other_reminder_of_the_same_message(post: Post):
    rosa, _ = await post.member(7, "Rosa Marin", "Omar Haddad")
    await post.move_to_morning()
    for fault in (refuse(429, retry_after=120), refuse(403, 50007)):
        post.discord.faults["send"].append(fault)
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    await post.db.store(forget_contact, 7, rosa)
    assert await post.rows(Delivery, "state", "body") == [("lapsed", None)]
    assert await dispatcher.run_due() == 0  # their DMs are closed now
    assert await dispatcher.came_back(7) == 1
    assert await dispatcher.run_due() == 1
    (told,) = post.discord.texts(1007)
    assert "Omar" in told
    assert "Rosa" not in told


async def test_who_is_forgotten_while_the_message_is_on_its_way_is_not_named_by_another_try(
    post: Post,
):
    rosa, _ = await post.member(7, "Rosa Marin", "Omar Haddad")
    await post.move_to_morning()

    async def forget(store: Callable[[], web.Response]) -> web.StreamResponse:
        await post.db.store(forget_contact, 7, rosa)
        return await refuse(429, retry_after=120)(store)

    post.discord.faults["send"] += [forget, refuse(429, retry_after=120)]
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    for _ in range(3):
        post.clock.at += timedelta(minutes=10)
        await dispatcher.run_due()
    (told,) = post.discord.texts(1007)
    assert "Omar" in told
    assert "Rosa" not in told


async def test_a_wish_that_found_closed_dms_and_was_granted_stops_nobody(post: Post):
    (rosa,) = await post.member(7, "Rosa Marin")
    await post.member(8)
    await change(post, update(Contact).values(email_hash=post.db.keyring.lookup_hash("r@x.org")))
    assert await post.db.store(ask_owners, email="r@x.org", now=START) == 1
    post.discord.faults["send"].append(refuse(403, 50007))
    dispatcher = post.dispatcher()
    assert await dispatcher.run_due() == 0
    await post.db.store(forget_contact, 7, rosa)
    assert await dispatcher.came_back(7) == 0
    await queue(post, 8)
    assert await dispatcher.run_due() == 1
    assert post.discord.texts(1007) == []
