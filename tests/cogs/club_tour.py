"""Going through all that a club has: its setup, groups, challenges, boards, report, letters."""

from __future__ import annotations

import re
from typing import Any

from tests.cogs.mischief import key_of, press_anything
from tests.cogs.playing import Club, Player, Reply, labels_of, menus_of, raw_components

_PREVIEW = (12, 1, "a preview reads the draft, the club, what is open, the groups and their teams")
_BOARD = (8, 3, "a board takes four, and stands for a challenge, a club and a part in it")
_LINES = (6, 3, "a board takes four, and stands for its challenge, with a key for each line")
_PART = (3, 8, "the member, the club, the challenge and the part, read and then written")
_REPORT = (5, 0, "the challenge, its club, its figures, its teams, who takes part")
_STATUS = (4, 6, "the club, its members, its troubles, and what waits to be sent")
_GROUP = (3, 12, "a group is three, before and after, with the names of the others")

# What may cost more than other replies, and why; see test_statements.
CLUB_BEYOND: dict[str, tuple[int, int, str]] = {
    **dict.fromkeys(("m:kits", "u:ch_group"), _PREVIEW),
    **dict.fromkeys((f"form challenge_{one}" for one in ("what", "board", "points")), _PREVIEW),
    **dict.fromkeys(("d:board", "g:board", "g:page", "g:picture", "/challenge standings"), _BOARD),
    **dict.fromkeys(
        ("g:join", "/challenge join", "/cohort join", "m:group", "form cohort_join"), _PART
    ),
    **dict.fromkeys(("form cohort", "form cohort_teams", "form cohort_into_team"), _GROUP),
    **dict.fromkeys(("g:off", "g:take_off", "g:put_back"), _LINES),
    "u:ch_start": (3, 12, "what a preview reads, read again and then written"),
    **dict.fromkeys(("g:report", "g:report_picture"), _REPORT),
    "g:end": (3, 7, "it ends or is called off as it stands, its posts move, and the club is told"),
    "/organise report": (5, 0, "the same, of the only challenge there is"),
    **dict.fromkeys(("/organise status", "m:organise"), _STATUS),
    "/profile": (5, 0, "badges are counted, never stored"),
    "m:profile": (5, 0, "badges are counted, never stored"),
    "m:badges": (6, 0, "badges are counted, never stored, and the club's name stands above"),
}


async def tour_club(club: Club, olga: Player, player: Player) -> None:
    """Let an organiser do everything that there is, and a member take part in it."""
    desk = club.guild.create_text_channel("organisers")
    await olga.fill(await olga.slash("organise setup"), {"Where do organisers read?": [desk]})
    cleared = await olga.fill(await olga.slash("organise setup"), {"Where do organisers read?": []})
    await olga.press(cleared, "Put it back")
    key = await make_group(club, olga, player)
    await start(club, olga, key)
    await take_part(club, player)
    await change(olga, player)
    asked = await player.press(await player.slash("help"), "Ask an organiser")
    await player.fill(asked, {"Your question": "When?", "With your name?": ["yes"]})


async def make_group(club: Club, olga: Player, player: Player) -> str:
    form = await olga.press(await olga.slash("organise cohort"), "New group")
    card = await olga.fill(form, {"Name": "Spring"})
    role = club.guild.create_role("Spring")
    form = await olga.press(card, "Teams and role")
    values = {"Teams, one a line": "Otters\nFoxes", "Role for who joins": [role]}
    card = await olga.fill(form, values)
    await player.slash("cohort join")
    form = await olga.press(card, "Put into a team")
    (team, *_) = [option["value"] for option in _options(form, "Into")]
    await olga.fill(form, {"Who": [player.actor], "Into": [team]})
    listed = await olga.press(card, "All groups")
    opened = await olga.press(listed, "Open")
    await olga.fill(await olga.press(opened, "Change"), {})
    await olga.press(await olga.press(opened, "Archive"), "Bring it back")
    form = await olga.press(await olga.slash("organise cohort"), "New group")
    await olga.fill(form, {"Name": "Autumn"})
    await player.slash("cohort leave", cohort="Spring")
    await player.choose(await player.slash("cohort join"), key_of(opened.message, "y"))
    await player.slash("cohort join", cohort="Spring")
    return key_of(opened.message, "y")


def _options(form: Reply, label: str) -> Any:
    assert form.form is not None
    parts = {part["label"]: part["component"] for part in form.form["components"]}
    return parts[label]["options"]


async def start(club: Club, olga: Player, group: str) -> None:
    for kit, title in (("five-talks", "First"), ("ready-before-we-talk", "Second")):
        shown = await olga.choose(await olga.slash("organise challenge"), kit)
        form = await olga.press(shown, "Words and days")
        shown = await olga.fill(form, {"Title": title, "Last day": "20 days"})
        shown = await olga.choose(shown, group)
        form = await olga.press(shown, "Board and pings")
        question = "One anonymous question, at start and end?"
        shown = await olga.fill(form, {question: ["yes"]})
        shown = await olga.fill(await olga.press(shown, "Points"), {})
        label = "Start it" if "Start it" in shown.labels else "Plan it"
        await olga.press(shown, label)
    await club.pass_days(1)
    await club.bot.dispatcher.announce()
    await club.bot.dispatcher.run_due()
    await club.env.settle()


async def take_part(club: Club, player: Player) -> None:
    posts = [m for m in club.channel.history() if labels_of(m) == ["Join", "Board"]]
    for post in posts:
        joined = await player.press(post, "Join")
        alone = {"Under my name", "Hidden"} & set(joined.labels)  # where members are ranked
        for label in (*sorted(alone), "Write to me"):
            await player.press(joined, label)
        await player.press(await player.press(joined, "One anonymous question"), "3")
        board = await player.press(post, "Board")
        await player.press(board, "How I am shown")
        await player.press(board, "Look again")
        await player.press(joined, "Board")
        await player.press(board, "Picture")
    await press_anything(club, player, [f"g:{key_of(posts[0], 'g')}:hide"])
    await player.press(await player.slash("challenge leave"), "Leave")
    await player.slash("challenge join", challenge="First")
    await player.slash("challenge join", challenge="Second")
    await player.slash("challenge standings", challenge="Second")


async def _manage_ranked(olga: Player) -> Reply:
    """Open the challenge in which members have lines; which one is listed first is drawn."""
    listed = (await olga.slash("organise challenge")).message
    for one in re.findall(r"g:[a-z2-7]{13}:manage", str(raw_components(listed))):
        card = Reply(await olga.actor.click(listed, custom_id=one))
        if "Take somebody off" in card.labels:
            return card
    raise AssertionError("no challenge ranks members")


async def change(olga: Player, player: Player) -> None:
    card = await _manage_ranked(olga)
    await olga.fill(await olga.press(card, "Its words"), {})
    await olga.fill(await olga.press(card, "Let it go on"), {"New last day": "in 8 weeks"})
    lines = await olga.press(card, "Take somebody off")
    for first_words in ("Off", "Back"):
        line = menus_of(lines.message)[-1]["options"][0]["value"]
        lines = await olga.choose(lines, line, menu=first_words)
    await olga.press(await olga.press(card, "End early"), "Yes, end it")
    report = await olga.press(await olga.slash("organise report"), "Report")
    await olga.press(report, "As a picture")
    await player.press(await player.slash("profile"), "Badges as a picture")
