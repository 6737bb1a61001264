from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.notebook.contacts import list_labels
from tests.cogs.mischief import asked_to_wait, key_of, press_anything
from tests.cogs.playing import Club, Player, Reply, menus_of
from tests.exchange import uploads as files


async def upload(player: Player, data: str | bytes, name: str = "Connections.csv") -> Reply:
    body = data.encode() if isinstance(data, str) else data
    return await player.slash("contact import", file=(name, body))


async def people(club: Club, player: Player) -> list[str]:
    labels = await club.bot.db.load(list_labels, player.user.id)
    return sorted(one.text.split(" · ")[0] for one in labels)


async def forged(club: Club, player: Player, custom_id: str) -> str:
    return (await press_anything(club, player, [custom_id]))[custom_id].text


async def test_a_student_begins_with_those_they_know_on_linkedin(club: Club, ana: Player) -> None:
    how = await ana.slash("contact import")
    assert how.is_private
    assert "6. Here, type /contact import" in how.text

    seen = await upload(ana, files.LINKEDIN)
    assert seen.is_private
    assert "Connections.csv" in seen.text
    assert "(LinkedIn): 4 people" in seen.text
    assert "**3** new" in seen.text
    assert "row 9: there is no name" in seen.text
    assert "I remind you of nothing" in seen.text
    assert await people(club, ana) == []

    picking = await ana.press(seen, "Pick people")
    assert "0 ticked so far" in picking.text
    form = await ana.press(picking, "Look for …")
    fewer = await ana.fill(form, {"Where they work": "mercy"})
    assert "Looking for “mercy”: 1 person" in fewer.text
    (menu,) = menus_of(fewer.message)
    assert menu["options"][0]["label"] == "Rosa Vega"
    assert menu["options"][0]["description"] == "Head Nurse · Mercy Hospital"
    ticked = await ana.choose(fewer, "0")
    assert "1 ticked so far" in ticked.text
    taken = await ana.press(ticked, "Take the 1 ticked")
    assert "**1 person** came into your notebook, as Known" in taken.text
    assert await people(club, ana) == ["Rosa Vega"]

    card = await ana.slash("contact show", contact="Rosa")
    assert "Known" in card.text
    assert "On LinkedIn, since 4 March 2026" in card.text
    assert "Rosa" not in (await ana.slash("today")).text
    await club.pass_days(20)
    assert not any("Rosa" in str(message.content) for message in ana.dms)

    ideas = await ana.press(taken, "Whom to start with")
    assert "You know **somebody** in medicine and nursing" in ideas.text
    (menu,) = menus_of(ideas.message)
    opened = await ana.choose(ideas, menu["options"][0]["value"])
    assert "Head Nurse" in opened.text


async def test_taking_thousands_back_may_take_longer_than_discord_waits(
    club: Club, ana: Player
) -> None:
    taken = await ana.press(await upload(ana, files.LINKEDIN), "Take all 3")
    undone = await ana.press(taken, "Undo")
    assert asked_to_wait(club)
    assert undone.is_private
    assert "Undone: importing 3 people" in undone.text
    assert await people(club, ana) == []
    assert "undone already" in (await ana.press(taken, "Undo")).text


async def test_the_circles_of_linkedin_lead_to_its_list(ana: Player) -> None:
    idea = await ana.slash("contact ideas")
    while "Bring a list" not in idea.labels:
        idea = await ana.press(idea, next(one for one in idea.labels if one.startswith("Next")))
    assert "LinkedIn" in idea.text
    assert "six steps" in (await ana.press(idea, "Bring a list")).text


async def test_all_of_a_list_come_in_and_one_undo_takes_them_back(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Leo Bauer")
    lines = "".join(f"Person {n},Northwind\n" for n in range(60))
    seen = await upload(ana, "name,role,organization,how_known,connection\n" + lines, "mine.csv")
    page = await ana.press(await ana.press(seen, "Pick people"), "More")
    assert "26 to 50 of 60" in page.text
    last = await ana.press(page, "More")
    assert "51 to 60 of 60" in last.text
    taken = await ana.press(await ana.press(last, "Back"), "Take all 60")
    assert "**60 people**" in taken.text
    assert len(await people(club, ana)) == 61
    assert "Undone: importing 60 people" in (await ana.press(taken, "Undo")).text
    assert await people(club, ana) == ["Leo Bauer"]


async def test_ticks_are_kept_from_page_to_page_and_can_be_taken_off(
    club: Club, ana: Player
) -> None:
    lines = "".join(f"Person {n},Northwind\n" for n in range(60))
    seen = await upload(ana, "name,role,organization,how_known,connection\n" + lines)
    first = await ana.choose(await ana.press(seen, "Pick people"), "0", "3")
    second = await ana.choose(await ana.press(first, "More"), "30")
    assert "3 ticked so far" in second.text
    back = await ana.choose(await ana.press(second, "Earlier"), "3")
    await ana.press(back, "Take the 2 ticked")
    assert await people(club, ana) == ["Person 3", "Person 30"]


async def test_the_columns_of_any_other_table_are_named_by_the_member(
    club: Club, ana: Player
) -> None:
    seen = await upload(ana, "Wer;Wo;Was\nRosa Vega;Mercy;Nurse\nLeo;Northwind;Editor\n", "x.csv")
    assert "I can't tell which column is the name" in seen.text
    assert "Go on" not in seen.labels
    form = await ana.press(seen, "Say which is which")
    named = {"Name": ["0"], "Where they work": ["1"], "What they do": ["2"]}
    preview = await ana.fill(form, named)
    assert "**2** new" in preview.text
    assert (await ana.press(preview, "Other columns")).held["Where they work"] == "1"
    await ana.press(preview, "Take all 2")
    assert await people(club, ana) == ["Leo", "Rosa Vega"]


async def test_a_column_that_was_named_twice_can_be_put_right(club: Club, ana: Player) -> None:
    cells = ",".join([f"Extra {n}" for n in range(30)])
    seen = await upload(ana, f"{cells},Firma\n{'x,' * 30}Mercy\n", "x.csv")
    form = await ana.press(seen, "Say which is which")
    twice = {"Name": ["0"], "Where they work": ["1"], "What they do": ["1"], "School": ["1"]}
    preview = await ana.fill(form, twice)
    form = await ana.press(preview, "Other columns")
    assert form.held["What they do"] == form.held["School"] == "1"
    values = [one["value"] for one in options_of(form, "Name")]
    assert len(set(values)) == len(values) == 25
    preview = await ana.fill(form, {"What they do": ["2"], "School": []})
    await ana.press(preview, "Take all 1")
    assert await people(club, ana) == ["x"]


def options_of(form: Reply, label: str) -> list[dict[str, Any]]:
    assert form.form is not None
    (part,) = [one for one in form.form["components"] if one["label"] == label]
    return list(part["component"]["options"])


async def test_a_table_that_can_be_read_by_its_headings_needs_one_press(
    club: Club, ana: Player
) -> None:
    seen = await upload(ana, files.OTHERS, "people.csv")
    assert "**Where they work**: Employer" in seen.text
    preview = await ana.press(seen, "Go on")
    assert "**2** new" in preview.text
    key = key_of(preview.message, "u")
    gone = await ana.press(preview, "Cancel")
    assert "forgotten the list" in gone.text
    assert "I don't keep it any more" in await forged(club, ana, f"u:{key}:import_take.all")
    assert await people(club, ana) == []


async def test_a_name_in_two_columns_is_put_together_and_wide_tables_can_be_named(
    club: Club, ana: Player
) -> None:
    many = [f"Extra {n}" for n in range(40)]
    cells = ",".join([*many, "First name", "Surname", "Firma"])
    row = ",".join([*("x" for _ in many), "Rosa", "Vega", "Mercy"])
    seen = await upload(ana, f"{cells}\n{row}\n", "wide.csv")
    assert "**Name**: First name, Surname" in seen.text
    form = await ana.press(seen, "Say which is which")
    assert form.held["Where they work"] == "42"
    preview = await ana.press(seen, "Go on")
    await ana.press(preview, "Take all 1")
    assert await people(club, ana) == ["Rosa Vega"]


async def test_who_names_another_column_keeps_a_name_of_two_and_all_emails(
    club: Club, ana: Player
) -> None:
    table = "First name,Surname,Wo,Email,E-mail 2 - value\nRosa,Vega,Mercy,,rosa@example.org\n"
    seen = await upload(ana, table, "people.csv")
    form = await ana.press(seen, "Say which is which")
    assert form.held["Name"] == "parts"
    preview = await ana.fill(form, {"Where they work": ["2"]})
    again = await ana.press(preview, "Other columns")
    assert (again.held["Name"], again.held["Where they work"]) == ("parts", "2")
    await ana.press(preview, "Take all 1")
    assert await people(club, ana) == ["Rosa Vega"]
    card = await ana.slash("contact show", contact="Rosa")
    assert "Mercy" in card.text
    assert "rosa@example.org" in card.text


async def test_a_second_press_and_a_second_upload_bring_nobody_twice(
    club: Club, ana: Player
) -> None:
    seen = await upload(ana, files.LINKEDIN)
    key = key_of(seen.message, "u")
    await ana.press(seen, "Take all 3")
    assert "I don't keep it any more" in await forged(club, ana, f"u:{key}:import_take.all")
    again = await upload(ana, files.LINKEDIN)
    assert "Nobody is new" in again.text
    assert "3 you have already" in again.text
    assert again.labels == ["Cancel"]
    assert len(await people(club, ana)) == 3


async def test_what_is_no_list_is_refused_in_one_sentence(club: Club, ana: Player) -> None:
    assert "That is a picture" in (await upload(ana, files.PNG, "people.csv")).text
    assert "That file has 11 MB" in (await upload(ana, b"x" * 11_000_000)).text
    wide = ("name," * 200 + "\n" + "Rosa," * 200).encode()
    assert "columns" in (await upload(ana, wide)).text
    bomb = files.zipped(("Connections.csv", bytes(13_000_000)))
    assert "far larger" in (await upload(ana, bomb, "Basic.zip")).text
    assert await people(club, ana) == []


async def test_one_import_at_a_time(club: Club, ana: Player) -> None:
    seen = await upload(ana, files.LINKEDIN)
    cog = club.bot.get_cog("Importing")
    cog._busy.add(ana.user.id)  # as while the first is under way
    assert "still under way" in (await ana.press(seen, "Take all 3")).text
    assert "still under way" in (await upload(ana, files.LINKEDIN)).text
    ben = club.member("Ben")
    assert "**3** new" in (await upload(ben, files.LINKEDIN)).text
    cog._busy.clear()
    assert "**3 people**" in (await ana.press(seen, "Take all 3")).text


async def test_nobody_else_can_take_a_list(club: Club, ana: Player) -> None:
    seen = await upload(ana, files.LINKEDIN)
    ben = club.member("Ben")
    key = key_of(seen.message, "u")
    for rest in ("take.all", "pick.0", "drop", "columns", "go_on", "back"):
        assert "I don't keep it" in await forged(club, ben, f"u:{key}:import_{rest}")
    assert "**3 people**" in (await ana.press(seen, "Take all 3")).text
    assert await people(club, ben) == []


async def test_a_list_waits_for_a_day(club: Club, ana: Player) -> None:
    seen = await upload(ana, files.LINKEDIN)
    await club.env.advance_time(timedelta(hours=25).total_seconds())
    assert "older than a day" in (await ana.press(seen, "Take all 3")).text


async def test_a_notebook_that_was_changed_brings_its_people_and_says_what_it_does_not(
    club: Club, ana: Player
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    exported = await ana.press(await ana.slash("privacy"), "Give me my file")
    text = (await exported.message.attachments[0].read()).decode()
    ben = club.member("Ben")
    seen = await upload(ben, text.replace("Rosa Vega", "Rosa Vegas"), "notebook.json")
    assert "**1** new" in seen.text
    assert "I read its people alone" in seen.text
    assert "talks" in seen.text
    taken = await ben.press(seen, "Take all 1")
    assert await people(club, ben) == ["Rosa Vegas"]
    assert "talks" not in taken.text
    table = await exported.message.attachments[1].read()
    assert "alone" not in (await upload(ben, table, "people.csv")).text


async def test_all_known_people_of_a_field_are_counted(ana: Player) -> None:
    for count, whom in ((300, "**300 people**"), (2_000, "at least **2,000 people**")):
        lines = "".join(f"Person {number},Nurse,Ward {count}\n" for number in range(count))
        seen = await upload(ana, f"name,role,company\n{lines}", "mine.csv")
        preview = await ana.press(seen, "Go on")
        taken = await ana.press(preview, f"Take all {count:,}")
        ideas = await ana.press(taken, "Whom to start with")
        assert f"You know {whom} in medicine and nursing" in ideas.text


async def test_a_wide_field_finds_all_who_work_in_a_part_of_it(ana: Player) -> None:
    lines = (
        "Rosa Vega,Nurse\nTom Reed,Physiotherapist\nMia Holt,X-ray technician\nLeo Bauer,Welder\n"
    )
    preview = await ana.press(await upload(ana, f"name,role\n{lines}", "mine.csv"), "Go on")
    await ana.press(preview, "Take all 4")

    async def found(field: str) -> tuple[str, set[str]]:
        ideas = await ana.slash("contact ideas", field=field)
        offered = [one for menu in menus_of(ideas.message) for one in menu["options"]]
        return ideas.text, {one["label"] for one in offered}

    text, names = await found("health care")
    assert "You know **3 people** in health care. Start with one?" in text
    assert names == {"Rosa Vega", "Tom Reed", "Mia Holt"}
    text, names = await found("nursing")
    assert "You know **somebody** in medicine and nursing" in text
    assert names == {"Rosa Vega"}
    assert (await found("the skilled trades"))[1] == {"Leo Bauer"}
    assert (await found("the arts"))[1] == set()


async def test_who_has_the_name_of_somebody_there_is_asked_about(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Mía Holt")
    await ana.slash("contact add", name="Leo Bauer", organization="Northwind")
    lines = "Mia Holt,Mercy\nleo bauer,Northwind Traders\nRosa Vega,Mercy\nRosa Vega,Acme\n"
    seen = await upload(ana, f"name,company\n{lines}", "mine.csv")
    preview = await ana.press(seen, "Go on")
    assert "**4** new" in preview.text
    assert "**2** of them have the name of somebody in your notebook: " in preview.text
    assert "Mia Holt, leo bauer" in preview.text
    assert {"Take all 4", "Take the 2 others"} <= set(preview.labels)
    picking = await ana.press(preview, "Pick people")
    (menu,) = menus_of(picking.message)
    about = [option["description"] for option in menu["options"]]
    assert [text.startswith("Same name as one you have") for text in about] == [1, 1, 0, 0]
    back = await ana.press(picking, "Back")
    await ana.press(back, "Take the 2 others")
    assert await people(club, ana) == ["Leo Bauer", "Mía Holt", "Rosa Vega", "Rosa Vega"]


async def test_without_a_namesake_there_is_nothing_to_ask(ana: Player) -> None:
    await ana.slash("contact add", name="Mia Holt", organization="Mercy")
    seen = await upload(ana, "name,company\nMia Holt,Mercy\nRosa Vega,Mercy\n", "mine.csv")
    preview = await ana.press(seen, "Go on")
    assert "have the name of" not in preview.text
    assert "Take the" not in " ".join(preview.labels)
