"""Packed files: LinkedIn sends its list in a ZIP, and our own export may come as .gz."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from bot.errors import UserError
from bot.exchange.notebooks import FORMAT

MOST_UNPACKED = 12_000_000
"""So many bytes are unpacked, whatever the archive promises."""

MOST_OF_NOTEBOOK = 60_000_000
"""So many of one of our own notebooks: 30,000 people with all that is kept of them."""

_MOST_VALUES = 6_000_000  # what takes two bytes in a file takes fifty once it is read
_MARK = f'"{FORMAT}"'.encode()

_MOST_MEMBERS = 5_000
_WANTED = "connections.csv"
_CARDS = ".vcf"
_ALSO = (".csv", _CARDS, ".json")
_TOO_LARGE = (
    "What is packed in that file is far larger than a list of people. Unpack it and send the "
    "list alone, such as **Connections.csv**."
)
_BROKEN = "That archive is damaged or locked. Download it once more, or send the list unpacked."


def unpacked(data: bytes) -> bytes:
    """Give what a ZIP or gzip file holds, or the data itself; nothing is trusted about its size.

    Raises UserError for a broken or locked archive, one without a list, or one that is a bomb.
    """
    if data[:2] == b"\x1f\x8b":
        return _gunzipped(data)
    return _of_zip(data) if data[:4] == b"PK\x03\x04" else data


def _gunzipped(data: bytes) -> bytes:
    try:
        return _fitting(gzip.GzipFile(fileobj=io.BytesIO(data)).read)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(_BROKEN) from error


def _of_zip(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _joined(archive, _wanted(archive))
    except UserError:
        raise
    # What the library raises for damaged archives is more than it says: some checks are missing.
    except Exception as error:
        raise UserError(_BROKEN) from error


def _joined(archive: zipfile.ZipFile, wanted: Sequence[zipfile.ZipInfo]) -> bytes:
    parts: list[bytes] = []
    size = 0
    for one in wanted:
        with archive.open(one) as member:
            parts.append(_fitting(member.read))
        size += len(parts[-1])
        if size > MOST_UNPACKED and len(parts) > 1:
            raise UserError(_TOO_LARGE)
    return b"\n".join(parts)


def _wanted(archive: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    """Choose what is read: one list, or all address cards, for many programs write one a file."""
    members = archive.infolist()[:_MOST_MEMBERS]
    if any(one.filename == "xl/workbook.xml" for one in members):
        raise UserError(
            "That is a spreadsheet of Excel's own kind. Save it as **CSV** and send that."
        )
    names = [(PurePosixPath(one.filename).name.casefold(), one) for one in members]
    for ending in (_WANTED, *_ALSO):
        found = [one for name, one in names if name.endswith(ending) and not name.startswith(".")]
        if found:
            return found if ending == _CARDS else found[:1]
    raise UserError(
        "There is no **Connections.csv** in that archive. On LinkedIn ask for **Connections**, "
        "wait for the mail, and send the file it leads to."
    )


def _fitting(read: Callable[[int], bytes]) -> bytes:
    plain = read(MOST_UNPACKED + 1)
    if len(plain) <= MOST_UNPACKED:
        return plain
    if _MARK in plain[:1000]:
        plain += read(MOST_OF_NOTEBOOK)
        if len(plain) <= MOST_OF_NOTEBOOK and plain.count(b",") <= _MOST_VALUES:
            return plain
    raise UserError(_TOO_LARGE)
