from __future__ import annotations

from tests.cogs.playing import Club, Player


async def test_a_talk_is_booked_and_what_follows_is_said_with_reasons(ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    reply = await ana.slash("interview schedule", contact="rosa", when="Mar 10 15:00")
    assert "Tuesday 10 March, 3:00 pm" in reply.text
    assert "20 minutes by video" in reply.text
    assert "so that the note arrives while the talk is fresh" in reply.text
    assert "Which time zone are you in?" in reply.labels
    assert "Undo" in reply.labels


async def test_a_talk_that_was_held_brings_its_thank_you_at_once(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    await ana.slash("interview schedule", contact="rosa", when="tomorrow 3pm")
    await club.pass_days(1.5)
    form = await ana.slash("interview done", contact="rosa")
    assert form.title == "Your talk with Rosa"
    reply = await ana.fill(
        form,
        {
            "What did you enjoy?": "The story of your first night shift",
            "What advice did they give?": "Shadow a nurse for a day",
            "What will you do next?": "- Call the clinic\n\nRead the report",
        },
    )
    assert "you talked to **Rosa Vega**" in reply.text
    assert "- Call the clinic\n- Read the report" in reply.text
    assert "The story of your first night shift" in reply.text
    assert "Thank you for taking the time" in reply.text
