"""The content systems of the laboratory: how the service is told of each, and what is in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from tests.live import lab, written_contentful, written_sanity, written_strapi
from tests.live.written import System

Json = Any
LOCALES = ("en", "es", "de", "fr")
"""What the shop speaks, its own language first. Italian is asked for too, and missing."""
CONTENTFUL_TAGS = {"en": "en-US", "es": "es-ES", "de": "de-DE", "fr": "fr-FR"}


@dataclass(frozen=True)
class Kind:
    """One content system. `is_there` says that the variables name it."""

    is_there: bool
    settings: Callable[[], dict[str, Json]]
    read: Callable[[tuple[str, ...]], System]


def sanity_settings(**changes: Json) -> dict[str, Json]:
    token = {"token": lab.SANITY_TOKEN} if lab.SANITY_TOKEN else {}
    return {
        "kind": "sanity",
        "project_id": lab.SANITY_PROJECT,
        "dataset": lab.SANITY_DATASET,
        "url": lab.SANITY_URL,
        **token,
        **changes,
    }


def contentful_settings(**changes: Json) -> dict[str, Json]:
    return {
        "kind": "contentful",
        "space_id": lab.CONTENTFUL_SPACE,
        "token": lab.CONTENTFUL_TOKEN,
        "url": lab.CONTENTFUL_URL,
        "locales": CONTENTFUL_TAGS,
        **changes,
    }


def strapi_settings(**changes: Json) -> dict[str, Json]:
    return {
        "kind": "strapi",
        "version": "5",
        "url": lab.STRAPI_URL,
        "token": lab.STRAPI_TOKEN,
        **changes,
    }


def strapi4_settings(**changes: Json) -> dict[str, Json]:
    return strapi_settings(
        **{"version": "4", "url": lab.STRAPI4_URL, "token": lab.STRAPI4_TOKEN, **changes}
    )


@cache
def sanity_documents() -> tuple[list[Json], str]:
    """Return everything in Sanity, drafts too where the token may see them."""
    return written_sanity.read_everything(
        lab.SANITY_URL, lab.SANITY_PROJECT, lab.SANITY_DATASET, lab.SANITY_TOKEN
    )


KINDS: Mapping[str, Kind] = {
    "sanity": Kind(
        bool(lab.SANITY_URL and lab.SANITY_PROJECT),
        sanity_settings,
        lambda locales: written_sanity.system(sanity_documents()[0], locales),
    ),
    "contentful": Kind(
        bool(lab.CONTENTFUL_URL and lab.CONTENTFUL_SPACE),
        contentful_settings,
        lambda _: written_contentful.system(
            lab.CONTENTFUL_URL, lab.CONTENTFUL_SPACE, lab.CONTENTFUL_TOKEN, CONTENTFUL_TAGS
        ),
    ),
    "strapi": Kind(
        bool(lab.STRAPI_URL),
        strapi_settings,
        lambda _: written_strapi.system(lab.STRAPI_URL, lab.STRAPI_TOKEN, 5),
    ),
    "strapi4": Kind(
        bool(lab.STRAPI4_URL),
        strapi4_settings,
        lambda _: written_strapi.system(lab.STRAPI4_URL, lab.STRAPI4_TOKEN, 4),
    ),
}
TOGETHER = (
    ("sanity",),
    ("contentful",),
    ("strapi",),
    ("strapi4",),
    ("sanity", "strapi"),
    ("strapi", "contentful"),
)
"""Which content systems a shop has, the one that is asked first in front."""


def content_settings(names: Sequence[str]) -> list[dict[str, Json]]:
    """Return the setting `content` for some systems; skip the test where one is not there."""
    for name in names:
        if not KINDS[name].is_there:
            pytest.skip(f"BFF_LIVE_{name.upper()}_* name no {name}")
    return [KINDS[name].settings() for name in names]


@cache
def read_systems(names: tuple[str, ...], locales: tuple[str, ...] = LOCALES) -> tuple[System, ...]:
    """Return what the systems say themselves."""
    return tuple(KINDS[name].read(locales) for name in names)
