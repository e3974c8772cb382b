"""What the benchmarks ask for: the contract's `ProductPage`, in Spanish, in Germany."""

from pathlib import Path

from benchmarks.client import graphql_request

_OPERATIONS = Path(__file__).parents[1] / "tests" / "golden" / "operations"
PRODUCT_PAGE = (_OPERATIONS / "ProductPage.graphql").read_text(encoding="utf-8")
VIEW = {"locale": "es", "country": "DE"}

WITH_ADDONS = "premium-cotton-t-shirt"
"""Has content and three addons: a cold page of it takes three upstream calls."""
WITHOUT_ADDONS = ("linen-shirt", "summer-sandals", "zip-hoodie", "fleece-vest", "ribbed-socks")
"""Have content that names no addons: two calls."""
MANY_WITH_ADDONS = (
    *("organic-cotton-tshirt", "premium-cotton-t-shirt", "slim-fit-jeans", "casual-sneakers"),
    *("merino-sweater", "rain-jacket", "canvas-tote", "trail-boots"),
    *("canvas-backpack", "denim-jacket", "running-shorts", "wool-blanket"),
)
"""All that have addons. Shown at once, they share the flights of the addons they share."""


def product_page(handle: str) -> bytes:
    """Return the request for one product's page."""
    return graphql_request(PRODUCT_PAGE, {"handle": handle, **VIEW})
