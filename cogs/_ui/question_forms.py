"""The forms of question sets, and how a focus is read: a field, or a topic."""

from __future__ import annotations

from bot.content import FIELDS, plain_text
from bot.errors import Choice, Unclear, UserError
from bot.notebook.own_questions import LONGEST_OWN, clean_own
from bot.notebook.questions import ANSWER_LENGTH
from bot.rules.fields import guess_field
from bot.rules.question_choice import CLOSERS
from bot.rules.question_review import review_question
from bot.rules.search import best_matches, is_clear_match
from cogs._ui.forms import ChoiceField, Filled, Form, TextField
from cogs._ui.own_question_cards import review_words

MINUTES = (15, 20, 30)  # R07
TOPICS: dict[str, str] = {
    "path": "Their way into the work",
    "day": "Day to day",
    "satisfactions": "Joys and strains",
    "skills": "Skills and training",
    "organisation": "Their organization and its people",
    "field": "The field and where it goes",
    "start": "Getting started",
    "advice": "Their advice",
    "referral": "Whom else to talk to",
}
"""The topics of questions as members read them."""

_FOCI: dict[str, str] = {
    **{f"topic:{one}": label for one, label in TOPICS.items() if one not in CLOSERS},
    **{f"field:{one}": label for one, label in FIELDS.items()},
}
_ABOUT_CLOSERS = "Every set closes with their advice and another name. Choose a topic for the rest."

QUESTIONS = Form(
    "questions",
    "Questions for a talk",
    (
        TextField("contact", "For whom?", "Empty: for the field you are curious about"),
        TextField("focus", "A field or a topic", "Empty: a bit of everything"),
        ChoiceField("minutes", "How long?", tuple((str(one), f"{one} minutes") for one in MINUTES)),
    ),
)
ADD = Form(
    "question_add",
    "Your own question",
    (
        TextField(
            "text",
            "Your question",
            "As you would say it aloud",
            max_length=LONGEST_OWN,
            long=True,
            required=True,
        ),
    ),
)
"""Its subject names the set: scope and key with a dot between."""
REWORD = Form(
    "question_edit",
    "In your words",
    (
        TextField(
            "text",
            "The question",
            "As you would say it aloud",
            max_length=LONGEST_OWN,
            long=True,
            required=True,
        ),
    ),
)
"""Its subject names the set and, after another dot, the question by its tag."""
ANSWERED = Form(
    "question_answer",
    "What did they answer?",
    (
        TextField(
            "answer",
            "In a few words",
            "Empty: only ticked. The rest goes to the timeline",
            max_length=ANSWER_LENGTH,
            long=True,
        ),
    ),
)
"""Its subject names the talk and the question."""
SAVE_FOR = Form(
    "question_save", "For whom are they?", (TextField("contact", "Name", required=True),)
)
"""Its subject names the set."""


def complete_focus(typed: str) -> list[tuple[str, str]]:
    """Suggest up to 25 fields and topics for what was typed: (label, value) pairs."""
    values = list(_FOCI)
    if typed.strip():
        found = best_matches(typed, list(_FOCI.values()), limit=25)
        values = [values[index] for index in found]
    return [(_FOCI[value], value) for value in values[:25]]


def read_focus(typed: str) -> str:
    """Read a focus: "field:<id>", "topic:<facet>" or "" for none; an unknown one is asked about."""
    if not typed or typed in _FOCI:
        return typed
    if typed in CLOSERS:
        raise UserError(_ABOUT_CLOSERS)
    labels = list(_FOCI.values())
    found = best_matches(typed, labels, limit=4)
    if found and is_clear_match(typed, [labels[index] for index in found]):
        return list(_FOCI)[found[0]]
    guess = guess_field(typed)
    if guess.field and guess.score >= 60:
        return f"field:{guess.field}"
    near = [list(_FOCI)[index] for index in found]
    if guess.field and f"field:{guess.field}" not in near:
        near.insert(0, f"field:{guess.field}")
    raise Unclear(
        f"I know no field or topic “{plain_text(typed[:80])}”. "
        "Pick one, or correct it: “nursing”, “law”, “day to day”.",
        field_name="focus",
        choices=tuple(Choice(_FOCI[one], one) for one in (near or list(_FOCI))[:4]),
    )


def review(filled: Filled) -> None:
    """Ask about a question that could be stronger (R12 R22); "kept" takes it as it is."""
    text = clean_own(filled.get("text"))
    if not filled.get("kept") and (findings := review_question(text)):
        keep = Choice("Keep it anyway", "yes")
        raise Unclear(review_words(text, findings), field_name="kept", choices=(keep,))


def read_minutes(typed: str) -> int | None:
    """Read how long a talk is; None when nothing was said."""
    if not typed:
        return None
    if typed not in {str(one) for one in MINUTES}:
        raise UserError("Choose 15, 20 or 30 minutes: five, six or seven questions.")
    return int(typed)
