"""Entries as bytes, for memory and for what replicas share.

    release  checksum  started_at  took  stamp  ends  size | policy, tags, value
    8        4         8           8     8      8     4 bytes

The release is a fingerprint of the domain's dataclasses: what another release wrote is a miss.
The checksum finds what was damaged. What follows the header is MessagePack, deflated where that
is wanted and smaller; `size` is that of it inflated. Reading builds the domain's own values and
nothing else; whatever cannot be read is a miss, too. Whoever can write to the shared cache can put
wrong prices there: this is no signature.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from functools import lru_cache

import msgspec

from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Listing,
    Market,
    ProductOffer,
    ProductText,
)
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.domain.freshness import Policy
from bff.domain.marks import Position
from bff.ports import Entry
from bff.stores.codec_forms import Form, Forms
from bff.stores.codec_plain import Plain, Unwritable, plain, read, written

_FORMAT = 1  # of the bytes; the forms are in the fingerprint by themselves
_KINDS: tuple[type, ...] = (
    *(ProductText, ProductOffer, CommerceProduct, Listing, Market, Category, Collection),
    *(ProductContent, GroupContent, PageContent, MenuContent),
)
_FORMS = Forms()
_OF_KIND: tuple[Form, ...] = (Form(plain), *map(_FORMS.of, _KINDS))
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS, 1)}
_POLICY = _FORMS.of(Policy)
RELEASE = hashlib.sha256(f"{_FORMAT} {_FORMS.shapes}".encode()).digest()[:8]
"""What tells the bytes of this release from those of others, which it cannot read."""

_HEADER = struct.Struct(">8sIddqdI")
_CHECKED = 12  # what comes after the checksum is in it
_AGE = struct.Struct(">d8xqdI")
_LARGEST = 64_000_000
"""Bytes of an entry, inflated: far more than any, and no more than a process can bear."""
_SMALL = 256
"""What is smaller hardly gets any smaller."""

_UNREADABLE = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    *(msgspec.MsgspecError, struct.error, zlib.error),
)


@lru_cache(256)  # there are few, and many entries of each
def _policy(*row: object) -> Policy:
    policy: Policy = _POLICY.read(list(row))
    return policy


def encode(entry: Entry, *, deflates: bool = True) -> bytes:
    """Return an entry as bytes; not to deflate them takes half the time and twice the room.

    Raises:
        Unwritable: its value is none that the catalog keeps.
    """
    policy = entry.policy
    try:
        row = [_POLICY.write(policy), list(entry.tags), _row(entry.value)]
        content = written(row)
        ends = entry.started_at + policy.longest
        header = _HEADER.pack(
            *(RELEASE, 0, entry.started_at, entry.took, entry.stamp, ends, len(content))
        )
    except _UNREADABLE as exc:
        raise Unwritable from exc
    if len(content) > _LARGEST:
        raise Unwritable
    if deflates and len(content) > _SMALL:
        # Of two as long the first: the length tells that it is as it was.
        content = min(content, zlib.compress(content, 1), key=len)
    checked = header[_CHECKED:] + content
    return RELEASE + zlib.crc32(checked).to_bytes(4, "big") + checked


def decode(encoded: bytes) -> Entry | None:
    """Return the entry again; `None` if it is of another release, or damaged."""
    try:
        release, checksum, started_at, took, stamp, _, size = _HEADER.unpack_from(encoded)
        if release != RELEASE or zlib.crc32(memoryview(encoded)[_CHECKED:]) != checksum:
            return None
        content = encoded[_HEADER.size :]
        if size > len(content):
            if size > _LARGEST:
                return None
            content = zlib.decompressobj().decompress(content, size)
        policy, tags, value = read(content)
        return Entry(*(_value(value), _policy(*policy), started_at, took, stamp, frozenset(tags)))
    except _UNREADABLE:
        return None


def order_of(encoded: bytes) -> tuple[Position, float]:
    """Return stamp and start: of two entries under one key the later counts."""
    started_at, stamp, _, _ = _AGE.unpack_from(encoded, _CHECKED)
    return stamp, started_at


def end_of(encoded: bytes) -> float:
    """Return the instant from which nobody can use an entry, in seconds since 1970."""
    _, _, ends, _ = _AGE.unpack_from(encoded, _CHECKED)
    return float(ends)


def inflated_size_of(encoded: bytes) -> int:
    """Return how many bytes of MessagePack it holds."""
    return int(_AGE.unpack_from(encoded, _CHECKED)[-1])


def _row(value: object) -> Plain:
    """Write down of which kind a value is: 0 for plain ones, n, or -n for a tuple of n's."""
    number = _NUMBERS.get(type(value))
    if number:
        return [number, _OF_KIND[number].write(value)]
    if isinstance(value, tuple) and value:
        number = _NUMBERS.get(type(value[0]))
        if number and all(type(each) is type(value[0]) for each in value):
            return [-number, list(map(_OF_KIND[number].write, value))]
    return [0, _OF_KIND[0].write(value)]


def _value(row: Plain) -> object:
    number, inner = row
    if number < 0:
        return tuple(map(_OF_KIND[-number].read, inner))
    return _OF_KIND[number].read(inner)
