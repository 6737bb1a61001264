"""A message's preview: its words, its gaps as questions, and what can be done with it."""

from __future__ import annotations

import io
from collections.abc import Mapping

import discord

from bot.content import CHANNELS, DRAFT_KINDS, Content, plain_text, quoted
from bot.errors import UserError
from bot.notebook.drafts import SUBJECT_LENGTH, TEXT_LENGTH, Drafted, Wanted, spec
from bot.rules.presses import Press
from cogs._ui.cards import Card, Menu
from cogs._ui.forms import ChoiceField, Form, TextField

KIND_WORDS: dict[str, str] = {
    "request": "Asking to meet",
    "ask_introduction": "Asking for an introduction",
    "blurb": "About me, to be passed on",
    "write_again": "Writing again",
    "reply_yes": "Answering a yes",
    "reply_later": "Answering “not now”",
    "thanks_anyway": "Thanks anyway",
    "find_a_time": "Finding a date",
    "confirmation": "Confirming the talk",
    "about_me": "A few lines about me",
    "opening": "How to begin the talk",
    "reschedule": "Moving the talk",
    "running_late": "Running late",
    "after_cancelled": "After a cancelled talk",
    "thank_you": "Thank-you",
    "linkedin_invitation": "Connecting on LinkedIn",
    "talked_to": "I talked to the person you named",
    "tell_promise": "I did what you suggested",
    "check_in": "Keeping in touch",
    "check_in_again": "Keeping in touch, again",
    "good_news": "Good news",
}
CHANNEL_WORDS: dict[str, str] = {
    "email": "by email",
    "linkedin": "on LinkedIn",
    "linkedin_message": "as a LinkedIn message",
    "phone": "by phone",
    "voicemail": "as a voicemail",
    "text": "as a text message",
    "card": "as a card or letter",
    "in_person": "in person",
}


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]


CHANNEL_LABELS = tuple((one, _begun(CHANNEL_WORDS[one].split(" ", 1)[1])) for one in CHANNELS)
DRAFT = Form(
    "draft",
    "A message",
    (
        TextField("contact", "To whom?", required=True),
        ChoiceField("kind", "Which message?", tuple((k, KIND_WORDS[k]) for k in DRAFT_KINDS)),
        ChoiceField("channel", "How does it travel?", CHANNEL_LABELS),
    ),
)
EDIT = Form(
    "draft_edit",
    "Your words",
    (
        TextField("subject", "Subject", max_length=SUBJECT_LENGTH),
        TextField("text", "Message", "Empty it to start over", max_length=TEXT_LENGTH, long=True),
    ),
)
GAPS = Form("draft_gaps", "Fill the gaps", ())
"""Its fields are the questions of one draft: see ``gaps_form``."""

_GAPS_AT_ONCE = 5
_GAP_LENGTH = 700
_PREVIEW = 3000
LATE = ("5", "10", "15", "20", "30")


def gaps_form(draft: Drafted) -> Form:
    """Ask the first five gaps of a draft, each in a box of its own."""
    fields = tuple(
        TextField(gap[:100], gap[:1].upper() + gap[1:], max_length=_GAP_LENGTH, long=True)
        for gap in draft.gaps[:_GAPS_AT_ONCE]
    )
    return Form(GAPS.name, GAPS.title, fields)


def check_answers(answers: Mapping[str, str]) -> None:
    """Refuse answers that are longer than their boxes say."""
    for gap, text in answers.items():
        if len(text.strip()) > _GAP_LENGTH:
            raise UserError(
                f"“{gap[:1].upper()}{gap[1:]}” is {len(text.strip())} characters long and "
                f"{_GAP_LENGTH} fit. Please shorten it: press **Correct it**, your text is still "
                "there."
            )


def draft_press(draft: Drafted, verb: str, label: str, style: str = "secondary") -> Press:
    """Make a button that is about this message."""
    return Press("w", draft.page.key, verb, label, style, spec(draft.wanted))


def draft_card(content: Content, draft: Drafted, *, head: str = "", change: str = "") -> Card:
    """Draw the preview; each gap is a question in bold."""
    wanted, page = draft.wanted, draft.page
    title = (
        f"## {KIND_WORDS[wanted.kind]}: {plain_text(page.name)}, {CHANNEL_WORDS[wanted.channel]}"
    )
    subject = (
        f"**Subject:** {_bold_gaps(plain_text(draft.subject), draft)}" if draft.subject else ""
    )
    parts = [head, title, _address(draft), subject, _bold_gaps(_preview(draft.text), draft)]
    parts += [_questions(draft), _count(content, draft), _referrer(draft)]
    return Card(
        "\n".join(part for part in parts if part),
        rows=_rows(draft),
        menus=(_others(content, draft),),
        footer=" ".join(content.templates[f"{wanted.kind}.{wanted.channel}"].rules),
        change=change,
        keep=True,
    )


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
    field = {"text": "phone", "card": "address"}.get(draft.wanted.channel, draft.wanted.channel)
    known = draft.page.contact.details.get(field)
    return f"**To:** {plain_text(str(known))}" if known else ""


def _questions(draft: Drafted) -> str:
    if not draft.gaps:
        return ""
    lines = "\n".join(f"- {gap[:1].upper()}{gap[1:]}" for gap in draft.gaps)
    return f"**Before you send it, I still need:**\n{lines}"


def _referrer(draft: Drafted) -> str:
    page = draft.page
    is_asking = draft.wanted.kind in ("request", "write_again")
    if not is_asking or page.referrer is None or page.contact.row.s1 in ("yes", "no"):
        return ""
    name = plain_text(page.referrer.name)
    return (
        f"{name} gave you this name. Ask whether you may mention it; once it is noted on the card "
        "(**Edit**, How we know each other), the message begins with it (R09 R58)."
    )


def other_channel(draft: Drafted, asked: str) -> str:
    """Say that a message is not written for the channel that was asked for, else nothing."""
    used = draft.wanted.channel
    if not asked or asked == used:
        return ""
    kind = KIND_WORDS[draft.wanted.kind]
    return f"I have no “{kind}” {CHANNEL_WORDS[asked]}, so here it is {CHANNEL_WORDS[used]}."


def _count(content: Content, draft: Drafted) -> str:
    wanted = draft.wanted
    limit = content.templates[f"{wanted.kind}.{wanted.channel}"].max_chars
    if not limit:
        return ""
    length = len(draft.text)
    over = f", {length - limit} too many" if length > limit else ""
    return f"{length} of {limit} characters{over}"


def _rows(draft: Drafted) -> tuple[tuple[Press, ...], ...]:
    style = "secondary" if draft.gaps else "primary"
    first = [draft_press(draft, "copy", "Copy", style)]
    if draft.subject:
        first.append(draft_press(draft, "subject", "Copy the subject"))
    if draft.gaps:
        first.insert(0, draft_press(draft, "gaps", "Fill the gaps", "primary"))
    first.append(draft_press(draft, "edit", "Edit"))
    second = (
        draft_press(draft, "sent", "I sent it", "success"),
        draft_press(draft, "file", "As a text file"),
    )
    return (tuple(first), second)


def _others(content: Content, draft: Drafted) -> Menu:
    now = draft.wanted
    options = [
        (spec(Wanted(now.kind, channel, now.about)), _begun(CHANNEL_WORDS[channel]), "")
        for channel in content.channels(now.kind)
        if channel != now.channel
    ]
    options += [
        (spec(Wanted(kind, content.channels(kind)[0])), KIND_WORDS[kind], "Another message")
        for kind in DRAFT_KINDS
        if kind != now.kind and content.channels(kind)
    ]
    press = Press("w", draft.page.key, "other")
    return Menu(press, tuple(options[:25]), "Another channel, or another message")


def draft_file(draft: Drafted) -> discord.File:
    """Give the message as a text file, with its subject on top."""
    subject = f"Subject: {draft.subject}\n\n" if draft.subject else ""
    whole = f"{subject}{draft.text}\n".encode()
    return discord.File(io.BytesIO(whole), filename=f"{draft.wanted.kind}.txt")


def late_card(key: str, first: str) -> Card:
    """Ask how late the member is; each answer gives the message at once (R30)."""
    row = tuple(
        Press("r", key, "running_late", f"{minutes} minutes", "primary", arg=minutes)
        for minutes in LATE
    )
    return Card(f"How late will you be? I word the message to {plain_text(first)}.", rows=(row,))
