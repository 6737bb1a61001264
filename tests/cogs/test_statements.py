from __future__ import annotations

from collections.abc import Iterable

import discord
import pytest
from discord import app_commands
from sqlalchemy import select

from bot.club.cohorts import list_cohorts
from bot.storage.models import Contact, Delivery, Interview, OwnQuestion, Unfinished
from tests.cogs.club_tour import CLUB_BEYOND, tour_club
from tests.cogs.counting import Counted, measure
from tests.cogs.crawling import Crawl
from tests.cogs.import_lists import import_lists
from tests.cogs.mischief import press_anything
from tests.cogs.playing import Club, Player, Reply, labels_of, menus_of, raw_components, walk

# Each statement costs four hops between threads, so every reply has a budget.
READS, WRITES = 3, 6

# What may cost more, and why.
BEYOND: dict[str, tuple[int, int, str]] = {
    "/log": (4, 6, "a talk goes on to its form, good news to all who helped"),
    "/today": (6, 6, "reads on while those it read have settled what they were told of"),
    "r:draft": (4, 6, "an introduction is asked of somebody else than the person to meet"),
    "u:pick": (5, 8, "takes up what a form held, then does it"),
    "form interview_takeaways": (3, 8, "a talk, its entry, its promises and the nudge that asked"),
    "form log_other": (3, 7, "two people: who named somebody, and who was named"),
    "form log_fix": (3, 7, "the entry of a talk takes its talk along"),
    "form question_save": (5, 6, "a set by itself, and the person whom it is saved for"),
    "t:delete": (3, 10, "the entry of a talk takes its talk and its promises along"),
    "x:undo": (3, 12, "puts back each row that the change wrote"),
    "form start": (3, 12, "once in a member's life"),
    "m:stop_requests": (3, 12, "a decision for each request that is open"),
    "c:forget": (3, 8, "what hangs on a person goes from Undo and from messages, too"),
    "u:join": (3, 24, "once for each pair of cards: whatever hangs on one moves to the other"),
    "m:export": (16, 0, "reads every table"),
    "m:erase_now": (3, 24, "empties every table"),
    **CLUB_BEYOND,
}
FIRST_ACT = 2  # the member's own row is added, and read with the zone of their club
WITH_IDEAS = 2  # for those who asked for them, the idea moves with every change

Done = Iterable[tuple[str, Counted]]


def over(done: Done, *, more: int = 0) -> list[str]:
    """List what cost more than it may; ``more`` writes are allowed to each."""
    found: list[str] = []
    for name, counts in done:
        reads, writes, _ = BEYOND.get(name, (READS, WRITES, ""))
        is_first = any("INSERT INTO members" in one for part in counts.writes for one in part)
        allowed = writes + more + FIRST_ACT * is_first
        if len(counts.reads) > reads or counts.most_written > allowed:
            found.append(f"{name}: {counts}")
    return found


def answered_by(club: Club) -> set[str]:
    """Name every command and every button that the bot answers."""
    bot = club.bot
    commands = {
        f"/{one.qualified_name}"
        for one in bot.tree.walk_commands()
        if isinstance(one, app_commands.Command)
    }
    methods = (getattr(cog, name) for cog in bot.cogs.values() for name in dir(cog))
    presses = {
        f"{scope}:{verb}"
        for method in methods
        for scope, verbs in getattr(method, "__rapport_presses__", ())
        for verb in verbs
    }
    return commands | presses


async def change_settings(player: Player) -> None:
    async def settings() -> Reply:
        return await player.slash("reminders")

    await player.press(await settings(), "Hide names in messages")
    await player.press(await player.press(await settings(), "Weekdays"), "Tue")
    await player.press(await player.press(await settings(), "Fewer messages"), "One a day, silent")
    await player.fill(await player.press(await settings(), "Hours"), {})
    await player.fill(await player.press(await settings(), "How often"), {})
    await player.fill(await player.press(await settings(), "Time zone"), {})
    form = await player.press(await settings(), "Pause")
    await player.press(await player.fill(form, {"Until when?": "in two weeks"}), "End the pause")


async def take_things_away(player: Player) -> None:
    talked = await player.slash("interview done", contact="Rosa")
    noted = await player.fill(talked, {"What will you do next?": "Read the book\nAsk Leo"})
    await player.press(noted.messages[0], "Undo")
    talked = await player.slash("interview done", contact="Rosa")
    await player.fill(talked, {"What will you do next?": "Read the book\nAsk Leo"})
    card = await player.slash("contact show", contact="Rosa")
    (promises,) = menus_of(card.message)
    await player.choose(card, promises["options"][0]["value"])
    entries = await player.press(await more(player), "Fix an entry")
    (menu,) = [part for part in walk(raw_components(entries.message)) if part.get("type") == 3]
    entry = await player.choose(entries, menu["options"][0]["value"])
    await player.press(await player.press(entry, "Delete"), "Undo")
    await player.press(await more(player), "Remove")
    await player.press(
        await player.press(await player.slash("contact list"), "Removed people"), "Restore"
    )


async def join_cards(player: Player) -> None:
    form = await player.press(await more(player), "Join with another card")
    seen = await player.fill(form, {"Whose card is the other one?": "Leo"})
    await player.press(await player.choose(seen, "name"), "Join them")


async def more(player: Player) -> Reply:
    return await player.press(await player.slash("contact show", contact="Rosa"), "More")


async def ask_for_questions(club: Club, player: Player) -> None:
    crawl = Crawl(club, player, lambda name: f"What is {name}?"[:40])
    await crawl.slash("questions")
    await player.slash("contact add", name="Leo Bauer")
    await crawl.slash("questions", contact="Leo")
    await player.slash("interview schedule", contact="Leo", when="in 3 days at 3pm")
    await crawl.slash("interview prepare", contact="Leo")


async def be_introduced(club: Club, player: Player) -> None:
    """Be told that somebody makes an introduction, and say under the nudge that it happened."""
    chooser = await player.press(await player.slash("contact show", contact="Rosa"), "Log")
    asked = await player.press(chooser, "They answered")
    form = await player.press(asked, "Gave me another name")
    await player.fill(form, {"Name": "Kim Park", "Who makes the introduction?": ["yes"]})
    await club.pass_days(7)
    nudge = next(one for one in reversed(player.dms) if "It happened" in labels_of(one))
    await club.in_dm(player).press(nudge, "It happened")


async def look_at_all(player: Player) -> None:
    """Tag somebody and look at the network in every way."""
    typed = {"Tags, with commas between": "mentor", "In touch ideally every …": "a month"}
    await player.fill(await player.press(await more(player), "Tags"), typed)
    await player.slash("contact list", tag="mentor", search="rosa")
    shown = await player.slash("network", view="losing")
    form = await player.press(shown, "How often, by tag")
    await player.fill(form, {"Everybody with the tag": ["mentor"]})
    await player.press(shown, "How it goes")


async def organise(club: Club, player: Player) -> None:
    olga = club.organiser()
    form = await olga.slash("organise setup")
    await olga.fill(form, {"The club's time zone": ["America/Chicago"]})
    await olga.slash("organise post")
    await olga.press(await olga.slash("organise status"), "Post it again")
    pack = b'[[question]]\nid = "a"\ntext = "What is new?"\nfacets = ["day"]\nrules = ["R24"]'
    await olga.press(await olga.slash("organise pack", file=("a.toml", pack)), "Publish")
    listed = await olga.press(await olga.slash("organise pack"), "Remove")
    await olga.press(listed, "All packs")
    await tour_club(club, olga, player)
    (group, *_) = await club.bot.db.load(list_cohorts, club.guild.id, with_archived=True)
    await press_anything(club, olga, [f"m:-:cohort_open.{group.key}"])  # a menu of more than ten


async def press_the_rest(club: Club, player: Player) -> None:
    """Press what only some replies offer."""
    keys: list[str] = []
    async with club.bot.db.read() as session:
        for model in (Contact, Interview, Delivery, OwnQuestion, Unfinished):
            found = select(model.key).where(model.owner_id == player.user.id)
            keys.append((await session.scalars(found)).first() or "")
    contact, interview, delivery, own_question, loose_set = keys
    of_menu = ("help", "privacy", "whom", "schedule", "keep", "stop_requests", "questions")
    of_talk = ("all_set", "done", "q_show", "q_asked", "q_tick", "q_answer")
    of_contact = ("questions", "q_show", "q_save", "keep_notes")
    ids = [
        *(f"m:-:{verb}" for verb in of_menu),
        *(f"i:{interview}:{verb}" for verb in of_talk),
        *(f"c:{contact}:{verb}" for verb in of_contact),
        f"o:{own_question}:drop",
        f"q:{loose_set}:q_show",
        f"w:{contact}:sure.request.email",
        f"w:{contact}:own.request.email",
        "m:-:drafts",
        f"w:{contact}:objective",
        f"u:{loose_set}:check.{contact}",
        f"w:{contact}:voice.request.email",  # what they cost with an assistant: test_assistant.py
        f"w:{contact}:voice_yes.request.email",
        "m:-:voice",
        f"i:{interview}:calendar",
        *(f"m:-:{verb}" for verb in ("calendar", "calendar_new", "calendar_off")),
        "m:-:calendar_names.yes",
        f"d:{delivery}:open",
        f"d:{delivery}:quiet_yes",
        f"d:{delivery}:quiet_no",
        f"c:{contact}:forget",
    ]
    await press_anything(club, player, ids)


async def erase(player: Player) -> None:
    form = await player.press(await player.slash("privacy"), "Erase everything")
    asked = await player.fill(form, {"Type ERASE to go on": "ERASE"})
    await player.press(asked, "Keep my notebook")
    form = await player.press(await player.slash("privacy"), "Erase everything")
    asked = await player.fill(form, {"Type ERASE to go on": "ERASE"})
    await player.press(asked, "Erase now")


async def test_every_command_and_button_keeps_within_its_statements(
    club: Club, ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = measure(club.bot.db, monkeypatch)
    await Crawl(club, ana, lambda name: f"some {name}"[:40]).everywhere()
    ben = club.member("Ben")
    await ben.slash("contact add", name="Rosa Vega")
    await ben.slash("log", what="asked", contact="Rosa")
    await club.pass_days(8)
    await club.in_dm(ben).press(ben.dm, "Let it rest")
    await be_introduced(club, ben)
    await ask_for_questions(club, ben)
    await look_at_all(ben)
    await take_things_away(ben)
    await join_cards(ben)
    await change_settings(ben)
    await organise(club, ben)
    await import_lists(ben)
    await press_the_rest(club, ben)
    assert over(done) == []
    ideas = await ideas_cost(club, done)
    await erase(ben)
    assert over(done) == []
    named = {name for name, _ in (*done, *ideas)}
    missing = answered_by(club) - named
    assert sorted(missing) == []


async def ideas_cost(club: Club, done: list[tuple[str, Counted]]) -> list[tuple[str, Counted]]:
    """Let somebody ask for ideas, and check what that costs them; returns what was done."""
    eva, start = club.member("Eva"), len(done)
    for label in ("One idea", "Not this month"):
        settings = await eva.slash("reminders")
        if "Monday ideas" in settings.labels:
            await eva.press(settings, "Monday ideas")
        await eva.slash("contact add", name=f"Somebody for {label}")
        await club.pass_days(40)
        await club.in_dm(eva).press(next(one for one in reversed(eva.dms) if is_idea(one)), label)
    theirs = done[start:]
    del done[start:]
    assert over(theirs, more=WITH_IDEAS) == []
    assert over(theirs) != []
    return theirs


def is_idea(message: discord.Message) -> bool:
    return any(part.get("label") == "One idea" for part in walk(raw_components(message)))
