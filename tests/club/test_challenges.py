"""Challenges from their start to the frozen board, with what an organiser may get wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.club import (
    arranging,
    badges,
    boards,
    challenges,
    cohorts,
    publishing,
    report,
    settings,
    standings,
    taking_part,
    timeline,
)
from bot.club.challenges import ChallengeDraft, ChallengeFacts, State
from bot.club.cohorts import CohortDraft, CohortFacts
from bot.club.taking_part import Shown
from bot.content import load
from bot.errors import UserError
from bot.notebook.changes import Actor
from bot.notebook.log import Happened, log_touch
from bot.notebook.members import change_settings, ensure_member
from bot.rules.records import TouchKind
from bot.rules.scoring import Measure, Term
from bot.storage.db import Database
from bot.storage.models import Participation, Tally
from bot.upkeep.erase import erase_member
from bot.upkeep.purge import purge
from tests.talks import hold_talk

GUILD = 77
BOSS = 1
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
CONTENT = load()
DRAFT = ChallengeDraft(
    "Ask around",
    "Ask people for a talk.",
    (Term(Measure.ASKED, 1),),
    TODAY,
    TODAY + timedelta(days=20),
)


@dataclass
class Scene:
    """A club with members, on both databases."""

    db: Database

    async def do(self, use_case: Callable[..., Awaitable[Any]], *given: Any, **named: Any) -> Any:
        async with self.db.write() as session:
            return await use_case(session, *given, **named)

    async def member(self, number: int, zone: str = "UTC") -> int:
        await self.do(ensure_member, number, now=NOW, guild_id=GUILD)
        await self.do(change_settings, number, zone=zone)
        return number

    async def start(self, draft: ChallengeDraft = DRAFT, **changed: Any) -> ChallengeFacts:
        return await self.do(
            challenges.create_challenge,
            GUILD,
            replace(draft, **changed),
            by=BOSS,
            now=NOW,
            today=TODAY,
            channel_id=5,
        )

    async def cohort(self, **changed: Any) -> CohortFacts:
        draft = replace(CohortDraft("Spring"), **changed)
        return await self.do(arranging.create_cohort, GUILD, draft, by=BOSS, now=NOW)

    async def enter(self, cohort: CohortFacts, number: int, **given: Any) -> Any:
        await self.member(number)
        return await self.do(
            cohorts.join_cohort,
            GUILD,
            cohort.key,
            member_id=number,
            **{"now": NOW, "today": TODAY, **given},
        )

    async def join(
        self, challenge: ChallengeFacts, number: int, *, day: int = 0, shown: Shown = Shown.ALIAS
    ) -> None:
        await self.member(number)
        now = NOW + timedelta(days=day)
        who: dict[str, Any] = {"member_id": number, "name": f"Member {number}"}
        await self.do(taking_part.join_challenge, GUILD, challenge.key, now=now, **who)
        await self.do(taking_part.choose_showing, challenge.key, shown=shown, **who)

    async def ask(self, number: int, *days: int) -> None:
        """Ask a new person on each of these days."""
        for turn, day in enumerate(days):
            by = Actor(number, NOW + timedelta(days=day, minutes=turn))
            happened = Happened(TouchKind.ASKED, TODAY + timedelta(days=day))
            await self.do(log_touch, by=by, contact=f"+Person {day} {turn}", happened=happened)

    async def board(self, challenge: ChallengeFacts, **given: Any) -> standings.Board:
        fresh = await self.do(challenges.access_challenge, GUILD, challenge.key)
        return await self.do(boards.read_board, fresh, **given)


@pytest.fixture
async def scene(db: Database) -> Scene:
    made = Scene(db)
    await made.member(BOSS)
    await made.do(settings.set_up_club, GUILD, zone="America/New_York", set_up_by=BOSS, now=NOW)
    return made


# --- groups --------------------------------------------------------------------------


async def test_who_joins_lands_in_the_smallest_team_and_may_leave_and_come_back(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    teams = [(await scene.enter(cohort, number)).team.name for number in range(10, 14)]
    assert sorted(teams) == ["Blue", "Blue", "Red", "Red"]
    assert (await scene.enter(cohort, 10)).was_in
    await scene.do(cohorts.leave_cohort, GUILD, cohort.key, member_id=10, now=NOW)
    assert (await scene.do(cohorts.access_cohort, GUILD, "spring")).members == 3
    assert (await scene.enter(cohort, 10)).team.name == teams[0]


async def test_a_group_asks_for_its_code_and_has_only_so_many_places(scene: Scene):
    cohort = await scene.cohort(code="Otter7", capacity=1)
    with pytest.raises(UserError, match="does not open"):
        await scene.enter(cohort, 10, code="heron")
    await scene.enter(cohort, 10, code=" otter7 ")
    with pytest.raises(UserError, match="is full"):
        await scene.enter(cohort, 11, code="otter7")
    assert [one.key for one in await scene.do(cohorts.cohorts_of, GUILD, 10)] == [cohort.key]


async def test_an_archived_group_is_joined_by_nobody_until_it_is_back(scene: Scene):
    cohort = await scene.cohort()
    await scene.do(arranging.archive_cohort, GUILD, cohort.key, now=NOW)
    with pytest.raises(UserError, match="is over"):
        await scene.enter(cohort, 10)
    await scene.do(arranging.archive_cohort, GUILD, cohort.key, now=None)
    await scene.enter(cohort, 10)


async def test_editing_a_group_keeps_the_teams_that_are_still_named(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in (10, 11):
        await scene.enter(cohort, number)
    draft = replace(arranging.draft_of(cohort), name="Summer", team_names=("Green", "Blue", "Red"))
    changed = await scene.do(arranging.edit_cohort, GUILD, cohort.key, draft)
    there = [("Green", 0), ("Blue", 1), ("Red", 1)]
    assert [(team.name, team.members) for team in changed.teams] == there
    moved = await scene.do(
        arranging.put_into_team,
        GUILD,
        cohort.key,
        member_id=10,
        team_key=changed.teams[0].key,
        today=TODAY,
    )
    assert moved.name == "Green"
    draft = replace(draft, team_names=("Green", "Blue"))  # nobody is in Red any more
    changed = await scene.do(arranging.edit_cohort, GUILD, cohort.key, draft)
    assert [(team.name, team.members) for team in changed.teams] == [("Green", 1), ("Blue", 1)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "x" * 61}, "61 characters"),
        ({"starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}, "ends before it starts"),
        ({"capacity": 0}, "one member at least"),
        ({"team_names": ("Red",)}, "nobody to play against"),
        ({"team_names": tuple(f"Team {n}" for n in range(200))}, "200 teams"),
        ({"team_names": ("Red", "red")}, "of that name already"),
    ],
)
async def test_a_group_that_makes_no_sense_is_refused_in_a_sentence(
    scene: Scene, changed: dict[str, Any], words: str
):
    with pytest.raises(UserError, match=words):
        await scene.cohort(**changed)


async def test_two_groups_with_one_name_are_told_apart_by_refusing_the_second(scene: Scene):
    await scene.cohort()
    with pytest.raises(UserError, match="of that name already"):
        await scene.cohort(name="SPRING")


# --- challenges ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ends_on": TODAY - timedelta(days=1)}, "ends before it starts"),
        ({"starts_on": TODAY - timedelta(days=1)}, "in the past"),
        ({"ends_on": TODAY + timedelta(days=1)}, "at least 3 days"),
        ({"ends_on": TODAY + timedelta(days=400)}, "401 days"),
        ({"title": "\u3164"}, "needs a name"),
        ({"text": "x" * 1001}, "1001 characters"),
        ({"terms": ()}, "something to count"),
        ({"shape": "club"}, "needs a goal"),
        ({"shape": "teams"}, "belong to a group"),
        ({"cohort_key": "nope"}, "not here any more"),
    ],
)
async def test_a_challenge_that_makes_no_sense_is_refused_in_a_sentence(
    scene: Scene, changed: dict[str, Any], words: str
):
    with pytest.raises(UserError, match=words):
        await scene.start(**changed)


async def test_a_challenge_for_a_group_without_members_or_teams_is_refused(scene: Scene):
    cohort = await scene.cohort()
    with pytest.raises(UserError, match="Nobody is in Spring yet"):
        await scene.start(cohort_key=cohort.key)
    await scene.enter(cohort, 10)
    with pytest.raises(UserError, match="no teams yet"):
        await scene.start(cohort_key=cohort.key, shape="teams")


async def test_two_open_challenges_never_share_a_name_and_marks_are_kept_as_typed(scene: Scene):
    title = "**Go** @everyone <@5>"
    assert (await scene.start(title=title)).title == title
    with pytest.raises(UserError, match="of that name already"):
        await scene.start(title=title.upper())


@pytest.mark.parametrize("kit", CONTENT.kits.values(), ids=lambda kit: kit.id)
async def test_every_kit_starts_as_it_is(scene: Scene, kit: Any):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    await scene.enter(cohort, 10)
    group = cohort.key if kit.shape == "teams" else None
    draft = challenges.draft_of_kit(kit, starts_on=TODAY, cohort_key=group)
    made = await scene.start(draft)
    assert (made.window.days, made.terms, made.state(TODAY)) == (
        kit.days,
        kit.scoring,
        State.RUNNING,
    )


async def test_somebody_new_every_week_takes_a_talk_and_no_more(scene: Scene):
    kit = CONTENT.kits["somebody-new-each-week"]
    made = await scene.start(challenges.draft_of_kit(kit, starts_on=TODAY))
    await scene.join(made, 10)
    rows = []
    for week in (0, 2, 3, 5):  # the second is forgiven, the fifth is not
        now = NOW + timedelta(weeks=week)
        await scene.do(hold_talk, Actor(10, now), f"Rosa {week}", now.date())
        board = await scene.board(made, viewer=10)
        rows.append([part.counted for part in board.mine.parts if part.measure is Measure.WEEKS])
    assert rows == [[1], [2], [3], [3]]


async def test_a_challenge_is_extended_ended_early_and_called_off(scene: Scene):
    made, club = await scene.start(), await scene.do(settings.find_club, GUILD)
    later = made.ends_on + timedelta(days=7)
    longer = await scene.do(challenges.extend_challenge, club, made.key, ends_on=later, now=NOW)
    assert longer.ends_on == later
    with pytest.raises(UserError, match="not later"):
        await scene.do(challenges.extend_challenge, club, made.key, ends_on=later, now=NOW)
    soon = TODAY + timedelta(days=5)
    short = await scene.do(challenges.end_early, club, made.key, now=NOW + timedelta(days=5))
    assert short.state(soon + timedelta(days=1)) is State.COUNTING
    off = await scene.do(challenges.cancel_challenge, GUILD, made.key, now=NOW)
    assert off.state(TODAY) is State.CANCELLED
    with pytest.raises(UserError, match="called off"):
        await scene.join(made, 10)


async def test_nobody_joins_after_the_end_or_from_outside_the_group(scene: Scene):
    cohort = await scene.cohort()
    await scene.enter(cohort, 10)
    made = await scene.start(cohort_key=cohort.key)
    with pytest.raises(UserError, match="for the group Spring"):
        await scene.join(made, 11)
    with pytest.raises(UserError, match="is over"):
        await scene.join(made, 10, day=21)
    await scene.join(made, 10, day=20)


# --- boards --------------------------------------------------------------------------


async def test_a_board_shows_aliases_and_names_and_never_who_is_hidden(scene: Scene):
    made = await scene.start()
    await scene.join(made, 10)
    await scene.join(made, 11, shown=Shown.NAME)
    await scene.join(made, 12, shown=Shown.HIDDEN)
    await scene.join(made, 13, day=8)
    for number, days in ((10, (1, 2)), (11, (1, 2)), (12, (1, 2, 9)), (13, (9,))):
        await scene.ask(number, *days)
    board = await scene.board(made, viewer=12)
    assert [(line.rank, line.points) for line in board.lines] == [(1, 2), (1, 2), (3, 1)]
    assert "Member 11" in [line.name for line in board.lines]
    assert not {"Member 10", "Member 12", "Member 13"} & {line.name for line in board.lines}
    assert [line.since for line in board.lines] == [None, None, TODAY + timedelta(days=8)]
    assert (board.members, board.hidden, board.points) == (4, 1, 8)
    assert board.mine
    assert (board.mine.rank, board.mine.points) == (1, 3)


async def test_a_challenge_of_one_and_one_of_nobody_have_a_board(scene: Scene):
    made = await scene.start()
    assert (await scene.board(made)).lines == ()
    await scene.join(made, 10)
    (line,) = (await scene.board(made)).lines
    assert (line.rank, line.points) == (1, 0)


async def test_leaving_takes_one_off_the_board_and_coming_back_brings_all_back(scene: Scene):
    made = await scene.start()
    await scene.join(made, 10)
    await scene.ask(10, 1)
    before = (await scene.board(made)).lines
    await scene.do(taking_part.leave_challenge, GUILD, made.key, member_id=10, now=NOW)
    assert (await scene.board(made)).members == 0
    with pytest.raises(UserError, match="not in that challenge"):
        await scene.do(taking_part.leave_challenge, GUILD, made.key, member_id=10, now=NOW)
    await scene.join(made, 10, day=3)
    assert (await scene.board(made)).lines == before


async def test_an_organiser_takes_a_line_off_a_board_and_all_totals_stay(scene: Scene):
    made = await scene.start()
    for number in (10, 11):
        await scene.join(made, number)
        await scene.ask(number, 1)
    before = await scene.board(made, viewer=10)
    line = await line_of(scene, made, 10)
    await scene.do(taking_part.exclude, GUILD, made.key, line=line, now=NOW)
    after = await scene.board(made, viewer=10)
    assert [one.owner_id for one in after.lines] == [11]
    assert (after.members, after.points, after.hidden, after.mine) == (2, 2, 1, None)
    _, lines, taken_off = await scene.do(boards.list_lines, made, page=0)
    assert before.mine
    assert (taken_off, len(lines)) == ({line: before.mine.name}, 1)
    await scene.do(taking_part.exclude, GUILD, made.key, line=line, now=None)
    assert await scene.board(made, viewer=10) == before


async def test_a_line_that_is_not_seen_cannot_be_taken_off(scene: Scene):
    made, club = await scene.start(), await scene.start(title="All", shape="club", goal=9)
    for number in (10, 11):
        await scene.join(made, number, shown=Shown.HIDDEN)
        await scene.join(club, number)
    off = partial(scene.do, taking_part.exclude, GUILD, now=NOW)
    await scene.join(made, 12)
    left = await line_of(scene, made, 12)
    await scene.do(taking_part.leave_challenge, GUILD, made.key, member_id=12, now=NOW)
    for line in (await line_of(scene, made, 10), left, await line_of(scene, club, 11), "10", "x"):
        with pytest.raises(UserError, match="That line is not on the board"):
            await off(made.key, line=line)
    with pytest.raises(UserError, match="nobody to take off"):
        await off(club.key, line=await line_of(scene, club, 10))
    assert (await scene.do(boards.list_lines, made, page=0))[1:] == ({}, {})


async def line_of(scene: Scene, made: ChallengeFacts, number: int) -> str:
    mine = (Participation.challenge_key == made.key) & (Participation.owner_id == number)
    async with scene.db.read() as session:
        return str(await session.scalar(select(Participation.key).where(mine)))


async def test_teams_are_ranked_by_their_average_and_show_no_member(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 21):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape="teams")
    for number in range(10, 21):
        await scene.join(made, number)
    await scene.ask(11, 1, 2)  # the second to come is in Blue, of five
    await scene.ask(10, 1, 2)
    board = await scene.board(made, viewer=10)
    assert [(line.rank, line.name, line.points) for line in board.lines] == [
        (1, "Blue", 0.4),
        (2, "Red", 0.3),
    ]
    assert board.team
    assert board.team.name == "Red"
    assert all(line.owner_id is None for line in board.lines)


async def test_a_team_of_fewer_than_five_has_no_average_now_or_at_the_end(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 19):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape="teams")
    for number in range(10, 19):
        await scene.join(made, number)
        await scene.ask(number, 1)
    board = await scene.board(made, viewer=11)  # in Blue, of four
    assert [line.name for line in board.lines] == ["Red"]
    assert (board.team, board.members) == (None, 9)
    await scene.do(boards.freeze, made, now=NOW)
    assert [line.name for line in (await scene.board(made)).lines] == ["Red"]


async def test_who_is_put_into_another_team_stays_in_theirs_where_it_has_begun(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 21):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape="teams")
    days = {"starts_on": TODAY + timedelta(days=1)}
    later = await scene.start(title="Later", cohort_key=cohort.key, shape="teams", **days)
    for number in range(10, 21):
        await scene.join(made, number)
        await scene.join(later, number)
    await scene.ask(10, 1, 2)
    before = (await scene.board(made)).lines
    blue = {"member_id": 10, "team_key": cohort.teams[1].key, "today": TODAY}
    await scene.do(arranging.put_into_team, GUILD, cohort.key, **blue)
    assert (await scene.board(made)).lines == before
    assert {line.name: line.members for line in (await scene.board(later)).lines} == {
        "Red": 5,
        "Blue": 6,
    }


async def test_a_club_works_towards_one_goal_and_ranks_nobody(scene: Scene):
    made = await scene.start(shape="club", goal=10)
    for number in (10, 11):
        await scene.join(made, number)
        await scene.ask(number, 1)
    board = await scene.board(made)
    assert (board.lines, board.points, board.reached) == ((), 2, 0.2)


async def test_a_closed_board_stays_whatever_is_removed_and_a_winner_must_show_their_name(
    scene: Scene,
):
    made = await scene.start()
    await scene.join(made, 10, shown=Shown.NAME)
    await scene.join(made, 11)
    await scene.join(made, 12, shown=Shown.HIDDEN)
    for number in (10, 11):
        await scene.ask(number, 1, 2)
    live = (await scene.board(made, viewer=12)).lines
    await scene.do(boards.freeze, made, now=NOW)
    await scene.ask(10, 3)
    board = await scene.board(made, viewer=12)
    assert board.is_final
    assert sorted(board.lines, key=lambda one: one.name) == sorted(live, key=lambda one: one.name)
    assert board.mine
    assert board.hidden == 1
    assert await scene.do(boards.list_winners, made.key) == [10]
    await scene.do(boards.hide_from_final, made.key, member_id=10)
    assert len((await scene.board(made)).lines) == 1
    assert [one.key for one in await scene.do(challenges.list_seasons, GUILD)] == [made.key]


@pytest.mark.parametrize("shape", ["teams", "club"])
async def test_where_nobody_is_shown_alone_nobody_wins_a_role(scene: Scene, shape: str):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 20):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape=shape, goal=9)
    for number in range(10, 20):
        await scene.join(made, number)
        await scene.ask(number, 1)
    await scene.do(boards.freeze, made, now=NOW)
    assert (await scene.board(made, viewer=10)).points == 10
    assert await scene.do(boards.list_winners, made.key) == []


async def test_pages_of_a_long_board_hold_ten_lines_each(scene: Scene):
    made = await scene.start()
    for number in range(10, 33):
        await scene.join(made, number)
    board = await scene.board(made, page=2)
    assert (len(board.lines), board.pages) == (3, 3)
    assert (await scene.board(made, page=99)).page == 2
    assert len({line.name for line in board.lines}) == 3


async def test_an_alias_lies_sealed_in_the_database(scene: Scene):
    made = await scene.start()
    await scene.join(made, 10)
    (line,) = (await scene.board(made)).lines
    table = Participation.__table__
    async with scene.db.read() as session:
        rows = await session.execute(select(table).with_only_columns(table.c.alias.label("a")))
        assert [row.a for row in rows.all()] == [line.name]
    assert "alias" in {c.name for c in table.columns if type(c.type).__name__ == "Encrypted"}


# --- the report ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (("Red", "Green", "Gold"), {"Red": 2, "Green": 2, "Gold": 2}),  # Blue is Green now
        (("Gold", "Red", "Blue"), {"Gold": 2, "Red": 2, "Blue": 2}),
    ],
)
async def test_a_team_that_is_renamed_keeps_its_members(
    scene: Scene, names: tuple[str, ...], kept: dict[str, int]
):
    cohort = await scene.cohort(team_names=("Red", "Blue", "Gold"))
    for number in range(10, 16):
        await scene.enter(cohort, number)
    draft = replace(arranging.draft_of(cohort), team_names=names)
    changed = await scene.do(arranging.edit_cohort, GUILD, cohort.key, draft)
    assert {team.name: team.members for team in changed.teams} == kept


@pytest.mark.parametrize("names", [("Red", "Gold"), ("Red", "Green"), ()])
async def test_a_team_with_members_is_not_dropped(scene: Scene, names: tuple[str, ...]):
    cohort = await scene.cohort(team_names=("Red", "Blue", "Gold"))
    for number in range(10, 16):
        await scene.enter(cohort, number)
    draft = replace(arranging.draft_of(cohort), team_names=names)
    with pytest.raises(UserError, match="has 2 members, so its line has to stay"):
        await scene.do(arranging.edit_cohort, GUILD, cohort.key, draft)
    assert len((await scene.do(cohorts.access_cohort, GUILD, cohort.key)).teams) == 3


async def figures(
    scene: Scene, made: ChallengeFacts, day: int = 0, *, now: datetime | None = None
) -> report.Report:
    club, now = await scene.do(settings.find_club, GUILD), now or NOW + timedelta(days=day)
    await scene.do(publishing.publish_figures, made, club, now=now)
    fresh = await scene.do(challenges.access_challenge, GUILD, made.key)
    return await scene.do(report.read_report, fresh, now=now)


async def test_a_week_is_reported_when_nothing_can_be_added_and_with_five_behind_it(scene: Scene):
    made = await scene.start()
    for number in range(10, 15):
        await scene.join(made, number)
        await scene.ask(number, 1)
    await scene.ask(10, 8)
    assert (await figures(scene, made, 14)).weeks == ()
    told = await figures(scene, made, 22)
    assert [dict(week)[Measure.ASKED] for _, week in told.weeks] == [5, None]
    assert (told.sums[Measure.ASKED], told.sums[Measure.TALKS], told.waiting) == (5, None, 1)


async def test_the_last_week_is_reported_as_the_final_board_counts_it(scene: Scene):
    await scene.do(settings.set_up_club, GUILD, zone="Europe/London", set_up_by=BOSS, now=NOW)
    made = await scene.start()
    last = (made.ends_on - TODAY).days
    for number in range(10, 16):
        await scene.join(made, number)
    for number in range(10, 15):
        await scene.ask(number, last)
    closes = timeline.closes_at(made.window, await scene.do(settings.find_club, GUILD))
    before = await figures(scene, made, now=closes - timedelta(minutes=1))
    assert before.waiting == 1
    await scene.ask(15, last)  # noted in time, where it is still the day before
    after = await figures(scene, made, now=closes)
    assert (after.waiting, after.weeks[-1][1][Measure.ASKED]) == (0, 6)


async def test_two_reports_never_differ_by_what_one_member_did(scene: Scene):
    made = await scene.start()
    for number in range(10, 16):
        await scene.join(made, number)
        await scene.ask(number, 1)
    before = await figures(scene, made, 15)
    await scene.do(taking_part.leave_challenge, GUILD, made.key, member_id=10, now=NOW)
    assert (await figures(scene, made, 16)).weeks == before.weeks


async def test_taking_a_line_off_the_board_never_tells_what_they_did(scene: Scene):
    both = [await scene.start(), await scene.start(title="Ours")]
    for number in range(10, 16):
        for one in both:
            await scene.join(one, number)
        await scene.ask(number, 1)
    before = await figures(scene, both[0], 60)
    for one in both:
        line = await line_of(scene, one, 10)
        await scene.do(taking_part.exclude, GUILD, one.key, line=line, now=NOW)
    after = await figures(scene, both[1], 60)
    assert after.weeks == before.weeks
    board = await scene.board(both[1])
    assert (board.members, board.points) == (before.members, before.sums[Measure.ASKED])


async def test_one_hidden_team_hides_a_second_so_that_no_sum_tells(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue", "Green"))
    for number in range(10, 25):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape="teams")
    for number in range(10, 25):
        await scene.join(made, number)
    for number in range(10, 24):  # the last of Green did nothing
        await scene.ask(number, *((1, 2) if number % 3 == 1 else (1,)))
    told = dict((await figures(scene, made, 60)).teams)
    shown = sorted(str(team[Measure.ASKED]) for team in told.values())
    assert shown == ["10", "None", "None"]


async def test_reports_of_two_challenges_never_differ_by_what_one_member_did(scene: Scene):
    cohort = await scene.cohort()
    for number in range(10, 16):
        await scene.enter(cohort, number)
    whole, group = await scene.start(), await scene.start(title="Ours", cohort_key=cohort.key)
    for number in range(10, 17):  # one of them is in the first alone
        await scene.join(whole, number)
        if number < 16:
            await scene.join(group, number)
        await scene.ask(number, 1, 2)
    first, second = await figures(scene, whole, 60), await figures(scene, group, 60)
    assert dict(first.weeks)[TODAY][Measure.ASKED] == 14
    assert dict(second.weeks)[TODAY][Measure.ASKED] is None


async def test_reports_of_two_challenges_with_the_same_members_both_stand(scene: Scene):
    both = [await scene.start(), await scene.start(title="Ours")]
    for number in range(10, 16):
        for one in both:
            await scene.join(one, number)
        await scene.ask(number, 1)
    for one in both:
        assert dict((await figures(scene, one, 60)).weeks)[TODAY][Measure.ASKED] == 6


@pytest.mark.parametrize("is_in_both", [True, False])
async def test_who_leaves_between_two_reports_is_not_told_by_their_difference(
    scene: Scene, is_in_both: bool
):
    first, second = await scene.start(), await scene.start(title="Ours")
    for number in range(10, 17):
        await scene.join(first, number)
        if is_in_both or number < 16:
            await scene.join(second, number)
        await scene.ask(number, 1, 2)
    told = await figures(scene, first, 15)
    for one in (first, second)[: 1 + is_in_both]:
        await scene.do(taking_part.leave_challenge, GUILD, one.key, member_id=16, now=NOW)
    assert dict(told.weeks)[TODAY][Measure.ASKED] == 14
    assert dict((await figures(scene, second, 16)).weeks)[TODAY][Measure.ASKED] is None


async def test_changes_that_cancel_between_two_reports_are_seen(scene: Scene):
    first, second = await scene.start(), await scene.start(title="Ours")
    for number in (*range(10, 18), 20, 21, 22, 30):
        if number < 30:
            await scene.join(first, number)
        if number < 20 or number == 30:
            await scene.join(second, number)
        await scene.ask(number, 1, 2)
    leave = partial(scene.do, taking_part.leave_challenge, GUILD, first.key, now=NOW)
    for number in (20, 21, 22):
        await leave(member_id=number)
    assert dict((await figures(scene, first, 15)).weeks)[TODAY][Measure.ASKED] == 16
    for number in (15, 16, 17):  # three go, three come back: as many deeds, of others
        await leave(member_id=number)
    for number in (20, 21, 22):
        await scene.join(first, number, day=14)
    # 18 would tell what member 30 alone did, though today's members differ by seven.
    assert dict((await figures(scene, second, 16)).weeks)[TODAY][Measure.ASKED] is None


async def test_who_is_erased_takes_the_hash_of_what_they_did_along(scene: Scene):
    first, second = await scene.start(), await scene.start(title="Ours")
    for number in range(10, 17):
        await scene.join(first, number)
        await scene.ask(number, 1)
    await figures(scene, first, 15)
    for number in range(10, 16):
        await scene.join(second, number)
    assert await hashes(scene, first) == 1
    await scene.do(erase_member, 99)
    assert await hashes(scene, first) == 1
    await scene.do(erase_member, 16)
    assert await hashes(scene, first) == 0
    assert dict((await figures(scene, second, 60)).weeks)[TODAY][Measure.ASKED] is None


async def test_a_hash_is_kept_while_a_challenge_of_the_same_days_is_open(scene: Scene):
    made = await scene.start()
    longer = await scene.start(title="Longer", ends_on=made.ends_on + timedelta(days=9))
    later = {
        "starts_on": made.ends_on + timedelta(days=4),
        "ends_on": made.ends_on + timedelta(days=14),
    }
    await scene.start(title="Later", **later)
    for number in range(10, 15):
        await scene.join(made, number)
        await scene.ask(number, 1)
    await figures(scene, made, 60)
    kept: list[int] = []
    for closed in (None, made, longer):
        if closed:
            await scene.do(boards.freeze, closed, now=NOW)
        await scene.do(purge, now=NOW + timedelta(days=60))
        kept.append(await hashes(scene, made))
    assert kept == [1, 1, 0]


async def hashes(scene: Scene, made: ChallengeFacts) -> int:
    kept = select(Tally.behind).where(Tally.challenge_key == made.key, Tally.behind.is_not(None))
    async with scene.db.read() as session:
        found = [bytes(row.behind) for row in (await session.execute(kept)).all()]
    assert all(len(one) == 16 for one in found)
    return len(found)


async def test_who_leaves_before_both_reports_hides_nothing(scene: Scene):
    both = [await scene.start(), await scene.start(title="Ours")]
    for number in range(10, 17):
        for one in both:
            await scene.join(one, number)
        await scene.ask(number, 1, 2)
    for one in both:
        await scene.do(taking_part.leave_challenge, GUILD, one.key, member_id=16, now=NOW)
    for one in both:
        assert dict((await figures(scene, one, 15)).weeks)[TODAY][Measure.ASKED] == 12


async def test_who_leaves_before_the_end_is_not_told_by_weeks_less_teams(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 23):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape="teams")
    for number in range(10, 23):
        await scene.join(made, number)
        await scene.ask(number, 1)
    before = await figures(scene, made, 15)
    assert dict(before.weeks)[TODAY][Measure.ASKED] == 13
    await scene.do(taking_part.leave_challenge, GUILD, made.key, member_id=22, now=NOW)
    told = await figures(scene, made, 60)
    assert [team[Measure.ASKED] for _, team in told.teams] == [None, None]


async def test_a_hidden_week_hides_two_teams_so_that_no_sum_tells(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 22):
        await scene.enter(cohort, number)
    made = await scene.start(cohort_key=cohort.key, shape="teams")
    for number in range(10, 22):
        await scene.join(made, number)
        await scene.ask(number, 1)
    await scene.ask(10, 8)  # alone in the second week
    told = await figures(scene, made, 60)
    assert [dict(week)[Measure.ASKED] for _, week in told.weeks] == [12, None, None]
    assert [team[Measure.ASKED] for _, team in told.teams] == [None, None]


async def test_somebody_in_no_team_hides_two_teams_so_that_no_sum_tells(scene: Scene):
    cohort = await scene.cohort(team_names=("Red", "Blue"))
    for number in range(10, 23):
        await scene.enter(cohort, number)
    nowhere = {"member_id": 22, "team_key": None, "today": TODAY}
    await scene.do(arranging.put_into_team, GUILD, cohort.key, **nowhere)
    made = await scene.start(cohort_key=cohort.key)
    for number in range(10, 23):
        await scene.join(made, number)
        await scene.ask(number, 1)
    told = await figures(scene, made, 60)
    assert dict(told.weeks)[TODAY][Measure.ASKED] == 13
    assert [team[Measure.ASKED] for _, team in told.teams] == [None, None]


async def test_a_report_as_csv_has_no_name_but_teams(scene: Scene):
    made = await scene.start()
    await scene.join(made, 10, shown=Shown.NAME)
    await scene.ask(10, 1)
    text = report.write_csv(await figures(scene, made, 60))
    assert "under 5" in text
    assert "Self-reported" in text
    assert "Member" not in text.replace("by members", "")


async def answer(
    scene: Scene, made: ChallengeFacts, number: int, moment: str, value: int, *, day: int = 0
) -> None:
    given = {"member_id": number, "moment": moment, "value": value}
    now = NOW + timedelta(days=day)
    await scene.do(report.answer_question, made.key, **given, now=now)


async def test_answers_are_told_as_an_average_and_never_who_gave_them(scene: Scene):
    made = await scene.start(asks_question=True)
    for number in range(10, 15):
        await scene.join(made, number)
        await answer(scene, made, number, "start", 1 if number == 10 else 3)
        with pytest.raises(UserError, match="answered already"):
            await answer(scene, made, number, "start", 2)
    assert (await figures(scene, made, 1)).answers == {}
    await scene.do(boards.freeze, made, now=NOW)
    assert (await figures(scene, made, 60)).answers == {"start": report.Answers(5, 2.6)}


async def test_answers_at_the_end_are_told_once_all_at_once(scene: Scene):
    made = await scene.start(asks_question=True)
    for number in range(10, 16):
        await scene.join(made, number)
    await scene.do(boards.freeze, made, now=NOW)
    for number in range(10, 15):
        await answer(scene, made, number, "close", 4)
    assert (await figures(scene, made, 6)).answers == {}  # a sixth would tell theirs
    await answer(scene, made, 15, "close", 1, day=6)
    assert (await figures(scene, made, 8)).answers == {"close": report.Answers(6, 3.5)}
    await scene.join(made := await scene.start(title="Another", asks_question=True), 10)
    await scene.do(boards.freeze, made, now=NOW)
    with pytest.raises(UserError, match="counted already"):
        await answer(scene, made, 10, "close", 1, day=8)


# --- the rest ------------------------------------------------------------------------


async def test_badges_tell_what_is_earned_and_what_comes_next(scene: Scene):
    await scene.member(10)
    told = {one.id: one for one in await scene.do(badges.list_badges, 10, today=TODAY)}
    assert not any(one.is_earned for one in told.values())
    await scene.do(hold_talk, Actor(10, NOW), "Rosa", TODAY)
    told = {one.id: one for one in await scene.do(badges.list_badges, 10, today=TODAY)}
    assert told["first-talk"].is_earned
    assert (told["ten-talks"].count, told["ten-talks"].needed) == (1, 10)


async def test_a_challenge_speaks_at_the_clubs_hours_and_never_twice_a_day(scene: Scene):
    made = await scene.start(ends_on=TODAY + timedelta(days=29))
    club = await scene.do(settings.find_club, GUILD)
    posts = timeline.timeline(made.window, club, created_at=NOW)
    assert [post.label for post in posts] == [
        *("open", "week:1", "week:2", "half", "week:3", "48h", "week:4", "close", "report"),
    ]
    days = [post.at.date() for post in posts[:-1] if post.label != "week:2"]  # half-way's own
    assert len(set(days)) == len(days)
    # The clocks went forward between: six in the evening stays six in the evening.
    assert [post.at.hour for post in posts if post.label.startswith("week")] == [22] * 4
    assert posts[-1].at >= datetime(2026, 4, 4, 12, tzinfo=UTC)


async def test_a_club_that_removed_the_bot_may_come_back_within_thirty_days(scene: Scene):
    await scene.do(settings.leave_club, GUILD, now=NOW)
    assert (await scene.do(settings.find_club, GUILD)).left_at == NOW
    assert await scene.do(settings.come_back, GUILD)
    assert not await scene.do(settings.come_back, GUILD)
