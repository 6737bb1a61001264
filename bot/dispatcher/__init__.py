"""Brings what is due to its member, exactly once, whatever breaks in between (DESIGN §6)."""

from __future__ import annotations

from bot.dispatcher.courier import (
    Answer,
    Closed,
    Courier,
    Gone,
    Message,
    MessagePage,
    Picture,
    Refused,
    RoleGiven,
    Sent,
    TooFast,
    Unauthorized,
    Uncertain,
)
from bot.dispatcher.dispatching import Dispatcher
from bot.dispatcher.lanes import LoopPacer, NoPacer, Pacer

__all__ = [
    "Answer",
    "Closed",
    "Courier",
    "Dispatcher",
    "Gone",
    "LoopPacer",
    "Message",
    "MessagePage",
    "NoPacer",
    "Pacer",
    "Picture",
    "Refused",
    "RoleGiven",
    "Sent",
    "TooFast",
    "Unauthorized",
    "Uncertain",
]
