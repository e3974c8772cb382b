"""What all targets share: the keys of a change in parts, and where these go."""

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import HttpUrl

from bff.domain.marks import Tag
from bff.domain.tags import COARSE, header_key
from bff.targets.settings import PurgeSettings, StorefrontSettings, origin


def base_url(settings: StorefrontSettings | PurgeSettings) -> str:
    """Return the base URL of the client that is to be opened for a target."""
    return origin(settings.url)


def no_reason(_status: int, _body: bytes) -> str:
    """Say nothing of why a target refused: its words may quote what it was sent."""
    return ""


def place(url: HttpUrl) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return path and parameters of an address, as plain text."""
    parts = urlsplit(str(url))
    return unquote(parts.path) or "/", tuple(parse_qsl(parts.query, keep_blank_values=True))


def keys_in_parts(tags: Sequence[Tag], most: int) -> Iterator[tuple[str, ...]]:
    """Return what to tell in calls of at most `most` keys: none of it twice.

    The key of answers with too many tags is always among them, as the last.
    """
    keys = tuple(dict.fromkeys((*(header_key(tag) for tag in tags), COARSE)))
    for start in range(0, len(keys), most):
        yield keys[start : start + most]
