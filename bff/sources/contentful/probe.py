"""What an operator should know about the Contentful space before editors wonder."""

from collections.abc import Mapping, Sequence

from bff.domain.locale import Locale
from bff.errors import UpstreamError, UpstreamRejected
from bff.mapping.settings import Part
from bff.operations.check import failure_words, shown_address
from bff.operations.pairing import unpaired, unserved
from bff.ports import Call, CommerceSource
from bff.sources.contentful.settings import ContentfulSettings
from bff.sources.contentful.source import ContentfulContent
from bff.sources.contentful.space import Space

_KEYS = "Settings, API keys"
_REFUSED: Mapping[str, str] = {
    "forbidden": "the token may not read this environment; set `token` in BFF_CONTENT to one that "
    f"may ({_KEYS})",
    "plan-exceeded": "the plan is used up; see the organisation's usage at app.contentful.com",
}
_ABOUT: Mapping[str, str] = {
    "token-unknown": "token",
    "unauthorized": "token",
    "space-unknown": "space",
    "environment-unknown": "environment",
    "not-found": "path",
}
_NO_PATH = "check `region` in BFF_CONTENT, and that this machine reaches the internet"


class ContentfulProbe:
    """Looks at the space's form and languages, and for entries of the shop's newest products.

    `preview` reads drafts, where the service can show them.
    """

    def __init__(
        self,
        content: ContentfulContent,
        settings: ContentfulSettings,
        commerce: CommerceSource,
        *,
        preview: ContentfulContent | None = None,
    ) -> None:
        self.name = content.name
        self._content = content
        self._settings = settings
        self._commerce = commerce
        self._preview = preview

    async def problems(self, call: Call) -> Sequence[str]:
        """See `Probe.problems`."""
        try:
            space = await self._content.space(call)
            found = [*self._unserved(space), *self._misspelt(space)]
            if "products" in self._settings.serves:
                found += self._misnamed(space) or await unpaired(
                    self._content, self._commerce, self._settings.key_field, "entry", call
                )
        except UpstreamError as failure:
            found = [self._failed(failure, preview=False)]
        return [*found, *await self._without_preview(call)]

    def _misnamed(self, space: Space) -> list[str]:
        """Say which names the space does not know: nothing would be found by them."""
        settings = self._settings
        fields = space.types.get(settings.product_type)
        if fields is None:
            missing = f"the space has no content type {settings.product_type!r}"
            return [f"{missing}; check `product_type` in BFF_CONTENT"]
        name = settings.key_field
        option = settings.matches_by.key("id_field", "handle_field")
        if name in fields:
            return []
        missing = f"the content type {settings.product_type!r} has no field {name!r}"
        use = "which says what product an entry is about"
        return [f"{missing}, {use}; add it there, or check `{option}` in BFF_CONTENT"]

    def _misspelt(self, space: Space) -> list[str]:
        """Say which content types the operator named, besides products', that are not there.

        What goes by a usual name may be missing: many spaces have no menus.
        """
        settings = self._settings
        named: Mapping[Part, tuple[str, str]] = {
            "collections": ("collection_type", settings.collection_type),
            "categories": ("category_type", settings.category_type),
            "pages": ("page_type", settings.page_type),
            "navigation": ("navigation_type", settings.navigation_type),
        }
        return [
            f"the space has no content type {name!r}; check `{option}` in BFF_CONTENT"
            for part, (option, name) in named.items()
            if part in settings.serves
            and option in settings.model_fields_set
            and name not in space.types
        ]

    def _unserved(self, space: Space) -> list[str]:
        """Say which of the shop's languages no locale of the space is, or is wider than."""
        tags = self._settings.locale_tags()
        theirs = {code: tags.ours(code) for code in space.codes}
        return [
            f"no locale of the space is {locale!r}; add it there, or say in `locales` of "
            f"BFF_CONTENT which one it is{_example(locale, theirs)}"
            for locale in unserved(self._content.locales, theirs.values())
        ]

    async def _without_preview(self, call: Call) -> list[str]:
        if self._preview is None:
            return []
        try:
            await self._preview.space(call)
        except UpstreamError as failure:
            return [f"drafts cannot be shown: {self._failed(failure, preview=True)}"]
        return []

    def _failed(self, failure: UpstreamError, *, preview: bool) -> str:
        settings = self._settings
        address = shown_address(settings.base_url(preview=preview))
        reason = failure.reason if isinstance(failure, UpstreamRejected) else ""
        token, api, option = (
            ("preview_token", "Content Preview API", "preview_url")
            if preview
            else ("token", "Content Delivery API", "url")
        )
        own_words = {
            "token": f"the token is unknown, of another space, or not one of the {api}; set "
            f"`{token}` in BFF_CONTENT to one of this space's ({_KEYS})",
            "space": f"there is no space {settings.space_id!r}; check `space_id` in BFF_CONTENT",
            "environment": f"the space has no environment {settings.environment!r}, or the token "
            "may not read it; check `environment` in BFF_CONTENT",
            "path": f"{address} knows no environment {settings.environment!r} of a space "
            f"{settings.space_id!r}; check `space_id`, `environment`, `region` and `{option}` in "
            "BFF_CONTENT",
        }
        if reason in _ABOUT:
            return own_words[_ABOUT[reason]]
        is_chosen = settings.preview_url if preview else settings.url
        remedy = f"check `{option}` in BFF_CONTENT" if is_chosen else _NO_PATH
        return _REFUSED.get(reason) or failure_words(failure, address, remedy)


def _example(locale: Locale, theirs: Mapping[str, Locale | None]) -> str:
    """Return how to say it, where the space has a locale of the same language."""
    language = locale.partition("-")[0]
    same = (code for code, ours in theirs.items() if ours and ours.split("-")[0] == language)
    code = next(same, None)
    return f', such as {{"{locale}": "{code}"}}' if code else ""
