"""A notebook as files, packed where they are large."""

from __future__ import annotations

import gzip
import io
from typing import Any

import discord

from bot.exchange.outgoing import write_address_cards, write_spreadsheet
from bot.notebook.exchange import columns_of, list_exported, write_export

_ROOM = 3_000_000  # bytes; Discord takes 10 MiB, and there are three files


def notebook_file(whole: dict[str, Any], day: str) -> discord.File:
    """Write all of an export as JSON. Takes a while: not for the loop."""
    return _packed(write_export(whole), f"notebook-{day}.json")


def people_files(whole: dict[str, Any], day: str) -> tuple[discord.File, ...]:
    """Write the people of an export for other programs; none if there are none."""
    people = list_exported(whole)
    if not people:
        return ()
    table = write_spreadsheet(people, columns_of(people))
    cards = write_address_cards(people)
    return (_packed(table, f"people-{day}.csv"), _packed(cards, f"people-{day}.vcf"))


def _packed(data: bytes, name: str) -> discord.File:
    if len(data) > _ROOM:
        data, name = gzip.compress(data), f"{name}.gz"
    return discord.File(io.BytesIO(data), filename=name)
