"""Messages in hand: asked for first, said otherwise, taken up again, and around a talk."""

from __future__ import annotations

from pathlib import Path

from tests.cogs.playing import Club, Player, menus_of, text_of
from tests.cogs.test_bad_input_forms import restart

HOW = "How did you find this person?"


async def test_what_a_request_needs_is_asked_first_and_once(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("draft", contact="rosa")
    assert form.title == "Your message to Rosa"
    skipped = await ana.fill(form, {})
    assert f"- {HOW}" in skipped.text
    again = await ana.slash("draft", contact="rosa")
    assert again.form is None
    filled = await ana.fill(await ana.press(again, "Fill the gaps"), {HOW: "we sing in one choir"})
    assert "sing in one choir" in filled.text


async def test_a_tone_and_a_length_are_one_press_and_the_own_words_wait(
    club: Club, ana: Player, tmp_path: Path, key_file: Path
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa")
    own = await ana.fill(await ana.press(card, "Edit"), {"Message": "Hi Rosa, my own words."})
    plain = await ana.press(own, "Plainer")
    assert "my own words" not in (whole := plain.text)
    short = await ana.press(plain, "Shorter")
    assert len(short.text) < len(whole)
    assert "Longer" in short.labels
    await restart(club, tmp_path, key_file)
    back = await ana.press(short, "My own version")
    assert "my own words" in back.text
    assert "my own words" in (await ana.slash("draft", contact="rosa")).text


async def test_a_begun_message_is_on_the_card_and_in_the_list_until_it_is_sent(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa", kind="about_me")
    await ana.fill(await ana.press(card, "Edit"), {"Message": "A few lines about me."})
    shown = await ana.slash("contact show", contact="rosa")
    more = await ana.press(shown, "More")
    listed = await ana.press(more, "My drafts")
    assert "A few lines about me: Rosa Vega · today" in listed.text
    taken = await ana.press(shown, "Your draft: A few lines about me")
    assert "A few lines about me." in taken.text
    await club.env.advance_time(60)
    await ana.press(await ana.press(listed, "Go on"), "I sent it")
    assert "No message is begun" in (await ana.press(more, "My drafts")).text
    assert "Sent: A few lines about me" in (await ana.slash("contact show", contact="rosa")).text


async def test_an_objective_is_chosen_in_words(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa")
    chosen = await ana.choose(card, "first_step:request.email", menu="What do you want")
    assert "get their start" in chosen.text
    (menu,) = [one for one in menus_of(chosen.message) if one["placeholder"].startswith("What do")]
    (now,) = [one for one in menu["options"] if one.get("description")]
    assert now["value"].startswith("first_step:")
    await ana.press(chosen, "Undo")
    assert "get their start" not in (await ana.draft(contact="rosa")).text


async def test_sent_another_day_is_fixed_from_the_reply(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa", kind="good_news", channel="email")
    own = await ana.fill(await ana.press(card, "Edit"), {"Message": "Rosa, I start in June!"})
    sent = await ana.press(own, "I sent it")
    form = await ana.press(sent, "It was another day")
    fixed = await ana.fill(form, {"When?": "yesterday"})
    assert "good news with **Rosa**, yesterday" in fixed.text


async def test_each_answer_leads_to_its_message(ana: Player) -> None:
    for name, answer, label, kind in (
        ("Rosa", "Yes", "Answer them", "Answering a yes"),
        ("Leo", "Not now", "Answer them", "Answering “not now”"),
        ("Mia", "No", "Thank them anyway", "Thanks anyway"),
    ):
        await ana.slash("contact add", name=name)
        await ana.slash("log", what="asked", contact=name)
        noted = await ana.press(await ana.slash("log", what="answered", contact=name), answer)
        assert f"{kind}: {name}" in (await ana.press(noted, label)).text
        assert f"{kind}: {name}" in (await ana.draft(contact=name)).text


async def test_who_gave_the_name_is_told_after_the_talk(ana: Player) -> None:
    await ana.slash("contact add", name="Tom Kovac")
    await ana.slash("contact add", name="Rosa Vega", referred_by="Tom Kovac")
    form = await ana.slash("interview done", contact="rosa", when="today")
    noted = await ana.fill(form, {"What did you enjoy?": "Her stories"})
    assert "Tom Kovac gave you the name" in noted.text
    told = await ana.press(noted.messages[0], "Tell Tom")
    assert "I talked to the person you suggested: Tom Kovac" in told.text
    assert "Rosa" in told.text


async def test_an_introduction_is_asked_of_who_promised_it(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Tom Kovac")
    answered = await ana.slash("log", what="answered", contact="tom")
    noted = await ana.press(answered, "Gave me another name")
    form = await ana.press(noted, "Add that person")
    await ana.fill(form, {"Name": "Rosa Vega", "Who makes the introduction?": ["yes"]})
    await club.pass_days(12)
    opened = await club.in_dm(ana).press(ana.dm, "Draft")
    assert "Asking for an introduction: Tom Kovac" in opened.text
    assert "Rosa" in opened.text


async def test_a_talk_called_off_has_words_of_its_own(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="Mar 10 15:00")
    moved = await ana.slash("interview cancel", contact="rosa", new_time="Mar 11 15:00")
    assert "Confirming the talk" in (await ana.press(moved, "Confirm it with them")).text
    off = await ana.slash("interview cancel", contact="rosa")
    assert "Who called it off?" in off.text
    mine = await ana.press(off, "I did")
    assert "Moving the talk: Rosa Vega" in mine.text
    assert "I'm so sorry, but I can't make our talk on Wednesday" in mine.text
    theirs = await ana.press(off, "They did")
    assert "After a cancelled talk: Rosa Vega" in theirs.text
    assert "Thank you for letting me know about our talk on Wednesday" in theirs.text
    sent = await ana.press(await ana.press(mine, "I sent it"), "Yes, I filled them in")
    assert "Noted as sent today: Moving the talk" in sent.text


async def test_gaps_under_a_nudge_are_said_when_it_counts_as_sent(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="rosa")
    await club.pass_days(7)
    noted = await club.in_dm(ana).press(ana.dm, "I wrote again")
    assert "My draft in that message still had gaps: " in noted.text


async def test_a_line_about_a_date_counts_as_written_and_thanks_nobody(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.press(await ana.slash("log", what="answered", contact="rosa"), "Yes")
    await club.pass_days(3)
    first = text_of(ana.dm)
    assert "saying yes" in first
    await club.pass_days(7)
    assert "at any time you pick" in text_of(ana.dm)
    assert "saying yes" not in text_of(ana.dm)
    nudge = ana.dm
    opened = await club.in_dm(ana).press(nudge, "Draft")
    assert "at any time you pick" in opened.text
    asked = await club.in_dm(ana).press(nudge, "I sent it")
    noted = await club.in_dm(ana).press(asked, "Yesterday")
    assert "you wrote to **Rosa**" in noted.text
