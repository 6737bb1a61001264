"""Pictures to attach: drawn in a process of their own, with words for those who cannot see them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from typing import Any

import discord

from bot.club.badges import Badge
from bot.club.drawing import badge_texts, report_text
from bot.club.report import Report
from bot.club.settings import Club
from bot.pictures.badge_sheet import describe_badges, draw_badges
from bot.pictures.board import describe_board, draw_board, read_board_text
from bot.pictures.prep_sheet import Drawn
from bot.pictures.rasterising import Rasteriser
from bot.pictures.report import ReportText, describe_report, draw_report
from bot.pictures.screen import LIGHT


async def drawn_file(rasteriser: Rasteriser, name: str, data: Mapping[str, Any]) -> discord.File:
    """Draw the picture that a frozen message names; raises UserError."""
    if name == "report":
        return await _report_file(rasteriser, ReportText(**data))
    return await board_file(rasteriser, data)


async def board_file(rasteriser: Rasteriser, data: Mapping[str, Any]) -> discord.File:
    """Draw the board of a challenge from the plain data of a post; raises UserError."""
    board = read_board_text(data)
    drawn = await asyncio.to_thread(draw_board, board)
    return await _file(rasteriser, drawn, "board.png", describe_board(board))


async def report_file(rasteriser: Rasteriser, club: Club, report: Report) -> discord.File:
    """Draw the organisers' report as one page; raises UserError."""
    return await _report_file(rasteriser, report_text(club, report))


async def _report_file(rasteriser: Rasteriser, text: ReportText) -> discord.File:
    drawn = await asyncio.to_thread(draw_report, text, LIGHT)
    return await _file(rasteriser, drawn, "report.png", describe_report(text))


async def badges_file(rasteriser: Rasteriser, badges: tuple[Badge, ...], club: str) -> discord.File:
    """Draw a member's badges as one sheet, under their club's name; raises UserError."""
    texts = badge_texts(badges)
    drawn = await asyncio.to_thread(draw_badges, texts, LIGHT, club=club)
    return await _file(rasteriser, drawn, "badges.png", describe_badges(texts, club=club))


async def _file(rasteriser: Rasteriser, drawn: Drawn, name: str, words: str) -> discord.File:
    png = await rasteriser.png(drawn.svg, with_system_fonts=drawn.needs_other_fonts)
    return discord.File(io.BytesIO(png), filename=name, description=words)
