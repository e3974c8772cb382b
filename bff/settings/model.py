"""Everything an operator can set. Adapters own the settings of their upstreams."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal

from pydantic import Field

from bff.domain.commerce import MEDUSA
from bff.domain.merge_policy import Field as MergedField
from bff.domain.urls import UrlKind
from bff.mapping.settings import Part
from bff.settings.cache import CacheSettings, RedisSettings
from bff.settings.content import ContentSettings
from bff.settings.graphql import GraphQLSettings
from bff.settings.limits import LimitSettings
from bff.settings.merging import MergeSettings, sources_in
from bff.settings.telling import LogSettings, TraceSettings
from bff.settings.urls import EVERYWHERE, UrlSettings
from bff.settings.values import Country, Origin, RedisUrl, Secret, Tag
from bff.settings.wrong import Check, FittingSettings, Place, Wrong
from bff.sources.medusa import MedusaSettings
from bff.targets import TargetSettings


class Settings(FittingSettings):
    """All settings; read once, at the start.

    Made from Python it looks at nothing else; `load_settings` reads the environment.
    """

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
    drain_seconds: float = Field(
        2.0,
        ge=0,
        description="How long the service goes on answering, and says at `/readyz` that it ends, "
        "once it is told to stop: for as long as load balancers need to notice.",
    )
    graphql: GraphQLSettings = Field(
        default_factory=GraphQLSettings, description="How GraphQL is spoken."
    )
    limits: LimitSettings = Field(default_factory=LimitSettings, description="What is refused.")
    cors_origins: tuple[Origin, ...] = Field(
        (),
        description="Origins whose pages may read answers in a browser, as a JSON list: "
        '`["https://shop.example.com"]`. No cookies are ever allowed.',
    )
    log: LogSettings = Field(default_factory=LogSettings, description="The log.")
    traces: TraceSettings = Field(default_factory=TraceSettings, description="Traces of requests.")
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
        default=False,
        description="GraphiQL, introspection and explanations on. Never in production.",
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

    def checks(self) -> Iterator[Check]:
        """See `FittingSettings`."""
        yield self._each_language_once
        yield self._own_language_is_spoken
        yield self._base_language_is_spelled_alike
        yield self._shop_has_our_languages
        for at, _ in enumerate(vars(self).get("content", ())):
            yield partial(self._source_has_our_languages, at)
        yield from (partial(self._addresses_are_in_our_languages, kind) for kind in UrlKind)
        yield self._sources_have_names_of_their_own
        yield self._targets_have_names_of_their_own
        yield from (partial(self._speakers_of_a_field, field.value) for field in MergedField)
        yield partial(self._speakers_of_a_part, "pages")
        yield partial(self._speakers_of_a_part, "navigation")
        yield self._ports_differ

    def _each_language_once(self) -> Iterator[Wrong]:
        if len(set(self.locales)) < len(self.locales):
            yield Wrong(("locales",), ("each language may be there once",))

    def _own_language_is_spoken(self) -> Iterator[Wrong]:
        if self.default_locale is not None and self.default_locale not in self.locales:
            words = ("must be one of ", ("locales",), f", which are {', '.join(self.locales)}")
            yield Wrong(("default_locale",), words)

    def _base_language_is_spelled_alike(self) -> Iterator[Wrong]:
        base = self.medusa.base_language
        akin = [tag for tag in self.locales if tag.split("-")[0] == base.split("-")[0]]
        if akin and base not in akin:
            words = f"must be spelled like the locale that it is: {' or '.join(akin)}"
            yield Wrong(("medusa", "base_language"), (words,))

    def _shop_has_our_languages(self) -> Iterator[Wrong]:
        yield from self._are_ours(("medusa", "languages"), self.medusa.languages)

    def _source_has_our_languages(self, at: int) -> Iterator[Wrong]:
        yield from self._are_ours(("content", at, "locales"), self.content[at].locales)

    def _addresses_are_in_our_languages(self, kind: UrlKind) -> Iterator[Wrong]:
        yield from self._are_ours(("urls", kind.value), self.urls.of(kind).keys() - {EVERYWHERE})

    def _are_ours(self, place: Place, tags: Iterable[str]) -> Iterator[Wrong]:
        if not {*tags} <= {*self.locales}:
            known = ", ".join(self.locales)
            yield Wrong(place, ("its keys must be among ", ("locales",), f", which are {known}"))

    def _sources_have_names_of_their_own(self) -> Iterator[Wrong]:
        yield from _taken("content", [MEDUSA], [one.source_name for one in self.content], "source")

    def _targets_have_names_of_their_own(self) -> Iterator[Wrong]:
        yield from _taken("revalidate", [], [one.name for one in self.revalidate], "target")

    def _speakers_of_a_field(self, field: str) -> Iterator[Wrong]:
        chosen = self.merge.fields.get(field, ())
        place = ("merge", "fields", field)
        yield from self._not_serving(place, sources_in(chosen), "products", also=(MEDUSA,))

    def _speakers_of_a_part(self, part: Literal["pages", "navigation"]) -> Iterator[Wrong]:
        chosen = self.merge.pages if part == "pages" else self.merge.navigation
        yield from self._not_serving(("merge", part), chosen, part)

    def _not_serving(
        self, place: Place, named: Sequence[str], part: Part, also: tuple[str, ...] = ()
    ) -> Iterator[Wrong]:
        """Find sources that are not there, or are not asked for what they are named for."""
        there = [*also, *(source.source_name for source in self.content)]
        if not {*named} <= {*there}:
            known = ", ".join(sorted(there)) or "none"
            yield Wrong(place, (f"names a source that is not there; there are {known}",))
        for at, source in enumerate(self.content):
            if source.source_name in named and part not in source.serves:
                serves = ("content", at, "serves")
                words = (f'{source.source_name} does not serve {part}; add "{part}" to ', serves)
                yield Wrong(place, words)

    def _ports_differ(self) -> Iterator[Wrong]:
        if self.port and self.operations_port == self.port:
            yield Wrong(("operations_port",), ("must be another port than ", ("port",)))

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


def _taken(where: str, taken: Sequence[str], names: Sequence[str], what: str) -> Iterator[Wrong]:
    for at, name in enumerate(names):
        if name in (*taken, *names[:at]):
            words = f"{name} is taken: give each {what} a `name` of its own"
            yield Wrong((where, at), (words,))
