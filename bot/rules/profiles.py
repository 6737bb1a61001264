"""Addresses of profiles, in the one shape in which they can be compared."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"^(?:https?://)?(?:\w+\.)*(?=linkedin\.com/)", re.IGNORECASE)


def profile_of(address: str) -> str:
    """Give the address of a LinkedIn profile without what differs from place to place.

    "https://www.linkedin.com/in/rosa/?trk=x" and "LinkedIn.com/in/Rosa" are one profile.
    """
    bare = _BEFORE.sub("", address.strip())
    return re.split(r"[?#]", bare)[0].rstrip("/").casefold()
