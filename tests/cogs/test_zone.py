"""While nobody knows where a member's mornings are, messages wake nobody, and ask."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.cogs.playing import Club, Player, labels_of, text_of


async def asked_rosa(club: Club, ana: Player) -> Player:
    await ana.slash("log", what="asked", contact="Rosa Vega")
    await club.pass_days(7)
    return club.in_dm(ana)


async def test_a_message_to_an_unknown_zone_is_silent_and_asks(club: Club, ana: Player) -> None:
    dm = await asked_rosa(club, ana)
    first = dm.dm
    assert first.flags.suppress_notifications
    assert text_of(first).endswith("Tell me, and I write in your morning.")
    form = await dm.press(first, "My time zone")
    await dm.fill(form, {"Or type one": "Kathmandu"})
    await dm.press(first, "I wrote again")
    await club.pass_days(8)
    second = dm.dm
    assert second.id != first.id
    assert not second.flags.suppress_notifications
    assert "My time zone" not in labels_of(second)
    assert f"{second.created_at:%H:%M}".startswith("03:")  # nine in the morning there


async def test_a_talk_about_to_start_rings_all_the_same(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="today 5pm")
    await club.pass_days(0.2)
    starting = next(one for one in ana.dms if "starts" in text_of(one))
    assert not starting.flags.suppress_notifications
    assert "My time zone" in labels_of(starting)


async def test_today_asks_for_the_zone_until_it_is_known(ana: Player) -> None:
    assert "Which time zone are you in?" not in (await ana.slash("today")).labels
    await ana.slash("contact add", name="Rosa Vega")
    today = await ana.slash("today")
    assert "I count in UTC until I know your time zone" in today.text
    await ana.fill(await ana.press(today, "Which time zone are you in?"), {"Or type one": "Paris"})
    assert "time zone" not in (await ana.slash("today")).text


async def test_the_zone_of_the_club_is_zone_enough(club: Club, ana: Player) -> None:
    olga = club.organiser()
    form = await olga.slash("organise setup")
    await olga.fill(form, {"The club's time zone": ["America/Chicago"]})
    dm = await asked_rosa(club, ana)
    assert not dm.dm.flags.suppress_notifications
    assert "My time zone" not in labels_of(dm.dm)


class TestTheFirstCommandIsReadOnTheClubsClock:
    """Whoever has never used me is on the clock of the server where they are."""

    async def settle(self, club: Club, city: str) -> None:
        olga = club.organiser()
        await olga.fill(await olga.slash("organise setup"), {"Or type a city": city})

    async def test_a_talk(self, club: Club, ana: Player) -> None:
        await self.settle(club, "Chicago")
        asked = await ana.slash("interview schedule", contact="Sam Lee", when="Mar 12 9am")
        booked = await ana.press(asked, "Add “Sam Lee”")
        assert "Thursday 12 March, 9:00 am" in booked.text
        assert "For them" not in booked.text

    async def test_a_talk_that_was(self, club: Club, ana: Player) -> None:
        await self.settle(club, "Auckland")  # where it is four in the morning of the 4th
        form = await ana.slash("log", what="talked", contact="Sam Lee", when="Mar 4")
        assert form.form is not None, form.text

    async def test_a_pause(self, club: Club, ana: Player) -> None:
        await self.settle(club, "Chicago")
        paused = await ana.slash("reminders", pause_until="tomorrow 9am")
        assert "<t:1772636400:F>" in paused.text  # 15:00 UTC

    async def test_an_entry(self, club: Club, ana: Player) -> None:
        await self.settle(club, "Auckland")
        noted = await ana.slash("log", what="asked", contact="Sam Lee")
        assert "you asked **Sam** to meet, today" in noted.text

    async def test_an_entry_with_somebody_picked_who_is_not_there(
        self, club: Club, ana: Player
    ) -> None:
        await self.settle(club, "Auckland")
        asked = await ana.slash("log", what="asked", contact="#aaaaaaaaaaaaa")
        form = await ana.press(asked, "Correct it")
        noted = await ana.fill(form, {"Who?": "Sam Lee"})
        assert "you asked **Sam** to meet, today" in noted.text

    async def test_the_settings(self, club: Club, ana: Player) -> None:
        await self.settle(club, "Chicago")
        assert "Chicago" in (await ana.slash("reminders")).text


async def test_a_zone_given_after_a_talk_lets_its_thank_you_count(club: Club, ana: Player) -> None:
    await club.pass_time(datetime(2026, 3, 4, 1, 0, tzinfo=UTC))  # 17:00 in Los Angeles
    await ana.slash("contact add", name="Rosa Vega")
    form = await ana.slash("interview done", contact="rosa")
    noted = await ana.fill(form, {"What did you enjoy?": "all of it"})
    zone = await ana.press(noted.messages[0], "Which time zone are you in?")
    await ana.fill(zone, {"Or type one": "Los Angeles"})
    await ana.slash("log", what="thanked", contact="rosa")
    card = await ana.slash("contact show", contact="rosa")
    assert "tomorrow" not in card.text
    assert "Thanked" in card.text
    before = len(ana.dms)
    await club.pass_days(3)
    assert len(ana.dms) == before
