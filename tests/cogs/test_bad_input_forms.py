from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cogs.mischief import count, deliver_again, deliver_twice, everything, names, remove
from tests.cogs.playing import Club, Player, Reply, labels_of, make_bot


@pytest.fixture
async def rosa(ana: Player) -> Player:
    await ana.slash("contact add", name="Rosa Vega")
    return ana


async def restart(club: Club, folder: Path, key_file: Path) -> None:
    """End the bot as a crash would, and start another on the same file."""
    fresh = make_bot(folder, key_file, club.clock)
    old, club.bot = club.bot, fresh
    await club.env.restart_bot(fresh)
    await old.db.close()


FORMS = {
    "takeaways": {"What did you enjoy?": "The lab", "What will you do next?": "Read on"},
    "date": {"When?": "Mar 20 3pm"},
    "gaps": {"Which field?": "nursing"},
    "note": {"Your note": "likes tea"},
    "edit": {"Where they work": "Mercy"},
    "names": {"One name a line": "Leo Park\nMia Chen"},
    "start": {"Your name, as you sign": "Ana Lima"},
}


async def opened(player: Player, form: str) -> Reply:
    command, options, *labels = OPENED_BY[form]
    reply = await player.slash(command, **options)
    for label in labels:
        reply = await player.press(reply, label)
    return reply


ROSA = {"contact": "rosa"}
OPENED_BY: dict[str, tuple[Any, ...]] = {
    "takeaways": ("interview done", ROSA),
    "date": ("interview prepare", ROSA, "Set the date"),
    "gaps": ("draft", ROSA),
    "note": ("contact show", ROSA, "Log", "A note"),
    "edit": ("contact show", ROSA, "Edit", "Who"),
    "names": ("contact ideas", {}, "Note names"),
    "start": ("start", {}, "Begin"),
    "message": ("draft", {**ROSA, "kind": "check_in"}, "Edit"),
    "named": ("contact show", ROSA, "Log", "They answered", "Gave me another name"),
    "details": ("interview schedule", {**ROSA, "when": "Mar 9 15:00"}, "Details"),
    "entry": ("log", {**ROSA, "what": "note", "text": "likes tea"}, "Change details"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_that_was_open_during_a_restart_is_taken(
    club: Club, rosa: Player, tmp_path: Path, key_file: Path, form: str
) -> None:
    shown = await opened(rosa, form)
    before = await count(club, "changes")
    await restart(club, tmp_path, key_file)
    reply = await rosa.fill(shown, FORMS[form])
    assert "Undo" in [label for one in reply.messages for label in labels_of(one)]
    assert await count(club, "changes") == before + 1


async def test_a_form_that_failed_before_a_restart_comes_back_after_it(
    club: Club, rosa: Player, tmp_path: Path, key_file: Path
) -> None:
    refused = await rosa.slash("log", what="note", contact="rosa", when="blursday", text="tea")
    await restart(club, tmp_path, key_file)
    form = await rosa.press(refused, "Correct it")
    assert form.held["Your note"] == "tea"
    refused = await rosa.fill(form, {"When?": "blurs"})
    assert await count(club, "unfinished") == 1
    form = await rosa.press(refused, "Correct it")
    noted = await rosa.fill(form, {"When?": "today"})
    assert "a note about **Rosa**" in noted.text
    assert await count(club, "unfinished") == 0  # what was taken is not kept beside


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("later", [False, True])
async def test_a_form_delivered_twice_is_stored_once(
    club: Club, rosa: Player, monkeypatch: pytest.MonkeyPatch, form: str, later: bool
) -> None:
    shown = await opened(rosa, form)
    before = await count(club, "changes")
    if later:
        again = deliver_again(club, monkeypatch)
        reply = await rosa.fill(shown, FORMS[form])
        kept = await everything(club, rosa)
        await again()
        assert await everything(club, rosa) == kept
    else:
        deliver_twice(club, monkeypatch)
        reply = await rosa.fill(shown, FORMS[form])
    assert reply.messages
    assert await count(club, "changes") == before + 1


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("contact add", {"name": "Leo Park"}),
        ("log", {"what": "thanked", "contact": "rosa"}),
        ("log", {"what": "asked", "contact": "Leo Park"}),
        ("interview schedule", {"contact": "rosa", "when": "Mar 10 15:00"}),
        ("reminders", {"pause_until": "next Monday"}),
    ],
)
async def test_a_command_delivered_twice_is_stored_once(
    club: Club,
    rosa: Player,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    options: dict[str, str],
) -> None:
    before = await count(club, "changes")
    deliver_twice(club, monkeypatch)
    reply = await rosa.slash(command, **options)
    assert len(reply.messages) == 1
    assert await count(club, "changes") == before + 1


async def test_a_nudges_press_delivered_twice_is_stored_once(
    club: Club, rosa: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rosa.slash("log", what="asked", contact="rosa")
    await club.pass_days(7)
    home = club.in_dm(rosa)
    nudge, before = home.dm, await count(club, "touches")
    deliver_twice(club, monkeypatch)
    await home.press(nudge, "I wrote again")
    assert await count(club, "touches") == before + 1


async def test_an_undo_delivered_twice_takes_back_one_change(
    club: Club, rosa: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = await rosa.slash("log", what="note", contact="rosa", text="likes tea")
    again = deliver_again(club, monkeypatch)
    await rosa.press(noted, "Undo")
    await again()
    assert await count(club, "touches") == 0
    assert await names(club, rosa) == ["Rosa Vega"]


# --- Forms that come after their person is gone ---

AFTER = {
    "takeaways": {"What did you enjoy?": "The lab"},
    "date": {"When?": "Mar 20 3pm"},
    "gaps": {"Which field?": "nursing"},
    "note": {"Your note": "likes tea"},
    "edit": {"Where they work": "Mercy"},
    "message": {"Message": "Dear Rosa"},
    "named": {"Name": "Leo Park"},
    "details": {"Place or link": "Room 4"},
    "entry": {"Anything to remember?": "likes coffee"},
}


@pytest.mark.parametrize("form", AFTER)
async def test_a_form_after_its_person_was_removed_is_kept_until_they_are_back(
    club: Club, rosa: Player, form: str
) -> None:
    shown = await opened(rosa, form)
    removed = await remove(rosa)
    kept = await everything(club, rosa)
    refused = await rosa.fill(shown, AFTER[form])
    assert "emove" in refused.text
    assert await everything(club, rosa) == kept
    await rosa.press(removed, "Undo")
    again = await rosa.press(refused, "Correct it")
    assert set(AFTER[form].values()) <= set(again.held.values())
    stored = await rosa.fill(again, {})
    assert "Undo" in [label for one in stored.messages for label in labels_of(one)]
