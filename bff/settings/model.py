"""Everything an operator can set. Adapters own the settings of their upstreams."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bff.domain.commerce import MEDUSA
from bff.domain.locale import parse_locale
from bff.domain.merge_policy import Field as MergedField
from bff.domain.merge_policy import Reach, SourceRule
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings

ContentSettings = SanitySettings
"""One content system. With a second kind this becomes a union told apart by `kind`."""

_ENDINGS: Mapping[str, Reach] = {"": Reach.CHAIN, "translated": Reach.TRANSLATED}
"""What may stand after a source's colon in `MergeSettings.fields`."""

_COUNTRY = re.compile(r"[A-Z]{2}")
_NOT_A_TAG = "must be a BCP 47 language tag such as en or de-AT"


@dataclass(frozen=True, slots=True)
class Words:
    """What a setting's type is called in the README."""

    text: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that only several values together make wrong; `place` is where to mend it."""

    place: tuple[str | int, ...]
    words: str


def _refuse(found: Iterator[Wrong]) -> None:
    """Raise all that was found as one error, whose context holds it as `wrong`."""
    wrong = tuple(found)
    if wrong:
        words = "; ".join(f"{'.'.join(map(str, one.place))} {one.words}" for one in wrong)
        kind = "wrong_together"
        raise PydanticCustomError(kind, "{words}", {"words": words, "wrong": wrong})


def _as_locale(text: str) -> str:
    locale = parse_locale(text.strip())
    if locale is None:
        raise ValueError(_NOT_A_TAG)
    return locale


def _as_country(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _checked_country(code: str) -> str:
    if not _COUNTRY.fullmatch(code):
        msg = "must be an ISO 3166-1 alpha-2 code such as DE"
        raise ValueError(msg)
    return code


Tag = Annotated[str, AfterValidator(_as_locale), Words("language tag")]
Country = Annotated[
    str, BeforeValidator(_as_country), AfterValidator(_checked_country), Words("country code")
]
_CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class CacheSettings(BaseModel):
    """How long answers of the sources may be used."""

    model_config = _CONFIG

    content_seconds: float = Field(
        3600, ge=1, description="How long texts from content systems count."
    )
    commerce_seconds: float = Field(
        60, ge=1, description="How long prices, stock and Medusa's texts count."
    )
    reference_seconds: float = Field(
        3600, ge=1, description="How long markets count, and which id has a handle."
    )
    absent_seconds: float = Field(
        30, ge=1, description="How long it counts that something does not exist."
    )
    entries: int = Field(50_000, ge=100, description="Most values kept in this process.")

    @model_validator(mode="after")
    def _content_outlives_commerce(self) -> Self:
        if self.content_seconds <= self.commerce_seconds:
            words = f"must be longer than commerce_seconds, which is {self.commerce_seconds:g}"
            _refuse(iter([Wrong(("content_seconds",), words)]))
        return self


class MergeSettings(BaseModel):
    """Who may speak for which field."""

    model_config = _CONFIG

    order: Literal["source", "language"] = Field(
        "source", description="What is walked first: the sources of a field or the languages."
    )
    fields: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Sources of single fields, best first, where the default order is not "
        'wanted: `{"title": ["sanity:translated", "medusa"]}`. `:translated` asks a source only '
        "in the shopper's language, and never in the shop's own.",
    )

    def rules(self) -> Mapping[MergedField, tuple[SourceRule, ...]]:
        """Return the rules of the fields that are set."""
        return {
            MergedField(name): tuple(
                SourceRule(source, _ENDINGS[ending])
                for source, ending in map(_source_and_ending, sources)
            )
            for name, sources in self.fields.items()
        }

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        _refuse(self._wrong_fields())
        return self

    def _wrong_fields(self) -> Iterator[Wrong]:
        known = [name.value for name in MergedField]
        for name, sources in self.fields.items():
            endings = {ending for _, ending in map(_source_and_ending, sources)}
            if name not in known:
                yield Wrong(("fields", name), f"is not a field; there are {', '.join(known)}")
            elif name == MergedField.ADDONS.value and endings - {""}:
                yield Wrong(("fields", name), "is not a text: no source may end in :translated")
            elif not endings <= _ENDINGS.keys():
                yield Wrong(("fields", name), "a source may end in :translated and nothing else")


def _source_and_ending(text: str) -> tuple[str, str]:
    """Split `sanity:translated`; the ending is empty where there is none."""
    source, _, ending = text.partition(":")
    return source, ending


class Settings(BaseModel):
    """All settings; read once, at the start.

    Made from Python it looks at nothing else; `load_settings` reads the environment.
    """

    model_config = _CONFIG

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
    cache: CacheSettings = Field(
        default_factory=CacheSettings, description="How long answers of the sources are used."
    )
    deadline_seconds: float = Field(1.5, gt=0, description="The longest that a request may take.")
    content_budget_seconds: float = Field(
        0.3, ge=0, description="How much longer than Medusa a content system may take."
    )
    flight_seconds: float = Field(
        5.0, gt=0, description="The longest that a call to a source may take in the background."
    )
    low_stock: int = Field(5, ge=0, description="At or under so many pieces stock is low.")
    development: bool = Field(
        default=False, description="GraphiQL and introspection on. Never in production."
    )
    host: str = Field("127.0.0.1", description="The address that `bff serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port that `bff serve` listens on.")

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        _refuse(self._contradictions())
        return self

    def _contradictions(self) -> Iterator[Wrong]:
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
        if not set(self.medusa.languages) <= set(self.locales):
            words = f"its keys must be among the locales, which are {known}"
            yield Wrong(("medusa", "languages"), words)
        kinds = [source.kind for source in self.content]
        if len(set(kinds)) < len(kinds):
            yield Wrong(("content",), "each kind may be there once")
        speakers = {MEDUSA, *kinds}
        for field, rules in self.merge.rules().items():
            if not {rule.source for rule in rules} <= speakers:
                words = (
                    f"names a source that is not there; there are {', '.join(sorted(speakers))}"
                )
                yield Wrong(("merge", "fields", field.value), words)
