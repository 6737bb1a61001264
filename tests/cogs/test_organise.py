from __future__ import annotations

import discord
import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.club.settings import find_club
from bot.dispatcher import Closed, Message
from bot.notebook.members import find_member
from bot.rules.presses import menu
from cogs._ui.cards import buttons
from cogs.reminders import DiscordCourier
from tests.cogs.playing import Club, Player, labels_of, text_of, walk

ZONE = "The club's time zone"
NEWS, DESK = "Where are challenges announced?", "Where do organisers read?"


def posts(channel) -> list:
    return [m for m in channel.history() if "Talk to people" in text_of(m)]


def pinned(channel) -> list:
    return [m for m in channel.history() if m.pinned]


async def set_up(olga: Player, **values):
    form = await olga.slash("organise setup")
    return await olga.fill(form, values or {ZONE: ["America/Chicago"]})


async def test_setup_posts_and_pins_the_start_post_and_sets_the_zone(club: Club) -> None:
    done = await set_up(club.organiser())
    assert done.is_private
    assert "Integrations" in done.text
    assert "Chicago" in done.text
    (post,) = posts(club.channel)
    assert post.pinned
    assert labels_of(post) == ["Start", "Today", "Add a person", "What I keep"]
    async with club.bot.db.read() as session:
        assert (await find_club(session, club.guild.id)).zone == "America/Chicago"


async def test_a_second_setup_moves_the_post_and_never_leaves_two(club: Club) -> None:
    olga = club.organiser()
    await set_up(olga)
    elsewhere = club.guild.create_text_channel("welcome")
    await set_up(Player(olga.actor, elsewhere, olga.user))
    assert posts(club.channel) == []
    assert pinned(club.channel) == []
    assert len(pinned(elsewhere)) == len(posts(elsewhere)) == 1


async def test_post_puts_it_up_again_in_place_of_the_old_one(club: Club) -> None:
    olga = club.organiser()
    refused = await olga.slash("organise post")
    assert "/organise setup" in refused.text
    await set_up(olga)
    (old,) = posts(club.channel)
    again = await olga.slash("organise post")
    assert again.is_private
    (new,) = posts(club.channel)
    assert new.id != old.id
    assert new.pinned
    assert "The one before is gone." in again.text


async def test_post_speaks_of_no_post_before_the_first(club: Club) -> None:
    olga = club.organiser()
    where = f"/channels/{club.channel.id}/messages"
    club.env.inject_error("POST", where, status=403, code=50013, message="No")
    await set_up(olga)
    assert posts(club.channel) == []
    done = await olga.slash("organise post")
    assert "stands in this channel now" in done.text
    assert "The one before" not in done.text


@pytest.mark.parametrize("command", ["post", "setup"])
async def test_an_old_start_post_that_stays_is_named_and_no_third_is_put_up(
    club: Club, command: str
) -> None:
    olga = club.organiser()
    await set_up(olga)
    (old,) = posts(club.channel)
    club.env.inject_error(
        "DELETE", f"/channels/{club.channel.id}/*", status=403, code=50001, message="No"
    )
    elsewhere = club.guild.create_text_channel("welcome")
    there = Player(olga.actor, elsewhere, olga.user)

    async def again() -> str:
        done = await (set_up(there) if command == "setup" else there.slash("organise post"))
        return done.text

    told = await again()
    assert "stands in this channel now, pinned" in told
    assert f"/{club.channel.id}/{old.id}) still stands in <#{club.channel.id}>" in told
    assert "please delete it there" in told
    assert "is gone" not in told
    for _ in range(2):
        assert "still stands" not in await again()
    assert len(posts(elsewhere)) == 1


async def test_a_deleted_start_post_is_simply_posted_again(club: Club) -> None:
    olga = club.organiser()
    await set_up(olga)
    (old,) = posts(club.channel)
    await club.bot.get_partial_messageable(club.channel.id).get_partial_message(old.id).delete()
    await olga.slash("organise post")
    assert len(posts(club.channel)) == 1


@pytest.mark.parametrize(
    ("status", "code", "said"), [(400, 30003, "as many pins as"), (403, 50013, "not let me pin")]
)
async def test_a_start_post_that_cannot_be_pinned_stands_all_the_same(
    club: Club, status: int, code: int, said: str
) -> None:
    def refuse() -> None:
        where = "/channels/*/messages/pins/*"
        club.env.inject_error("PUT", where, status=status, code=code, message="No")

    refuse()
    olga = club.organiser()
    done = await set_up(olga)
    assert "stands in this channel" in done.text
    assert said in done.text
    assert len(posts(club.channel)) == 1
    refuse()
    assert said in (await olga.slash("organise post")).text
    assert len(posts(club.channel)) == 1


async def test_missing_permissions_are_named_before_anything_is_posted(club: Club) -> None:
    olga = club.organiser()
    me = club.guild.me
    quiet = discord.PermissionOverwrite(send_messages=False)
    closed = club.guild.create_text_channel("closed", overwrites={me: quiet})
    refused = await Player(olga.actor, closed, olga.user).slash("organise setup")
    assert "Send Messages" in refused.text
    assert posts(closed) == []


async def test_anybody_may_press_the_start_post_and_is_answered_alone(club: Club) -> None:
    await set_up(club.organiser())
    (post,) = posts(club.channel)
    ben = club.member("Ben")
    welcome = await ben.press(post, "Start")
    assert welcome.is_private
    assert "Welcome" in welcome.text
    kept = await ben.press(post, "What I keep")
    assert kept.is_private
    form = await ben.press(post, "Add a person")
    assert form.title == "Note a person"
    assert len(posts(club.channel)) == 1


async def test_the_clubs_zone_stands_first_in_the_start_form(club: Club, ana: Player) -> None:
    await set_up(club.organiser(), **{"Or type a city": "Lisbon"})
    form = await ana.press(await ana.slash("start"), "Begin")
    (menu,) = [c for c in walk(form.form["components"]) if c.get("type") == 3] or [
        part["component"] for part in form.form["components"] if "options" in part["component"]
    ]
    assert menu["options"][0]["value"] == "Europe/Lisbon"
    assert "your club's" in menu["options"][0]["label"]
    assert menu["options"][-1]["label"] == "Another: I ask next"
    assert len(menu["options"]) == 25


async def test_a_zone_that_does_not_exist_is_asked_for_again(club: Club) -> None:
    olga = club.organiser()
    refused = await set_up(olga, **{"Or type a city": "Atlantis Springs"})
    assert "I don't know" in refused.text
    form = await olga.press(refused, "Correct it")
    assert form.held["Or type a city"] == "Atlantis Springs"
    await olga.fill(form, {"Or type a city": "Berlin"})
    async with club.bot.db.read() as session:
        assert (await find_club(session, club.guild.id)).zone == "Europe/Berlin"


async def test_status_gives_counts_and_never_names(club: Club, ana: Player) -> None:
    olga = club.organiser()
    await set_up(olga)
    await ana.slash("contact add", name="Rosa Vega")
    status = await olga.slash("organise status")
    assert status.is_private
    assert "1 member has begun here; 0 confirmed" in status.text
    assert "Chicago" in status.text
    assert "I am well" in status.text
    assert "Ana" not in status.text
    assert "Rosa" not in status.text


async def test_a_new_club_zone_holds_for_members_without_their_own(club: Club, ana: Player) -> None:
    await ana.slash("contact add", name="Rosa Vega")
    before = await club.bot.dispatcher.next_due()
    await set_up(club.organiser(), **{ZONE: ["Asia/Tokyo"]})
    async with club.bot.db.read() as session:
        member = await find_member(session, ana.user.id, guild_id=None)
    assert member.zone_or_club == "Asia/Tokyo"
    assert await club.bot.dispatcher.next_due() != before


async def test_discord_hides_the_command_from_who_is_no_organiser(ana: Player) -> None:
    with pytest.raises(Exception, match="not visible to this user"):
        await ana.slash("organise setup")


async def test_who_is_no_organiser_and_finds_its_button_is_told_so(club: Club, ana: Player) -> None:
    row = (menu("organise", "Post it again", arg="post"),)
    channel = club.bot.get_partial_messageable(club.channel.id)
    message = await channel.send(view=buttons((row,)))
    refused = await ana.press(message, "Post it again")
    assert refused.is_private
    assert "for the club's organisers" in refused.text
    assert posts(club.channel) == []


async def test_a_role_that_was_given_the_command_can_use_it_and_its_buttons(club: Club) -> None:
    (command,) = [c for c in await club.bot.tree.fetch_commands() if c.name == "organise"]
    helper = club.guild.create_role("Mentor")
    club.guild.set_command_permissions(command, {helper: True})
    mia = club.member("Mia", roles=[helper])
    done = await set_up(mia)
    again = await mia.press(done, "Post it again")
    assert "stands in this channel now" in again.text
    assert len(posts(club.channel)) == 1


async def test_a_message_of_the_bot_is_no_place_for_organisers(club: Club) -> None:
    with pytest.raises(Exception, match="organise"):
        await club.in_dm(club.organiser()).slash("organise status")


async def test_setup_takes_the_channels_and_the_board_day(club: Club) -> None:
    olga = club.organiser()
    news = club.guild.create_text_channel("news")
    desk = club.guild.create_text_channel("organisers")
    done = await set_up(
        olga,
        **{
            ZONE: ["America/Chicago"],
            "Where are challenges announced?": [news],
            "Where do organisers read?": [desk],
            "When are weekly boards posted?": ["3.540"],
        },
    )
    assert f"announced in <#{news.id}>, their boards on Thursdays at 9:00" in done.text
    status = await olga.slash("organise status")
    assert f"go to <#{desk.id}>" in status.text
    await set_up(olga)  # what is left as it was filled in stays
    async with club.bot.db.read() as session:
        kept = await find_club(session, club.guild.id)
    assert (kept.news_channel_id, kept.organiser_channel_id) == (news.id, desk.id)
    assert (kept.board_weekday, kept.board_minute, kept.name) == (3, 540, "Career Club")


async def places(club: Club) -> tuple[int | None, int | None]:
    found = await club.bot.db.load(find_club, club.guild.id)
    return found.news_channel_id, found.organiser_channel_id


async def test_a_channel_is_cleared_by_emptying_it_and_put_back_with_one_press(club: Club) -> None:
    olga = club.organiser()
    news = club.guild.create_text_channel("news")
    desk = club.guild.create_text_channel("organisers")
    both = {NEWS: [news], DESK: [desk]}
    first = await set_up(olga, **{ZONE: ["America/Chicago"], **both})
    assert "Put it back" not in first.labels
    without_desk = await set_up(olga, **{DESK: []})
    assert await places(club) == (news.id, None)
    assert f"I write nothing into <#{desk.id}> any more" in without_desk.text
    assert "no reports" in without_desk.text
    back = await olga.press(without_desk, "Put it back")
    assert f"go to <#{desk.id}>" in back.text
    assert await places(club) == (news.id, desk.id)
    without_news = await set_up(olga, **{NEWS: []})
    assert await places(club) == (None, desk.id)
    assert f"Those that are open go on in <#{news.id}>" in without_news.text
    without_both = await set_up(olga, **{DESK: []})
    assert await places(club) == (None, None)
    await olga.press(without_both, "Put it back")
    assert await places(club) == (None, desk.id)
    await olga.press(without_news, "Put it back")
    assert await places(club) == (news.id, desk.id)


async def test_a_cleared_channel_that_was_deleted_meanwhile_is_not_put_back(club: Club) -> None:
    olga, desk = club.organiser(), club.guild.create_text_channel("organisers")
    await set_up(olga, **{ZONE: ["America/Chicago"], DESK: [desk]})
    cleared = await set_up(olga, **{DESK: []})
    club.env.backend.delete_channel(desk.id)
    await club.env.settle()
    assert "was deleted" in (await olga.press(cleared, "Put it back")).text
    assert await places(club) == (None, None)


async def test_a_deleted_channel_is_named_as_gone_and_stops_no_other_change(club: Club) -> None:
    olga = club.organiser()
    news = club.guild.create_text_channel("news")
    desk = club.guild.create_text_channel("organisers")
    await set_up(olga, **{ZONE: ["America/Chicago"], NEWS: [news], DESK: [desk]})
    for channel in (news, desk):
        club.env.backend.delete_channel(channel.id)
    await club.env.settle()
    status = (await olga.slash("organise status")).text
    assert "The channel where challenges are announced was deleted" in status
    assert "The channel where organisers read was deleted" in status
    assert "View Channel" not in status
    assert f"<#{news.id}>" not in status
    form = await olga.slash("organise setup")
    assert str(news.id) not in str(form.form)
    done = await olga.fill(form, {"When are weekly boards posted?": ["3.540"]})
    assert "Thursdays at 9:00" in done.text
    assert "The channel where challenges are announced was deleted" in done.text
    assert f"<#{desk.id}>" not in done.text
    assert "Put it back" not in done.labels
    assert await places(club) == (None, None)
    shown = await olga.choose(await olga.slash("organise challenge"), "five-talks")
    assert f"**Posted in** <#{club.channel.id}>" in shown.text
    fresh = club.guild.create_text_channel("fresh")
    await set_up(olga, **{NEWS: [fresh]})
    assert await places(club) == (fresh.id, None)
    assert "was deleted" not in (await olga.slash("organise status")).text


async def test_a_channel_closed_later_is_warned_of_and_stops_no_other_change(club: Club) -> None:
    olga = club.organiser()
    news = club.guild.create_text_channel("news")
    await set_up(olga, **{ZONE: ["America/Chicago"], NEWS: [news]})
    me, mute = club.guild.me.id, discord.Permissions(send_messages=True).value
    rules = [Overwrite(target_id=me, type=OverwriteType.MEMBER, allow=0, deny=mute)]
    club.env.backend.edit_channel(news.id, {}, overwrites=rules)
    await club.env.settle()
    done = await set_up(olga, **{"When are weekly boards posted?": ["3.540"]})
    assert "Thursdays at 9:00" in done.text
    assert f"In <#{news.id}> I lack **Send Messages**" in done.text
    assert await places(club) == (news.id, None)


async def test_a_channel_where_i_may_not_post_is_named_with_what_is_missing(club: Club) -> None:
    olga = club.organiser()
    quiet = discord.PermissionOverwrite(send_messages=False, attach_files=False)
    news = club.guild.create_text_channel("news", overwrites={club.guild.me: quiet})
    refused = await set_up(
        olga, **{ZONE: ["America/Chicago"], "Where are challenges announced?": [news]}
    )
    assert f"In <#{news.id}> I lack **Send Messages**, **Attach Files**" in refused.text
    assert "Correct it" in refused.labels
    assert posts(club.channel) == []


async def test_the_organisers_channel_needs_its_history_too(club: Club) -> None:
    olga = club.organiser()
    blind = discord.PermissionOverwrite(read_message_history=False)
    desk = club.guild.create_text_channel("desk", overwrites={club.guild.me: blind})
    refused = await set_up(olga, **{ZONE: ["America/Chicago"], "Where do organisers read?": [desk]})
    assert f"In <#{desk.id}> I lack **Read Message History**" in refused.text


async def test_a_history_that_may_not_be_read_is_not_taken_for_an_empty_one(club: Club) -> None:
    blind = discord.PermissionOverwrite(read_message_history=False)
    desk = club.guild.create_text_channel("desk", overwrites={club.guild.me: blind})
    courier, since = DiscordCourier(club.bot), club.env.now()
    for channel, found in ((desk, Closed(50013)), (club.channel, None)):
        message = Message("abcdefghijklm", None, channel.id, "Hello")
        assert await courier.find(message, since) == found
