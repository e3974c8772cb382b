"""Whether what editors write is about what the shop sells, and in its languages."""

from collections.abc import Iterable, Sequence

from bff.domain.locale import Locale, truncations
from bff.errors import UpstreamError
from bff.ports import Call, CommerceSource, ContentSource, MatchBy, Wish

_SAMPLE = 100


async def unpaired(
    content: ContentSource, commerce: CommerceSource, field: str, called: str, call: Call
) -> tuple[str, ...]:
    """Say so if none of the shop's newest products has a document, which is one `called` there.

    `field` is where a document says which product it is about.

    Raises:
        UpstreamError: the content system could not answer. What Medusa could not is said by its
            own probe.
    """
    try:
        listing, products = await commerce.newest(0, _SAMPLE, Wish(pricing=None), call)
    except UpstreamError:
        return ()
    by_id = content.matches_by is MatchBy.ID
    texts = [product.text for product in products.values() if product.text]
    keys: Sequence[str] = listing.ids if by_id else [text.handle for text in texts]
    found = await content.contents(keys, call)
    if not keys or any(found[key] for key in keys):
        return ()
    held = "Medusa's product id" if by_id else "the product's handle"
    missing = f"none of the {len(keys)} newest products has a published {called}"
    return (f"{missing}; the field {field!r} of a product's {called} must hold {held}",)


def unserved(locales: Iterable[Locale], theirs: Iterable[Locale | None]) -> list[Locale]:
    """Return which of the shop's languages none of a content system's is, or is wider than."""
    known = set(theirs)
    return [locale for locale in locales if known.isdisjoint(truncations(locale))]
