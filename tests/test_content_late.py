from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.content import load

_LOOK = """
import pathlib
opened = []
read = pathlib.Path.read_text
def noted(self, *given, **named):
    opened.append(self.parent.name)
    return read(self, *given, **named)
pathlib.Path.read_text = noted
from bot.content import load
content = load()
assert "questions" not in opened and "templates" in opened, opened
assert len(content.questions) > 500
assert "questions" in opened
"""


def test_a_start_does_not_read_the_question_bank():
    subprocess.run([sys.executable, "-c", _LOOK], check=True)


def test_a_clubs_question_replaces_one_of_the_bank_in_its_place(tmp_path: Path):
    ours = load().questions
    name = next(iter(ours))
    (tmp_path / "mine.toml").write_text(
        f'[[question]]\nid = "{name}"\ntext = "What is new?"\nfacets = ["day"]\nrules = ["R24"]\n'
    )
    club = load(tmp_path)
    assert club.problems == ()
    assert list(club.questions) == list(ours)
    assert club.questions[name].text == "What is new?"
    assert "nobody" not in club.questions
