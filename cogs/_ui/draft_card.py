"""A message's preview: its words, its gaps as questions, and what can be done with it."""

from __future__ import annotations

import io

import discord

from bot.content import DRAFT_KINDS, Content, plain_text, quoted
from bot.notebook.drafts import KIND_WORDS, Drafted, Wanted, notes_for_gaps, spec
from bot.rules.presses import Press
from cogs._ui.cards import Card, Menu
from cogs._ui.draft_findings import Looked, findings_words
from cogs._ui.draft_turns import second_row
from cogs._ui.draft_words import CHANNEL_LABELS, CHANNEL_WORDS, SPOKEN, begun

_PREVIEW = 2600
_MOST_OPTIONS = 25
_WITH_OBJECTIVE = frozenset({"request", "about_me"})
_ASKING = frozenset({"request", "write_again"})
_NOTE = 120
AT_ONCE = "now"
"""The argument of a button whose message is shown without asking for its gaps first."""
LATE = ("5", "10", "15", "20", "30")


def draft_press(draft: Drafted, verb: str, label: str, style: str = "secondary") -> Press:
    """Make a button that is about this message."""
    return Press("w", draft.page.key, verb, label, style, spec(draft.wanted))


def draft_card(
    content: Content,
    draft: Drafted,
    *,
    head: str = "",
    change: str = "",
    looked: Looked = Looked(),  # noqa: B008 - it holds nothing that changes
    has_voice: bool = False,
) -> Card:
    """Draw the preview: each gap is a question in bold, and what to mend stands below.

    ``has_voice``: there is an assistant that says it in the member's voice.
    """
    subject = (
        f"**Subject:** {_bold_gaps(plain_text(draft.subject), draft)}" if draft.subject else ""
    )
    parts = [head, _title(draft), _address(draft), subject]
    parts += [_bold_gaps(_preview(draft.text), draft), _questions(draft)]
    parts += [findings_words(draft, looked), _count(draft), _referrer(draft)]
    return Card(
        "\n".join(part for part in parts if part),
        rows=(_first_row(draft), second_row(content, draft), _last_row(draft, has_voice=has_voice)),
        menus=_menus(content, draft),
        change=change,
        keep=True,
    )


def _title(draft: Drafted) -> str:
    wanted = draft.wanted
    name = plain_text(draft.page.name)
    return f"## {KIND_WORDS[wanted.kind]}: {name}, {CHANNEL_WORDS[wanted.channel]}"


def _preview(text: str) -> str:
    shown = text
    while len(quoted(shown)) > _PREVIEW:
        shown = shown[: len(shown) * 9 // 10]
    if shown == text:
        return quoted(text)
    return f"{quoted(shown.rstrip())} …\n-# It goes on: **Copy** and **As a text file** give all."


def _bold_gaps(shown: str, draft: Drafted) -> str:
    for gap in draft.gaps:
        mark = plain_text(f"[{gap}]")
        shown = shown.replace(mark, f"**{mark}**")
    return shown


def _address(draft: Drafted) -> str:
    channel = draft.wanted.channel.partition("_")[0]  # a LinkedIn message goes to LinkedIn
    field = {"text": "phone", "voicemail": "phone", "card": "address"}.get(channel, channel)
    known = draft.page.contact.details.get(field)
    return f"**To:** {plain_text(str(known))}" if known else ""


def _questions(draft: Drafted) -> str:
    if not draft.gaps:
        return ""
    notes = notes_for_gaps(draft)
    lines = "\n".join(f"- {begun(gap)}{_noted(notes.get(gap, ''))}" for gap in draft.gaps)
    return f"**Before you send it, I still need:**\n{lines}"


def _noted(note: str) -> str:
    if not note:
        return ""
    note = note.rstrip(" .")  # one full stop is enough, behind the quotation
    start = note if len(note) <= _NOTE else f"{note[:_NOTE].rstrip()} …"
    return f" You noted: “{plain_text(start)}”. Put it as you would say it to them."


def _referrer(draft: Drafted) -> str:
    page = draft.page
    is_asking = draft.wanted.kind in _ASKING
    if not is_asking or page.referrer is None or page.contact.row.s1 in ("yes", "no"):
        return ""
    name = plain_text(page.referrer.name)
    return (
        f"{name} gave you this name. Ask whether you may mention it; once it is noted on the card "
        "(**Edit**, How we know each other), the message begins with it."
    )


def _count(draft: Drafted) -> str:
    if not draft.limit:
        return ""
    length = len(draft.text)
    over = f", {length - draft.limit} too many" if length > draft.limit else ""
    return f"{length} of {draft.limit} characters{over}"


def _first_row(draft: Drafted) -> tuple[Press, ...]:
    row = [draft_press(draft, "copy", "Copy", "secondary" if draft.gaps else "primary")]
    if draft.subject:
        row.append(draft_press(draft, "subject", "Copy the subject"))
    if draft.gaps:
        row.insert(0, draft_press(draft, "gaps", "Fill the gaps", "primary"))
    row.append(draft_press(draft, "edit", "Edit"))
    said = "I said it" if draft.wanted.channel in SPOKEN else "I sent it"
    row.append(draft_press(draft, "sent", said, "success"))
    return tuple(row)


def _last_row(draft: Drafted, *, has_voice: bool) -> tuple[Press, ...]:
    voice = (draft_press(draft, "voice", "In my voice"),) if has_voice else ()
    return (*voice, draft_press(draft, "file", "As a text file"))


def _menus(content: Content, draft: Drafted) -> tuple[Menu, ...]:
    now, press = draft.wanted, Press("w", draft.page.key, "other")
    channels = [
        (spec(Wanted(now.kind, channel, now.about)), CHANNEL_LABELS[channel], "")
        for channel in content.channels(now.kind)
        if channel != now.channel
    ]
    kinds = [
        (spec(Wanted(kind, "")), KIND_WORDS[kind], "")
        for kind in DRAFT_KINDS
        if kind != now.kind and content.channels(kind)
    ]
    # Two menus of one card need ids of their own.
    ways = Menu(Press("w", draft.page.key, "way"), tuple(channels), "Send it another way")
    others = Menu(press, tuple(kinds[:_MOST_OPTIONS]), "Another message")
    menus = (_objectives(content, draft), ways if channels else None, others)
    return tuple(one for one in menus if one is not None)


def _objectives(content: Content, draft: Drafted) -> Menu | None:
    """Offer what to ask a talk for, in words (R19), until the member words the message anew."""
    if draft.wanted.kind not in _WITH_OBJECTIVE or draft.is_edited or not content.objectives:
        return None
    options = tuple(
        (f"{one.id}:{spec(draft.wanted)}", one.label, _chosen(draft, one.id))
        for one in content.objectives.values()
    )
    press = Press("w", draft.page.key, "objective")
    return Menu(press, options, "What do you want to find out?")


def _chosen(draft: Drafted, objective: str) -> str:
    return "This is in your message now" if draft.facts.objective == objective else ""


def draft_file(draft: Drafted) -> discord.File:
    """Give the message as a text file, with its subject on top."""
    subject = f"Subject: {draft.subject}\n\n" if draft.subject else ""
    whole = f"{subject}{draft.text}\n".encode()
    return discord.File(io.BytesIO(whole), filename=f"{draft.wanted.kind}.txt")


def other_channel(draft: Drafted, asked: str) -> str:
    """Say that a message is not written for the channel that was asked for, else nothing."""
    used = draft.wanted.channel
    if not asked or asked == used:
        return ""
    kind = KIND_WORDS[draft.wanted.kind]
    return f"I have no “{kind}” {CHANNEL_WORDS[asked]}, so here it is {CHANNEL_WORDS[used]}."


def late_card(key: str, first: str) -> Card:
    """Ask how late the member is; each answer gives the message at once (R30)."""
    row = tuple(
        Press("r", key, "running_late", f"{minutes} minutes", "primary", arg=minutes)
        for minutes in LATE
    )
    return Card(f"How late will you be? I word the message to {plain_text(first)}.", rows=(row,))
