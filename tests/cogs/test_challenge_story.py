"""Five weeks of a challenge, twenty members in six zones, and the clocks change in all but two."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import select

from bot.notebook.changes import Actor
from bot.notebook.members import change_settings
from bot.rules.hours import local_day
from bot.storage.models import Delivery
from tests.cogs.playing import Club, Player, labels_of, make_bot, text_of
from tests.cogs.test_challenges import ZONE, preview, tick
from tests.talks import hold_talk

NEW_YORK = ZoneInfo("America/New_York")
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Pacific/Auckland",
)
OVER = datetime(2026, 4, 12, tzinfo=UTC)
HOURS = (14, 22, 23)  # in UTC: among them the club's hour, on both clocks
MORNINGS = (1, 4, 7, 13, 16, 20, 22, 23)  # somewhere it is morning in each of them
NAMED, HIDDEN, ALLOWED = range(5), range(5, 8), range(2, 9)
POSTS = [
    ("Tue 03 Mar 10:00", "Five talks in thirty days", 0),
    ("Mon 09 Mar 18:00", "Five talks in thirty days: the board after week 1.", 1),
    ("Mon 16 Mar 18:00", "Five talks in thirty days: the board after week 2.", 1),
    ("Fri 20 Mar 18:00", "Five talks in thirty days: half-way.", 1),
    ("Mon 23 Mar 18:00", "Five talks in thirty days: the board after week 3.", 1),
    ("Mon 30 Mar 18:00", "Five talks in thirty days: the board after week 4.", 1),
    ("Mon 06 Apr 18:00", "Five talks in thirty days: the board after week 5.", 1),
    ("Fri 10 Apr 18:00", "Five talks in thirty days is over. The board is final.", 1),
]


async def begin(club: Club) -> tuple[Player, object]:
    """Set up the club and start a challenge of five weeks; gives the organisers' channel."""
    olga, desk = club.organiser(), club.guild.create_text_channel("organisers")
    form = await olga.slash("organise setup")
    await olga.fill(form, {ZONE: ["America/New_York"], "Where do organisers read?": [desk]})
    form = await olga.press(await preview(olga), "Words and days")
    shown = await olga.fill(form, {"Last day": "35 days"})
    role = club.guild.create_role("Winners")
    form = await olga.press(shown, "Board and pings")
    shown = await olga.fill(form, {"Role for the winners": [role]})
    await olga.press(shown, "Start it")
    await tick(club)
    return olga, desk


async def join(club: Club, number: int) -> Player:
    """Let a member join from the opening post, in three taps."""
    player = club.member(f"Member{number:02}")
    post = next(one for one in club.channel.history() if "Join" in labels_of(one))
    joined = await player.press(post, "Join")
    if number in NAMED:
        joined = await player.press(joined, "Under my name")
    if number in HIDDEN:
        joined = await player.press(joined, "Hidden")
    if number in ALLOWED:
        await player.press(joined, "Write to me")
    async with club.bot.db.write() as session:
        zone = ZONES[number % len(ZONES)]
        await change_settings(
            session, player.user.id, zone=zone, mode="off", hello_at=club.env.now()
        )
    return player


async def talk(club: Club, player: Player, number: int) -> None:
    """Note a talk on the member's own day."""
    now = club.env.now()
    day = local_day(now, ZONES[number % len(ZONES)])
    async with club.bot.db.write() as session:
        await hold_talk(session, Actor(player.user.id, now), f"Rosa {now:%d %b}", day)


def posts_in(channel: object) -> list[tuple[str, str, int]]:
    """List what the bot posted: the club's clock, the first line, how many pictures."""
    return [
        (
            one.created_at.astimezone(NEW_YORK).strftime("%a %d %b %H:%M"),
            text_of(one).split("\n")[0].strip("*"),
            len(one.attachments),
        )
        for one in channel.history()
        if "Five talks" in text_of(one)
    ]


def roles_of(club: Club, player: Player) -> list[int]:
    return list(club.env.backend.get_member(club.guild.id, player.user.id).role_ids)


async def play(club: Club, players: list[Player], key_file: Path) -> None:
    """Let the weeks go by; the bot is started anew in the middle of each week."""
    day = club.env.now().replace(hour=0, minute=0)
    while day < OVER:
        is_last_call = day.month == 4 and 3 <= day.day <= 6
        for hour in MORNINGS if is_last_call else HOURS:
            at = day + timedelta(hours=hour)
            if at > club.env.now():
                await club.env.advance_time((at - club.env.now()).total_seconds())
                await club.bot.dispatcher.announce()
                await club.bot.dispatcher.run_due()
        if day.weekday() == 2 and day < OVER - timedelta(days=7):
            for number, player in enumerate(players):
                if number % 4 != 3 and (number in NAMED or day.day != 4):
                    await talk(club, player, number)
            club.bot = make_bot(club.bot.settings.data_dir, key_file, club.clock)
            await club.env.restart_bot(club.bot)
        day += timedelta(days=1)


async def test_five_weeks_in_six_zones_and_every_post_and_picture_once(
    club: Club, key_file: Path
) -> None:
    _, desk = await begin(club)
    players = [await join(club, number) for number in range(20)]
    await play(club, players, key_file)
    assert posts_in(club.channel) == POSTS
    pictures = [file for one in club.channel.history() for file in one.attachments]
    assert {file.filename for file in pictures} == {"board.png"}
    with Image.open(io.BytesIO(await pictures[-1].read())) as picture:
        assert picture.width == 1080
    boards = [text_of(one) for one in club.channel.history() if "board after" in text_of(one)]
    assert "A good week to ask two people" in boards[0]
    assert "A good week to ask two people" not in boards[-1]  # it is the last day
    final = text_of(list(club.channel.history())[-1])
    assert "1\\. Member00 · 15 points" in final
    assert not [n for n in range(5, 20) if f"Member{n:02}" in str(pictures[-1].description) + final]
    ((when, head, pictured),) = posts_in(desk)
    assert (when, pictured) == ("Fri 10 Apr 18:00", 1)
    assert head.startswith("Five talks in thirty days** is over.")
    (sheet,) = [file for one in desk.history() for file in one.attachments]
    assert "Talked: 60" in sheet.description  # not 64: four are under five in the first week
    winners = [n for n, player in enumerate(players) if roles_of(club, player)]
    assert winners == [0, 1, 2, 4]
    told = {
        n: [one for one in p.dms if "two days are left" in text_of(one)]
        for n, p in enumerate(players)
    }
    assert [n for n, found in told.items() if found] == list(ALLOWED)
    assert max(len(found) for found in told.values()) == 1
    for number in ALLOWED:
        local = told[number][0].created_at.astimezone(ZoneInfo(ZONES[number % len(ZONES)]))
        assert (local.day, local.month) in ((4, 4), (5, 4)), local
        assert 7 <= local.hour < 22
    async with club.bot.db.read() as session:
        names = [row.name for row in await session.execute(select(Delivery.name))]
    assert max(Counter(names).values()) == 1
