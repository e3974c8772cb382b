"""What Strapi is asked: parameters of one question, and how many keys fit into its line."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlencode

from bff.sources.strapi.populate import Params
from bff.sources.strapi.settings import Version

CHUNK = 100
"""Most keys of one question."""

LONGEST_LINE = 15_000
"""Longest path and query of a question; Node refuses a request's head of more than 16 KiB."""

_LONGEST_KEY = 255  # of what a column of short text can hold


def is_askable(key: str) -> bool:
    """Tell whether a document can be known by this key; databases choke on some others."""
    return 0 < len(key) <= _LONGEST_KEY and key.isprintable()


def among(places: Sequence[str], keys: Sequence[str]) -> Params:
    """Return a filter for entries that have one of the keys at one of the places.

    With no keys Strapi would return every entry, so that nobody may ask then.
    """
    if not keys:
        msg = "a filter needs a key"
        raise ValueError(msg)
    if len(places) == 1:
        return tuple(_in(f"filters{places[0]}", keys))
    return tuple(
        param
        for number, place in enumerate(places)
        for param in _in(f"filters[$or][{number}]{place}", keys)
    )


def _in(place: str, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    # Indexed: a comma-separated list finds nothing.
    return ((f"{place}[$in][{number}]", key) for number, key in enumerate(keys))


def chunks(
    keys: Sequence[str], path: str, rest: Params, places: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Return the keys in parts that each fit into one question."""
    room = LONGEST_LINE - len(path) - len(urlencode(rest))
    chunk: list[str] = []
    used = 0
    for key in keys:
        # The widest number that an index can have, so that the order does not matter.
        size = sum(len(urlencode([(f"filters[$or][0]{at}[$in][00]", key)])) + 1 for at in places)
        if chunk and (len(chunk) == CHUNK or used + size > room):
            yield tuple(chunk)
            chunk, used = [], 0
        chunk.append(key)
        used += size
    if chunk:
        yield tuple(chunk)


def visible(version: Version | None, *, drafts: bool) -> Params:
    """Return what says that only published entries, or drafts too, are wanted.

    Each version ignores the other's parameter. It is never left to a default, and nothing that a
    client sent gets here: version 5 takes every word that it does not know for a draft.
    """
    five = ("status", "draft" if drafts else "published")
    four = ("publicationState", "preview" if drafts else "live")
    return {5: (five,), 4: (four,)}.get(version or 0, (five, four))


def languages(tags: Iterable[str]) -> Params:
    """Return what asks for several languages at once; languages that are not there do no harm."""
    return tuple((f"locale[{number}]", tag) for number, tag in enumerate(dict.fromkeys(tags)))


def every_language(version: Version | None) -> Params:
    """Return what asks for all languages; each version knows its own word only."""
    return (("locale", "all" if version == 4 else "*"),)  # noqa: PLR2004 - that version


def sorted_by(*fields: str) -> Params:
    """Return what makes the order the same on every page."""
    return tuple((f"sort[{number}]", name) for number, name in enumerate(fields))


def only(*fields: str) -> Params:
    """Return what asks for these fields only."""
    return tuple((f"fields[{number}]", name) for number, name in enumerate(fields))


def paged(page: int, size: int) -> Params:
    """Return what asks for one page."""
    return (("pagination[page]", str(page)), ("pagination[pageSize]", str(size)))
