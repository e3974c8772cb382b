"""What an operator should know about Strapi before editors wonder."""

import asyncio
from collections.abc import Sequence

from bff.errors import UpstreamError, UpstreamRejected
from bff.mapping.settings import Part
from bff.operations.check import failure_words, shown_address
from bff.operations.pairing import unpaired, unserved
from bff.ports import Call, CommerceSource
from bff.sources.strapi.content_types import ContentType, content_types_of
from bff.sources.strapi.session import OPERATION as LOGIN
from bff.sources.strapi.settings import StrapiSettings
from bff.sources.strapi.source import StrapiContent

_TOKENS = "Strapi's admin, Settings, API Tokens"
_ROLES = "Strapi's admin, Settings, Users & Permissions, Roles"
_ENDPOINTS: dict[Part, str] = {
    "products": "products",
    "pages": "pages",
    "navigation": "navigations",
    "collections": "collections",
    "categories": "categories",
}


class StrapiProbe:
    """Looks into every collection type that is read, and for the shop's newest products.

    `preview` reads drafts, where the service can show them.
    """

    def __init__(
        self,
        content: StrapiContent,
        settings: StrapiSettings,
        commerce: CommerceSource,
        *,
        preview: StrapiContent | None = None,
    ) -> None:
        self.name = content.name
        self._content = content
        self._settings = settings
        self._commerce = commerce
        self._preview = preview
        self._types = content_types_of(settings)
        self._usual = content_types_of(StrapiSettings(url=settings.url))

    async def problems(self, call: Call) -> Sequence[str]:
        """See `Probe.problems`."""
        parts = [part for part in self._types if part in self._settings.serves]
        looks = (self._look(self._content, part, call) for part in parts)
        failures = dict(zip(parts, await asyncio.gather(*looks), strict=True))
        found = [
            self._failed(failure, part)
            for part, failure in failures.items()
            if failure and not self._may_be_away(part, failure)
        ]
        if failures.get("products", True) is None:
            found += await self._unpaired(call)
        found += self._unknown(parts)
        if not all(failures.values()):
            found += [*self._other_version(), *await self._unserved(call)]
        found = list(dict.fromkeys(found))  # what is wrong with everything is said once
        return [*found, *([] if found else await self._without_preview(call))]

    async def _look(self, content: StrapiContent, part: Part, call: Call) -> UpstreamError | None:
        try:
            await content.look(part, call)
        except UpstreamError as failure:
            return failure
        return None

    def _may_be_away(self, part: Part, failure: UpstreamError) -> bool:
        """Tell whether a shop does without: it is not there, and nobody named it."""
        is_named = part == "products" or _ENDPOINTS[part] in self._settings.model_fields_set
        return not is_named and _reason(failure) == "not-found"

    async def _unpaired(self, call: Call) -> Sequence[str]:
        field = self._types["products"].key
        try:
            return await unpaired(self._content, self._commerce, field, "document", call)
        except UpstreamError as failure:
            return [self._failed(failure, "products")]

    def _unknown(self, parts: Sequence[Part]) -> list[str]:
        """Say which names of the operator's the model does not have; usual ones may be missing."""
        return [
            f"{self._types[part].endpoint!r} has no component, file or relation {path!r}; "
            "check the mapping in BFF_CONTENT"
            for part in parts
            for path in self._content.missing(part)
            if not _is_usual(self._usual.get(part), path)
        ]

    def _other_version(self) -> list[str]:
        seen, said = self._content.version_seen, self._settings.version
        if seen is None or said in (seen, "detect"):
            return []
        return [f"it is Strapi {seen}, not {said}; check `version` in BFF_CONTENT"]

    async def _unserved(self, call: Call) -> list[str]:
        """Say which of the shop's languages no language of Strapi is, or is wider than."""
        try:
            theirs = await self._content.languages(call)
        except UpstreamError:
            return []  # a token that may only read must not know
        tags = self._settings.locale_tags()
        spoken = map(tags.ours, theirs)
        return [
            f"no language of Strapi is {locale!r}; add it there (Settings, "
            "Internationalization), or say in `locales` of BFF_CONTENT which one it is"
            for locale in unserved(self._content.locales, spoken)
        ]

    async def _without_preview(self, call: Call) -> list[str]:
        if self._preview is None:
            return []
        failure = await self._look(self._preview, "products", call)
        if failure is None:
            return []
        return [f"drafts cannot be shown: {self._failed(failure, 'products', preview=True)}"]

    def _failed(self, failure: UpstreamError, part: Part, *, preview: bool = False) -> str:
        settings, endpoint = self._settings, self._types[part].endpoint
        address = shown_address(settings.base_url(preview=preview))
        reason, _, field = _reason(failure).partition(":")
        name, option = field.rpartition(":")[2], _option(settings, part)
        known = {
            "credentials-unknown": self._unknown_credentials(preview=preview),
            "forbidden": f"{self._reader(preview=preview)} {endpoint!r}",
            "not-found": f"Strapi has no collection type {endpoint!r}; {self._misnamed(part)}",
            "no-strapi": f"something answers at {address}, but it is no Strapi; check `url` in "
            "BFF_CONTENT",
            **dict.fromkeys(
                ("filters-unknown", "sort-unknown", "parameter-unknown"),
                f"{endpoint!r} has no field {name!r}; check `{option}` in BFF_CONTENT",
            ),
        }
        words = _login_words(failure) if failure.operation == LOGIN else known.get(reason)
        return words or failure_words(failure, address, "check `url` in BFF_CONTENT")

    def _misnamed(self, part: Part) -> str:
        """Say what to check where nothing is found."""
        if self._settings.base_url().endswith("/api"):
            return "check `url` in BFF_CONTENT, which must be without /api"
        return f"check `{_ENDPOINTS[part]}` in BFF_CONTENT"

    def _unknown_credentials(self, *, preview: bool) -> str:
        if self._settings.account(preview=preview) is not None:
            return "Strapi does not take the token that it gave at the login of the account"
        option = "preview_token" if preview and self._settings.preview_token else "token"
        unknown = "the API token is unknown or has expired"
        return f"{unknown}; set `{option}` in BFF_CONTENT to a valid one ({_TOKENS})"

    def _reader(self, *, preview: bool) -> str:
        """Return who may not read; what they may not read comes after."""
        if self._settings.account(preview=preview) is not None:
            return f"the service account's role needs the permission `find` ({_ROLES}) for"
        if self._settings.headers(preview=preview):
            return f"the API token needs the permission `find` ({_TOKENS}) for"
        return f"set `token` in BFF_CONTENT ({_TOKENS}): without one nobody may find"


def _reason(failure: UpstreamError) -> str:
    return failure.reason if isinstance(failure, UpstreamRejected) else ""


def _login_words(failure: UpstreamError) -> str | None:
    if isinstance(failure, UpstreamRejected):
        return (
            "the login of the service account is refused; check `identifier` and `password` in "
            "BFF_CONTENT, and that the account is confirmed and not blocked"
        )
    if failure.detail in {"HTTP 429", "too many logins"}:
        return (
            "Strapi takes no more logins from this address for a minute; is the password wrong "
            "elsewhere, or are there very many workers?"
        )
    return None


def _is_usual(content_type: ContentType | None, path: str) -> bool:
    *above, name = path.split(".")
    usual = content_type.plan.named(name) if content_type else ()
    return (*above, name) in usual


def _option(settings: StrapiSettings, part: Part) -> str:
    match part:
        case "pages":
            return "page.slug"
        case "navigation":
            return "navigation.handle"
        case _:
            return settings.matches_by.key("id_field", "handle_field")
