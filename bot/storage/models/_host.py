"""The tables of the installation itself: nobody's rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.models._base import Base, key_column


class Sweep(Base):
    """A DM in which the bot deletes its own messages, oldest last; gone when it is done.

    Whose it was is erased already: only the channel is known.
    """

    __tablename__ = "sweeps"
    key: Mapped[str] = key_column()
    channel_id: Mapped[int]
    before_id: Mapped[int | None]  # the messages from this one on are done
    but_id: Mapped[int | None]  # the one that says what was done stays
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(index=True)


class Fact(Base):
    """A small fact of the installation: the hash of the synced commands, the last backup."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Lease(Base):
    """Who may do what only one process may do, and until when."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class KeyFingerprint(Base):
    """Which keys this database was written with; number 0 is the look-up key."""

    __tablename__ = "key_fingerprints"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str]
