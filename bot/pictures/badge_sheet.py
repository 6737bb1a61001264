"""A member's badges on one sheet: what they have earned, and how far the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.fonts import font
from bot.pictures.screen import LIGHT, MARGIN, PLAIN, SMALL, WIDTH, Drawn, Screen, Theme, shorten

_ROW = 148.0
_DISC = 96.0
_ALT = 1000


@dataclass(frozen=True)
class BadgeText:
    """One badge: its name, what it is for, and how many of how many are done."""

    title: str
    text: str
    count: int
    needed: int

    @property
    def is_earned(self) -> bool:
        """Whether the member has it."""
        return self.count >= self.needed


def draw_badges(badges: Sequence[BadgeText], theme: Theme = LIGHT, *, club: str = "") -> Drawn:
    """Draw a sheet 1,080 pixels wide; earned ones come first. ``club`` is "" for who has none."""
    screen = Screen(theme)
    earned = sum(badge.is_earned for badge in badges)
    screen.head(club, "Badges", f"{earned} of {len(badges)} earned")
    for badge in sorted(badges, key=lambda one: not one.is_earned):
        _draw_badge(screen, badge)
    return screen.draw()


def _draw_badge(screen: Screen, badge: BadgeText) -> None:
    theme, top = screen.theme, screen.y
    fill = theme.accent if badge.is_earned else theme.panel
    screen.box(MARGIN, top, (_DISC, _DISC), fill, curve=int(_DISC / 2))
    _draw_mark(screen, badge, top)
    left = MARGIN + _DISC + 36
    room = WIDTH - MARGIN - left
    screen.say(left, top + 38, shorten(badge.title, room, PLAIN), PLAIN, is_bold=True)
    size = next((one for one in (SMALL, 28.0, 26.0) if font().width(badge.text, one) <= room), 26.0)
    screen.say(left, top + 82, shorten(badge.text, room, size), size, fill=theme.faint)
    if not badge.is_earned:
        screen.bar(top + 100, badge.count / badge.needed, height=12, width=room)
    screen.y += _ROW


def _draw_mark(screen: Screen, badge: BadgeText, top: float) -> None:
    """Set a tick, or how many are done: never a colour alone."""
    middle, theme = MARGIN + _DISC / 2, screen.theme
    if badge.is_earned:
        screen.say(middle, top + 68, "✓", 56, fill=theme.on_accent, anchor="middle", is_bold=True)
    else:
        screen.say(middle, top + 59, f"{badge.count}/{badge.needed}", 30, anchor="middle")


def describe_badges(badges: Sequence[BadgeText], *, club: str = "") -> str:
    """Write the sheet in words, for those who cannot see the picture."""
    parts = (
        f"{badge.title}: {'earned' if badge.is_earned else f'{badge.count} of {badge.needed}'}"
        for badge in badges
    )
    words = f"{f'{club}: ' if club else ''}Badges. {'; '.join(parts)}."
    return words if len(words) <= _ALT else f"{words[: _ALT - 1]}…"
