"""A set is kept with the contact, moves to the talk, is in the nudge, and is ticked afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from bot.notebook.questions import FieldOf, field_of
from bot.storage.models import Interview
from tests.cogs.playing import Club, Player, Reply
from tests.cogs.question_sets import page_of, pick, questions_of, tag_of, texts
from tests.cogs.test_interviews import book, talks_of


async def saved(player: Player) -> Reply:
    """Save a set for Rosa, with whom no date is set."""
    await player.slash("contact add", name="Rosa Vega", role="Staff nurse")
    return await player.press(await player.slash("questions", contact="rosa"), "Save")


async def held(club: Club, player: Player) -> Reply:
    """Prepare and hold a talk with Rosa."""
    await book(player, "tomorrow 3pm")
    await player.slash("interview prepare", contact="rosa")
    await club.pass_days(1.5)
    return await player.fill(await player.slash("interview done", contact="rosa"), {})


async def test_without_a_talk_a_set_is_kept_with_the_contact(club: Club, ana: Player) -> None:
    reply = await saved(ana)
    assert "Saved with their card" in reply.text
    page = await page_of(club, ana, "Rosa")
    assert texts(page.contact.details["questions"]) == questions_of(reply)
    card = await ana.slash("contact show", contact="rosa")
    assert questions_of(await ana.press(card, "Questions")) == questions_of(reply)
    await ana.press(reply, "Undo")
    assert "questions" not in (await page_of(club, ana, "Rosa")).contact.details


async def test_it_moves_to_the_talk_when_there_is_a_date(club: Club, ana: Player) -> None:
    reply = await saved(ana)
    booked = await ana.slash("interview schedule", contact="rosa", when="Mar 10 15:00")
    (talk,) = await talks_of(club, ana, "Rosa")
    assert texts(talk.talk.details["questions"]) == questions_of(reply)
    assert "questions" not in talk.page.contact.details
    assert "Kept with your talk" in (await ana.slash("questions", contact="rosa")).text
    await ana.press(booked, "Undo")
    page = await page_of(club, ana, "Rosa")
    assert texts(page.contact.details["questions"]) == questions_of(reply)


async def test_a_kept_set_is_changed_where_it_lies_and_each_change_has_undo(
    club: Club, ana: Player
) -> None:
    reply = await saved(ana)
    before = questions_of(reply)
    removed = await ana.press(await pick(ana, reply, 0), "Remove")
    page = await page_of(club, ana, "Rosa")
    assert texts(page.contact.details["questions"]) == questions_of(removed) == before[1:]
    assert "Undone: removing a question" in (await ana.press(removed, "Undo")).text
    assert questions_of(await ana.slash("questions", contact="rosa")) == before


async def test_saving_a_talks_set_prepares_the_talk(club: Club, ana: Player) -> None:
    await book(ana)
    shown = await ana.slash("questions", contact="rosa")
    reply = await ana.press(shown, "Save")
    assert "Your preparation is done" in reply.text
    assert "Save" not in reply.labels
    await club.pass_time(datetime(2026, 3, 8, 12, tzinfo=UTC))
    assert not any("Half an hour today" in one.content for one in ana.dms)
    sheet = await ana.slash("interview prepare", contact="rosa")
    assert "Ready" not in sheet.labels


async def test_undoing_the_save_prepares_nothing(club: Club, ana: Player) -> None:
    await book(ana)
    await ana.press(await ana.press(await ana.slash("questions", contact="rosa"), "Save"), "Undo")
    await club.pass_time(datetime(2026, 3, 8, 12, tzinfo=UTC))
    assert any("Half an hour today" in one.content for one in ana.dms)


async def test_a_new_set_for_other_minutes_replaces_the_talks_when_saved(
    club: Club, ana: Player
) -> None:
    await book(ana)
    fresh = await ana.slash("questions", contact="rosa", minutes=30)
    assert "Not saved yet" in fresh.text
    reply = await ana.press(fresh, "Save")
    (talk,) = await talks_of(club, ana, "Rosa")
    assert texts(talk.talk.details["questions"]) == questions_of(fresh) == questions_of(reply)


async def test_the_prepare_nudge_shows_the_set_and_saving_there_answers_it(
    club: Club, ana: Player
) -> None:
    await saved(ana)
    await ana.slash("interview schedule", contact="rosa", when="Mar 10 15:00")
    await club.pass_time(datetime(2026, 3, 8, 9, 15, tzinfo=UTC))
    dm = club.in_dm(ana)
    nudge = dm.dm
    shown = await dm.press(nudge, "Questions")
    assert len(questions_of(shown)) == 6
    assert "Your preparation is done" in (await dm.press(shown, "Save")).text
    assert "noted already" in (await dm.press(nudge, "Ready")).text


async def test_a_set_for_nobody_is_saved_for_a_person(club: Club, ana: Player) -> None:
    shown = await ana.slash("questions")
    asked = await ana.fill(await ana.press(shown, "Save for a person"), {"Name": "Sam Lee"})
    assert "not in your notebook yet" in asked.text
    reply = await ana.press(asked, "Add “Sam Lee”")
    assert "Saved for **Sam**" in reply.text
    page = await page_of(club, ana, "Sam")
    assert texts(page.contact.details["questions"]) == questions_of(shown)


async def test_after_the_talk_each_can_be_ticked_and_answered(club: Club, ana: Player) -> None:
    done = await held(club, ana)
    (first,) = [one for one in done.messages if "Tick what you asked" in str(one.components)]
    card = await ana.press(first, "Tick what you asked")
    ticked = await ana.choose(card, tag_of(card, 0, "Tick"), tag_of(card, 2, "Tick"), menu="Tick")
    assert [line[0] for line in ticked.text.split("\n") if line[0] in "☑☐"] == list("☑☐☑☐☐☐")
    form = await ana.choose(ticked, tag_of(ticked, 1, "Write"), menu="Write")
    answered = await ana.fill(form, {"In a few words": "Nights *are* quiet."})
    assert "Nights \\*are\\* quiet." in answered.text
    (talk,) = await talks_of(club, ana, "Rosa")
    rows = talk.talk.details["questions"]
    assert [bool(row.get("asked")) for row in rows] == [True, True, True, False, False, False]
    (note,) = [one for one in talk.page.touches if one.row.s1 == "note"]
    assert note.text == f"“{rows[1]['text']}” Nights *are* quiet."
    assert note.row.s4 == talk.talk.key
    assert "Nights" in (await ana.slash("contact show", contact="rosa")).text


async def test_an_answer_is_mended_in_its_place_and_undone(club: Club, ana: Player) -> None:
    await held(club, ana)
    (talk,) = await talks_of(club, ana, "Rosa")
    for text in ("Nights.", "Quiet nights."):
        card = await asked_card(ana)
        form = await ana.choose(card, tag_of(card, 0, "Write"), menu="Write")
        reply = await ana.fill(form, {"In a few words": text})
    (talk,) = await talks_of(club, ana, "Rosa")
    (note,) = [one for one in talk.page.touches if one.row.s1 == "note"]
    assert note.text.endswith("Quiet nights.")
    await ana.press(reply, "Undo")
    (talk,) = await talks_of(club, ana, "Rosa")
    (note,) = [one for one in talk.page.touches if one.row.s1 == "note"]
    assert note.text.endswith(" Nights.")


async def asked_card(player: Player) -> Reply:
    """Open what was asked in the last talk with Rosa, from her card."""
    shown = await player.slash("contact show", contact="rosa")
    return await player.press(shown, "What you asked")


async def test_taking_all_ticks_away_leaves_none(club: Club, ana: Player) -> None:
    await held(club, ana)
    card = await asked_card(ana)
    ticked = await ana.choose(card, tag_of(card, 0, "Tick"), menu="Tick")
    bare = await ana.choose(ticked, menu="Tick")
    assert "☑" not in bare.text


async def test_deleting_an_answers_note_leaves_the_talk_as_it_was(club: Club, ana: Player) -> None:
    await held(club, ana)
    card = await asked_card(ana)
    form = await ana.choose(card, tag_of(card, 0, "Write"), menu="Write")
    await ana.fill(form, {"In a few words": "Nights."})
    more = await ana.press(await ana.slash("contact show", contact="rosa"), "More")
    entries = await ana.press(more, "Fix an entry")
    (talk,) = await talks_of(club, ana, "Rosa")
    (note,) = [one for one in talk.page.touches if one.row.s1 == "note"]
    chosen = await ana.choose(entries, note.key)
    await ana.press(chosen, "Delete")
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.s1 == "held"
    assert not [one for one in talk.page.touches if one.row.s1 == "note"]
    again = await asked_card(ana)
    form = await ana.choose(again, tag_of(again, 0, "Write"), menu="Write")
    answered = await ana.fill(form, {"In a few words": "Nights after all."})
    assert "Nights after all." in answered.text


async def test_an_answer_that_is_too_long_comes_back(club: Club, ana: Player) -> None:
    await held(club, ana)
    card = await asked_card(ana)
    form = await ana.choose(card, tag_of(card, 0, "Write"), menu="Write")
    reply = await ana.fill(form, {"In a few words": "x" * 701})
    assert "701 characters long and 700 fit" in reply.text
    assert (await ana.press(reply, "Correct it")).held["In a few words"] == "x" * 701


async def test_a_later_talk_never_repeats_the_ticked_and_comes_back_on_the_advice(
    club: Club, ana: Player
) -> None:
    await held(club, ana)
    card = await asked_card(ana)
    await ana.choose(card, tag_of(card, 0, "Tick"), tag_of(card, 1, "Tick"), menu="Tick")
    (first,) = await talks_of(club, ana, "Rosa")
    asked = {row["id"] for row in first.talk.details["questions"][:2]}
    await ana.slash("interview schedule", contact="rosa", when="in 10 days 3pm")
    seen = await ana.slash("questions", contact="rosa")
    _, second = await talks_of(club, ana, "Rosa")
    chosen = {row["id"] for row in second.talk.details["questions"]}
    assert not asked & chosen
    bank = club.bot.content.questions
    assert bank[second.talk.details["questions"][0]["id"]].occasion == "later"
    assert len(questions_of(seen)) == 6


async def test_nothing_is_ticked_before_the_talk(club: Club, ana: Player) -> None:
    await book(ana)
    shown = await ana.slash("questions", contact="rosa")
    assert "Tick what you asked" not in shown.labels
    await club.pass_time(datetime(2026, 3, 10, 15, 30, tzinfo=UTC))
    card = await ana.press(await ana.slash("contact show", contact="rosa"), "What you asked")
    assert "☐ 1." in card.text


async def test_a_talk_that_was_not_prepared_has_nothing_to_tick(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    done = await ana.fill(await ana.slash("interview done", contact="rosa", when="today"), {})
    assert all("Tick what you asked" not in str(one.components) for one in done.messages)


async def test_sets_from_before_are_still_read(club: Club, ana: Player) -> None:
    await book(ana)
    ids = list(club.bot.content.questions)[:6]
    (talk,) = await talks_of(club, ana, "Rosa")
    await keep_bare(club, talk.talk.key, ids)
    shown = await ana.slash("questions", contact="rosa")
    assert questions_of(shown) == [club.bot.content.questions[one].text for one in ids]
    swapped = await ana.press(await pick(ana, shown, 0), "Swap")
    assert len(questions_of(swapped)) == 6


async def keep_bare(club: Club, key: str, ids: list[str]) -> None:
    """Store a set as bare ids, one of which no content has."""
    details = {"questions": [*ids, "gone-long-ago"]}
    async with club.bot.db.write() as session:
        await session.execute(update(Interview).where(Interview.key == key).values(details=details))


async def test_a_field_is_read_from_what_one_wrote_when_the_role_says_nothing(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    edit = await ana.press(await ana.slash("contact show", contact="rosa"), "Edit")
    form = await ana.press(edit, "Who")
    await ana.fill(form, {"Field": "nursing"})
    field = field_of(await page_of(club, ana, "Rosa"))
    assert field.id == "medicine_and_nursing"
    assert not field.is_said
    assert FieldOf().label == ""
