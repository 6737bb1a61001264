"""How often somebody may ask: a bucket for each, which fills again with time."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Hashable

_ROOM = 10_000
_NETWORK = 64  # a household or a server has all addresses of such a network


class Limiter:
    """Lets each through ``most`` times at once, and ``per_second`` times in the long run."""

    def __init__(self, *, most: int, per_second: float) -> None:
        self._most = most
        self._per_second = per_second
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, who: Hashable, at: float) -> float:
        """Count one request at ``at`` (seconds); returns 0, or after how many to ask again."""
        left, since = self._buckets.pop(who, (float(self._most), at))
        left = min(float(self._most), left + max(at - since, 0.0) * self._per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_second
        self._buckets[who] = (left if wait else left - 1, at)
        if len(self._buckets) > _ROOM:
            self._buckets.popitem(last=False)
        return wait


def network_of(address: str) -> str:
    """Tell whom an address stands for: itself, or in IPv6 the network that one customer has."""
    try:
        whole = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(whole, ipaddress.IPv4Address):
        return str(whole)
    if whole.ipv4_mapped is not None:
        return str(whole.ipv4_mapped)
    return str(ipaddress.ip_network((whole, _NETWORK), strict=False))
