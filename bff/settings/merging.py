"""Who may speak for what, as an operator says it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from bff.domain.merge_policy import Field as MergedField
from bff.domain.merge_policy import Reach, SourceRule
from bff.settings.wrong import Check, FittingSettings, Wrong

_ENDINGS: Mapping[str, Reach] = {"": Reach.CHAIN, "translated": Reach.TRANSLATED}
"""What may stand after a source's colon in `MergeSettings.fields`."""
_FIELDS = tuple(name.value for name in MergedField)
_LISTS = frozenset((MergedField.ADDONS.value,))
"""Fields whose language `MergeSettings.lists` decides."""


class MergeSettings(FittingSettings):
    """Who may speak for which field."""

    order: Literal["source", "language"] = Field(
        "source", description="What is walked first: the sources of a field or the languages."
    )
    fields: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Sources of single fields by name, best first, where the default order is "
        'not wanted: `{"title": ["sanity:translated", "medusa"]}`. `:translated` asks a source '
        "only in the shopper's language, and never in the shop's own.",
    )
    together: tuple[tuple[str, ...], ...] = Field(
        (),
        description="Fields that move together, so that a page is not in two languages: "
        '`[["title", "description"]]`.',
    )
    lists: Literal["default", "chain"] = Field(
        "default",
        description="Whose list of addons counts where editors keep one per language: that of "
        "the shop's own language, or the shopper's along the fallback chain.",
    )
    pages: tuple[str, ...] = Field(
        (),
        description="Sources of pages by name, best first; all that serve them without it.",
    )
    navigation: tuple[str, ...] = Field(
        (),
        description="Sources of menus by name, best first; all that serve them without it.",
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

    def groups(self) -> tuple[tuple[MergedField, ...], ...]:
        """Return the fields that move together."""
        return tuple(tuple(map(MergedField, group)) for group in self.together)

    def checks(self) -> Iterator[Check]:
        """See `FittingSettings`."""
        yield self._wrong_fields
        yield self._wrong_groups

    def _wrong_fields(self) -> Iterator[Wrong]:
        for name, sources in self.fields.items():
            endings = {ending for _, ending in map(_source_and_ending, sources)}
            words = None
            if name not in _FIELDS:
                words = f"is not a field; there are {', '.join(_FIELDS)}"
            elif name in _LISTS and endings - {""}:
                words = "is not a text: no source may end in :translated"
            elif not endings <= _ENDINGS.keys():
                words = "a source may end in :translated and nothing else"
            if words is not None:
                yield Wrong(("fields", name), (words,))

    def _wrong_groups(self) -> Iterator[Wrong]:
        can = ", ".join(name for name in _FIELDS if name not in _LISTS)
        seen: set[str] = set()
        for number, group in enumerate(self.together):
            if len(group) < len(("one", "another")):
                yield Wrong(("together", number), ("must name two fields or more",))
            for position, name in enumerate(group):
                place = ("together", number, position)
                if name in _LISTS or name not in _FIELDS:
                    words = f"is no field that can move with others; these can: {can}"
                    yield Wrong(place, (words,))
                elif name in seen:
                    yield Wrong(place, ("is there twice; a field moves with one group",))
                seen.add(name)


def _source_and_ending(text: str) -> tuple[str, str]:
    """Split `sanity:translated`; the ending is empty where there is none."""
    source, _, ending = text.partition(":")
    return source, ending


def sources_in(chosen: Iterable[str]) -> tuple[str, ...]:
    """Return the sources that are named, without what may stand after their colon."""
    return tuple(source for source, _ in map(_source_and_ending, chosen))
