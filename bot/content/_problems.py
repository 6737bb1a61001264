"""What can be wrong with a template; apart, so that naming it does not import Jinja2."""

from __future__ import annotations


class TemplateProblem(Exception):
    """A template does something that templates here may not do."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.text = text
        self.line = line
