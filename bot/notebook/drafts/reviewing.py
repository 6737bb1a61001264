"""Looking a message over: what an adviser would mend, with what the notebook knows of it."""

from __future__ import annotations

from bot.notebook.drafts.wording import Drafted
from bot.rules.review import About, Fault, Finding, review_message

UNNOTICED = frozenset({Fault.GAP, Fault.NAME_NOT_PERMITTED, Fault.WRONG_NAME})
"""What no message goes out with unless its writer was told."""


_LACKS = frozenset(
    {
        Fault.NO_MINUTES,
        Fault.NO_CONNECTION,
        Fault.NO_CONTACT,
        Fault.NO_DETAIL,
        Fault.NO_ADVICE,
        Fault.NO_NEXT_STEP,
        Fault.FORM_LETTER,
    }
)
"""What a message lacks: until the member words it themselves, its gaps ask for that."""


def review_draft(drafted: Drafted) -> tuple[Finding, ...]:
    """Find what to mend in a message, the gravest first; its own open questions are left out."""
    found = review_message(drafted.text, about_draft(drafted), subject=drafted.subject)
    return tuple(
        one
        for one in found
        if not _is_asked(drafted, one) and (drafted.is_edited or one.fault not in _LACKS)
    )


def about_draft(drafted: Drafted) -> About:
    """Say what a review may know of a message."""
    facts, wanted = drafted.facts, drafted.wanted
    own = (facts.why, facts.how_known, facts.enjoyed, facts.advice, facts.organization, facts.role)
    return About(
        wanted.kind,
        wanted.channel,
        first=facts.first,
        name=facts.name,
        my_name=facts.my_name,
        my_contact=facts.my_contact,
        relation=facts.relation,
        referrer=facts.referrer,
        may_name_referrer=facts.may_name_referrer,
        own_words=tuple(filter(None, (*own, *facts.promises, *facts.kept))),
        max_chars=drafted.limit,
        gaps=drafted.gaps,
    )


def names_in(drafted: Drafted) -> tuple[str, ...]:
    """List the words that are spelt as they are: names of people and places."""
    facts = drafted.facts
    names = (facts.name, facts.my_name, facts.referrer, facts.suggested)
    return tuple(filter(None, (*names, facts.organization, facts.my_school, facts.place)))


def _is_asked(drafted: Drafted, found: Finding) -> bool:
    """Tell whether a finding is one of the gaps that are listed as questions already."""
    if found.fault is not Fault.GAP:
        return False
    place = drafted.text[found.start : found.end] or drafted.subject
    return any(f"[{gap}]" in place for gap in drafted.gaps)
