"""Whose request it is: the client's address, be there proxies between or not.

`X-Forwarded-For` is read from the right, as long as those who have written it are proxies of the
operator's. What stands further left was sent by the client, who may have written anything.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

_LONGEST: Final = 64  # characters; an IPv6 address with zone and port has fewer
_MOST_HOPS: Final = 32
_REMEMBERED: Final = 4096
_HOST_OF_IPV6: Final = 64  # bits; a household has all of them


class Addresses:
    """Tells clients apart by their addresses. `trusted` are the networks of proxies."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)
        self._looked_up = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def client(self, peer: str, forwarded: str = "") -> str:
        """Return who counts as the client: an IPv4 address, or an IPv6 network of 64 bits.

        `peer` is who has connected, `forwarded` all `X-Forwarded-For` joined. Who cannot be told
        apart is "".
        """
        client, is_proxy = self._looked_up(peer)
        if not is_proxy or not forwarded:
            return client
        for hop in reversed(forwarded.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]):
            found, is_proxy = self._looked_up(hop) if len(hop) <= _LONGEST else ("", False)
            if not found:
                break  # the proxy before it is all that is known
            client = found
            if not is_proxy:
                break
        return client

    def _look_up(self, written: str) -> tuple[str, bool]:
        """Return an address as a client's, and whether it is a proxy's."""
        try:
            address = ip_address(_without_port(written.strip(" \t")))
        except ValueError:
            return "", False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        is_proxy = any(address in network for network in self._trusted)
        if isinstance(address, IPv4Address):
            return str(address), is_proxy
        network = int(address) >> _HOST_OF_IPV6 << _HOST_OF_IPV6
        return f"{IPv6Address(network)}/{_HOST_OF_IPV6}", is_proxy


def _without_port(written: str) -> str:
    """Return an address without its port, which some proxies write, and without its zone."""
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    return written.partition("%")[0]
