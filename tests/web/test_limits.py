from __future__ import annotations

import pytest

from bot.web.limits import Limiter, network_of


def test_a_bucket_empties_at_once_and_fills_again_with_time() -> None:
    limiter = Limiter(most=2, per_second=0.5)
    assert [limiter.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 2.0]
    assert limiter.take("b", 0.0) == 0.0
    assert limiter.take("a", 1.0) == pytest.approx(1.0)
    assert limiter.take("a", 2.0) == 0.0
    assert limiter.take("a", 1000.0) == 0.0
    assert limiter.take("a", 1000.0) == 0.0
    assert limiter.take("a", 1000.0) == 2.0


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    limiter = Limiter(most=1, per_second=1.0)
    assert limiter.take("a", 1000.0) == 0.0
    assert limiter.take("a", 10.0) == 1.0
    assert limiter.take("a", 11.0) == 0.0


def test_only_so_many_are_remembered() -> None:
    limiter = Limiter(most=1, per_second=0.001)
    for number in range(10_001):
        limiter.take(number, 0.0)
    assert limiter.take(0, 0.0) == 0.0
    assert limiter.take(10_000, 0.0) > 0.0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("no address", "no address"),
    ],
)
def test_whoever_has_a_network_is_one_asker(address: str, network: str) -> None:
    assert network_of(address) == network
