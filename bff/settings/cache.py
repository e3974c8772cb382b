"""How long answers of the sources are used, how much is kept, and where replicas share it."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from bff.settings.wrong import Check, FittingSettings, Wrong

_SPANS = ("seconds", "refresh_seconds", "error_seconds")
_Prefix = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9:_-]{0,31}$")]


class CacheSettings(FittingSettings):
    """How long answers of the sources may be used, and how much room they have.

    `..._refresh_seconds` and `..._error_seconds` both count from the end of `..._seconds`
    (RFC 5861). What was marked as changed is never used as if it were new, however young.
    """

    commerce_seconds: float = Field(
        60, ge=1, description="How long prices, stock and Medusa's texts count as fresh."
    )
    commerce_refresh_seconds: float = Field(
        30,
        ge=0,
        description="For how long after that they are still shown while new ones are fetched.",
    )
    commerce_error_seconds: float = Field(
        300,
        ge=0,
        description="For how long after `BFF_CACHE__COMMERCE_SECONDS` a price is still shown, as "
        "degraded, while Medusa fails. No price is ever older than the two together, 360 seconds "
        "unless set: then it is withheld, with `priceStatus: STALE`.",
    )
    content_seconds: float = Field(
        3600, ge=1, description="How long texts from content systems count as fresh."
    )
    content_refresh_seconds: float = Field(
        3600,
        ge=0,
        description="For how long after that they are still shown while new ones are fetched.",
    )
    content_error_seconds: float = Field(
        86_400,
        ge=0,
        description="For how long after `BFF_CACHE__CONTENT_SECONDS` texts are still shown, as "
        "degraded, while their content system fails. Medusa's texts are, too.",
    )
    reference_seconds: float = Field(
        3600, ge=1, description="How long markets and categories count, and which id has a handle."
    )
    absent_seconds: float = Field(
        30, ge=1, description="How long it counts that something does not exist."
    )
    memory_megabytes: float = Field(
        256,
        gt=0,
        description="Room for values in each process; what was not read for longest makes way.",
    )
    answers_megabytes: float = Field(
        64, gt=0, description="Room for finished answers in each process, besides that."
    )
    browser_seconds: float = Field(
        0,
        ge=0,
        description="How long a browser may use an answer without asking; no purge reaches it "
        "there.",
    )

    def checks(self) -> Iterator[Check]:
        """See `FittingSettings`."""
        yield from (partial(self._content_outlives_commerce, span) for span in _SPANS)
        yield from (partial(self._refresh_ends_first, kind) for kind in ("commerce", "content"))

    def _content_outlives_commerce(self, span: str) -> Iterator[Wrong]:
        commerce, content = (self._seconds(kind, span) for kind in ("commerce", "content"))
        if content <= commerce:
            words = ("must be longer than ", (f"commerce_{span}",), f", which is {commerce:g}")
            yield Wrong((f"content_{span}",), words)

    def _refresh_ends_first(self, kind: str) -> Iterator[Wrong]:
        longest = self._seconds(kind, "error_seconds")
        if self._seconds(kind, "refresh_seconds") > longest:
            end = (f"{kind}_error_seconds",)
            words = ("must not be longer than ", end, f", which is {longest:g}")
            yield Wrong((f"{kind}_refresh_seconds",), words)

    def _seconds(self, kind: str, span: str) -> float:
        seconds: float = getattr(self, f"{kind}_{span}")
        return seconds


class RedisSettings(FittingSettings):
    """How the shared cache is used; without `redis_url` there is none."""

    connections: int = Field(
        8,
        ge=2,  # changes have one to themselves
        description="Most connections of each process; who finds none free waits.",
    )
    timeout_seconds: float = Field(
        0.1, gt=0, description="How long Redis may take to answer before we go on without it."
    )
    commerce_bound_seconds: float = Field(
        5,
        ge=0,
        description="While other replicas' changes do not arrive, prices in this process's own "
        "memory are used up to this age.",
    )
    content_bound_seconds: float = Field(
        60, ge=0, description="The same for texts; longer than for prices."
    )
    channels: bool = Field(
        default=False,
        description="Also listen for `product.created`, `product.updated` and `product.deleted`, "
        'for shops that publish `{"id": ...}` there.',
    )
    prefix: _Prefix = Field(
        "bff", description="What all keys begin with; shops that share a Redis need one each."
    )

    def checks(self) -> Iterator[Check]:
        """See `FittingSettings`."""
        yield self._content_outlives_commerce

    def _content_outlives_commerce(self) -> Iterator[Wrong]:
        bound = self.commerce_bound_seconds
        if self.content_bound_seconds <= bound:
            words = ("must be longer than ", ("commerce_bound_seconds",), f", which is {bound:g}")
            yield Wrong(("content_bound_seconds",), words)
