from __future__ import annotations

from datetime import UTC, date, datetime

from tests.cogs.playing import Club, Player, Reply
from tests.cogs.question_sets import page_of
from tests.cogs.test_interviews import book, talks_of

ENJOY, ADVICE = "What did you enjoy?", "What advice did they give?"
NEXT, KEEP, FEEL = "What will you do next?", "May you keep in touch?", "How did it feel?"


async def after_a_talk(club: Club, ana: Player) -> Reply:
    """Book a talk for tomorrow, let it pass, and open the form."""
    await book(ana, "tomorrow 3pm")
    await club.pass_days(1.5)
    return await ana.slash("interview done", contact="rosa")


async def test_the_form_has_the_five_parts(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    assert form.title == "Your talk with Rosa"
    assert list(form.held) == [ENJOY, ADVICE, NEXT, KEEP, FEEL]


async def test_a_talk_that_was_held_brings_its_thank_you_at_once(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    reply = await ana.fill(
        form,
        {
            ENJOY: "The story of your first night shift",
            ADVICE: "Shadow a nurse for a day",
            NEXT: "- Call the clinic\n\nRead the report",
            KEEP: ["email"],
            FEEL: ["connection"],
        },
    )
    assert "you talked to **Rosa Vega** yesterday" in reply.text
    assert "- Call the clinic\n- Read the report" in reply.text
    assert "the story of your first night shift" in reply.text
    assert "Thank-you: Rosa Vega" in reply.text
    assert "a week after you noted it" in reply.text
    assert "a line after some weeks keeps the contact alive" in reply.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert (talk.talk.row.s1, talk.talk.row.s3) == ("held", "email")
    page = talk.page
    assert [(touch.row.s1, touch.row.d1) for touch in page.touches] == [
        ("talked", date(2026, 3, 4))
    ]
    assert [promise.text for promise in page.promises] == ["Call the clinic", "Read the report"]


async def test_undo_takes_the_whole_talk_back(club: Club, ana: Player) -> None:
    reply = await ana.fill(await after_a_talk(club, ana), {NEXT: "Call the clinic"})
    await ana.press(reply.messages[0], "Undo")
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.s1 == "planned"
    assert not talk.page.touches
    assert not talk.page.promises


async def test_we_talked_under_the_debrief_opens_the_form_and_settles_it(
    club: Club, ana: Player
) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 10, 15, 55, tzinfo=UTC))
    dm = club.in_dm(ana)
    nudge = dm.dm
    assert "How was it with Rosa?" in nudge.content
    form = await dm.press(nudge, "We talked")
    assert next(iter(form.held)) == ENJOY
    noted = await dm.fill(form, {ENJOY: "Your patience"})
    assert "your patience" in noted.text
    assert "noted already" in (await dm.press(nudge, "We talked")).text
    assert "noted already" in (await dm.press(nudge, "It did not happen")).text
    page = await page_of(club, ana, "Rosa")
    assert [touch.row.s1 for touch in page.touches] == ["talked"]


async def test_a_form_submitted_twice_notes_one_talk(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 10, 15, 55, tzinfo=UTC))
    dm = club.in_dm(ana)
    form, twin = await dm.press(dm.dm, "We talked"), await dm.press(dm.dm, "We talked")
    await dm.fill(form, {ENJOY: "Her patience"})
    assert "noted already" in (await dm.fill(twin, {ENJOY: "Her patience"})).text
    assert len((await page_of(club, ana, "Rosa")).touches) == 1


async def test_it_did_not_happen_leaves_no_thank_you(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 10, 15, 55, tzinfo=UTC))
    dm = club.in_dm(ana)
    reply = await dm.press(dm.dm, "It did not happen")
    assert "did not happen" in reply.text
    assert "say thank you" not in reply.text
    again = await dm.press(reply, "I want a new date")
    assert "find a date" in again.text
    before = len(dm.dms)
    await club.pass_days(1.5)
    assert not any("thank" in message.content for message in dm.dms[before:])


async def test_it_moved_under_the_debrief_plans_for_the_new_day(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 10, 15, 55, tzinfo=UTC))
    dm = club.in_dm(ana)
    nudge = dm.dm
    moved = await dm.fill(await dm.press(nudge, "It moved"), {"When?": "Mar 17 10am"})
    assert "Tuesday 17 March" in moved.text
    assert "noted already" in (await dm.press(nudge, "We talked")).text


async def test_a_nudge_of_a_removed_contact_says_so(club: Club, ana: Player) -> None:
    await book(ana)
    await club.pass_time(datetime(2026, 3, 10, 15, 55, tzinfo=UTC))
    card = await ana.slash("contact show", contact="rosa")
    await ana.press(await ana.press(card, "More"), "Remove")
    dm = club.in_dm(ana)
    assert "You removed this person" in (await dm.press(dm.dm, "We talked")).text


async def test_takeaways_of_a_removed_contact_wait_to_be_stored(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    card = await ana.slash("contact show", contact="rosa")
    removed = await ana.press(await ana.press(card, "More"), "Remove")
    refused = await ana.fill(form, {ENJOY: "The night shift", KEEP: ["email"]})
    assert "You removed this person" in refused.text
    await ana.press(removed, "Undo")
    again = await ana.press(refused, "Correct it")
    assert (again.held[ENJOY], again.held[KEEP]) == ("The night shift", "email")
    assert "you talked to **Rosa Vega**" in (await ana.fill(again, {})).text


async def test_a_form_open_during_a_restart_still_counts(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    club.bot._connection._view_store._modals.clear()
    assert "you talked to **Rosa Vega**" in (await ana.fill(form, {ENJOY: "It"})).text


async def test_long_words_come_back_whole_for_correction(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    text = "She told me so much. " * 190
    refused = await ana.fill(form, {ENJOY: text[:4000].strip(), ADVICE: "Rest"})
    assert "1500 fit" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held[ENJOY] == text[:4000].strip()
    assert again.held[ADVICE] == "Rest"
    noted = await ana.fill(again, {ENJOY: text[:1400]})
    assert "you talked to **Rosa Vega**" in noted.text


async def test_the_longest_words_that_fit_are_all_kept(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    await ana.fill(form, {ENJOY: "a" * 1500, ADVICE: "b" * 1500, NEXT: "c" * 700})
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.details["enjoyed"] == "a" * 1500
    assert talk.talk.details["advice"] == "b" * 1500
    assert talk.page.promises[0].text == "c" * 700


async def test_too_many_things_to_do_come_back(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    refused = await ana.fill(form, {NEXT: "\n".join(f"Thing {n}" for n in range(12))})
    assert "Those are 12 things" in refused.text
    assert "Thing 11" in (await ana.press(refused, "Correct it")).held[NEXT]


async def test_words_are_shown_as_typed_and_call_nobody(club: Club, ana: Player) -> None:
    form = await after_a_talk(club, ana)
    reply = await ana.fill(form, {NEXT: "# Call @everyone **now** 🎉", ENJOY: "שלום *Rosa*"})
    assert "\\# Call @everyone \\*\\*now\\*\\* 🎉" in reply.text
    assert "שלום \\*Rosa\\*" in reply.text


async def test_without_a_talk_in_the_book_done_notes_one(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="rosa", when="yesterday 4pm")
    reply = await ana.fill(form, {ENJOY: "The coffee"})
    assert "you talked to **Rosa Vega** yesterday" in reply.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.t1 == datetime(2026, 3, 2, 16, tzinfo=UTC)


async def test_somebody_unknown_can_be_noted_with_their_talk(ana: Player) -> None:
    asked = await ana.slash("interview done", contact="Sam Lee", when="yesterday")
    form = await ana.press(asked, "Add “Sam Lee”")
    assert form.title == "Your talk with Sam"
    assert "you talked to **Sam Lee** yesterday" in (await ana.fill(form, {})).text


async def test_a_future_day_for_what_happened_comes_back(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    refused = await ana.slash("interview done", contact="rosa", when="Dec 24 2026")
    form = await ana.press(refused, "Correct it")
    assert form.held["When was it?"] == "Dec 24 2026"


async def test_two_open_talks_are_asked_about(club: Club, ana: Player) -> None:
    await book(ana, "tomorrow 3pm")
    second = await ana.slash("interview schedule", contact="rosa", when="Mar 5 10am")
    await ana.press(second, "Another talk")
    await club.pass_days(3)
    asked = await ana.slash("interview done", contact="rosa")
    assert "Which talk with Rosa was it?" in asked.text
    form = await ana.press(asked, "Wednesday 4 March, 3:00 pm")
    await ana.fill(form, {})
    first, other = await talks_of(club, ana, "Rosa")
    assert (first.talk.row.s1, other.talk.row.s1) == ("held", "planned")


async def test_a_day_that_is_not_the_booked_one_is_asked_about(club: Club, ana: Player) -> None:
    await book(ana, "tomorrow 3pm")
    await club.pass_days(3)
    asked = await ana.slash("interview done", contact="rosa", when="yesterday")
    form = await ana.press(asked, "Wednesday 4 March, 3:00 pm")
    await ana.fill(form, {})
    (talk,) = await talks_of(club, ana, "Rosa")
    assert (talk.talk.row.s1, talk.talk.row.d1) == ("held", date(2026, 3, 5))


async def test_a_talk_that_is_still_to_come_is_not_taken_unknowingly(
    club: Club, ana: Player
) -> None:
    await book(ana, "Mar 10 3pm")
    asked = await ana.slash("interview done", contact="rosa")
    assert "still to come" in asked.text
    earlier = "Tuesday 10 March, 3:00 pm: it took place earlier, today"
    assert asked.labels[:2] == ["One that is not in my book", earlier]
    await ana.fill(await ana.press(asked, "One that is not in my book"), {ENJOY: "The coffee"})
    states = {talk.talk.row.d1: talk.talk.row.s1 for talk in await talks_of(club, ana, "Rosa")}
    assert states == {date(2026, 3, 3): "held", date(2026, 3, 10): "planned"}


async def test_a_talk_to_come_is_offered_with_the_day_that_was_told(ana: Player) -> None:
    await book(ana, "Mar 10 3pm")
    asked = await ana.slash("interview done", contact="rosa", when="yesterday")
    assert asked.labels[1] == "Tuesday 10 March, 3:00 pm: it took place earlier, yesterday"


async def test_done_twice_asks_whether_there_was_another_talk(club: Club, ana: Player) -> None:
    await ana.fill(await after_a_talk(club, ana), {})
    asked = await ana.slash("interview done", contact="rosa", when="yesterday")
    assert "Was there another one?" in asked.text
    assert len(await talks_of(club, ana, "Rosa")) == 1


async def late_talk(ana: Player) -> Reply:
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="rosa", when="Feb 20")
    return await ana.fill(form, {ENJOY: "The coffee"})


async def test_a_talk_noted_late_asks_about_the_thank_you(ana: Player) -> None:
    reply = await late_talk(ana)
    assert "Did you thank them already?" in reply.text
    assert reply.labels[:3] == ["Thanked: yes, on …", "Draft it now", "Not needed"]
    assert "say thank you" not in reply.text
    assert "the coffee" in (await ana.press(reply, "Draft it now")).text


async def test_a_thank_you_of_then_is_noted_on_its_day(club: Club, ana: Player) -> None:
    reply = await late_talk(ana)
    form = await ana.press(reply, "Thanked: yes, on …")
    before = await ana.fill(form, {"When?": "Feb 19"})
    assert "before the talk" in before.text
    again = await ana.press(before, "Correct it")
    noted = await ana.fill(again, {"When?": "Feb 21", "How?": ["card"]})
    assert "you thanked **Rosa** on Saturday 21 February" in noted.text
    page = await page_of(club, ana, "Rosa")
    assert [(touch.row.s1, touch.row.d1) for touch in page.touches] == [
        ("talked", date(2026, 2, 20)),
        ("thanked", date(2026, 2, 21)),
    ]


async def test_a_thank_you_that_is_not_needed_is_left_out(ana: Player) -> None:
    reply = await late_talk(ana)
    assert "no thank-you to **Rosa**" in (await ana.press(reply, "Not needed")).text
    assert "noted already" in (await ana.press(reply, "Not needed")).text


async def name_sam(ana: Player, on: Reply, **values: object) -> Reply:
    form = await ana.press(on.messages[0], "Add a person they named")
    assert form.title == "A person Rosa named"
    return await ana.fill(form, {"Name": "Sam Lee", **values})


async def test_people_they_named_become_people_to_ask(club: Club, ana: Player) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    form = await ana.press(held.messages[0], "Add a person they named")
    assert list(form.held) == [
        "Name",
        "Role and organization",
        "How to reach them",
        "May you use Rosa's name?",
        "Who makes the introduction?",
    ]
    noted = await ana.fill(
        form,
        {
            "Name": "Sam Lee",
            "Role and organization": "Head nurse at Mercy",
            "How to reach them": "sam@mercy.org, +1 212 555 0100",
            "May you use Rosa's name?": ["yes"],
            "Who makes the introduction?": ["yes"],
        },
    )
    assert "**Sam Lee**, named by Rosa Vega" in noted.text
    assert "so that the name does not get lost" in noted.text
    page = await page_of(club, ana, "Sam")
    assert page.contact.details == {
        "name": "Sam Lee",
        "role": "Head nurse",
        "organization": "Mercy",
        "email": "sam@mercy.org",
        "phone": "+1 212 555 0100",
    }
    assert page.referrer is not None
    assert page.referrer.name == "Rosa Vega"
    assert (page.contact.row.s1, bool(page.contact.row.n1)) == ("yes", True)

    another = await ana.press(noted, "Add another")
    await ana.fill(another, {"Name": "Kim Ito"})
    rosa = await page_of(club, ana, "Rosa")
    assert {entry.name for entry in rosa.referrals} == {"Sam Lee", "Kim Ito"}


async def test_a_way_to_reach_somebody_that_is_none_of_three_is_kept(
    club: Club, ana: Player
) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    await name_sam(ana, held, **{"How to reach them": "ask at the front desk"})
    page = await page_of(club, ana, "Sam")
    assert page.contact.details["notes"] == "How to reach them: ask at the front desk"


async def test_somebody_named_who_is_known_already_gets_their_referrer(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Sam Lee")
    held = await ana.fill(await after_a_talk(club, ana), {})
    asked = await name_sam(ana, held, **{"May you use Rosa's name?": ["yes"]})
    assert "Is it the same person?" in asked.text
    await ana.press(asked, "Yes, note who named them")
    page = await page_of(club, ana, "Sam")
    assert page.referrer is not None
    assert (page.referrer.name, page.contact.row.s1) == ("Rosa Vega", "yes")


REACH, WORK, MAY = "How to reach them", "Role and organization", "May you use Rosa's name?"
INTRODUCES = "Who makes the introduction?"


async def name_again(ana: Player, on: Reply, **values: object) -> Reply:
    return await ana.press(await name_sam(ana, on, **values), "Yes, note who named them")


async def test_what_is_typed_about_somebody_named_again_fills_their_card(
    club: Club, ana: Player
) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    await name_sam(ana, held, **{WORK: "Nurse", MAY: ["yes"], INTRODUCES: ["yes"]})
    before = await page_of(club, ana, "Sam")
    noted = await name_again(ana, held, **{WORK: "nurse, Mercy", REACH: "sam@mercy.org"})
    assert "Added to the card: organization Mercy, email sam@mercy.org." in noted.text
    page = await page_of(club, ana, "Sam")
    assert page.contact.details == {
        "name": "Sam Lee",
        "role": "Nurse",
        "organization": "Mercy",
        "email": "sam@mercy.org",
    }
    assert (page.contact.row.s1, bool(page.contact.row.n1)) == ("yes", True)
    assert "Sam Lee · Mercy" in (await ana.complete("contact show", "contact", "sam"))[0]
    await ana.press(noted, "Undo")
    assert (await page_of(club, ana, "Sam")).contact.details == before.contact.details
    assert "Mercy" not in (await ana.complete("contact show", "contact", "sam"))[0]


async def test_what_the_card_of_somebody_named_says_otherwise_goes_to_the_notes(
    club: Club, ana: Player
) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    await name_sam(ana, held, **{WORK: "Nurse, Mercy", REACH: "sam@mercy.org"})
    typed = {WORK: "Head nurse, Mercy", REACH: "sam@lee.net or at the front desk"}
    noted = await name_again(ana, held, **typed)
    kept = "How to reach them: or at the front desk\nRole: Head nurse\nEmail: sam@lee.net"
    assert "Role: Head nurse" in noted.text
    details = (await page_of(club, ana, "Sam")).contact.details
    assert details["notes"] == kept
    assert (details["role"], details["email"]) == ("Nurse", "sam@mercy.org")
    await name_again(ana, held, **typed)
    assert (await page_of(club, ana, "Sam")).contact.details["notes"] == kept


async def test_what_full_notes_have_no_room_for_becomes_an_entry(club: Club, ana: Player) -> None:
    typed = {"Name": "Sam Lee", "What they do": "Nurse", "Notes": "long " * 298}
    await ana.fill(await ana.slash("contact add"), typed)
    held = await ana.fill(await after_a_talk(club, ana), {})
    noted = await name_again(ana, held, **{WORK: "Head nurse"})
    assert "Role: Head nurse" in noted.text
    page = await page_of(club, ana, "Sam")
    assert [entry.text for entry in page.touches] == ["Role: Head nurse"]
    await ana.press(noted, "Undo")
    assert not (await page_of(club, ana, "Sam")).touches


async def test_nobody_is_named_by_themselves(club: Club, ana: Player) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    form = await ana.press(held.messages[0], "Add a person they named")
    asked = await ana.fill(form, {"Name": "rosa vega"})
    assert "That is the person themselves. Who else did they name?" in asked.text
    assert not (await page_of(club, ana, "Rosa")).referrals
    noted = await ana.press(asked, "No, another person of that name")
    assert "**rosa vega**, named by Rosa Vega" in noted.text


async def test_undo_takes_a_named_person_back(club: Club, ana: Player) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    await ana.press(await name_sam(ana, held), "Undo")
    assert not (await page_of(club, ana, "Rosa")).referrals


async def test_a_named_person_of_a_removed_contact_waits(club: Club, ana: Player) -> None:
    held = await ana.fill(await after_a_talk(club, ana), {})
    form = await ana.press(held.messages[0], "Add a person they named")
    card = await ana.slash("contact show", contact="rosa")
    removed = await ana.press(await ana.press(card, "More"), "Remove")
    refused = await ana.fill(form, {"Name": "Sam Lee"})
    assert "You removed this person" in refused.text or "can't find that" in refused.text
    await ana.press(removed, "Undo")
    again = await ana.press(refused, "Correct it")
    assert "**Sam Lee**, named by Rosa Vega" in (await ana.fill(again, {})).text


async def no_notes_yet(club: Club, ana: Player) -> Reply:
    """Book a talk, let it pass, and ask what can be cancelled: it has no notes yet."""
    await book(ana, "tomorrow 3pm")
    await club.pass_days(1.5)
    card = await ana.slash("interview cancel", contact="rosa")
    assert "has no notes yet" in card.text
    return card


async def test_a_talk_that_moved_was_not_held_by_an_older_button(club: Club, ana: Player) -> None:
    card = await no_notes_yet(club, ana)
    await ana.fill(await ana.press(card, "It moved"), {"When?": "Mar 20 3pm"})
    asked = await ana.fill(await ana.press(card, "We talked"), {ENJOY: "The ward", NEXT: "Call"})
    assert "for Friday 20 March at 3:00 pm, which is still to come" in asked.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert talk.talk.row.s1 == "planned"
    held = await ana.press(asked, "Yes, today")
    assert "you talked to **Rosa Vega** today" in held.text
    (talk,) = await talks_of(club, ana, "Rosa")
    assert (talk.talk.row.s1, talk.talk.row.d1) == ("held", date(2026, 3, 5))
    assert talk.talk.details["enjoyed"] == "The ward"
    assert [touch.row.d1 for touch in talk.page.touches] == [date(2026, 3, 5)]


async def test_a_form_left_open_while_the_talk_moved_asks_too(club: Club, ana: Player) -> None:
    card = await no_notes_yet(club, ana)
    form = await ana.press(card, "We talked")
    await ana.fill(await ana.press(card, "It moved"), {"When?": "today 5pm"})
    asked = await ana.fill(form, {ENJOY: "The ward"})
    assert "for today at 5:00 pm, which is still to come" in asked.text
    assert (await ana.press(asked, "Correct it")).held[ENJOY] == "The ward"
    held = await ana.press(asked, "Yes, today")
    assert "you talked to **Rosa Vega** today" in held.text
