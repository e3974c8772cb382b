"""The root fields that show what editors made themselves: pages and menus."""

from typing import Annotated

import strawberry

from bff.domain.commerce import Handle
from bff.web.arguments import CountryArgument, Info, LocaleArgument
from bff.web.fields import field
from bff.web.inputs import checked_key
from bff.web.page_types import NavigationType, PageType
from bff.web.selection import wants_of_menu, wants_of_page


@strawberry.type
class PageQueries:
    """A part of the root type."""

    @field(
        "A page of the CMS by its slug in any language; null when there is none. Without an "
        "answer of the CMS it is an error. Medusa is needed for the products on it only, and to "
        "tell the market."
    )
    async def page(
        self,
        info: Info,
        slug: Annotated[str, strawberry.argument(description="Its readable name in URLs.")],
        locale: LocaleArgument = None,
        country: CountryArgument = None,
    ) -> PageType | None:
        """Resolve `page`."""
        context = info.context
        key = checked_key("slug", slug)
        shopper = await context.shopper(locale, country)
        page, degraded = await context.catalog.page(
            key, shopper, wants_of_page(info), context.call
        )
        context.note(degraded)
        return PageType.from_domain(page, context.low_stock) if page else None

    @field(
        "A menu of the CMS by its handle; null when there is none. Without an answer of the CMS "
        "it is an error."
    )
    async def navigation(
        self,
        info: Info,
        handle: Annotated[
            str, strawberry.argument(description="What the editors call it: `main`, for example.")
        ],
        locale: LocaleArgument = None,
        country: CountryArgument = None,
    ) -> NavigationType | None:
        """Resolve `navigation`."""
        context = info.context
        key = Handle(checked_key("handle", handle))
        shopper = await context.shopper(locale, country)
        menu, degraded = await context.catalog.menu(
            key, shopper, wants_of_menu(info), context.call
        )
        context.note(degraded)
        return NavigationType.from_domain(menu, context.low_stock) if menu else None
