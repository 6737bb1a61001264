"""In my voice: what is said before a draft goes out, the form of the sample, what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.assistant.asking import Silence
from bot.assistant.checking import Flaw
from bot.assistant.rewriting import Task, shown_of
from bot.content import plain_text, quoted
from bot.notebook.drafts import Drafted, spec
from bot.notebook.voice import SAMPLE_LENGTH
from bot.rules.presses import Press
from cogs._ui.cards import Card
from cogs._ui.forms import Form, TextField

SAMPLE = Form(
    "voice_sample",
    "How you write",
    (
        TextField(
            "sample",
            "Two or three messages you wrote",
            "To anybody, about anything. Empty it to take it out",
            max_length=SAMPLE_LENGTH,
            long=True,
            placeholder="Hey! Just a quick one: I finally finished the lab report …",
        ),
    ),
)
IN_YOUR_VOICE = (
    "**In your voice.** I looked that no name, number or day was added; whether it says what you "
    "mean, only you can tell. Read it once before you send it."
)
UNCHANGED = "**Your draft stands as it was**: nothing in it was put otherwise."
_SHOWN = 1800
_WHY: dict[Silence | Flaw, str] = {
    Silence.UNREACHABLE: "the assistant could not be reached. Try again later.",
    Silence.TOO_SLOW: "the assistant took too long. Try again in a while.",
    Silence.BUSY: "the assistant is busy. Try again in a few minutes.",
    Silence.REFUSED: "the assistant would not answer me. Please tell your organisers.",
    Silence.UNUSABLE: "the assistant's answer could not be read. Try again later.",
    Flaw.EMPTY: "the assistant gave nothing back. Try again later.",
    Flaw.LENGTH: "what came back was much too long or too short.",
    Flaw.LOST: "what came back left out part of what you say.",
    Flaw.GAP: "what came back filled or changed a gap that only you can fill.",
    Flaw.SIGN: "what came back had signs in it that your draft does not have.",
    Flaw.ADDRESS: "what came back had an address in it that is not yours.",
    Flaw.NUMBER: "what came back had a number in it that your draft does not have.",
    Flaw.TIME: "what came back had a day or a time in it that your draft does not have.",
    Flaw.NAME: "what came back had a name in it that your draft does not have.",
    Flaw.CLAIM: "what came back said something that your draft does not say.",
    Flaw.REVIEW: "what came back had a fault that your draft does not have.",
}


@dataclass(frozen=True)
class Assistant:
    """The assistant as members hear of it."""

    host: str
    model: str
    per_day: int


def stands_words(problem: Silence | Flaw | None) -> str:
    """Say that the draft stands, and why."""
    reason = _WHY[problem] if problem else "what came back was of no use."
    return f"**Your draft stands as it was**: {reason}"


def subject_of(draft: Drafted) -> str:
    """Say in a form's id which message the sample is wanted for."""
    return f"{draft.page.key}.{spec(draft.wanted)}"


def agree_card(draft: Drafted, task: Task, assistant: Assistant) -> Card:
    """Say exactly what goes out, to whom, and what does not; nothing goes before a yes."""
    text = (
        "## In my voice\n"
        f"A language model at **{plain_text(assistant.host)}** ({plain_text(assistant.model)}), "
        "chosen by whoever hosts me, says your draft the way you write.\n"
        "**What goes there** each time you press the button: that one draft, and two or three "
        "messages of yours that you paste once. Names, workplaces, addresses and phone numbers are "
        "taken out of both before; numbers are taken out of your messages too. All other words go "
        "as they are, and so does a name that I can't tell for one: in small letters, of somebody "
        "who is not in your notebook. Nothing else goes: no profile, no notes.\n"
        "**What comes back** is kept only if it adds no name, number, day or claim, and Undo takes "
        f"it away. There are {assistant.per_day} tries a day. What the other side keeps is up to "
        "them; ask your organisers.\n"
        f"This is what would go of this draft:\n{_shown(shown_of(task))}"
    )
    yes = Press("w", draft.page.key, "voice_yes", "I agree", "primary", spec(draft.wanted))
    no = Press("w", draft.page.key, "other", "No, keep my draft", arg=spec(draft.wanted))
    return Card(text, rows=((yes, no),))


def _shown(text: str) -> str:
    cut = text
    while len(quoted(cut)) > _SHOWN:
        cut = cut[: len(cut) * 9 // 10]
    return quoted(cut) if cut == text else f"{quoted(cut.rstrip())} …"


def kept_card(sample: str, change: str) -> Card:
    """Say that a sample was kept or taken out."""
    kept = "Kept, encrypted like all you note. **In my voice** under a draft uses it."
    gone = "Taken out, and so is your agreement. **In my voice** asks anew if you press it again."
    return Card(kept if sample else gone, change=change)
