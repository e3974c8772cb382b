"""REST for the pages that editors make."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from bff.web.rest import Reading
from bff.web.rest_description import READING, CountryParameter, LocaleParameter, answers
from bff.web.whole_objects import whole_selection

_Slug = Annotated[str, Path(description="The page's readable name in URLs, in any language.")]


class ContentPages:
    """Answers `/v1/pages`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._document = (
            "query($slug: String!, $locale: Locale, $country: CountryCode)"
            " { page(slug: $slug, locale: $locale, country: $country)"
            f" {whole_selection(reading.executor.schema, 'Page')} }}"
        )
        self.router = APIRouter(prefix="/v1", tags=["pages"])
        self.router.add_api_route(
            "/pages/{slug}",
            self.one,
            response_class=Response,
            responses=answers(
                "ContentPage", missing="There is no such page.", has_alternates=True
            ),
            operation_id="getPage",
            summary="One page, with the products that it shows",
            openapi_extra=READING,
        )

    async def one(
        self,
        request: Request,
        slug: _Slug,
        locale: LocaleParameter = None,
        country: CountryParameter = None,
    ) -> Response:
        """Return one page in one language, its products priced in one market."""
        return await self._reading.one(self._document, ("slug", slug), (locale, country), request)
