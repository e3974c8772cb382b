"""Everything an operator can set. Adapters own the settings of their upstreams."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from pydantic import BaseModel, Field, model_validator

from bff.domain.commerce import MEDUSA
from bff.mapping.settings import Part
from bff.settings.cache import CacheSettings, RedisSettings
from bff.settings.content import ContentSettings
from bff.settings.merging import MergeSettings
from bff.settings.urls import EVERYWHERE, UrlSettings
from bff.settings.values import CONFIG, Country, RedisUrl, Secret, Tag
from bff.settings.wrong import Wrong, refuse
from bff.sources.medusa import MedusaSettings
from bff.targets import TargetSettings


class Settings(BaseModel):
    """All settings; read once, at the start.

    Made from Python it looks at nothing else; `load_settings` reads the environment.
    """

    model_config = CONFIG

    medusa: MedusaSettings = Field(description="The Medusa shop.")
    content: tuple[ContentSettings, ...] = Field(
        (), description="The content systems, as a JSON list of objects with a `kind`."
    )
    locales: tuple[Tag, ...] = Field(
        ("en",), min_length=1, description="The languages of the shop (BCP 47), as a JSON list."
    )
    default_locale: Tag | None = Field(
        None, description="The shop's own language; the first of the locales without it."
    )
    locale_names: Mapping[Tag, str] = Field(
        default_factory=dict, description="Names for a language switcher, by locale."
    )
    locale_parents: Mapping[Tag, Tag] = Field(
        default_factory=dict,
        description='Where a locale falls back to before the default: `{"es-MX": "es-419"}`.',
    )
    default_country: Country = Field(
        description="The country whose market answers when a request names none."
    )
    merge: MergeSettings = Field(
        default_factory=MergeSettings, description="Who may speak for which field."
    )
    urls: UrlSettings = Field(
        default_factory=UrlSettings, description="Addresses of the storefront's own pages."
    )
    cache: CacheSettings = Field(
        default_factory=CacheSettings, description="How long answers of the sources are used."
    )
    redis_url: RedisUrl | None = Field(
        None,
        description="The Redis that replicas share: `redis://`, `rediss://` (TLS) or `unix://`; "
        "any server of a cluster, with `?cluster=true` where it may not be asked whether it is "
        "one. Without it each process has a cache of its own and hears of no other's webhooks.",
    )
    redis: RedisSettings = Field(
        default_factory=RedisSettings, description="How the shared cache is used."
    )
    reconcile_seconds: float = Field(
        60,
        ge=0,
        description="How often the sources are asked what has changed, for webhooks that were "
        "lost or never set up; 0 is never.",
    )
    revalidate: tuple[TargetSettings, ...] = Field(
        (),
        description="Who is told of changes, as a JSON list of objects with a `kind`: storefronts "
        "that keep pages, CDNs that keep answers.",
    )
    warm_top: int = Field(
        0,
        ge=0,
        description="So many of the newest products are read into the cache at the start, in all "
        "languages and markets; `/readyz` waits for it.",
    )
    deadline_seconds: float = Field(1.5, gt=0, description="The longest that a request may take.")
    content_budget_seconds: float = Field(
        0.3, ge=0, description="How much longer than Medusa a content system may take."
    )
    flight_seconds: float = Field(
        5.0, gt=0, description="The longest that a call to a source may take in the background."
    )
    low_stock: int = Field(5, ge=0, description="At or under so many pieces stock is low.")
    operators_secret: Secret | None = Field(
        None,
        description="Lets editors' tools mint preview tokens at `/v1/preview`; 32 characters or "
        "more. Without it there is no preview.",
    )
    preview_seconds: int = Field(
        3600, ge=1, description="The longest that a preview token may live."
    )
    development: bool = Field(
        default=False, description="GraphiQL and introspection on. Never in production."
    )
    host: str = Field("127.0.0.1", description="The address that `bff serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port that `bff serve` listens on.")
    operations_port: int | None = Field(
        None,
        ge=0,
        le=65_535,
        description="The port of `/readyz` and `/metrics`, on the same address; without it they "
        "are on `BFF_PORT`.",
    )

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        refuse(self._contradictions())
        return self

    def _contradictions(self) -> Iterator[Wrong]:
        yield from self._wrong_languages()
        yield from self._wrong_sources()
        yield from self._wrong_speakers()
        if self.port and self.operations_port == self.port:
            yield Wrong(("operations_port",), "must be another port than BFF_PORT")

    def _wrong_languages(self) -> Iterator[Wrong]:
        known = ", ".join(self.locales)
        if len(set(self.locales)) < len(self.locales):
            yield Wrong(("locales",), "each language may be there once")
        if self.default_locale is not None and self.default_locale not in self.locales:
            yield Wrong(("default_locale",), f"must be one of the locales, which are {known}")
        base = self.medusa.base_language
        akin = [tag for tag in self.locales if tag.split("-")[0] == base.split("-")[0]]
        if akin and base not in akin:
            words = f"must be spelled like the locale that it is: {' or '.join(akin)}"
            yield Wrong(("medusa", "base_language"), words)
        by_locale: list[tuple[tuple[str | int, ...], Iterable[str]]] = [
            (("medusa", "languages"), self.medusa.languages),
            *((("content", at, "locales"), one.locales) for at, one in enumerate(self.content)),
            *(
                (("urls", kind.value), templates.keys() - {EVERYWHERE})
                for kind, templates in self.urls.by_kind().items()
            ),
        ]
        for place, tags in by_locale:
            if not {*tags} <= {*self.locales}:
                yield Wrong(place, f"its keys must be among the locales, which are {known}")

    def _wrong_sources(self) -> Iterator[Wrong]:
        taken = {MEDUSA}
        for at, source in enumerate(self.content):
            if source.source_name in taken:
                words = f"{source.source_name} is taken: give each source a `name` of its own"
                yield Wrong(("content", at), words)
            taken.add(source.source_name)
        targets = [target.name for target in self.revalidate]
        for at, name in enumerate(targets):
            if name in targets[:at]:
                words = f"{name} is taken: give each target a `name` of its own"
                yield Wrong(("revalidate", at), words)

    def _wrong_speakers(self) -> Iterator[Wrong]:
        for field, rules in self.merge.rules().items():
            sources = [rule.source for rule in rules]
            place = ("merge", "fields", field.value)
            yield from self._not_serving(place, sources, "products", also=(MEDUSA,))
        yield from self._not_serving(("merge", "pages"), self.merge.pages, "pages")
        yield from self._not_serving(("merge", "navigation"), self.merge.navigation, "navigation")

    def _not_serving(
        self, place: tuple[str, ...], named: Sequence[str], part: Part, also: tuple[str, ...] = ()
    ) -> Iterator[Wrong]:
        """Find sources that are not there, or are not asked for what they are named for."""
        there = {*also, *(source.source_name for source in self.content)}
        serving = {*also, *(source.source_name for source in self.content_for(part))}
        if not {*named} <= there:
            known = ", ".join(sorted(there)) or "none"
            words = f"names a source that is not there; there are {known}"
            yield Wrong(place, words)
        for name in dict.fromkeys(named):
            if name in there - serving:
                yield Wrong(place, f'{name} does not serve {part}; add "{part}" to its `serves`')

    @property
    def without_webhooks(self) -> tuple[str, ...]:
        """The sources whose webhooks are refused, for want of a secret."""
        secrets = {
            MEDUSA: self.medusa.webhook_secret,
            **{source.source_name: source.webhook_secret for source in self.content},
        }
        return tuple(name for name, secret in secrets.items() if secret is None)

    @property
    def has_webhooks(self) -> bool:
        """Whether any source may tell of its changes."""
        return len(self.without_webhooks) <= len(self.content)

    @property
    def own_locale(self) -> str:
        """The shop's own language."""
        return self.default_locale or self.locales[0]

    def content_for(self, part: Part) -> tuple[ContentSettings, ...]:
        """Return the content systems that serve a part, in their order."""
        return tuple(source for source in self.content if part in source.serves)
