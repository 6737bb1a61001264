"""A member's badges in a few lines, for their eyes alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.club.badges import Badge

_NEXT = 2
_STREAK = "steady"


def badge_lines(badges: Sequence[Badge]) -> list[str]:
    """List the earned badges and the two that are nearest; the row of weeks when there is one."""
    earned = [f"**{badge.title}**" for badge in badges if badge.is_earned]
    coming = sorted(
        (badge for badge in badges if badge.count and not badge.is_earned),
        key=lambda one: one.needed - one.count,
    )
    weeks = next((badge.count for badge in badges if badge.id == _STREAK), 0)
    lines = [" · ".join(earned)] if earned else ["None yet: the first comes with your first talk."]
    lines += [f"- {one.count} of {one.needed}: {one.title}. {one.text}" for one in coming[:_NEXT]]
    if weeks > 1:
        lines.append(f"{weeks} weeks in a row; one missed week is forgiven.")
    return ["## Your badges", *lines, "-# Only you see them."]
