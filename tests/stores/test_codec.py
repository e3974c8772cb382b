"""What is kept comes back as it was; what is not ours is a miss and never an error."""

import datetime as dt
import random
import time
import zlib
from dataclasses import dataclass, make_dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bff.domain.commerce import (
    Availability,
    CountryCode,
    Listing,
    Price,
    PriceStatus,
    Pricing,
    ProductId,
    ProductOffer,
    RegionId,
    VariantId,
    VariantOffer,
)
from bff.domain.content import ContentFields, GroupContent
from bff.domain.freshness import Policy
from bff.domain.money import CurrencyCode, Money
from bff.domain.richtext import (
    MAX_DEPTH,
    MAX_MARKS,
    Block,
    Inline,
    Marked,
    Paragraph,
    Quote,
    RichText,
    Text,
)
from bff.ports import Entry
from bff.stores.codec import decode, encode, end_of, order_of
from bff.stores.codec_forms import Forms
from bff.stores.codec_plain import Unwritable
from tests.stores.values import VALUES, entries

POLICY = Policy("content", 3600.0, 3600.0, 86400.0)
EUR = CurrencyCode("EUR")
ANY = st.one_of(*VALUES.values())
_RELEASE, _CHECKED, _CONTENT = 8, 12, 48  # where the checksum is, and what comes after it


def entry(value: object) -> Entry:
    return Entry(value, POLICY, 1000.5, 0.25, 7, frozenset({"product:tee", "texts"}))


def sealed(encoded: bytes) -> bytes:
    """Give damaged bytes the checksum that they would have had."""
    checked = encoded[_CHECKED:]
    return encoded[:_RELEASE] + zlib.crc32(checked).to_bytes(4, "big") + checked


def with_size(encoded: bytes, size: int) -> bytes:
    """Return a header that claims so many bytes."""
    return encoded[: _CONTENT - 4] + size.to_bytes(4, "big")


def assert_same(found: Entry | None, kept: Entry) -> None:
    """Compare types, order and digits, too: 1 is not True, 1.0 not 1.00, and NaN is itself."""
    assert found is not None
    assert repr(replace(found, tags=frozenset())) == repr(replace(kept, tags=frozenset()))
    assert found.tags == kept.tags


@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_what_is_kept_comes_back(kind: str, drawn: st.DataObject) -> None:
    """Whatever a product, page or menu holds, a shopper sees the same from the cache."""
    kept = drawn.draw(entries(VALUES[kind]))

    encoded = encode(kept)

    assert_same(decode(encoded), kept)
    assert order_of(encoded) == (kept.stamp, kept.started_at)
    assert end_of(encoded) == kept.started_at + kept.policy.longest


@pytest.mark.parametrize(
    "value",
    [
        Decimal("-0.00"),
        Decimal("NaN"),
        [True, 1, 1.0, Decimal("1.0"), Decimal("1E+3"), -0.0, float("inf")],
        {"a": {"b": [[], {}, (), ("x", (1, [2]))]}, None: "neutral"},
        2**64,
        -(2**70),
        "half \ud83d a \udc00 smile",
        {"\ud800": {"\udfff": ["\ud800", 2**99]}},
        ("\ud800", 10**40),
        "",
        (),
    ],
    ids=repr,
)
def test_what_json_has_no_word_for(value: object) -> None:
    """Fields of an editor's own come back digit by digit, however odd they are."""
    assert_same(decode(encode(entry(value))), entry(value))


def test_a_list_stays_a_list() -> None:
    """A page of products is what it was, list or tuple."""
    for ids in ([ProductId("tee")], (ProductId("tee"),)):
        found = decode(encode(entry(Listing(ids, 1))))

        assert found is not None
        assert found.value == Listing(ids, 1)


def test_prices_that_look_alike() -> None:
    """Prices seen before do not lend their digits to others: 29.9 is not 29.90."""
    pricing = Pricing(RegionId("reg"), CountryCode("AT"), EUR)
    for amount in ("29.9", "29.90", "29.900", "29.9"):
        price = Price(Money(Decimal(amount), EUR), tax_included=True)
        variant = VariantOffer(price, True, False, 1, PriceStatus.STALE)
        kept = entry(ProductOffer(pricing, {VariantId("s"): variant}))

        assert_same(decode(encode(kept)), kept)


def test_the_deepest_rich_text() -> None:
    """Quotes in quotes with marks in marks, as deep as readers let them be."""
    inline: Inline = Text("deep")
    for _ in range(MAX_MARKS):
        inline = Marked("em", (inline,))
    block: Block = Paragraph((inline,))
    for _ in range(MAX_DEPTH):
        block = Quote((block, Paragraph(())))
    text = RichText((block,), "<p>", "deep")

    kept = entry(GroupContent("doc", {None: ContentFields(description=text)}))

    assert_same(decode(encode(kept)), kept)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        b"bytes",
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        Availability.IN_STOCK,
        {("a", "tuple"): 1},
        [object()],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_nobody_has_thought_of(value: object) -> None:
    """A value of an unknown kind is not kept, rather than kept as something else."""
    with pytest.raises(Unwritable):
        encode(entry(value))


def test_a_value_within_itself() -> None:
    """What has no end is not kept."""
    endless: list[object] = []
    endless.append(endless)

    with pytest.raises(Unwritable):
        encode(entry(endless))


@given(st.binary(max_size=300))
def test_any_bytes(found: bytes) -> None:
    """Something else in the shared cache is as if nothing were there."""
    assert decode(found) is None


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries(ANY), st.data())
def test_what_was_cut_off(kept: Entry, drawn: st.DataObject) -> None:
    """Half an entry is none."""
    encoded = encode(kept)

    assert decode(encoded[: drawn.draw(st.integers(0, len(encoded) - 1))]) is None


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries(ANY), st.data())
def test_what_was_damaged(kept: Entry, drawn: st.DataObject) -> None:
    """One bit that fell over is noticed: no shopper sees a price with another digit."""
    encoded = bytearray(encode(kept))
    encoded[drawn.draw(st.integers(0, len(encoded) - 1))] ^= 1 << drawn.draw(st.integers(0, 7))

    assert decode(bytes(encoded)) is None


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries(ANY), st.data())
def test_what_was_made_to_look_right(kept: Entry, drawn: st.DataObject) -> None:
    """Nonsense under a right checksum is read as something or nothing, and is never an error."""
    encoded = bytearray(encode(kept))
    for _ in range(drawn.draw(st.integers(1, 4))):
        place = drawn.draw(st.integers(_CHECKED, len(encoded) - 1))
        encoded[place] = drawn.draw(st.integers(0, 255))

    decode(sealed(bytes(encoded)))


@pytest.mark.parametrize(
    "bomb",
    [
        b"\x91" * 1_000_000,
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\1",
    ],
    ids=["nested", "long list", "long mapping", "long extension"],
)
def test_a_bomb(bomb: bytes) -> None:
    """What claims to be endless is a miss at once, and takes no memory."""
    small = encode(entry(None))
    value = b"\x92\x00\xc0"
    assert small.endswith(value)
    content = small[_CONTENT:].removesuffix(value) + bomb

    started_at = time.perf_counter()

    assert decode(sealed(small[:_CONTENT] + content)) is None
    deflated = zlib.compress(content)
    assert decode(sealed(with_size(small, len(content)) + deflated)) is None
    assert time.perf_counter() - started_at < 1


@pytest.mark.parametrize("claimed", [1000, 64_000_000, 2**32 - 1])
def test_what_inflates_without_end(claimed: int) -> None:
    """A few kilobytes that would be a gigabyte are a miss, and take no more than they may."""
    deflater = zlib.compressobj(9)
    megabyte = b"\x90" * 1_000_000
    bomb = b"".join(deflater.compress(megabyte) for _ in range(100)) + deflater.flush()

    started_at = time.perf_counter()

    assert decode(sealed(with_size(encode(entry(None)), claimed) + bomb)) is None
    assert time.perf_counter() - started_at < 5


def test_what_is_repeated_takes_little_room() -> None:
    """A long text is deflated, and the same again."""
    kept = entry("Soft cotton, washed and worn. " * 1000)

    encoded = encode(kept)

    assert len(encoded) < 1000
    assert decode(encoded) == kept


def test_what_nobody_can_bear() -> None:
    """A value of more bytes than are ever read back is not kept."""
    with pytest.raises(Unwritable):
        encode(entry("x" * 64_000_001))


def test_another_release() -> None:
    """What an older or newer release left in the shared cache is a miss."""
    encoded = encode(entry("tee"))

    assert decode(sealed(b"\0" * _RELEASE + encoded[_RELEASE:])) is None


def _shapes(kind: type) -> str:
    forms = Forms()
    forms.of(kind)
    return forms.shapes


def test_another_field_is_another_release() -> None:
    """Every change of a dataclass, of one within it or of an enumeration is another form."""

    def kinds(name: str, hint: Any) -> type:
        inner: Any = make_dataclass("Inner", [(name, hint)])
        return make_dataclass("Outer", [("inner", tuple[inner, ...])])

    shapes = [
        _shapes(kinds("title", str)),
        _shapes(kinds("title", str | None)),
        _shapes(kinds("name", str)),
        _shapes(kinds("title", PriceStatus)),
        _shapes(kinds("title", Availability)),
    ]

    assert len(set(shapes)) == len(shapes)
    assert _shapes(kinds("title", str)) == shapes[0]


@dataclass(frozen=True)
class _ByName:
    type: Literal["constant"] = "constant"
    after: str = ""


@pytest.mark.parametrize(
    "hint", [bytes, str | Decimal, dict[str, str], tuple[str, int], Text | str, _ByName], ids=str
)
def test_a_field_without_a_form(hint: Any) -> None:
    """A new kind of field is noticed when the service starts, and not when a shopper looks."""
    with pytest.raises(TypeError):
        Forms().of(hint)


def test_what_deflates_to_its_own_length() -> None:
    """Where deflating neither gains nor loses a byte, an entry comes back all the same."""
    for seed in range(20):
        noise = [random.Random(seed + place).random() for place in range(30)]
        for repeated in range(30):
            kept = entry([*noise, "a" * repeated])

            assert decode(encode(kept)) == kept
