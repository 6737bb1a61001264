"""Who holds a lease: a process, named so that others can tell whether it still lives."""

from __future__ import annotations

import os
import secrets
import socket
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


def new_holder() -> str:
    """Name a holder in this process: "host:pid:boot:namespace:start:random".

    Where the system has no /proc, what it would tell stays empty.
    """
    boot, namespace = _place()
    known = (socket.gethostname(), os.getpid(), boot, namespace, _start("self"))
    return ":".join(map(str, (*known, secrets.token_hex(4))))


def is_gone(holder: str) -> bool:
    """Tell whether a holder certainly lives no more: a process that ended where this one runs.

    Two containers or machines may have one name, and each its own process 1. Only where the boot
    of the system and the space of process numbers are ours too can the number be looked up here.
    """
    host, *rest = holder.split(":")
    if len(rest) != 5:
        return False
    pid, boot, namespace, start, _ = rest
    place = (boot, namespace)
    if host != socket.gethostname() or not all(place) or place != _place():
        return False
    return not _lives(int(pid), start)


def name_of(holder: str) -> str:
    """Say to an operator who holds a lease: "club-pc, process 42"."""
    host, _, rest = holder.partition(":")
    return f"{host}, process {rest.partition(':')[0]}"


@cache
def _place() -> tuple[str, str]:
    """Name this boot of the system and this space of process numbers, as far as it tells."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = str((_PROC / "self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return "", ""
    return boot, namespace


def _lives(pid: int, start: str) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's process
    # A number is given out again. The folder may be of another namespace and mean others by it.
    is_ours = (_PROC / "self").readlink().name == str(os.getpid())
    return not is_ours or _start(str(pid)) in ("", start)


def _start(pid: str) -> str:
    """Read when a process began, in ticks since the boot; empty where that is not told."""
    try:
        told = (_PROC / pid / "stat").read_bytes()
    except OSError:
        return ""
    return told.rpartition(b")")[2].split()[19].decode()  # its name may have spaces and brackets
