"""How often one client may ask, and who counts as one."""

from ipaddress import ip_network

import pytest

from bff.web.addresses import Addresses
from bff.web.client_rate import ClientRates, Clients, Rate, Stores
from bff.web.errors import RateLimited
from tests.clock import HandClock

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("1.2.3.4", "", "1.2.3.4"),
        ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6,9.9.9.9 ,10.2.2.2", "9.9.9.9"),
        ("10.0.0.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"),
        ("10.0.0.1", "9.9.9.9:4711", "9.9.9.9"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::/64"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "9.9.9.9, nonsense, 10.2.2.2", "10.2.2.2"),
        ("10.0.0.1", ",", "10.0.0.1"),
        ("10.0.0.1", "9" * 100_000, "10.0.0.1"),
        ("2001:db8::1", "", "2001:db8::/64"),
        ("2001:db8::ffff:1", "", "2001:db8::/64"),
        ("2001:db8:0:1::1", "", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("::ffff:1.2.3.4", "", "1.2.3.4"),
        ("::ffff:10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("fd00::7", "9.9.9.9", "9.9.9.9"),
        ("", "9.9.9.9", ""),
    ],
)
def test_who_the_client_is(peer: str, forwarded: str, client: str) -> None:
    assert Addresses(PROXIES).client(peer, forwarded) == client


def test_a_list_of_hops_that_no_proxies_have_written() -> None:
    """However long it is, little of it is looked at."""
    forwarded = "6.6.6.6," + ",".join(["10.0.0.1"] * 5000)
    assert Addresses(PROXIES).client("10.0.0.1", forwarded) == "10.0.0.1"


def test_a_client_may_ask_at_once_and_then_steadily() -> None:
    clock = HandClock()
    stores = Stores(Rate(per_second=2, at_once=3), clock)
    assert [stores.spend("a") for _ in range(4)] == [0, 0, 0, pytest.approx(0.5)]
    clock.now += 0.5
    assert [stores.spend("a") for _ in range(2)] == [0, pytest.approx(0.5)]
    clock.now += 60  # a pause saves no more than what may be asked at once
    assert [stores.spend("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_refused_requests_cost_no_further_waiting() -> None:
    """Who goes on asking too often gets what everybody gets, not nothing."""
    clock = HandClock()
    stores = Stores(Rate(per_second=1, at_once=1), clock)
    stores.spend("a")
    granted = 0
    for _ in range(100):
        clock.now += 0.1
        granted += stores.spend("a") == 0
    assert granted in {9, 10}


def test_clients_have_each_their_own() -> None:
    stores = Stores(Rate(per_second=1, at_once=1), HandClock())
    assert stores.spend("a") == 0
    assert stores.spend("a") > 0
    assert stores.spend("b") == 0


def test_a_million_addresses_do_not_fill_the_memory() -> None:
    """Who comes often is remembered longest."""
    stores = Stores(Rate(per_second=0.001, at_once=2), HandClock(), most_clients=100)
    stores.spend("often")
    stores.spend("often")
    for number in range(1000):
        stores.spend(f"client {number}")
        assert stores.spend("often") > 0
    assert len(stores) == 100


def test_who_cannot_be_told_apart_is_not_counted() -> None:
    rates = ClientRates(Rate(1, 1), Addresses(), HandClock())
    for _ in range(3):
        rates.check("", "")


def test_without_a_rate_nobody_is_counted() -> None:
    rates = ClientRates(None, Addresses(), HandClock())
    assert not rates.counts
    for _ in range(1000):
        rates.check("1.2.3.4", "")


def test_wrong_attempts_are_few() -> None:
    clock = HandClock()
    attempts = Clients.of(None, (), clock).secrets
    for _ in range(10):
        attempts.check("1.2.3.4", "")
        attempts.count("1.2.3.4", "")
    for refused in (attempts.check, attempts.count):
        with pytest.raises(RateLimited) as told:
            refused("1.2.3.4", "")
        assert told.value.retry_after == pytest.approx(30)
    attempts.check("4.3.2.1", "")
    clock.now += 31
    attempts.check("1.2.3.4", "")
