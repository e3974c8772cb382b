"""What is refused, so that no client takes the service away from the others."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from bff.settings.values import CONFIG, Words


def _as_network(written: object) -> object:
    """Return a network, or a single address as one."""
    if not isinstance(written, str):
        return written
    try:
        return ip_network(written.strip())
    except ValueError:
        msg = "must be a network such as 10.0.0.0/8, or an address"
        raise ValueError(msg) from None


_Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_as_network), Words("network")]


class LimitSettings(BaseModel):
    """How much one request, and one client, may ask for."""

    model_config = CONFIG

    depth: int = Field(20, ge=1, description="How deeply fields of a document may be nested.")
    fields: int = Field(
        2000, ge=1, description="Fields of a document, counted with every spread of a fragment."
    )
    aliases: int = Field(100, ge=0, description="Aliases of a document, counted likewise.")
    directives: int = Field(100, ge=0, description="Directives of a document, counted likewise.")
    upstream_calls: int = Field(
        60,
        ge=1,
        description="Calls to the sources that a document may cost where nothing is cached.",
    )
    values: int = Field(
        10_000,
        ge=1,
        description="Fields of products, groups and lines in lists that an answer may have, each "
        "counted for as many of them as are asked for, or shops usually have.",
    )
    body_kilobytes: int = Field(256, ge=1, description="The longest body of a shopper's request.")
    header_kilobytes: int = Field(16, ge=1, description="The longest head of any request.")
    receive_seconds: float = Field(
        1.5, gt=0, description="How long a request may take to arrive, from its first byte."
    )
    idle_seconds: float = Field(
        75.0,
        gt=0,
        description="How long a connection may stay open between requests; longer than the load "
        "balancer keeps its own, or some of its requests meet one that is just being closed.",
    )
    connections: int = Field(
        10_000, ge=1, description="Most connections of one process; further ones are refused."
    )
    requests_per_second: float | None = Field(
        None,
        gt=0,
        description="How many requests per second one client address may make in the long run; "
        "without it nobody counts.",
    )
    burst: int = Field(50, ge=1, description="How many it may make at once.")
    trusted_proxies: tuple[_Network, ...] = Field(
        (),
        description="Networks of proxies whose `X-Forwarded-For` names the client, as a JSON "
        'list: `["10.0.0.0/8"]`. Without them all who come through a proxy are one client, also '
        "when wrong secrets are counted.",
    )
