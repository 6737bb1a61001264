"""A button is its id: written here, read here, alive for as long as its message is."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from bot.errors import UserError

NO_KEY = "-"
_KEY = r"(?:[a-z2-7]{13}|\d{15,20}|-)"
_ARG = r"[\w.@:+-]*"


@dataclass(frozen=True, slots=True)
class Press:
    """A button: what it is about (scope and key), what it does (verb, argument) and how it looks.

    Scopes: ``r`` reminder, ``d`` delivery, ``c`` contact, ``i`` interview, ``p`` promise,
    ``x`` change (undo), ``u`` unfinished form, ``q`` set of questions, ``o`` own question,
    ``k`` a club's pack, ``g`` challenge, ``m`` menu (no key). ``style`` is one of primary,
    secondary, success, danger; ``url`` makes it a link without an id.
    """

    scope: str
    key: str
    verb: str
    label: str = ""
    style: str = "secondary"
    arg: str = ""
    url: str = ""

    @property
    def id(self) -> str:
        """Write the custom id: ``scope:key:verb`` or ``scope:key:verb.argument``."""
        return f"{self.scope}:{self.key}:{self.verb}" + (f".{self.arg}" if self.arg else "")


def menu(verb: str, label: str, *, style: str = "secondary", arg: str = "") -> Press:
    """Make a button that is about nothing in particular: Today, Add a person."""
    return Press("m", NO_KEY, verb, label, style, arg)


def link(label: str, url: str) -> Press:
    """Make a button that opens an address."""
    return Press("m", NO_KEY, "link", label, url=url)


ANY = re.compile(
    rf"^(?P<scope>[a-z]):(?P<key>{_KEY}):(?P<verb>[a-z_]+)(?:\.(?P<arg>{_ARG}))?(?:~\d+)?$"
)
"""The id of any button of ours, whole; a number at its end keeps it apart from an equal one."""

OUTDATED = "That button is from an older version. Open **/today** for a fresh one."


class Ids:
    """Writes the ids of one message: Discord refuses a message in which two are equal.

    Two lines about one person may open the same card; the second gets a number that ``read`` leaves
    out, so that both do the same.
    """

    def __init__(self) -> None:
        self._times = Counter[str]()

    def write(self, press: Press) -> str:
        """Write the id of a press, which no other in the message has."""
        self._times[press.id] += 1
        times = self._times[press.id]
        return press.id if times == 1 else f"{press.id}~{times}"


def read(custom_id: str) -> Press:
    """Read an id back; raises UserError for one that this version never wrote."""
    match = ANY.match(custom_id)
    if match is None:
        raise UserError(OUTDATED)
    return Press(match["scope"], match["key"], match["verb"], arg=match["arg"] or "")
