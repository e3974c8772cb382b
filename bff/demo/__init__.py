"""A shop to try things on: Medusa and Sanity as ASGI apps over one JSON catalogue.

They are reached through httpx's ASGI transport, so that adapters, cache and web run unchanged.
Nothing here knows the rest of the service.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bff.demo.catalogue import load_catalogue
from bff.demo.example import EXAMPLE, things_to_try
from bff.demo.faults import EmbeddedUpstream, Faults
from bff.demo.medusa import medusa_app
from bff.demo.sanity import sanity_app

__all__ = [
    "EXAMPLE",
    "DemoUpstreams",
    "EmbeddedUpstream",
    "Faults",
    "demo_upstreams",
    "things_to_try",
]

_PUBLISHABLE_KEY = "pk_demo"
_PROJECT = "demoshop"
_DATASET = "production"
_COUNTRY = "US"


@dataclass(frozen=True, slots=True)
class DemoUpstreams:
    """The embedded upstreams, and what a service has to be told to read them.

    `locales` are the shop's languages with their own names by tag, the default first;
    `default_country` is ISO 3166-1 alpha-2, upper case. Any host name reaches the apps.
    """

    medusa: EmbeddedUpstream
    sanity: EmbeddedUpstream
    publishable_key: str
    project_id: str
    dataset: str
    default_country: str
    default_locale: str
    locales: Mapping[str, str]


def demo_upstreams() -> DemoUpstreams:
    """Return fresh upstreams: nobody has called them, and nothing is wrong with them."""
    catalogue = load_catalogue()
    locales = catalogue["locales"]
    return DemoUpstreams(
        medusa=EmbeddedUpstream(medusa_app(catalogue, _PUBLISHABLE_KEY)),
        sanity=EmbeddedUpstream(sanity_app(catalogue, _DATASET)),
        publishable_key=_PUBLISHABLE_KEY,
        project_id=_PROJECT,
        dataset=_DATASET,
        default_country=_COUNTRY,
        default_locale=next(iter(locales)),
        locales=locales,
    )
