from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.client import RapportBot, create_bot
from bot.config import AssistantTable, Settings
from bot.notebook.changes import Actor
from bot.notebook.drafts import edit_draft, read_spec
from bot.rules.presses import read
from bot.storage.db import Database, parse_url
from bot.storage.keys import read_keyring
from tests.assistant.answering import Model, changing, refusing, saying, serve
from tests.cogs.counting import counted
from tests.cogs.playing import Club, EnvClock, Player, Reply, find_id

SAMPLE = "Hey Tom! Just a quick one: I finally did the lab report, yay. See you at practice, Ana"
WORDS = "Hi Rosa,\n\nThank you for telling me. I hope that all goes well at Mercy.\n\nAna"
PASTED = {"Two or three messages you wrote": SAMPLE}


@pytest.fixture
async def model() -> AsyncIterator[Model]:
    async with serve(Model()) as served:
        yield served


@pytest.fixture
async def simcord_bot(
    tmp_path: Path, sqlite_template: Path, key_file: Path, clock: EnvClock, model: Model
) -> AsyncIterator[RapportBot]:
    """The real bot with an assistant: three tries a day."""
    shutil.copy(sqlite_template, tmp_path / "rapport.db")
    table = AssistantTable(url=model.url, model="some-model", timeout_seconds=1, per_day=3)
    settings = Settings(data_dir=tmp_path, assistant=table)
    db = Database(parse_url(settings.database_url), read_keyring(key_file))
    bot = create_bot(settings, db=db, clock=clock, is_paced=False)
    yield bot
    await bot.close()


async def card(ana: Player) -> Reply:
    return await ana.slash("draft", contact="rosa", kind="thanks_anyway")


async def draft(ana: Player) -> Reply:
    """A message to Rosa, in plain words."""
    await ana.slash("contact add", name="Rosa Vega", organization="Mercy")
    form = await ana.press(await card(ana), "Edit")
    return await ana.fill(form, {"Message": WORDS})


async def press_id(ana: Player, custom_id: str, on: Reply) -> Reply:
    message = getattr(on.message, "message", on.message)
    return Reply(await ana.actor.click(message, custom_id=custom_id))


async def agreed(ana: Player) -> Reply:
    """The reply to the first use: agreed, sample pasted."""
    asked = await ana.press(await draft(ana), "In my voice")
    return await ana.fill(await ana.press(asked, "I agree"), PASTED)


async def test_the_first_press_says_what_goes_where_and_sends_nothing(
    ana: Player, model: Model
) -> None:
    asked = await ana.press(await draft(ana), "In my voice")
    assert asked.is_private
    for words in (model.url.split("/")[2], "some-model", "3 tries a day", "> Hi {THEM_1},"):
        assert words.replace("_", r"\_") in asked.text or words in asked.text
    assert "Rosa" not in asked.text
    assert asked.labels == ["I agree", "No, keep my draft"]
    assert model.asked == []


async def test_after_a_yes_and_a_sample_the_draft_comes_back_with_undo(
    ana: Player, model: Model
) -> None:
    model.answers = [changing("Thank you", "Thanks so much")]
    done = await agreed(ana)
    assert done.is_private
    assert "**In your voice.**" in done.text
    assert "Thanks so much" in done.text
    assert (await ana.press(done, "Copy")).text == WORDS.replace("Thank you", "Thanks so much")
    assert "Undo" in done.labels
    await ana.press(done, "Undo")
    assert (await ana.press(await card(ana), "Copy")).text == WORDS


async def test_names_stay_here(ana: Player, model: Model) -> None:
    await ana.slash("contact add", name="tom")
    await agreed(ana)
    whole = json.dumps(model.asked)
    assert [word for word in ("Rosa", "Vega", "Mercy", "Ana", "Tom") if word in whole] == []
    assert "I finally did the lab report" in whole


async def test_the_yes_is_asked_once_and_the_sample_is_kept(ana: Player, model: Model) -> None:
    await agreed(ana)
    again = await ana.press(await card(ana), "In my voice")
    assert "I agree" not in again.labels
    assert len(model.asked) == 2


async def test_another_host_is_asked_about_anew(
    ana: Player, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed(ana)
    monkeypatch.setattr(AssistantTable, "host", "elsewhere.example")
    again = await ana.press(await card(ana), "In my voice")
    assert "elsewhere.example" in again.text
    assert len(model.asked) == 1


async def test_what_was_typed_while_it_was_asked_stands(
    club: Club, ana: Player, model: Model, clock: EnvClock
) -> None:
    await agreed(ana)
    shown = await card(ana)
    button = read(find_id(shown.message, "In my voice"))

    async def edit() -> None:
        await club.bot.db.store(
            edit_draft,
            by=Actor(ana.user.id, clock.now()),
            contact=button.key,
            wanted=read_spec(club.bot.content, button.arg),
            subject="",
            text="Dear Rosa, no thanks. Ana",
        )

    model.answers, model.meanwhile = [changing("Thank you", "Thanks so much")], edit
    done = await ana.press(shown, "In my voice")
    assert "You changed this message meanwhile, so your own words stand." in done.text
    assert (await ana.press(await card(ana), "Copy")).text == "Dear Rosa, no thanks. Ana"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (changing("Hi {THEM_1},", "Hi {THEM_1},\n\nKim says hello."), "had a name in it"),
        (saying("I hate you, send 500 dollars."), "too long or too short"),
        (refusing(401), "tell your organisers"),
        (refusing(429, **{"Retry-After": "60"}), "is busy"),
    ],
)
async def test_a_bad_answer_leaves_the_draft_as_it_was(
    ana: Player, model: Model, answer: Any, words: str
) -> None:
    model.answers = [answer]
    done = await agreed(ana)
    assert "**Your draft stands as it was**" in done.text
    assert words in done.text
    assert "Undo" not in done.labels
    assert "Kim" not in done.text


async def test_the_budget_is_for_a_day_and_outlives_undo(
    club: Club, ana: Player, model: Model
) -> None:
    model.answers = [changing("Thank you", "Thanks so much"), changing("", "")]
    await ana.press(await agreed(ana), "Undo")
    shown = await card(ana)
    for _ in range(2):
        await ana.press(shown, "In my voice")
    refused = await ana.press(shown, "In my voice")
    assert "3 times today" in refused.text
    assert len(model.asked) == 3
    await club.pass_days(1)
    await ana.press(shown, "In my voice")
    assert len(model.asked) == 4


async def test_a_sample_that_is_too_short_comes_back(ana: Player, model: Model) -> None:
    asked = await ana.press(await draft(ana), "In my voice")
    form = await ana.press(asked, "I agree")
    refused = await ana.fill(form, {"Two or three messages you wrote": "hey"})
    assert "at least 80" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["Two or three messages you wrote"] == "hey"
    done = await ana.fill(again, PASTED)
    assert len(model.asked) == 1
    assert "stands as it was" in done.text


async def test_the_profile_shows_that_there_is_a_sample_and_takes_it_out(
    ana: Player, model: Model
) -> None:
    await agreed(ana)
    profile = await ana.slash("profile")
    assert "In my voice" in profile.text
    form = await ana.press(profile, "My sample")
    assert form.held["Two or three messages you wrote"] == SAMPLE
    gone = await ana.fill(form, {"Two or three messages you wrote": ""})
    assert "Taken out" in gone.text
    assert "My sample" not in (await ana.slash("profile")).labels
    asked = await ana.press(await card(ana), "In my voice")
    assert "I agree" in asked.labels
    assert len(model.asked) == 1


async def test_privacy_says_where_drafts_go_and_the_file_holds_the_sample(
    ana: Player, model: Model
) -> None:
    await agreed(ana)
    kept = await ana.slash("privacy")
    assert f"goes to **{model.url.split('/')[2]}**" in kept.text
    reply = await ana.press(kept, "Give me my file")
    whole = json.loads(await reply.message.attachments[0].read())
    assert whole["member"]["profile"]["voice_sample"] == SAMPLE
    assert whole["member"]["voice_count"] == 1


async def test_it_keeps_within_its_statements_and_waits_outside_of_them(
    club: Club, ana: Player, model: Model
) -> None:
    await agreed(ana)
    shown = await card(ana)
    model.answers = [changing("Thank you", "Thanks so much")]
    with counted(club.bot.db) as counts:
        await ana.press(shown, "In my voice")
    assert len(counts.reads) <= 3
    assert counts.most_written <= 6
    assert len(counts.writes) == 2


async def test_an_old_button_says_so_when_there_is_no_assistant_any_more(
    ana: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await draft(ana)
    button = find_id(shown.message, "In my voice")
    monkeypatch.setattr(AssistantTable, "is_on", False)
    assert "not on offer" in (await press_id(ana, button, shown)).text
    without = await card(ana)
    assert "In my voice" not in without.labels


async def test_a_key_that_cannot_be_read_is_no_members_business(
    ana: Player, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AssistantTable, "key_file", Path("/nowhere/key"))
    done = await agreed(ana)
    assert "tell your organisers to check its key" in done.text
    assert "nowhere" not in done.text
    assert model.asked == []
