"""The inbox: what a plain message in the DM may mean, and which nudge it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content import Content
from bot.notebook.access import AnyRow, AnySelect, mine
from bot.notebook.contacts import Label
from bot.notebook.pages import Page, load_pages
from bot.rules.names import called
from bot.rules.presses import Press
from bot.rules.records import Kind, ReminderState
from bot.rules.search import folded
from bot.storage.models import Delivery, Reminder
from bot.storage.session import Session

ANSWERED_WITHIN = timedelta(days=14)
"""How old a nudge may be for a plain message to be its answer."""

_OPEN = (ReminderState.DELIVERED, ReminderState.SENDING)
_DOING = ("sent", "asked", "wrote", "done", "introduced", "ready", "all_set")
_SHORT = 80
_PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\b(not|never|did ?n.?t|have ?n.?t|has ?n.?t) (yet )?(sent?|done|asked|written|wrote)\b", ()),
    (r"\b(not (right )?now|later|another time|next month|too busy)\b", ("answered.later",)),
    (r"\b(said|says|its|it s|is|was) (a )?no\b|\bdeclined\b|\brefused\b", ("answered.no",)),
    (r"\b(said|says|its|it s|is) (a )?yes\b|\bagreed\b|\baccepted\b", ("answered.yes",)),
    (r"\b(answered|replied|responded|wrote back|got back|heard back)\b", ("answered",)),
    (r"\b(we|i) (talked|spoke|met)\b|\bhad (the|our|my) talk\b", ("talked",)),
    (r"\b(introduced|introduction)\b", ("introduced",)),
    (r"\bthank(ed)?\b", ("sent",)),
    (r"\basked\b", ("asked",)),
    (r"\b(wrote|written|followed up)\b", ("wrote", "sent", "asked")),
    (r"\b(sent|did it|did that|done|finished)\b|^(ok|yes|yep|yup)$", _DOING),
)
_LABELS = {
    "answered.yes": "They said yes",
    "answered.no": "They said no",
    "answered.later": "They said not now",
    "answered": "They answered",
    "talked": "We talked",
}
_MARKS = re.compile(r"[^\w\s]")


_A_MESSAGE = 140  # characters from which on a plain message may be one that is to go out
_GREETING = re.compile(r"^(dear|hi|hello|hey|good (morning|afternoon|evening))\b", re.IGNORECASE)
_KINDS: tuple[tuple[str, str], ...] = (
    (r"\bthank(s| you)( \w+){0,3} for (your time|talking|meeting|taking|the talk)", "thank_you"),
    (r"\b(following up|follow up|wrote to you|my last (message|e?mail|note))\b", "write_again"),
    (r"\b(confirm|looking forward to (our|the) talk)\b", "confirmation"),
    (r"\b(minutes|informational|would you (be (open|willing)|have time))\b", "request"),
)


@dataclass(frozen=True)
class Offer:
    """A button that fits what was written, and whom it is about."""

    press: Press
    first: str
    promise: str = ""  # what was promised, if it is about a promise


def read_verbs(text: str) -> tuple[str, ...]:
    """Tell which buttons' verbs a short message may mean, the likeliest first; () if none."""
    plain = " ".join(_MARKS.sub(" ", folded(text.replace("'", "").replace("’", ""))).split())
    if not plain or len(plain) > _SHORT:
        return ()
    return next((verbs for phrase, verbs in _PHRASES if re.search(phrase, plain)), ())


def may_go_out(text: str) -> bool:
    """Tell whether a plain message may be one that the member wants to send to somebody."""
    is_long = len(text) >= _A_MESSAGE
    return is_long or (len(text) > _SHORT and _GREETING.match(text.strip()) is not None)


def read_kind(text: str) -> str:
    """Guess which kind of message a text is; "" where only the stage can tell."""
    plain = folded(text)
    return next((kind for phrase, kind in _KINDS if re.search(phrase, plain)), "")


async def find_offers(
    session: Session,
    content: Content,
    owner_id: int,
    text: str,
    *,
    message_id: int | None,
    now: datetime,
) -> tuple[Offer, ...]:
    """Find the buttons of the nudge that a message answers, in two statements.

    ``message_id`` is the message it replies to; without one it is the latest nudge. A name in the
    text narrows several reminders to that person's.
    """
    verbs = read_verbs(text)
    if not verbs:
        return ()
    rows = (await session.execute(_reminders(owner_id, message_id, now))).all()
    pages = await load_pages(
        session, [row.contact_key for row in rows if row.contact_key], owner_id=owner_id
    )
    offers = [
        offer
        for row in rows
        if row.contact_key in pages
        and (offer := _offer(content, row, verbs, pages[row.contact_key]))
    ]
    named = [offer for offer in offers if is_named(offer.first, text)] or offers
    # Two reminders about one person may be answered by one and the same button.
    return tuple({offer.press.id: offer for offer in named}.values())[:5]


def _reminders(owner_id: int, message_id: int | None, now: datetime) -> AnySelect:
    delivery = mine(owner_id, Delivery, Delivery.key).where(
        Delivery.name.startswith("nudge:"), Delivery.created_at > now - ANSWERED_WITHIN
    )
    if message_id is not None:
        delivery = delivery.where(Delivery.message_id == message_id)
    newest = delivery.order_by(Delivery.created_at.desc()).limit(1).scalar_subquery()
    columns = (
        Reminder.key,
        Reminder.kind,
        Reminder.anchor,
        Reminder.step,
        Reminder.contact_key,
    )
    return (
        mine(owner_id, Reminder, *columns)
        .where(Reminder.delivery_key == newest, Reminder.state.in_(_OPEN))
        .order_by(Reminder.due_at, Reminder.key)
    )


def _offer(content: Content, row: AnyRow, verbs: Sequence[str], page: Page) -> Offer | None:
    nudge = content.nudge(Kind(row.kind), row.step)
    shown = (*nudge.buttons, *nudge.introduction_buttons)
    for verb in verbs:
        name, _, arg = verb.partition(".")
        if name in shown:
            label = _LABELS.get(verb) or nudge.labels.get(name) or content.buttons[name].label
            press = Press("r", row.key, name, label, "primary", arg)
            promise = (one.text for one in page.promises if one.key == row.anchor)
            return Offer(press, page.first, next(promise, ""))
    verb = verbs[0]
    if verb.startswith("answered"):
        arg = verb.partition(".")[2] or "answered"
        return Offer(Press("c", page.key, "log", _LABELS[verb], "primary", arg), page.first)
    return None


def is_named(name: str, text: str) -> bool:
    """Tell whether a text names somebody, as a word of its own."""
    wanted = re.escape(folded(name))
    return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", folded(text)) is not None


def find_named(labels: Sequence[Label], text: str) -> Label | None:
    """Find the one contact whom a text names: by the whole name, else by what they are called."""
    names = [one.text.split(" · ")[0] for one in labels]
    for candidates in (names, [called(name) for name in names]):
        found = [
            one
            for one, name in zip(labels, candidates, strict=True)
            if len(name) > 1 and is_named(name, text)
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None
