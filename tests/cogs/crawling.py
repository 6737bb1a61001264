"""Going everywhere: every command, then every button, menu and form that its replies lead to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.rules.presses import Press, read
from tests.cogs.playing import Club, Player, Reply, labels_of, walk

Words = Callable[[str], str]

# What takes things away, and what stops or moves the messages that are waited for.
_LEFT_ALONE = frozenset({"erase", "remove", "undo", "delete", "keep", "stop_requests"})
_SETTINGS = frozenset({"mode", "quiet_yes", "weekdays", "pause", "hours", "zone", "often", "rest"})
_AT_MOST = 8  # answers of one kind, such as the first of several people
_KEEP = "Keep them coming"
_SAME_BUTTONS = 3
_VERBATIM = frozenset({"copy", "subject", "running_late", "file", "export"})
_KEY = re.compile(r"[a-z2-7]{13}(@\d{8})?|[0-9a-f]{8}")  # keys, and the tags of questions
_TIMES = {
    "When?": "Mar 28 3pm",
    "When was it?": "today",
    "When is it now?": "Mar 29 3pm",
    "Until when?": "Apr 20",
    "How many minutes?": "30",
    "Their time zone, if it is another": "",
    "Or type one": "Berlin",
    "When did you say you would write again?": "Apr 2",
    "Write again, or ask again, on": "Apr 3",
}
_PAST = ("thanked", "note", "news", "yes", "no", "asked", "wrote", "was", "fix", "introduced")


@dataclass
class Crawl:
    """One member's way through all there is; ``typed`` gives what goes into a field."""

    club: Club
    player: Player
    typed: Words
    seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    replies: list[Reply] = field(default_factory=list)
    verbatim: list[Reply] = field(default_factory=list)

    async def slash(self, name: str, /, **options: Any) -> Reply:
        """Run a command and follow everything that its reply leads to."""
        reply = await self.player.slash(name, **options)
        await self.follow(reply)
        return reply

    async def follow(self, reply: Reply) -> None:
        """Press, choose and fill whatever is new in a reply, and in the replies to that."""
        if reply.form is not None:
            reply = await self.fill(reply)
        self.replies.append(reply)
        for message in reply.messages:
            await self.follow_message(message)

    async def follow_message(self, message: Any) -> None:
        """Press every button and choose every option of a message that was not tried yet."""
        while (found := self._next(message)) is not None:
            press, part = found
            if part["type"] == 2:
                await self._go(press, await self._click(message, part["custom_id"]))
            else:
                await self._go(press, await self._select(message, part, press.arg))

    def _next(self, message: Any) -> tuple[Press, dict[str, Any]] | None:
        # Read anew each time: a press may have put another card in the place of this one.
        native = getattr(message, "message", message)
        stored = self.club.env.backend.get_message(native.channel.id, native.id)
        for part in walk(stored.components):
            if not part.get("custom_id"):
                continue
            press = read(part["custom_id"])
            options = [option["value"] for option in part.get("options", ())]
            tried = [replace(press, arg=value) for value in options] if options else [press]
            for one in tried:
                if self._is_new(one):
                    return one, part
        return None

    async def _go(self, press: Press, reply: Reply) -> None:
        if press.verb in _VERBATIM and reply.messages:
            self.verbatim.append(reply)
        else:
            await self.follow(reply)

    def _is_new(self, press: Press) -> bool:
        sign = (press.scope, press.verb, _KEY.sub("KEY", press.arg))
        if press.verb in _LEFT_ALONE | _SETTINGS:
            return False
        if press.scope == "u" or press.verb == "open":  # each question, each person is another one
            asked = (press.scope, press.key, sign[2])
            is_new = not self.seen[asked] and self.seen[sign] < _AT_MOST
            self.seen.update((asked, sign))
            return is_new
        if press.scope == "w" and press.verb != "other":  # a message of each kind has them all
            verb = (press.scope, press.verb, "")
            is_new = not self.seen[sign] and self.seen[verb] < _SAME_BUTTONS
            self.seen.update({sign, verb} if is_new else {sign})
            return is_new
        self.seen[sign] += 1
        return self.seen[sign] == 1

    async def _click(self, message: Any, custom_id: str) -> Reply:
        native = getattr(message, "message", message)
        return Reply(await self.player.actor.click(native, custom_id=custom_id))

    async def _select(self, message: Any, part: dict[str, Any], value: str) -> Reply:
        native = getattr(message, "message", message)
        result = await self.player.actor.select(native, [value], custom_id=part["custom_id"])
        return Reply(result)

    async def fill(self, form: Reply) -> Reply:
        """Type into every box of a form, and choose the first answer of every menu."""
        assert form.form is not None
        name = form.form["custom_id"].split(":")[1]
        values: dict[str, Any] = {}
        for part in form.form["components"]:
            inner = part["component"]
            if "options" in inner:
                values[part["label"]] = [inner["options"][0]["value"]]
            elif part["label"] in _TIMES:
                is_past = any(word in name for word in _PAST)
                values[part["label"]] = "today" if is_past else _TIMES[part["label"]]
            else:
                values[part["label"]] = self.typed(part["label"])
        return await self.player.fill(form, values)

    async def everywhere(self) -> None:
        """Use every command with its options, and wait for every kind of nudge."""
        word = self.typed
        await self.slash("start")
        await self.slash("profile")
        name = f"Rosa {word('contact name')}"
        await self.slash(
            "contact add",
            name=name,
            role=word("role"),
            organization=word("organization"),
            referred_by=f"Tom {word('referrer')}",
        )
        await self.slash("contact list", search=word("search"))
        await self.slash("contact ideas", field=word("idea"))
        await self.slash("contact show", contact="Rosa")
        await self.slash("help", topic=word("topic"))
        await self._log_all()
        await self.slash("interview schedule", contact="Rosa", when="Mar 20 15:00")
        await self.slash("interview prepare", contact="Rosa")
        await self.slash("draft", contact="Rosa")
        await self.slash("reminders")
        await self.slash("today")
        await self.slash("privacy")
        await self._go_wrong()
        await self.player.user.send_dm(f"About Rosa: {word('message')}")
        await self._at_home().follow_message(self.player.dm)
        await self.slash("interview cancel", contact="Rosa")
        await self.slash("interview done", contact="Rosa", when="today")
        await self.slash("contact list")
        await self._begin_with_others()
        await self._wait(75)
        await self.slash("today")

    async def _begin_with_others(self) -> None:
        """Leave somebody at each stage, so that every kind of nudge comes."""
        player, word = self.player, self.typed
        for first in ("Mia", "Leo", "Eva", "Kai", "Uma", "Jon"):
            asked = await player.slash("contact add", name=f"{first} {word(first)}")
            if "No, add another" in asked.labels:
                await player.press(asked, "No, add another")
        await player.slash("log", what="asked", contact="Leo")
        for first, answer in (("Eva", "Yes"), ("Kai", "Not now")):
            await player.press(await player.slash("log", what="answered", contact=first), answer)
        options = {"contact": "Uma", "mode": "in_person", "when": "Mar 12 15:00"}
        booked = await player.slash("interview schedule", **options)
        await self.fill(await player.press(booked, "Details"))
        await self.fill(await player.slash("interview done", contact="Jon"))
        late = await player.slash("interview done", contact="Mia", when="10 days ago")
        await self.follow(await self.fill(late))

    async def _log_all(self) -> None:
        for what in ("asked", "answered", "thanked", "wrote", "news", "note", "talked"):
            await self.slash("log", what=what, contact="Rosa", text=self.typed(f"log {what}"))

    async def _go_wrong(self) -> None:
        word = self.typed
        await self.slash("log", what="note", contact="Rosa", when=word("bad time"), text=word("n"))
        await self.slash("draft", contact=word("nobody"))
        await self.slash("contact show", contact=f"#{word('bad key')}"[:80])
        await self.slash("interview schedule", contact=word("nobody else"), when=word("bad when"))
        await self.slash("reminders", pause_until=word("bad pause"))
        await self.slash(
            "interview schedule", contact="Rosa", when="Mar 30 15:00", their_zone=word("bad zone")
        )

    def _at_home(self) -> Crawl:
        return replace(self, player=self.club.in_dm(self.player))

    async def _wait(self, days: int) -> None:
        home = self._at_home()
        for _ in range(days):
            known = {message.id for message in self.player.dms}
            await self.club.pass_days(1)
            for message in self.player.dms:
                if message.id not in known:
                    await home.follow_message(message)
                    if _KEEP in labels_of(message):  # who presses nothing new is not gone
                        await home.player.press(message, _KEEP)
