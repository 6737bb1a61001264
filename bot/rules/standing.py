"""Where a member stands, read out of the line in which they say who they are."""

from __future__ import annotations

import re

# The first that fits is taken: who changes career may be in a first year again.
_STANDING: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "career_changer",
        re.compile(
            r"career.?chang|chang\w* (?:my )?(?:career|field|profession)|switch\w* (?:career|field)"
            r"|second career|retrain|back (?:to|in) school after|\bformer(?:ly)?\b|\bex-\w"
            r"|\b(?:after|with) (?:\w+ )?(?:years|a decade) (?:in|as|of)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "final_year",
        re.compile(
            r"final.?year|last (?:year|semester|term)|graduating|about to graduate|\bsenior\b"
            r"(?! (?:manager|engineer|nurse|developer|analyst|consultant))"
            r"|(?:fourth|4th).?year|master'?s (?:student|candidate)|\bclass of\b|thesis",
            re.IGNORECASE,
        ),
    ),
    (
        "first_years",
        re.compile(
            r"fresh(?:man|men|er)|sophomore|(?:first|second|1st|2nd).?year|high.?school"
            r"|just (?:began|started) (?:college|university|school)|undeclared",
            re.IGNORECASE,
        ),
    ),
)


def standing_in(line: str) -> str:
    """Tell the stage that a line such as "second-year biology student" speaks of; "" for none."""
    return next((stage for stage, said in _STANDING if said.search(line)), "")
