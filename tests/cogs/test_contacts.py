from __future__ import annotations

import json

from bot.notebook.contacts import list_labels
from tests.cogs.playing import Club, Player, Reply


async def test_a_person_is_noted_and_their_card_comes_back(ana: Player) -> None:
    reply = await ana.slash("contact add", name="Rosa Vega", role="Nurse", organization="Mercy")
    assert reply.is_private
    assert "Rosa Vega" in reply.text
    assert "To ask" in reply.text
    assert reply.labels[:5] == ["Log", "Draft", "Prepare", "Edit", "More"]

    shown = await ana.slash("contact show", contact="rosa")
    assert "Nurse · Mercy" in shown.text


async def test_undo_takes_the_person_back_out(ana: Player) -> None:
    reply = await ana.slash("contact add", name="Rosa Vega")
    undone = await ana.press(reply, "Undo")
    assert "Undone: adding a person" in undone.text
    assert "not in your notebook yet" in (await ana.slash("contact show", contact="rosa")).text


async def test_a_form_without_a_name_comes_back_filled_in(ana: Player) -> None:
    form = await ana.slash("contact add")
    refused = await ana.fill(form, {"Name": "   ", "What they do": "Nurse"})
    assert "needs a name" in refused.text
    again = await ana.press(refused, "Correct it")
    assert again.held["What they do"] == "Nurse"
    noted = await ana.fill(again, {"Name": "Rosa Vega", "What they do": "Nurse"})
    assert "Rosa Vega" in noted.text


async def test_somebody_else_cannot_open_the_card(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    async with club.bot.db.read() as session:
        (label,) = await list_labels(session, ana.user.id)
    ben = club.member("Ben")
    reply = await ben.slash("contact show", contact=f"#{label.key}")
    assert "Rosa" not in reply.text


async def test_names_are_noted_a_line_each(ana: Player) -> None:
    idea = await ana.slash("contact ideas")
    assert "family" in idea.text.lower()
    form = await ana.press(idea, "Note names")
    noted = await ana.fill(form, {"One name a line": "Aunt Mia, City Hospital\n\n- Leo"})
    assert "Aunt Mia, Leo" in noted.text
    listed = await ana.slash("contact list")
    assert "2" in listed.text
    assert "Aunt Mia" in listed.text


async def test_under_the_notes_stands_whom_they_are_about(ana: Player) -> None:
    form = await ana.slash("contact add")
    assert "glad for them to read" in json.dumps(form.form)
    card = await ana.slash("contact add", name="Rosa Vega")
    edit = await ana.press(await ana.press(card, "Edit"), "Who")
    assert "Write only what you would be glad for Rosa to read." in json.dumps(edit.form)


async def test_a_first_name_alone_means_whoever_has_just_that_name(ana: Player) -> None:
    work = {"organization": "BigCorp International", "role": "Director"}
    await ana.slash("contact add", name="Rosa", **work)
    await ana.slash("contact add", name="Rosa Diaz")
    await ana.slash("log", what="asked", contact="Rosa")
    shown = await ana.slash("contact show", contact="rosa")
    assert "BigCorp" in shown.text
    assert "Asked" in shown.text
    assert "Asked" not in (await ana.slash("contact show", contact="rosa diaz")).text
    assert (await ana.complete("contact show", "contact", "rosa"))[0].startswith("Rosa · ")


async def at_acme(ana: Player, count: int) -> None:
    form = await ana.press(await ana.slash("contact ideas"), "Note names")
    names = "\n".join(f"Person{number:02d} Q, Acme & Sons" for number in range(count))
    await ana.fill(form, {"One name a line": names})


async def test_a_search_says_how_many_match_and_turns_its_pages(ana: Player) -> None:
    await at_acme(ana, 18)
    await ana.slash("contact add", name="Zoe", organization="Other")
    shown = await ana.slash("contact list", search="acme &")
    first = names_on(shown)
    assert "**18** match “acme &”" in shown.text
    assert "Earlier" not in shown.labels
    second = names_on(shown := await ana.press(shown, "More"))  # each in the place of the last
    third = names_on(shown := await ana.press(shown, "More"))
    assert "**18** match “acme &”" in shown.text
    assert "More" not in shown.labels
    assert len({*first, *second, *third}) == len(first) + len(second) + len(third) == 18
    assert names_on(await ana.press(shown, "Earlier")) == second


async def test_a_search_at_one_stage_finds_whoever_is_at_it(ana: Player) -> None:
    await at_acme(ana, 12)
    await ana.slash("contact add", name="Zoe Longname of them all", organization="Acme & Sons")
    await ana.slash("log", what="asked", contact="Zoe")
    shown = await ana.slash("contact list", search="acme", stage="ASKED")
    assert "**1** matches" in shown.text
    assert names_on(shown) == ["Zoe Longname of them all"]
    rest = await ana.slash("contact list", search="acme", stage="TO_ASK")
    assert "**12** match" in rest.text
    assert len(names_on(await ana.press(rest, "More"))) == 4
    assert "Nobody here matches “xyz \\*”" in (await ana.slash("contact list", search="xyz *")).text


async def test_all_who_were_removed_can_be_reached(ana: Player) -> None:
    await at_acme(ana, 10)
    for number in range(10):
        card = await ana.slash("contact show", contact=f"Person{number:02d}")
        await ana.press(await ana.press(card, "More"), "Remove")
    removed = await ana.press(await ana.slash("contact list"), "Removed people")
    assert "**10** removed in the last 30 days" in removed.text
    assert removed.labels.count("Restore") == 8
    more = await ana.press(removed, "More")
    assert more.labels.count("Restore") == 2
    assert "Welcome back." in (await ana.press(more, "Restore")).text


async def test_somebody_picked_who_was_removed_is_not_added_by_their_key(
    club: Club, ana: Player
) -> None:
    card = await ana.slash("contact add", name="Rosa Vega")
    (rosa,) = await club.bot.db.load(list_labels, ana.user.id)
    await ana.slash("contact add", name="Leo Park")
    await ana.press(await ana.press(card, "More"), "Remove")
    for command, more in (("log", {"what": "asked"}), ("contact show", {}), ("draft", {})):
        reply = await ana.slash(command, contact=f"#{rosa.key}", **more)
        assert "not in your notebook any more" in reply.text
        assert "**/contact list** brings removed people back" in reply.text
        assert reply.labels == ["Leo Park", "Correct it"]
    picked = await ana.press(
        await ana.slash("log", what="asked", contact=f"#{rosa.key}"), "Leo Park"
    )
    assert "asked **Leo**" in picked.text


async def test_correcting_a_form_shows_whom_was_picked_by_name(ana: Player) -> None:
    for role in ("Nurse", "Surgeon"):
        asked = await ana.slash("contact add", name="Rosa Vega", role=role)
        if "No, add another" in asked.labels:
            await ana.press(asked, "No, add another")
    refused = await ana.slash("log", what="asked", contact="Rosa", when="blurgh")
    refused = await ana.press(refused, "Rosa Vega · Nurse")
    form = await ana.press(refused, "Correct it")
    assert form.held["Who?"] == "Rosa Vega"
    assert "to meet, today" in (await ana.fill(form, {"When?": "today"})).text
    shown = await ana.slash("contact show", contact="Rosa Vega")
    assert "Nurse" in shown.labels[0]
    assert "Asked" in (await ana.press(shown, shown.labels[0])).text

    refused = await ana.slash("log", what="asked", contact="Rosa", when="blurgh")
    form = await ana.press(await ana.press(refused, "Rosa Vega · Nurse"), "Correct it")
    typed = await ana.fill(form, {"When?": "today", "Who?": "Rosa"})  # not who was picked any more
    assert "Whom do you mean by “Rosa”?" in typed.text


async def test_correcting_a_form_of_somebody_new_adds_them_without_asking_again(
    ana: Player,
) -> None:
    asked = await ana.slash("interview schedule", contact="Sam Lee", when="blurgh")
    refused = await ana.press(asked, "Add “Sam Lee”")
    assert "Correct it" in refused.labels
    form = await ana.press(refused, "Correct it")
    assert form.held["Who?"] == "Sam Lee"
    booked = await ana.fill(form, {"When?": "Mar 20 3pm"})
    assert "Sam" in booked.text
    assert "not in your notebook" not in booked.text


async def test_whoever_is_brought_back_comes_with_what_is_due(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("log", what="asked", contact="Rosa")
    shown = await ana.slash("contact show", contact="Rosa")
    assert "- write again:" in shown.text
    await ana.press(await ana.press(shown, "More"), "Remove")
    removed = await ana.press(await ana.slash("contact list"), "Removed people")
    restored = await ana.press(removed, "Restore")
    assert restored.text == f"Welcome back.\n{shown.text}"


def names_on(reply: Reply) -> list[str]:
    """The people on a page of the list."""
    return [line.split(" · ")[0] for line in reply.text.splitlines() if " · " in line]


NOT_CHANGED = "Nothing is different, so nothing was changed."


async def test_an_edit_form_sent_back_as_it_was_changes_nothing(ana: Player) -> None:
    card = await ana.fill(await ana.slash("contact add"), {"Name": "Rosa", "What they do": "Nurse"})
    offered = await ana.press(card, "Edit")
    for label in ("Who", "Reach", "How we know each other"):
        same = await ana.fill(await ana.press(offered, label), {})
        assert NOT_CHANGED in same.text
        assert "Undo" not in same.labels
    named = await ana.fill(await ana.press(offered, "Who"), {"What they do": "Head nurse"})
    assert "Changed." in named.text
    emptied = await ana.fill(await ana.press(offered, "Who"), {"What they do": ""})
    assert "Changed." in emptied.text


async def test_whether_a_name_may_be_used_is_a_change(ana: Player) -> None:
    offered = await ana.press(await ana.slash("contact add", name="Rosa Vega"), "Edit")
    form = await ana.press(offered, "How we know each other")
    label = next(one for one in form.held if "name" in one.casefold())
    assert "Changed." in (await ana.fill(form, {label: ["yes"]})).text
    again = await ana.press(offered, "How we know each other")
    assert NOT_CHANGED in (await ana.fill(again, {label: ["yes"]})).text


async def named_by_rosa(ana: Player, introduces: str) -> Reply:
    await ana.slash("contact add", name="Rosa Vega")
    answered = await ana.slash("log", what="answered", contact="rosa")
    named = await ana.press(answered, "Gave me another name")
    form = await ana.press(named, "Add that person")
    return await ana.fill(form, {"Name": "Leo Meyer", "Who makes the introduction?": [introduces]})


async def test_who_promised_an_introduction_stands_on_the_card_and_in_the_plan(ana: Player) -> None:
    await named_by_rosa(ana, "yes")
    card = await ana.slash("contact show", contact="leo")
    assert "Rosa Vega promised to introduce you" in card.text
    assert "- ask whether the introduction came: " in card.text
    assert "(people mean to introduce you, and get busy)" in card.text
    planned = await ana.slash("reminders")
    assert "ask whether the introduction came · Leo Meyer" in planned.text
    assert "ask to meet" not in card.text + planned.text
    await ana.fill(await ana.slash("log", what="talked", contact="leo"), {})
    assert "promised to introduce" not in (await ana.slash("contact show", contact="leo")).text


async def test_who_introduces_is_changed_in_the_form_and_taken_back(ana: Player) -> None:
    await named_by_rosa(ana, "yes")
    edit = await ana.press(await ana.slash("contact show", contact="leo"), "Edit")
    form = await ana.press(edit, "How we know each other")
    assert form.held["Who makes the introduction?"] == "yes"
    changed = await ana.fill(form, {"Who makes the introduction?": ["no"]})
    assert "promised to introduce you" not in changed.text
    assert "- ask to meet: " in changed.text
    assert "(so that the name does not get lost)" in changed.text
    await ana.press(changed, "Undo")
    card = await ana.slash("contact show", contact="leo")
    assert "Rosa Vega promised to introduce you" in card.text
    assert "- ask whether the introduction came: " in card.text


async def test_another_change_on_the_card_keeps_who_introduces(ana: Player) -> None:
    await named_by_rosa(ana, "yes")
    edit = await ana.press(await ana.slash("contact show", contact="leo"), "Edit")
    changed = await ana.fill(await ana.press(edit, "Who"), {"What they do": "Nurse"})
    assert "Rosa Vega promised to introduce you" in changed.text
