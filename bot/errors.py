"""The errors that people read, and the few that stop the program."""

from __future__ import annotations

from dataclasses import dataclass, field

UNCHANGED = "Nothing is different, so nothing was changed."


class UserError(Exception):
    """A sentence for the member that says what to do next; nothing was stored."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotYours(UserError):
    """What a key points at is not there for this member: removed, unknown or somebody else's."""

    def __init__(
        self,
        text: str = "I can't find that in your notebook. Who was removed is under "
        "**/contact list**, Removed people, for 30 days.",
    ) -> None:
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to an unclear input: the words on its button and the value it stands for."""

    label: str
    value: str


class Unclear(UserError):
    """One field's input can mean several things (or none): a question, with answers to press."""

    def __init__(self, text: str, *, field_name: str, choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(text)
        self.field_name = field_name
        self.choices = choices


class AlreadyDone(Exception):
    """This interaction was delivered twice; the first delivery has stored and answered it."""


@dataclass
class ConfigError(Exception):
    """What the operator must mend before the bot can start: a line a problem, with its remedy."""

    problems: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return "\n".join(self.problems)
