"""What an operator should know about the Sanity dataset before editors wonder."""

from collections.abc import Mapping, Sequence

from bff.errors import UpstreamError, UpstreamRejected
from bff.operations.check import failure_words, shown_address
from bff.operations.pairing import unpaired
from bff.ports import Call, CommerceSource
from bff.sources.sanity.settings import SanitySettings
from bff.sources.sanity.source import SanityContent, SanityHealth

_MANAGE = "sanity.io/manage, API, Tokens"
_BAD_TOKEN = f"; set `token` in BFF_CONTENT to one with read access ({_MANAGE})"
_REFUSED: Mapping[str, str] = {
    "token-unknown": f"the token is unknown or revoked{_BAD_TOKEN}",
    "token-of-another-project": "the token is another project's"
    f"{_BAD_TOKEN}, or mend `project_id`",
    "token-expired": f"the token has expired{_BAD_TOKEN}",
    "permission-missing": f"the token may not read this dataset{_BAD_TOKEN}",
    "plan-exceeded": "the project's plan is used up; see its usage at sanity.io/manage",
}
_NO_PATH = "check `project_id` in BFF_CONTENT, and that this machine reaches the internet"
_NO_ACCESS = frozenset(("unauthorized", "forbidden"))


class SanityProbe:
    """Counts what is visible, and looks for documents of the shop's newest products."""

    def __init__(
        self, content: SanityContent, settings: SanitySettings, commerce: CommerceSource
    ) -> None:
        self.name = content.name
        self._content = content
        self._settings = settings
        self._commerce = commerce

    async def problems(self, call: Call) -> Sequence[str]:
        """See `Probe.problems`."""
        try:
            health = await self._content.health(call)
            if health.problem:
                return [f"{health.problem}; {self._remedy(health)}"]
            field = self._settings.key_field
            return await unpaired(self._content, self._commerce, field, "document", call)
        except UpstreamError as failure:
            return [self._failed(failure)]

    def _remedy(self, health: SanityHealth) -> str:
        if health.documents:
            return "check `document_type` in BFF_CONTENT"
        if health.has_token:
            return "check `dataset` in BFF_CONTENT, and what the token may read"
        return f"check `dataset` in BFF_CONTENT, or set `token` there ({_MANAGE})"

    def _failed(self, failure: UpstreamError) -> str:
        settings = self._settings
        address = shown_address(settings.base_url())
        reason = failure.reason if isinstance(failure, UpstreamRejected) else ""
        if reason in {"dataset-unknown", "project-unknown"}:
            return (
                f"there is no dataset {settings.dataset!r} in a project {settings.project_id!r}; "
                "check `dataset` and `project_id` in BFF_CONTENT"
            )
        if reason == "not-found":
            return (
                f"something answers at {address}, but it is no Sanity; check `url` in BFF_CONTENT"
            )
        if reason in _NO_ACCESS:
            reader = "the token may not read" if settings.token else "only tokens may read"
            return f"{reader} the dataset{_BAD_TOKEN}"
        remedy = "check `url` in BFF_CONTENT" if settings.url else _NO_PATH
        return _REFUSED.get(reason) or failure_words(failure, address, remedy)
