from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.dispatcher.wishes import ask_owners
from bot.storage.models import OWNED, Change, Delivery
from tests.cogs.mischief import press_anything
from tests.cogs.playing import Club, Player, find_id, labels_of, text_of

EMAIL = "rosa@example.org"
LINKEDIN = "linkedin.com/in/rosa-vega"


async def note(player: Player, name: str = "Rosa Vega", **reach: str) -> None:
    card = await player.slash("contact add", name=name, organization="Mercy")
    form = await player.press(await player.press(card, "Edit"), "Reach")
    await player.fill(form, reach)


async def ask(club: Club, **signs: str) -> int:
    count = await club.bot.db.store(ask_owners, now=club.clock.now(), **signs)
    await club.pass_days(0.01)
    return count


async def words_of(club: Club, player: Player) -> str:
    """Read all that the bot keeps of a member, opened."""
    found: list[str] = []
    async with club.bot.db.read() as session:
        for model in (*OWNED.values(), Change, Delivery):
            theirs = select(*model.__table__.columns).where(model.owner_id == player.user.id)
            found += [repr(row) for row in await session.execute(theirs)]
    return "\n".join(found)


@pytest.mark.parametrize(
    "signs", [{"email": f" {EMAIL.upper()}"}, {"linkedin": f"https://www.{LINKEDIN}/?trk=x"}]
)
async def test_each_owner_hears_of_it_and_only_a_number_comes_out(
    club: Club, ana: Player, signs: dict[str, str]
) -> None:
    ben, eva = club.member("Ben"), club.member("Eva")
    await note(ana, Email=EMAIL)
    await note(ben, LinkedIn=LINKEDIN, Email=EMAIL)
    await note(eva, name="Leo Bauer", Email="leo@example.org")
    await note(eva, name="Rosa Vega")
    count = await ask(club, **signs)
    assert count == (2 if "email" in signs else 1)
    told = text_of(ben.dm)
    assert "**Rosa Vega** asks that your notes about them be deleted" in told
    assert labels_of(ben.dm) == ["Delete", "Keep and say why", "See the card"]
    assert not [one for one in eva.dms if "asks that" in text_of(one)]


async def test_nobody_is_asked_twice_in_a_month(club: Club, ana: Player) -> None:
    await note(ana, Email=EMAIL)
    assert [await ask(club, email=EMAIL) for _ in range(2)] == [1, 1]
    assert len([one for one in ana.dms if "asks that" in text_of(one)]) == 1
    assert await ask(club, email="nobody@example.org") == 0
    assert await ask(club) == 0


async def test_deleting_leaves_no_word_of_them_and_no_undo(club: Club, ana: Player) -> None:
    await note(ana, Email=EMAIL)
    await ana.slash("contact add", name="Leo Bauer", referred_by="Rosa")
    await ana.slash("log", what="asked", contact="Rosa", text="About the ward")
    await ana.slash("interview schedule", contact="Rosa", when="in 3 days at 3pm")
    await club.pass_days(2)
    await ask(club, email=EMAIL)
    wish = next(one for one in ana.dms if "asks that" in text_of(one))
    gone = await club.in_dm(ana).press(wish, "Delete")
    assert "Rosa Vega is deleted" in gone.text
    assert "Undo" not in gone.labels
    left = await words_of(club, ana)
    assert not [word for word in ("Rosa", "ward", EMAIL) if word in left]
    assert "Leo Bauer" in left
    before = len(ana.dms)
    await club.pass_days(3)
    assert not [one for one in ana.dms[before:] if "Rosa" in text_of(one)]
    assert "can't find" in (await club.in_dm(ana).press(wish, "Delete")).text


async def test_who_keeps_the_notes_says_why_on_the_card(club: Club, ana: Player) -> None:
    await note(ana, Email=EMAIL)
    await ask(club, email=EMAIL)
    home = club.in_dm(ana)
    form = await home.press(ana.dm, "Keep and say why")
    kept = await home.fill(form, {"Why do you keep them?": "She is my aunt"})
    assert "stay" in kept.text
    assert "because: She is my aunt" in (await ana.slash("contact show", contact="Rosa")).text


async def test_who_hides_names_reads_none(club: Club, ana: Player) -> None:
    await note(ana, Email=EMAIL)
    await ana.press(await ana.slash("reminders"), "Hide names in messages")
    await ask(club, email=EMAIL)
    assert "Somebody in your notebook asks" in text_of(ana.dm)
    assert "Rosa" not in text_of(ana.dm)


async def test_nobody_deletes_in_the_notebook_of_somebody_else(club: Club, ana: Player) -> None:
    await note(ana, Email=EMAIL)
    await ask(club, email=EMAIL)
    ben = club.member("Ben")
    await ben.slash("contact add", name="Leo")
    await press_anything(club, ben, [find_id(ana.dm, "Delete")])
    assert "Rosa" in await words_of(club, ana)
