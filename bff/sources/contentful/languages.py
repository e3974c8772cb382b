"""Which of our languages a value is in, and which value is nearest to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bff.domain.locale import Locale, LocaleTags, truncations
from bff.sources.contentful.space import Space
from bff.sources.contentful.wire import Resource

Leaf = TypeVar("Leaf")


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of a space under our names."""

    space: Space
    tags: LocaleTags
    _ours: dict[str, Locale | None] = field(init=False, default_factory=dict)

    def ours(self, code: str) -> Locale | None:
        """Return our locale for a code of the space; `None` where it is no language."""
        if code not in self._ours:
            self._ours[code] = self.tags.ours(code)
        return self._ours[code]

    @property
    def default(self) -> Locale:
        """The language that stands in for all others in the space."""
        return self.ours(self.space.default) or Locale("en")

    def by_locale(self, resource: Resource, name: str) -> Mapping[Locale, object]:
        """Return a field's values by language. What Contentful calls no language is left out.

        Where two codes mean one language, the one that is configured counts.
        """
        by_code = resource.by_code(name, self.space.codes)
        configured = self.tags.tags.values()
        found: dict[Locale, object] = {}
        for code in sorted(by_code, key=lambda code: code not in configured):
            locale = self.ours(code)
            if locale:
                found.setdefault(locale, by_code[code])
        return found

    def neutral(self, resource: Resource, name: str) -> object:
        """Return the value of a field that is in no language."""
        by_code = resource.by_code(name, self.space.codes)
        return by_code.get(self.space.default, next(iter(by_code.values()), None))

    def nearest(self, values: Mapping[Locale, Leaf], locale: Locale | None) -> Leaf | None:
        """Return the value for a language, for a wider one, the default's, or any."""
        wanted = (*(truncations(locale) if locale else ()), self.default)
        first = next((one for one in wanted if one in values), next(iter(values), None))
        return None if first is None else values[first]
