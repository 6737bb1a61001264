"""Values of columns as JSON can hold them, so that Undo can write them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row's columns as JSON can hold them."""
    return {name: to_json(value) for name, value in values.items()}


def to_json(value: Any) -> Any:
    """Give one value as JSON can hold it."""
    match value:
        case datetime():
            return {"$at": value.isoformat()}
        case date():
            return {"$on": value.isoformat()}
        case bytes():
            return {"$hex": value.hex()}
        case _:
            return value


def from_json(value: Any) -> Any:
    """Give a value back as it was."""
    match value:
        case {"$at": str(text)}:
            return datetime.fromisoformat(text)
        case {"$on": str(text)}:
            return date.fromisoformat(text)
        case {"$hex": str(text)}:
            return bytes.fromhex(text)
        case _:
            return value
