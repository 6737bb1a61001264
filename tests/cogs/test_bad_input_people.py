from __future__ import annotations

from typing import Any

import pytest

from tests.cogs.mischief import everything, key_of, names, press_anything
from tests.cogs.playing import Club, Player, Reply, text_of

NOWHERE = "aaaaaaaaaaaaa"
WHEN: dict[str, Any] = {"when": "Mar 10 15:00"}
# Commands that take a person and ask before they add somebody: their other options.
ASKING: dict[str, dict[str, Any]] = {
    "contact show": {},
    "interview schedule": WHEN,
    "interview prepare": {},
    "interview done": {},
    "interview cancel": {},
    "draft": {},
}


async def two_rosas(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega", organization="Mercy")
    await ana.slash("contact add", name="Rosa Diaz", organization="City")


@pytest.mark.parametrize("command", ASKING)
async def test_somebody_unknown_is_asked_about_and_added_by_one_press(
    club: Club, ana: Player, command: str
) -> None:
    asked = await ana.slash(command, contact="Leo Park", **ASKING[command])
    assert "“Leo Park” is not in your notebook yet. Add them?" in asked.text
    assert await names(club, ana) == []
    added = await ana.press(asked, "Add “Leo Park”")
    assert "Leo" in (added.title if added.form else added.text)
    assert await names(club, ana) == ["Leo Park"]


@pytest.mark.parametrize("command", ASKING)
async def test_an_unknown_name_can_be_corrected_in_the_form(ana: Player, command: str) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    asked = await ana.slash(command, contact="Zzyzx", **ASKING[command])
    form = await ana.press(asked, "Correct it")
    (who,) = [label for label, text in form.held.items() if text == "Zzyzx"]
    found = await ana.fill(form, {who: "rosa"})
    assert "Rosa" in found.text


@pytest.mark.parametrize("command", ASKING)
async def test_two_people_of_one_first_name_are_told_apart(ana: Player, command: str) -> None:
    await two_rosas(ana)
    asked = await ana.slash(command, contact="rosa", **ASKING[command])
    assert "Whom do you mean by “rosa”?" in asked.text
    assert asked.labels[:2] == ["Rosa Diaz · City", "Rosa Vega · Mercy"]
    chosen = await ana.press(asked, "Rosa Diaz · City")
    assert "Rosa" in (chosen.title if chosen.form else chosen.text)
    assert "Vega" not in (chosen.title if chosen.form else chosen.text)


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize("key", ["", NOWHERE, "nonsense"])
async def test_somebody_elses_key_is_as_one_that_is_not_there(
    club: Club, ana: Player, command: str, key: str
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    shown = await ana.slash("contact show", contact="rosa")
    before = await everything(club, ana)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Mia Chen")
    reply = await ben.slash(
        command, contact=f"#{key or key_of(shown.message, 'c')}", **ASKING[command]
    )
    assert "in your notebook" in reply.text
    assert "Rosa" not in reply.text
    assert await everything(club, ana) == before


@pytest.mark.parametrize(
    "what", ["asked", "answered", "talked", "thanked", "wrote", "news", "note"]
)
async def test_somebody_elses_key_cannot_be_logged_about(
    club: Club, ana: Player, what: str
) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    shown = await ana.slash("contact show", contact="rosa")
    before = await everything(club, ana)
    key = key_of(shown.message, "c")
    reply = await club.member("Ben").slash("log", what=what, contact=f"#{key}", text="hm")
    if "Yes" in reply.labels:
        reply = await club.in_dm(club.member("Cem")).slash("today")
    assert reply.form is None
    assert "Rosa" not in reply.text
    assert await everything(club, ana) == before


async def test_an_unknown_referrer_is_added_on_the_way(club: Club, ana: Player) -> None:
    asked = await ana.slash("contact add", name="Leo Park", role="Baker", referred_by="Tom Ode")
    assert "“Tom Ode” is not in your notebook yet" in asked.text
    assert await names(club, ana) == []
    added = await ana.press(asked, "Add “Tom Ode”")
    assert "## Leo Park" in added.text
    assert "Named by Tom Ode" in added.text
    assert sorted(await names(club, ana)) == ["Leo Park · Baker", "Tom Ode"]
    await ana.press(added, "Undo")
    assert await names(club, ana) == []


async def test_a_mistyped_referrer_comes_back_in_the_form(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    asked = await ana.slash("contact add", name="Leo Park", referred_by="Xqz")
    form = await ana.press(asked, "Correct it")
    assert form.held["Name"] == "Leo Park"
    assert form.held["Who gave you the name?"] == "Xqz"
    added = await ana.fill(form, {"Who gave you the name?": "rosa"})
    assert "Named by Rosa Vega" in added.text


async def test_two_possible_referrers_are_told_apart(ana: Player) -> None:
    await two_rosas(ana)
    asked = await ana.slash("contact add", name="Leo Park", referred_by="rosa")
    added = await ana.press(asked, "Rosa Diaz · City")
    assert "Named by Rosa Diaz" in added.text


async def test_somebody_elses_key_is_no_referrer(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    key = key_of((await ana.slash("contact show", contact="rosa")).message, "c")
    ben = club.member("Ben")
    reply = await ben.slash("contact add", name="Leo Park", referred_by=f"#{key}")
    assert "in your notebook" in reply.text
    assert await names(club, ben) == []


async def with_everything(club: Club, ana: Player) -> dict[str, str]:
    """Give Ana one of each thing that a button can be about: their keys by scope."""
    added = await ana.slash("contact add", name="Rosa Vega", organization="Mercy")
    booked = await ana.slash("interview schedule", contact="rosa", when="today 4pm")
    noted = await ana.slash("log", what="note", contact="rosa", text="likes tea")
    failed = await ana.slash("log", what="note", contact="rosa", when="blursday", text="secretly")
    await club.pass_days(0.8)
    return {
        "c": key_of(added.message, "c"),
        "i": key_of(booked.message, "i"),
        "t": key_of(noted.message, "t"),
        "x": key_of(noted.message, "x"),
        "u": key_of(failed.message, "u"),
        "r": key_of(ana.dm, "r"),
        "d": key_of(ana.dm, "d"),
        "w": key_of(added.message, "c"),
    }


VERBS = {
    "c": "open log log.thanked log.yes log.named log.other draft draft.thank_you.email prepare "
    "edit form.contact_who more remove restore done schedule fix",
    "i": "details sheet questions questions.swap move cancel cancel.no done ready all_set named "
    "thanked unthanked",
    "t": "fix medium.email delete",
    "x": "undo",
    "u": "correct pick.0 note",
    "r": "sent asked wrote introduced answered answered.yes talked moved not_held all_set ready "
    "set_date sheet questions draft ask_them about_me tell_them running_late running_late.5 "
    "tonight not_needed not_for_me rest skip stop done drop idea not_this_month open",
    "w": "other.request.email copy.request.email subject.request.email file.request.email "
    "gaps.request.email edit.request.email sent.request.email sure.request.email",
}


@pytest.mark.parametrize("scope", VERBS)
async def test_a_button_of_somebody_else_does_nothing(club: Club, ana: Player, scope: str) -> None:
    keys = await with_everything(club, ana)
    before, count = await everything(club, ana), len(ana.dms)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Mia Chen")
    ids = [f"{scope}:{keys[scope]}:{verb}" for verb in VERBS[scope].split()]
    for pressed, reply in (await press_anything(club, ben, ids)).items():
        assert reply.form is None, pressed
        assert any(words in reply.text for words in REFUSED), (pressed, reply.text)
        assert "Rosa" not in reply.text
        assert "secretly" not in reply.text
    assert await everything(club, ana) == before
    assert len(ana.dms) == count


REFUSED = (
    "can't find that in your notebook",
    "somebody else's notebook",
    "That is done already",
    "I don't keep it any more",
)


@pytest.mark.parametrize("verb", ["today", "open", "fewer", "arrived", "quiet_no"])
async def test_a_message_of_somebody_else_shows_only_what_is_ones_own(
    club: Club, ana: Player, verb: str
) -> None:
    keys = await with_everything(club, ana)
    before = await everything(club, ana)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Mia Chen")
    (reply,) = (await press_anything(club, ben, [f"d:{keys['d']}:{verb}"])).values()
    assert "Rosa" not in reply.text
    assert await everything(club, ana) == before


async def test_somebody_elses_person_cannot_be_slipped_into_a_menu(club: Club, ana: Player) -> None:
    keys = await with_everything(club, ana)
    before = await everything(club, ana)
    ben = club.member("Ben")
    await ben.user.send_dm("likes tea")
    kept = key_of(club.in_dm(ben).dm, "u")
    ids = [f"u:{kept}:note.{keys['c']}", f"m:-:whom.{keys['c']}", f"m:-:talked.{keys['c']}"]
    for pressed, reply in (await press_anything(club, ben, ids)).items():
        assert reply.form is None, pressed
        assert "can't find that" in reply.text, pressed
    assert await everything(club, ana) == before


async def test_what_was_never_a_button_is_told_so(club: Club, ana: Player) -> None:
    ids = ["m:-:people.0.NOBODY", "m:-:help.nothing", "m:-:mode.loud", "m:-:ideas.nowhere"]
    for pressed, reply in (await press_anything(club, ana, ids)).items():
        assert reply.messages, pressed
        assert "on my side" not in reply.text, pressed


async def test_two_people_of_exactly_one_name_can_both_be_reached(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega", role="Nurse")
    second = await ana.press(
        await ana.slash("contact add", name="rosa vega", role="Pilot"), "No, add another"
    )
    assert "Pilot" in second.text
    asked = await ana.slash("contact show", contact="Rosa Vega")
    assert sorted(asked.labels[:2]) == ["Rosa Vega · Nurse", "rosa vega · Pilot"]
    assert "Nurse" in (await ana.press(asked, "Rosa Vega · Nurse")).text
    assert await ana.complete("contact show", "contact", "rosa v") == [
        "Rosa Vega · Nurse",
        "rosa vega · Pilot",
    ]


async def test_a_stranger_who_presses_a_nudge_leaves_it_for_its_owner(
    club: Club, ana: Player
) -> None:
    keys = await with_everything(club, ana)
    ben = club.member("Ben")
    (reply,) = (await press_anything(club, ben, [f"r:{keys['r']}:not_needed"])).values()
    assert "somebody else's notebook" in reply.text
    home = club.in_dm(ana)
    assert "talked to Rosa" in text_of(home.dm)
    mine: Reply = await home.press(home.dm, "Not needed")
    assert "I leave that one out" in mine.text


async def test_a_name_that_begins_with_a_sign_is_a_name(club: Club, ana: Player) -> None:
    for name in ("+Ana", "#Rosa"):
        asked = await ana.slash("contact show", contact=name)
        assert "in your notebook" in asked.text
        assert await names(club, ana) == []
        assert f"Add “{name}”" in asked.labels
    added = await ana.press(asked, "Add “#Rosa”")
    assert "Noted" in added.text
    assert await names(club, ana) == ["#Rosa"]
    await ana.slash("log", what="asked", contact="+Leo")
    assert sorted(await names(club, ana)) == ["#Rosa", "+Leo"]


async def test_what_only_the_list_writes_is_nobodys_name(club: Club, ana: Player) -> None:
    asked = await ana.slash("contact show", contact="#bbbbbbbbbbbbb")
    assert "in your notebook" in asked.text
    assert asked.labels == ["Correct it"]
    form = await ana.press(asked, "Correct it")
    assert form.held["Name"] == ""
    assert await names(club, ana) == []


async def test_two_people_who_read_the_same_are_told_apart(ana: Player) -> None:
    for email in ("rosa@a.example", "rosa@b.example"):
        reply = await ana.slash("contact add", name="Rosa Vega", organization="Acme")
        if "No, add another" in reply.labels:
            reply = await ana.press(reply, "No, add another")
        form = await ana.press(await ana.press(reply, "Edit"), "Reach")
        await ana.fill(form, {"Email": email})
    offered = await ana.complete("contact show", "contact", "rosa")
    assert sorted(offered) == [
        "Rosa Vega · Acme · rosa@a.example",
        "Rosa Vega · Acme · rosa@b.example",
    ]
    asked = await ana.slash("contact show", contact="Rosa Vega")
    chosen = await ana.press(asked, "Rosa Vega · Acme · rosa@b.example")
    assert "rosa@b.example" in chosen.text


async def test_two_people_of_whom_only_the_name_is_known_are_numbered(ana: Player) -> None:
    await ana.slash("contact add", name="Leo")
    await ana.press(await ana.slash("contact add", name="Leo"), "No, add another")
    offered = await ana.complete("contact show", "contact", "leo")
    assert sorted(offered) == ["Leo · added 3 Mar 2026 (1)", "Leo · added 3 Mar 2026 (2)"]
