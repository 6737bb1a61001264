"""Events for other people's calendar programs: an .ics file (RFC 5545), or a link to Google's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bot.rules import hours
from bot.rules.follow_ups.around_a_talk import minutes_ahead
from bot.rules.plain import straight
from bot.rules.records import Talk

if TYPE_CHECKING:
    from icalendar import Calendar, Component
    from icalendar import Event as Entry

LINK_LENGTH = 512
"""So many characters Discord takes in the address of a button."""

_GOOGLE = "https://calendar.google.com/calendar/render"
_MADE_BY = "-//Rapport//Rapport//EN"
_DAY = timedelta(days=1)
_LENGTHS = (1000, 400, 200, 100, 50, 25, 0)


@dataclass(frozen=True, slots=True)
class Event:
    """What stands in a calendar. ``starts`` is an instant, or a day where no hour is known.

    ``sequence`` tells a newer version of the same ``uid`` from an older one; ``alarms`` say how
    long before the start to ring.
    """

    uid: str
    title: str
    starts: datetime | date
    length: timedelta
    place: str = ""
    about: str = ""
    sequence: int = 0
    is_cancelled: bool = False
    is_busy: bool = True
    alarms: tuple[timedelta, ...] = ()

    @property
    def ends(self) -> datetime | date:
        """When it is over; of a whole day, the day after it."""
        return self.starts + self.length


def alarms_before(talk: Talk, *, zone: str, now: datetime) -> tuple[timedelta, ...]:
    """Say how long before a talk to ring (R20 R30): the evening before, and in time to leave.

    What has passed by now does not ring; of a talk without an hour, only the evening does.
    """
    eve = hours.instant(talk.on - _DAY, hours.EVENING, zone)
    if talk.starts_at is None:
        midnight = hours.instant(talk.on, time.min, zone)
        return (midnight - eve,) if eve > now else ()
    day = hours.local_day(talk.starts_at, zone)
    eve = hours.instant(day - _DAY, hours.EVENING, zone)
    both = (talk.starts_at - eve, timedelta(minutes=minutes_ahead(talk)))
    return tuple(before for before in both if talk.starts_at - before > now)


def write_calendar(
    events: Iterable[Event], *, now: datetime, name: str = "", is_sent: bool = True
) -> bytes:
    """Write events as an .ics file; all times in UTC, which needs no table of the clocks' changes.

    ``is_sent`` is for a file that is handed over once: it says whether it brings events or takes
    them away. ``name`` is what a calendar that is subscribed to is called.
    """
    from icalendar import Calendar, vDuration, vText  # 0.3 s and 4 MB, wanted by few

    events = tuple(events)
    calendar = Calendar()
    _put(calendar, prodid=_MADE_BY, version="2.0")
    if is_sent:
        gone = bool(events) and all(event.is_cancelled for event in events)
        _put(calendar, method="CANCEL" if gone else "PUBLISH")
    if name:
        often = vDuration(timedelta(hours=4), params={"VALUE": "DURATION"})
        _put(calendar, x_wr_calname=vText(plain(name)), refresh_interval=often)
        _put(calendar, x_published_ttl="PT4H")
    for event in events:
        _add(calendar, event, now)
    return calendar.to_ical()


def _add(calendar: Calendar, event: Event, now: datetime) -> None:
    from icalendar import Event as Entry

    entry = Entry()
    texts = {"location": plain(event.place), "description": plain(event.about)}
    _put(
        entry,
        uid=event.uid,
        dtstamp=_written(now),
        dtstart=_written(event.starts),
        dtend=_written(event.ends),
        summary=plain(event.title),
        **{name: text for name, text in texts.items() if text},
        sequence=event.sequence,
        status="CANCELLED" if event.is_cancelled else "CONFIRMED",
        transp="OPAQUE" if event.is_busy else "TRANSPARENT",
        **{"class": "PRIVATE"},
    )
    for before in () if event.is_cancelled else event.alarms:
        _ring(entry, before, plain(event.title))
    calendar.add_component(entry)


def _ring(entry: Entry, before: timedelta, text: str) -> None:
    from icalendar import Alarm

    alarm = Alarm()
    _put(alarm, action="DISPLAY", description=text, trigger=-before)
    entry.add_component(alarm)


def _put(part: Component, **values: Any) -> None:
    for name, value in values.items():
        part.add(name.replace("_", "-"), value)  # pyright: ignore[reportUnknownMemberType] - its value has no type


def _written(at: datetime | date) -> datetime | date:
    return at.astimezone(UTC).replace(microsecond=0) if isinstance(at, datetime) else at


def plain(text: str) -> str:
    r"""Give text as a calendar can hold it: lines end with \n, other control characters go."""
    lines = straight(text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in _UNWRITTEN
    )
    return "".join(kept).strip()


_UNWRITTEN = ("Cc", "Cs", "Zl", "Zp")


def google_link(event: Event) -> str:
    """Write the address that offers an event to Google Calendar; shortened to fit a button."""
    for length in _LENGTHS:
        link = _google_link(replace(event, about=_cut(event.about, length)))
        if len(link) <= LINK_LENGTH:
            return link
    for length in _LENGTHS:
        less = replace(event, about="", place=_cut(event.place, length))
        link = _google_link(replace(less, title=_cut(event.title, max(length, 8))))
        if len(link) <= LINK_LENGTH:
            return link
    return _google_link(replace(event, about="", place="", title="Talk"))


def _google_link(event: Event) -> str:
    shape = "%Y%m%dT%H%M%SZ" if isinstance(event.starts, datetime) else "%Y%m%d"
    begin, end = (_written(at).strftime(shape) for at in (event.starts, event.ends))
    given = {
        "action": "TEMPLATE",
        "text": plain(event.title),
        "dates": f"{begin}/{end}",
        "location": plain(event.place),
        "details": plain(event.about),
    }
    return f"{_GOOGLE}?{urlencode({name: text for name, text in given.items() if text})}"


def _cut(text: str, length: int) -> str:
    text = plain(text)
    if len(text) <= length:
        return text
    return f"{text[: length - 1].rstrip()}…" if length else ""
