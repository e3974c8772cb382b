"""A shop to try things on: Medusa and content systems as ASGI apps over one JSON catalogue.

They are reached through httpx's ASGI transport, so that adapters, cache and web run unchanged.
Nothing here knows the rest of the service.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bff.demo.catalogue import load_catalogue
from bff.demo.contentful import contentful_app
from bff.demo.example import EXAMPLE, things_to_try
from bff.demo.faults import EmbeddedUpstream, Faults
from bff.demo.medusa import medusa_app
from bff.demo.sanity import sanity_app
from bff.demo.strapi import strapi_app

__all__ = [
    "EXAMPLE",
    "DemoUpstreams",
    "EmbeddedContent",
    "EmbeddedUpstream",
    "Faults",
    "contentful_app",
    "demo_upstreams",
    "medusa_app",
    "sanity_app",
    "strapi_app",
    "things_to_try",
]

_PUBLISHABLE_KEY = "pk_demo"
_PROJECT = "demoshop"
_DATASET = "production"
_COUNTRY = "US"
_SPACE = "demospace"
_CONTENTFUL_TOKEN = "demo-delivery-token"  # noqa: S105 - of nothing but the demo
_STRAPI_TOKEN = "demo-api-token"  # noqa: S105 - as above
_ACCOUNT = ("storefront", "demo-password")
_CONTENTFUL_CODES = {"en": "en-US", "es": "es-ES", "de": "de-DE", "fr": "fr-FR"}
_STRAPI = {
    "kind": "strapi",
    "not_localized": (
        *("medusa_id", "handle", "key", "thumbnail", "images", "videos"),
        *("fabric_weight", "certifications"),
    ),
    "product": {"videos": ("videos",)},
    "navigation": {"product": "product", "children": "children"},
}


@dataclass(frozen=True, slots=True)
class EmbeddedContent:
    """A content system, and what an operator would set to have it read.

    `settings` are those of one source of `BFF_CONTENT`, its `url` included; any address that
    leads to `upstream` will do in its place.
    """

    upstream: EmbeddedUpstream
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DemoUpstreams:
    """The embedded upstreams, and what a service has to be told to read them.

    `locales` are the shop's languages with their own names by tag, the default first;
    `default_country` is ISO 3166-1 alpha-2, upper case. Any host name reaches the apps.

    `content` are all content systems there are, and tell the same: `sanity`, which the demo
    shows, `contentful`, `strapi` with an API token, `strapi-account` (the same one, with a login)
    and `strapi-4`.
    """

    medusa: EmbeddedUpstream
    sanity: EmbeddedUpstream
    publishable_key: str
    project_id: str
    dataset: str
    default_country: str
    default_locale: str
    locales: Mapping[str, str]
    content: Mapping[str, EmbeddedContent]


def demo_upstreams() -> DemoUpstreams:
    """Return fresh upstreams: nobody has called them, and nothing is wrong with them."""
    catalogue = load_catalogue()
    locales = catalogue["locales"]
    sanity = EmbeddedUpstream(sanity_app(catalogue, _DATASET))
    strapi = EmbeddedUpstream(strapi_app(catalogue, _STRAPI_TOKEN, _ACCOUNT))
    identifier, password = _ACCOUNT
    with_token = {**_STRAPI, "url": "http://strapi.demo", "token": _STRAPI_TOKEN}
    return DemoUpstreams(
        medusa=EmbeddedUpstream(medusa_app(catalogue, _PUBLISHABLE_KEY)),
        sanity=sanity,
        publishable_key=_PUBLISHABLE_KEY,
        project_id=_PROJECT,
        dataset=_DATASET,
        default_country=_COUNTRY,
        default_locale=next(iter(locales)),
        locales=locales,
        content={
            "sanity": EmbeddedContent(
                sanity,
                {
                    "kind": "sanity",
                    "url": "http://sanity.demo",
                    "project_id": _PROJECT,
                    "dataset": _DATASET,
                },
            ),
            "contentful": EmbeddedContent(
                EmbeddedUpstream(contentful_app(catalogue, _SPACE, _CONTENTFUL_TOKEN)),
                {
                    "kind": "contentful",
                    "url": "http://contentful.demo",
                    "space_id": _SPACE,
                    "token": _CONTENTFUL_TOKEN,
                    "locales": _CONTENTFUL_CODES,
                },
            ),
            "strapi": EmbeddedContent(strapi, with_token),
            "strapi-account": EmbeddedContent(
                strapi,
                {
                    **_STRAPI,
                    "url": "http://strapi.demo",
                    "identifier": identifier,
                    "password": password,
                },
            ),
            "strapi-4": EmbeddedContent(
                EmbeddedUpstream(strapi_app(catalogue, _STRAPI_TOKEN, _ACCOUNT, version=4)),
                {**with_token, "url": "http://strapi-4.demo"},
            ),
        },
    )
