from __future__ import annotations

import pytest

from tests.cogs.playing import Club, Player, Reply, text_of


async def noted(ana: Player, **fields: str) -> Reply:
    return await ana.slash("contact add", name="Rosa Vega", **fields)


async def filled(ana: Player) -> Reply:
    """A request by email whose gaps were all answered."""
    await noted(ana, role="Nurse", organization="Mercy")
    form = await ana.slash("draft", contact="rosa")
    answers = {
        "Your name": "Ana Lima",
        "You in one line": "a second-year student",
        "How did you find this person?": "I heard your talk at the fair",
        "Which field?": "nursing",
        "Your email and phone": "ana@example.org",
    }
    return await ana.fill(form, answers)


async def test_the_stage_calls_for_a_request_and_its_gaps_are_questions(ana: Player) -> None:
    await noted(ana, role="Nurse", organization="Mercy")
    card = await ana.draft(contact="rosa")
    assert card.is_private
    assert "Asking to meet: Rosa Vega, by email" in card.text
    assert "Nurse" in card.text
    assert "Mercy" in card.text
    assert "- Which field?" in card.text
    assert card.labels[0] == "Fill the gaps"


async def test_answers_fill_the_gaps_and_are_not_asked_again(ana: Player) -> None:
    card = await filled(ana)
    assert "exploring nursing" in card.text
    assert "I still need" not in card.text
    other = await ana.draft(contact="rosa", kind="write_again")
    assert "Ana Lima" in other.text
    assert "[" not in other.text


async def test_copy_gives_the_draft_alone(ana: Player) -> None:
    card = await filled(ana)
    copied = await ana.press(card, "Copy")
    assert copied.is_private
    assert copied.text.startswith("Hi Rosa,\n\n")
    assert "Ana Lima, a second-year student." in copied.text
    assert copied.labels == []
    subject = await ana.press(card, "Copy the subject")
    assert "20 minutes about your work in nursing" in subject.text


async def test_an_edited_text_is_what_copy_gives(ana: Player) -> None:
    card = await filled(ana)
    form = await ana.press(card, "Edit")
    assert form.held["Message"].startswith("Hi Rosa,")
    edited = await ana.fill(form, {"Message": "Dear Rosa, **hello** @everyone"})
    assert (await ana.press(edited, "Copy")).text == "Dear Rosa, **hello** @everyone"
    again = await ana.draft(contact="rosa")
    assert "Dear Rosa" in again.text
    await ana.press(edited, "Undo")
    assert "Dear Rosa" not in (await ana.draft(contact="rosa")).text


async def test_a_long_text_comes_as_a_file(ana: Player) -> None:
    card = await filled(ana)
    edited = await ana.fill(await ana.press(card, "Edit"), {"Message": "word " * 600})
    copied = await ana.press(edited, "Copy")
    assert "longer than the 2,000 characters" in copied.text
    (file,) = copied.message.attachments
    assert file.filename == "request.txt"


async def test_sent_is_noted_and_what_comes_next_is_said(ana: Player) -> None:
    sent = await ana.press(await filled(ana), "I sent it")
    assert "Noted as sent today: Asking to meet, Rosa Vega." in sent.text
    assert "Next: **write again**" in sent.text
    assert "if they have not answered by then" in sent.text
    card = await ana.slash("contact show", contact="rosa")
    assert "You asked to meet, email" in card.text
    assert "**Asked**" in card.text
    await ana.press(sent, "Undo")
    assert "**To ask**" in (await ana.slash("contact show", contact="rosa")).text


async def test_pressing_sent_twice_notes_it_once(ana: Player) -> None:
    card = await filled(ana)
    await ana.press(card, "I sent it")
    assert "noted already" in (await ana.press(card, "I sent it")).text
    shown = await ana.slash("contact show", contact="rosa")
    assert shown.text.count("You asked to meet") == 1


async def test_a_draft_with_gaps_is_asked_about_before_it_counts_as_sent(ana: Player) -> None:
    await noted(ana)
    card = await ana.draft(contact="rosa", channel="linkedin")
    asked = await ana.press(card, "I sent it")
    assert "your name" in asked.text
    assert "**To ask**" in (await ana.slash("contact show", contact="rosa")).text
    sure = await ana.press(asked, "Yes, I filled them in")
    assert "Noted as sent today" in sure.text


async def test_the_menu_changes_the_channel_and_the_message(ana: Player) -> None:
    await noted(ana)
    card = await ana.draft(contact="rosa")
    linkedin = await ana.choose(card, "request.linkedin")
    assert "on LinkedIn" in linkedin.text
    assert "of 300 characters" in linkedin.text
    thanks = await ana.choose(linkedin, "thank_you")
    assert "Thank-you: Rosa Vega" in thanks.text


async def test_somebody_new_is_added_on_the_way(ana: Player) -> None:
    asked = await ana.draft(contact="Leo Park")
    card = await ana.press(asked, "Add “Leo Park”")
    assert "Noted Leo Park" in card.text
    assert "Asking to meet: Leo Park" in card.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "#aaaaaaaaaaaaa",
            "That person is not in your notebook any more. Type a name, or pick somebody else",
        ),
        ("#nonsense", "not in your notebook"),
    ],
)
async def test_a_key_that_is_not_mine_is_refused_with_a_way_on(
    ana: Player, typed: str, said: str
) -> None:
    await noted(ana)
    assert said in (await ana.draft(contact=typed)).text


async def test_answers_after_the_contact_was_removed_are_kept(ana: Player) -> None:
    added = await noted(ana)
    form = await ana.press(await ana.draft(contact="rosa"), "Fill the gaps")
    await ana.press(await ana.press(added, "More"), "Remove")
    refused = await ana.fill(form, {"Which field?": "nursing"})
    assert "can't find" in refused.text
    assert (await ana.press(refused, "Correct it")).held["which field?"] == "nursing"


async def test_markdown_and_mentions_in_facts_stay_harmless_in_the_preview(ana: Player) -> None:
    await ana.slash("contact add", name="**Rosa** 🌹 وردة", organization="`@everyone`")
    card = await ana.draft(contact="**Rosa** 🌹 وردة")
    assert "\\*\\*Rosa\\*\\*" in card.text
    copied = await ana.press(card, "Copy")
    assert "at `@everyone`" in copied.text


async def test_a_channel_that_a_message_has_no_words_for_is_named(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    card = await ana.draft(contact="rosa", kind="running_late", channel="card")
    assert card.text.startswith("I have no “Running late” as a card or letter, so here it is ")


async def test_who_gave_the_name_is_recalled_until_they_may_be_mentioned(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("contact add", name="Leo Meyer", referred_by="Rosa Vega")
    card = await ana.draft(contact="leo")
    assert "Rosa Vega gave you this name. Ask whether you may mention it" in card.text
    assert "Rosa" not in card.text.split("**Before you send")[0]


async def test_an_aunt_and_a_doctor_are_greeted_as_such(ana: Player) -> None:
    for name, greeting in (("Aunt Rosa", "Hi Aunt Rosa,"), ("Dr. Leo Meyer", "Hi Dr. Meyer,")):
        await ana.slash("contact add", name=name)
        assert greeting in (await ana.draft(contact=name)).text


async def test_a_note_about_somebody_fills_its_box_and_stays_as_it_is(ana: Player) -> None:
    await noted(ana, role="Nurse", organization="Mercy")
    talked = await ana.slash("log", what="talked", contact="rosa")
    await ana.fill(talked, {"What did you enjoy?": "She never once looked at the clock"})
    form = await ana.slash("draft", contact="rosa", kind="thank_you")
    assert form.held["What did you enjoy most?"] == "She never once looked at the clock"
    said = "that you never once looked at the clock"
    card = await ana.fill(form, {"What did you enjoy most?": said})
    assert f"{said}." in card.text
    assert "What did you enjoy most?" not in card.text
    shown = await ana.slash("contact show", contact="rosa")
    assert "She never once looked at the clock" in shown.text


async def test_a_note_about_them_stands_under_the_message_that_left_it_out(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="rosa")
    done = await ana.fill(form, {"What did you enjoy?": "How calm she stays"})
    draft = done.messages[-1]
    assert "What did you enjoy most? You noted: “How calm she stays”." in text_of(draft)
    assert "> How calm she" not in text_of(draft)


async def test_a_step_about_them_stands_under_the_message_that_left_it_out(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="rosa")
    steps = "Read her book\nSend her my CV\nVisit his lab"
    draft = (await ana.fill(form, {"What will you do next?": steps})).messages[-1]
    asked = "What is your next step? You noted: “Read her book; Visit his lab”. Put it as you would"
    assert asked in text_of(draft)
    assert "Send you my CV" in text_of(draft)


async def test_what_was_done_about_somebody_is_asked_for(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="rosa")
    await ana.fill(form, {"What will you do next?": "Read her book"})
    await club.pass_days(8.5)
    told = await club.in_dm(ana).press(ana.dm, "Tell them")
    assert "read her book" not in told.text
    assert "What did you do? You noted: “Read her book”." in told.text
