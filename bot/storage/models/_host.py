"""The tables of the installation itself: nobody's rows."""

from __future__ import annotations

from sqlalchemy import BigInteger, String

from bot.storage.models._base import Base, key_column, optional, required
from bot.storage.types import UtcDateTime


class Sweep(Base):
    """A DM in which the bot deletes its own messages, oldest last; gone when it is done.

    Whose it was is erased already: only the channel is known.
    """

    __tablename__ = "sweeps"
    key = key_column()
    channel_id = required(BigInteger)
    before_id = optional(BigInteger)  # the messages from this one on are done
    but_id = optional(BigInteger)  # the one that says what was done stays
    tries = required(BigInteger, default=0)
    next_at = required(UtcDateTime, index=True)


class Fact(Base):
    """A small fact of the installation: the hash of the synced commands, the last backup."""

    __tablename__ = "facts"
    name = required(String, primary_key=True)
    value = required(String)


class Lease(Base):
    """Who may do what only one process may do, and until when."""

    __tablename__ = "leases"
    name = required(String, primary_key=True)
    holder = required(String)
    until = required(UtcDateTime)


class KeyFingerprint(Base):
    """Which keys this database was written with; number 0 is the look-up key."""

    __tablename__ = "key_fingerprints"
    number = required(BigInteger, primary_key=True, autoincrement=False)
    fingerprint = required(String)
