from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.notebook.contacts import list_labels
from bot.notebook.pages import load_pages
from tests.cogs.counting import counted
from tests.cogs.playing import Club, Player, Reply, menus_of, raw_components, walk


async def contact_key(club: Club, player: Player) -> str:
    async with club.bot.db.read() as session:
        return (await list_labels(session, player.user.id))[0].key


async def touches(club: Club, player: Player) -> list[tuple[str, str]]:
    """List what is noted about everybody: kind and day."""
    async with club.bot.db.read() as session:
        pages = await load_pages(session, None, owner_id=player.user.id)
    return [(e.row.s1, e.row.d1.isoformat()) for page in pages.values() for e in page.touches]


@pytest.fixture
async def rosa(ana: Player) -> Player:
    """Ana, with Rosa in her notebook."""
    await ana.slash("contact add", name="Rosa Vega", organization="Mercy")
    return ana


async def chooser(player: Player) -> Reply:
    return await player.press(await player.slash("contact show", contact="rosa"), "Log")


async def nudged(club: Club, player: Player) -> Any:
    """Ask Rosa, and wait for the nudge of a week later."""
    await player.slash("log", what="asked", contact="rosa")
    await club.pass_days(7)
    return player.dm


async def test_asking_says_what_was_stored_and_when_it_reminds(rosa: Player) -> None:
    reply = await rosa.slash("log", what="asked", contact="rosa")
    assert reply.is_private
    assert "you asked **Rosa** to meet, today." in reply.text
    assert "Next: **write again**, <t:1773133200:D>" in reply.text  # 10 March, 9:00 UTC
    assert "if they have not answered by then" in reply.text
    assert "Undo" in reply.labels


async def test_undo_takes_the_entry_and_its_plan_back(club: Club, rosa: Player) -> None:
    reply = await rosa.slash("log", what="asked", contact="rosa")
    await rosa.press(reply, "Undo")
    assert await touches(club, rosa) == []
    assert "To ask" in (await rosa.slash("contact show", contact="rosa")).text


async def test_an_unknown_name_is_added_on_the_way(club: Club, ana: Player) -> None:
    reply = await ana.slash("log", what="thanked", contact="Leo Park", when="yesterday")
    assert "you thanked **Leo**, yesterday" in reply.text
    assert await touches(club, ana) == [("thanked", "2026-03-02")]


async def test_two_people_of_one_name_are_asked_about(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("contact add", name="Rosa Diaz")
    asked = await ana.slash("log", what="note", contact="Rosa", text="likes tea")
    assert "Whom do you mean" in asked.text
    noted = await ana.press(asked, "Rosa Diaz")
    assert "a note about **Rosa**" in noted.text
    assert "likes tea" in noted.text


async def test_they_answered_asks_what_and_keeps_what_was_typed(rosa: Player) -> None:
    asked = await rosa.slash(
        "log", what="answered", contact="rosa", when="yesterday", text="Call me in May"
    )
    assert asked.labels[:4] == ["Yes", "Not now", "No", "Gave me another name"]
    noted = await rosa.press(asked, "Not now")
    assert "**Rosa** said “not now”, yesterday" in noted.text
    assert "Call me in May" in noted.text
    assert "ask again" in noted.text


async def test_a_yes_offers_the_date(rosa: Player) -> None:
    asked = await rosa.press(await chooser(rosa), "They answered")
    noted = await rosa.press(asked, "Yes")
    assert "**Rosa** said yes, today." in noted.text
    assert noted.labels[:2] == ["Set the date", "Answer them"]


async def test_not_now_asks_until_when(rosa: Player) -> None:
    asked = await rosa.press(await chooser(rosa), "They answered")
    form = await rosa.press(asked, "Not now")
    noted = await rosa.fill(form, {"Until when?": "April 20"})
    assert "They named Monday 20 April" in noted.text
    assert "<t:1776675600:D>" in noted.text  # Monday 20 April, 9:00 UTC


async def test_another_name_becomes_a_person_to_ask_with_their_referrer(rosa: Player) -> None:
    asked = await rosa.press(await chooser(rosa), "They answered")
    form = await rosa.press(asked, "Gave me another name")
    noted = await rosa.fill(
        form,
        {
            "Name": "Leo Park",
            "Role and organization": "Surgeon, City Clinic",
            "How to reach them": "leo@city.example",
            "May you use Rosa's name?": ["yes"],
        },
    )
    assert "**Leo Park** is a person to ask now" in noted.text
    card = await rosa.slash("contact show", contact="leo")
    assert "Named by Rosa Vega (you may use the name)" in card.text
    assert "leo@city.example" in card.text
    assert "They answered: another name" in (await rosa.slash("contact show", contact="rosa")).text


async def test_the_form_for_asking_keeps_medium_and_the_day_promised(rosa: Player) -> None:
    form = await rosa.press(await chooser(rosa), "I asked to meet")
    noted = await rosa.fill(
        form,
        {"How?": ["phone"], "When did you say you would write again?": "next Monday"},
    )
    assert "phone" in noted.text
    assert "You said you would write again on Monday 9 March." in noted.text
    assert "<t:1773046800:D>" in noted.text  # Monday 9 March, 9:00 UTC


async def test_how_it_was_sent_is_one_choice_away(rosa: Player) -> None:
    reply = await rosa.slash("log", what="thanked", contact="rosa")
    changed = await rosa.choose(reply, "card")
    assert "you thanked **Rosa**, today, card or letter" in changed.text


async def test_talked_opens_the_takeaways_with_what_was_typed(rosa: Player) -> None:
    form = await rosa.slash(
        "log", what="talked", contact="rosa", when="yesterday", text="Her rounds"
    )
    assert form.held["What did you enjoy?"] == "Her rounds"
    noted = await rosa.fill(form, {})
    assert "Rosa" in noted.text
    assert "You talked" in (await rosa.slash("contact show", contact="rosa")).text


async def test_a_day_to_come_is_asked_about_and_the_text_stays(rosa: Player) -> None:
    refused = await rosa.slash(
        "log", what="asked", contact="rosa", when="tomorrow", text="By the lift"
    )
    assert "still to come" in refused.text
    form = await rosa.press(refused, "Correct it")
    assert form.held["Anything to remember?"] == "By the lift"
    noted = await rosa.fill(form, {"When?": "yesterday"})
    assert "you asked **Rosa** to meet, yesterday" in noted.text


async def test_a_note_without_words_comes_back(rosa: Player) -> None:
    refused = await rosa.slash("log", what="note", contact="rosa")
    assert "What would you like to note?" in refused.text
    form = await rosa.press(refused, "Correct it")
    noted = await rosa.fill(form, {"Your note": "Her sister teaches"})
    assert "Her sister teaches" in noted.text


async def test_a_note_of_4000_characters_comes_back_whole(rosa: Player) -> None:
    refused = await rosa.slash("log", what="note", contact="rosa", text="ab " * 1333 + "c")
    assert "4000 characters long and 1500 fit" in refused.text
    form = await rosa.press(refused, "Correct it")
    assert len(form.held["Your note"]) == 4000


async def test_marks_and_mentions_are_shown_as_typed(ana: Player) -> None:
    await ana.slash("contact add", name="🦊 רוזה **@everyone**")
    noted = await ana.slash("log", what="note", contact="🦊", text="# <@1> ~~x~~")
    assert "\\# \\<@1\\> \\~\\~x\\~\\~" in noted.text
    assert "\n# " not in noted.text


async def test_somebody_elses_contact_cannot_be_logged(club: Club, rosa: Player) -> None:
    key = await contact_key(club, rosa)
    ben = club.member("Ben")
    reply = await ben.slash("log", what="note", contact=f"#{key}", text="x")
    assert "not in your notebook any more" in reply.text
    assert await touches(club, rosa) == []


async def test_a_form_sent_after_the_person_was_removed_says_so(club: Club, rosa: Player) -> None:
    form = await rosa.press(await chooser(rosa), "I asked to meet")
    card = await rosa.slash("contact show", contact="rosa")
    await rosa.press(await rosa.press(card, "More"), "Remove")
    reply = await rosa.fill(form, {})
    assert "You removed this person" in reply.text
    await rosa.slash("contact add", name="Leo Park")
    assert await touches(club, rosa) == []


async def test_m_log_asks_what_then_with_whom(rosa: Player) -> None:
    what = await rosa.press(await rosa.slash("today"), "Log")
    form = await rosa.press(what, "I wrote again")
    noted = await rosa.fill(form, {"Who?": "rosa", "How?": ["email"]})
    assert "you wrote to **Rosa**, today, email" in noted.text
    whom = await rosa.press(what, "We talked")
    menu = next(c for c in walk(raw_components(whom.message)) if c.get("type") == 3)
    form = await rosa.choose(whom, menu["options"][0]["value"])
    assert form.title == "Your talk with Rosa"


async def test_an_entry_is_fixed_from_the_card(club: Club, rosa: Player) -> None:
    await rosa.slash("log", what="asked", contact="rosa")
    more = await rosa.press(await rosa.slash("contact show", contact="rosa"), "More")
    which = await rosa.press(more, "Fix an entry")
    menu = next(c for c in walk(raw_components(which.message)) if c.get("type") == 3)
    entry = await rosa.choose(which, menu["options"][0]["value"])
    form = await rosa.press(entry, "Change")
    assert form.held["When?"] == "2026-03-03 15:00"
    fixed = await rosa.fill(form, {"When?": "Feb 27", "How?": ["linkedin"]})
    assert "Changed: you asked **Rosa** to meet, Fri 27 Feb, LinkedIn" in fixed.text
    assert await touches(club, rosa) == [("asked", "2026-02-27")]
    unchanged = await rosa.fill(await rosa.press(entry, "Change"), {})
    assert "Nothing is different" in unchanged.text


async def test_a_deleted_entry_comes_back_with_undo(club: Club, rosa: Player) -> None:
    noted = await rosa.slash("log", what="note", contact="rosa", text="likes tea")
    which = await rosa.press(
        await rosa.press(await rosa.press(noted, "Card"), "More"), "Fix an entry"
    )
    menu = next(c for c in walk(raw_components(which.message)) if c.get("type") == 3)
    entry = await rosa.choose(which, menu["options"][0]["value"])
    deleted = await rosa.press(entry, "Delete")
    assert await touches(club, rosa) == []
    again = await rosa.press(entry, "Delete")
    assert "can't find that" in again.text
    await rosa.press(deleted, "Undo")
    assert "likes tea" in (await rosa.slash("contact show", contact="rosa")).text


async def test_a_talks_entry_takes_the_talk_along(club: Club, rosa: Player) -> None:
    await rosa.fill(await rosa.slash("log", what="talked", contact="rosa"), {})
    which = await rosa.press(
        await rosa.press(await rosa.slash("contact show", contact="rosa"), "More"), "Fix an entry"
    )
    menu = next(c for c in walk(raw_components(which.message)) if c.get("type") == 3)
    entry = await rosa.choose(which, menu["options"][0]["value"])
    await rosa.fill(await rosa.press(entry, "Change"), {"When?": "yesterday"})
    async with club.bot.db.read() as session:
        (page,) = (await load_pages(session, None, owner_id=rosa.user.id)).values()
    assert [talk.on.isoformat() for talk in page.notes.talks] == ["2026-03-02"]
    deleted = await rosa.press(entry, "Delete")
    assert "Nothing" in deleted.text or "say thank you" not in deleted.text
    await rosa.press(deleted, "Undo")
    assert "Talked" in (await rosa.slash("contact show", contact="rosa")).text


async def test_the_command_takes_the_second_of_a_day(club: Club, rosa: Player) -> None:
    picked = f"#{await contact_key(club, rosa)}"
    for _ in range(2):
        noted = await rosa.slash("log", what="wrote", contact=picked)
        assert "you wrote to **Rosa**, today" in noted.text
    assert [kind for kind, _ in await touches(club, rosa)] == ["wrote", "wrote"]


async def test_a_picked_person_is_noted_in_one_transaction_and_nothing_is_read_before(
    club: Club, rosa: Player
) -> None:
    picked = f"#{await contact_key(club, rosa)}"
    with counted(club.bot.db) as counts:
        await rosa.slash("log", what="note", contact=picked, text="Likes bridges")
    assert (counts.reads, len(counts.writes)) == ([], 1)


async def test_a_text_that_is_too_long_for_a_picked_person_comes_back(
    club: Club, rosa: Player
) -> None:
    picked = f"#{await contact_key(club, rosa)}"
    reply = await rosa.slash("log", what="note", contact=picked, text="x" * 1501)
    assert "1501 characters long" in reply.text
    form = await rosa.press(reply, "Correct it")
    assert "a note about **Rosa**" in (await rosa.fill(form, {"Your note": "short"})).text
    assert [kind for kind, _ in await touches(club, rosa)] == ["note"]


async def test_a_nudges_button_notes_it_once(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    home = club.in_dm(rosa)
    noted = await home.press(dm, "I wrote again")
    assert "you wrote to **Rosa**, today" in noted.text
    assert "one last friendly line" in noted.text
    again = await home.press(dm, "I wrote again")
    assert "noted already (today)" in again.text
    assert [kind for kind, _ in await touches(club, rosa)] == ["asked", "wrote"]


async def test_a_press_can_be_undone_and_made_again(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    home = club.in_dm(rosa)
    await home.press(await home.press(dm, "I wrote again"), "Undo")
    assert [kind for kind, _ in await touches(club, rosa)] == ["asked"]
    assert "you wrote to **Rosa**" in (await home.press(dm, "I wrote again")).text


async def test_what_was_logged_otherwise_makes_the_button_say_so(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    await rosa.press(await rosa.slash("log", what="answered", contact="rosa"), "Yes")
    reply = await club.in_dm(rosa).press(dm, "I wrote again")
    assert "noted already" in reply.text
    assert [kind for kind, _ in await touches(club, rosa)] == ["asked", "answered"]


async def test_a_late_press_asks_for_the_day(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    await club.pass_days(3)
    home = club.in_dm(rosa)
    asked = await home.press(dm, "I wrote again")
    assert "That message is from Tuesday: when did it happen?" in asked.text
    assert asked.labels == ["Today", "Yesterday", "Another day"]
    form = await home.press(asked, "Another day")
    noted = await home.fill(form, {"When?": "Tuesday"})
    assert "you wrote to **Rosa**, Tue 10 Mar" in noted.text
    assert "noted already" in (await home.press(asked, "Today")).text


async def test_an_answer_under_a_nudge_is_asked_for(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    home = club.in_dm(rosa)
    asked = await home.press(dm, "They answered")
    noted = await home.press(asked, "No")
    assert "**Rosa** said no, today" in noted.text
    assert "Thank them anyway" in noted.labels


async def test_a_late_answer_under_a_nudge_asks_for_the_day(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    await club.pass_days(2)
    home = club.in_dm(rosa)
    days = await home.press(await home.press(dm, "They answered"), "Yes")
    noted = await home.press(days, "Yesterday")
    assert "**Rosa** said yes, yesterday" in noted.text


async def test_a_name_given_under_a_nudge_settles_it(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    home = club.in_dm(rosa)
    form = await home.press(await home.press(dm, "They answered"), "Gave me another name")
    noted = await home.fill(form, {"Name": "Leo Park"})
    assert "**Leo Park** is a person to ask now" in noted.text
    assert "noted already" in (await home.press(dm, "I wrote again")).text


async def test_a_removed_persons_nudge_says_so(club: Club, rosa: Player) -> None:
    dm = await nudged(club, rosa)
    card = await rosa.slash("contact show", contact="rosa")
    await rosa.press(await rosa.press(card, "More"), "Remove")
    reply = await club.in_dm(rosa).press(dm, "I wrote again")
    assert "You removed this person" in reply.text


async def test_good_news_names_who_helped_and_stops_open_requests(rosa: Player) -> None:
    await rosa.fill(await rosa.slash("log", what="talked", contact="rosa"), {})
    await rosa.slash("log", what="asked", contact="Leo Park")
    await rosa.slash("log", what="asked", contact="Mia Chen")
    noted = await rosa.slash("log", what="news", contact="Ben Okoro", text="I got the offer")
    assert "you shared good news with **Ben**" in noted.text
    assert "I got the offer" in noted.text
    assert "Rosa Vega" in noted.text
    assert "Leo" not in noted.text
    form = await rosa.press(noted, "Draft")
    assert form.held["What is your news?"] == "I got the offer"
    draft = await rosa.fill(form, {"How did they help?": "you sent me to the ward at night"})
    assert "hear it from me: I got the offer." in draft.text
    taken_up = await rosa.slash("draft", contact="rosa", kind="good_news")
    assert "I got the offer" in taken_up.text
    stopped = await rosa.press(noted, "Stop the open requests (2)")
    assert "Leo Park" in stopped.text
    assert "Mia Chen" in stopped.text
    assert "Resting" in (await rosa.slash("contact show", contact="leo")).text
    again = await rosa.press(noted, "Stop the open requests (2)")
    assert "No request is open" in again.text
    await rosa.press(stopped, "Undo")
    assert "Asked" in (await rosa.slash("contact show", contact="mia")).text


async def test_one_more_who_helped_is_in_the_list(ana: Player) -> None:
    for number in range(7):
        await ana.slash("contact add", name=f"Helper{number} Vega")
        await ana.fill(await ana.slash("interview done", contact=f"Helper{number}"), {})
    noted = await ana.slash("log", what="news", contact="Ben Okoro", text="I got the offer")
    assert "(1 more is in **/contact list**)" in noted.text


async def test_a_thank_you_pressed_under_its_nudge_settles_it(club: Club, rosa: Player) -> None:
    await rosa.fill(await rosa.slash("log", what="talked", contact="rosa"), {})
    await club.pass_days(1)
    assert "A note today stands out" in rosa.dm.content
    home = club.in_dm(rosa)
    noted = await home.press(rosa.dm, "I sent it")
    assert "you thanked **Rosa**, today" in noted.text
    assert "write a friendly line" in noted.text
    count = len(rosa.dms)
    await club.pass_days(3)
    assert len([dm for dm in rosa.dms[count:] if dm.content]) == 0


async def test_a_person_to_ask_is_asked_under_their_nudge(club: Club, rosa: Player) -> None:
    await club.pass_days(7)
    noted = await club.in_dm(rosa).press(rosa.dm, "I asked")
    assert "you asked **Rosa** to meet, today" in noted.text
    assert "write again" in noted.text


async def test_an_introduction_that_happened_offers_the_first_line(
    club: Club, rosa: Player
) -> None:
    asked = await rosa.press(await chooser(rosa), "They answered")
    form = await rosa.press(asked, "Gave me another name")
    await rosa.fill(form, {"Name": "Leo Park", "Who makes the introduction?": ["yes"]})
    await club.pass_days(7)
    assert "promised to introduce you to Leo" in rosa.dm.content
    noted = await club.in_dm(rosa).press(rosa.dm, "It happened")
    assert "you and **Leo** were introduced, today" in noted.text
    assert "Write to Leo" in noted.labels


async def test_an_unreadable_day_is_asked_for_again(rosa: Player) -> None:
    refused = await rosa.slash("log", what="thanked", contact="rosa", when="blursday")
    assert 'I can\'t read "blursday"' in refused.text
    noted = await rosa.fill(await rosa.press(refused, "Correct it"), {"When?": "today"})
    assert "you thanked **Rosa**, today" in noted.text


async def test_takeaways_after_a_corrected_form_wait_behind_a_button(rosa: Player) -> None:
    refused = await rosa.slash(
        "log", what="talked", contact="Mia Chen", when="tomorrow", text="Her rounds"
    )
    form = await rosa.press(refused, "Correct it")
    waits = await rosa.fill(form, {"When?": "yesterday"})
    takeaways = await rosa.press(waits, "Write it down")
    assert takeaways.title == "Your talk with Mia"
    assert takeaways.held["What did you enjoy?"] == "Her rounds"


async def change_zone(player: Player, city: str) -> None:
    form = await player.press(await player.slash("profile"), "Time zone")
    await player.fill(form, {"Or type one": city})


async def test_an_entry_is_fixed_on_the_clock_of_now(club: Club, rosa: Player) -> None:
    await change_zone(rosa, "New York")
    noted = await rosa.slash("log", what="asked", contact="rosa", when="today 9am")
    await change_zone(rosa, "Berlin")
    form = await rosa.press(noted, "Change details")
    assert form.held["When?"] == "2026-03-03 15:00"
    fixed = await rosa.fill(form, {"When?": "2026-03-03 14:30"})
    assert (await rosa.press(fixed, "Change details")).held["When?"] == "2026-03-03 14:30"
    async with club.bot.db.read() as session:
        pages = await load_pages(session, None, owner_id=rosa.user.id)
    (entry,) = next(iter(pages.values())).touches
    assert (entry.row.t1, entry.row.s5) == (
        datetime(2026, 3, 3, 13, 30, tzinfo=UTC),
        "Europe/Berlin",
    )


async def test_a_talk_that_is_fixed_is_newer_for_calendars(club: Club, rosa: Player) -> None:
    await change_zone(rosa, "New York")
    asked = await rosa.slash(
        "interview schedule", contact="rosa", when="today 11am", their_zone="Tokyo"
    )
    await rosa.press(asked, next(label for label in asked.labels if "mine" in label))
    await club.pass_days(0.5)
    held = await rosa.fill(await rosa.slash("interview done", contact="rosa"), {})
    what = await rosa.press(await rosa.press(held.messages[0], "Card"), "More")
    which = await rosa.press(what, "Fix an entry")
    (menu,) = menus_of(which.message)
    form = await rosa.press(await rosa.choose(which, menu["options"][0]["value"]), "Change")
    assert form.held["When?"] == "2026-03-03 11:00"
    fixed = await rosa.fill(form, {"When?": "2026-03-03 12:30"})
    async with club.bot.db.read() as session:
        pages = await load_pages(session, None, owner_id=rosa.user.id)
    (talk,) = next(iter(pages.values())).interviews
    assert (talk.row.t1, talk.row.s5) == (
        datetime(2026, 3, 3, 17, 30, tzinfo=UTC),
        "America/New_York",
    )
    assert talk.row.n3 == 1
    await rosa.press(fixed, "Undo")
    async with club.bot.db.read() as session:
        pages = await load_pages(session, None, owner_id=rosa.user.id)
    (talk,) = next(iter(pages.values())).interviews
    assert (talk.row.t1.hour, talk.row.s5, talk.row.n3) == (16, "Asia/Tokyo", 2)
