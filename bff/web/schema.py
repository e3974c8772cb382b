"""The GraphQL schema: the parts of its root, joined."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from bff.web.page_queries import PageQueries
from bff.web.product_queries import ProductQueries
from bff.web.scalars import SCALARS
from bff.web.shop_queries import ShopQueries


@strawberry.type(description="What storefronts read. Nothing here changes anything.")
class Query(ShopQueries, PageQueries, ProductQueries):
    """The root type; its fields come in the reverse order of its parts."""


@cache
def build_schema() -> strawberry.Schema:
    """Return the schema; it holds no state, so that one serves the whole process."""
    return strawberry.Schema(
        Query, config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True)
    )
