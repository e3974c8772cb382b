"""`Surrogate-Key` and `Cache-Tag`: by what a CDN can be told to drop an answer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bff.domain.marks import EVERYTHING, Tag
from bff.domain.tags import COARSE, header_key

MOST: Final = 4 * 1024
"""Bytes of either header."""


@dataclass(frozen=True, slots=True)
class TagHeaders:
    """Both headers. They are `is_coarse` if the tags did not fit in."""

    surrogate_key: str
    cache_tag: str
    is_coarse: bool = False


def tag_headers(tags: Collection[Tag]) -> TagHeaders:
    """Return the headers for what an answer was made of, in a fixed order.

    Each answer goes with the tag of everything. One whose tags are too long carries a single
    other one, and goes with every purge.
    """
    keys = sorted(map(header_key, {*tags, EVERYTHING}))
    if sum(map(len, keys)) + len(keys) - 1 <= MOST:
        return TagHeaders(" ".join(keys), ",".join(keys))
    coarse = sorted((header_key(EVERYTHING), COARSE))
    return TagHeaders(" ".join(coarse), ",".join(coarse), is_coarse=True)
