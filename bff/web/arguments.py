"""The arguments that every root field takes: for whom the answer is."""

from typing import Annotated

import strawberry

from bff.domain.commerce import CountryCode
from bff.domain.locale import Locale
from bff.web.context import RequestContext

Info = strawberry.Info[RequestContext, None]

LocaleArgument = Annotated[
    Locale | None,
    strawberry.argument(
        description="The language of everything below. Without it `Accept-Language` decides, "
        "then the shop's default."
    ),
]
CountryArgument = Annotated[
    CountryCode | None,
    strawberry.argument(
        description="The country that chooses region, prices and currency of everything below. "
        "Without it the shop's default market."
    ),
]
