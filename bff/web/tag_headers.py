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
    """The values of both headers. They are `is_coarse` if the tags did not fit in."""

    surrogate_key: bytes
    cache_tag: bytes
    is_coarse: bool = False


def tag_headers(tags: Collection[Tag]) -> TagHeaders:
    """Return the headers for what an answer was made of, in a fixed order.

    Each answer goes with the tag of everything. One whose tags are too long carries a single
    other one, and goes with every purge.
    """
    keys = sorted(header_key(tag).encode("ascii") for tag in {*tags, EVERYTHING})
    is_coarse = sum(map(len, keys)) + len(keys) - 1 > MOST
    if is_coarse:
        keys = sorted((header_key(EVERYTHING).encode("ascii"), COARSE.encode("ascii")))
    return TagHeaders(b" ".join(keys), b",".join(keys), is_coarse)
