"""In which languages else a product can be read."""

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle
from bff.domain.content import ContentFields, ProductContent
from tests.catalog.fakes import (
    DE,
    EN,
    NO_ADDONS,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    shop_selling,
    shopper,
)


def storefront() -> Storefront:
    """Return a tee that is written about in two languages, and its addon, in English only."""
    jeans = ProductContent(
        document("jeans").product, "doc_jeans", {EN: ContentFields("Sanity jeans")}
    )
    tee = document("tee", addons=["jeans"])
    return Storefront(shop_selling("tee", "jeans"), cms_with(tee, jeans))


async def test_alternates_of_products() -> None:
    """A product names every language that somebody wrote it in, and where to read it."""
    answer = await storefront().by_handles("tee")

    tee = answer.products[Handle("tee")]
    assert [(one.locale, one.name, one.url) for one in tee.alternates] == [
        (EN, "tee", "/en/p/tee"),
        (DE, "tee", "/de/p/tee"),
    ]
    (jeans,) = addons_of(tee)
    assert jeans.product is not None
    assert [one.locale for one in jeans.product.alternates] == [EN]


async def test_alternates_are_the_same_in_every_language() -> None:
    """Each language names the others, as search engines demand."""
    front = storefront()

    pages = [await front.by_ids("tee", context=shopper(tag)) for tag in ("en", "de", "fr")]

    found = {page.products[pid("tee")].alternates for page in pages}
    assert len(found) == 1


async def test_alternates_that_nobody_looks_at() -> None:
    """A list of cards does not work them out."""
    front = storefront()

    answer = await front.by_ids("tee", wants=Wants(addons=False, alternates=False))

    assert answer.products[pid("tee")].alternates == ()


async def test_no_alternates_without_content() -> None:
    """Without having looked at the content nobody claims to know its languages."""
    front = storefront()

    answer = await front.by_ids("tee", wants=Wants(addons=False, content=False))

    assert answer.products[pid("tee")].alternates == ()
    assert NO_ADDONS.alternates
    assert front.systems[0].calls == []
