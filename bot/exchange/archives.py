"""Packed files: LinkedIn sends its list in a ZIP, and our own export may come as .gz."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from bot.errors import UserError

MOST_UNPACKED = 12_000_000
"""So many bytes are unpacked, whatever the archive promises."""

_MOST_MEMBERS = 5_000
_WANTED = ("connections.csv",)
_ALSO = (".csv", ".vcf", ".json")
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
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, MOST_UNPACKED + 1)
    except zlib.error as error:
        raise UserError(_BROKEN) from error
    return _fitting(plain)


def _of_zip(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = _wanted(archive)
            with archive.open(wanted) as member:
                return _fitting(member.read(MOST_UNPACKED + 1))
    except UserError:
        raise
    # What the library raises for damaged archives is more than it says: some checks are missing.
    except Exception as error:
        raise UserError(_BROKEN) from error


def _wanted(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = archive.infolist()
    if any(one.filename == "xl/workbook.xml" for one in members[:_MOST_MEMBERS]):
        raise UserError(
            "That is a spreadsheet of Excel's own kind. Save it as **CSV** and send that."
        )
    for endings in (_WANTED, *((ending,) for ending in _ALSO)):
        for one in members[:_MOST_MEMBERS]:
            name = PurePosixPath(one.filename).name.casefold()
            if name.endswith(endings) and not name.startswith("."):
                return one
    raise UserError(
        "There is no **Connections.csv** in that archive. On LinkedIn ask for **Connections**, "
        "wait for the mail, and send the file it leads to."
    )


def _fitting(plain: bytes) -> bytes:
    if len(plain) > MOST_UNPACKED:
        raise UserError(_TOO_LARGE)
    return plain
