"""The pages of the docs that are written by programs are up to date."""

from __future__ import annotations

from bot.content import load
from docs import drafts


def test_the_page_of_messages_is_what_the_templates_say_now():
    assert drafts.PAGE.read_text() == drafts.write(load()), "make drafts"
