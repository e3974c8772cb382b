"""What to read along with a document: Strapi leaves out what is not asked for by name.

`populate=*` would bring every language of every relation, so a plan is made of the mapping: the
components and relations that paths lead through, and of files and products only what is used.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bff.mapping import GroupMapping, ProductMapping, TextMapping
from bff.sources.strapi.settings import StrapiSettings

Params: TypeAlias = tuple[tuple[str, str], ...]
Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read of one thing: only these fields, or all of its own, and what is below it.

    In a dynamic zone there is a plan for each component.
    """

    fields: tuple[str, ...] = ()
    below: "Mapping[str, Plan]" = field(default_factory=dict)
    components: "Mapping[str, Plan]" = field(default_factory=dict)

    def params(self, prefix: str = "populate") -> Iterator[tuple[str, str]]:
        """Return the parameters that ask for what is below."""
        for name, plan in self.below.items():
            yield from plan.own_params(f"{prefix}[{name}]")

    def own_params(self, place: str) -> Iterator[tuple[str, str]]:
        """Return the parameters that ask for the thing itself, at a place."""
        if not (self.fields or self.below or self.components):
            yield place, "true"
        for number, name in enumerate(self.fields):
            yield f"{place}[fields][{number}]", name
        yield from self.params(f"{place}[populate]")
        for component, plan in self.components.items():
            yield from plan.own_params(f"{place}[on][{component}]")

    def named(self, name: str) -> Iterator[Path]:
        """Return where a name stands in the plan."""
        if name in self.fields:
            yield (name,)
        for step, plan in (*self.below.items(), *self.components.items()):
            if step == name:
                yield (step,)
            yield from ((step, *path) for path in plan.named(name))

    def without(self, paths: Collection[Path]) -> "Plan":
        """Return the plan without what stands at some paths."""
        if not paths:
            return self
        gone = {path[0] for path in paths if len(path) == 1}
        return Plan(
            tuple(name for name in self.fields if name not in gone),
            dict(_kept(self.below, gone, paths)),
            dict(_kept(self.components, gone, paths)),
        )


def _kept(
    plans: Mapping[str, Plan], gone: set[str], paths: Collection[Path]
) -> Iterator[tuple[str, Plan]]:
    for name, plan in plans.items():
        left = plan.without([path[1:] for path in paths if len(path) > 1 and path[0] == name])
        is_empty = left == Plan() != plan  # which would ask for everything
        if name not in gone and not is_empty:
            yield name, left


LANGUAGES = "localizations"
"""The relation from an entry to the same document in other languages."""

MEDIA = Plan(fields=("url", "alternativeText", "width", "height", "mime", "updatedAt"))
WHOLE = Plan()
_SHOWN = ("locale", "publishedAt", "updatedAt")


class Plans:
    """The plans for one Strapi's documents."""

    def __init__(self, settings: StrapiSettings) -> None:
        self._zones = settings.dynamic_zones
        self._target = Plan(fields=(settings.id_field, settings.handle_field, *_SHOWN))
        self.products = self._of_product(settings.product, settings.populate)
        self.collections = self._of_texts(settings.collection)
        self.categories = self._of_texts(settings.category)
        page, menu = settings.page, settings.navigation
        self.pages = self._plan(
            [*_texts(page), *((path, self._target) for path in page.items)],
        )
        slug = Plan(fields=(page.slug, *_SHOWN))
        # Where a menu is not translated, the pages that it leads to may well be.
        linked = Plan(slug.fields, {LANGUAGES: slug})
        items = menu.items
        entries: list[tuple[str, Plan | None]] = [
            (f"{items}.{path}", None) for path in (*menu.label, *menu.url)
        ]
        entries += [(f"{items}.{menu.page}", linked)] if menu.page else []
        entries += [(f"{items}.{menu.product}", self._target)] if menu.product else []
        for group in ("category", "collection"):
            # Text as often as a reference, so that it is populated only where somebody says so.
            if group in menu.model_fields_set and (name := getattr(menu, group)):
                entries.append((f"{items}.{name}", self._target))
        if menu.children:
            inner = f"{items}.{menu.children}"
            entries += [(inner + place.removeprefix(items), plan) for place, plan in entries]
        self.navigations = self._plan(entries)

    def _of_product(self, mapping: ProductMapping, more: Iterable[str]) -> Plan:
        paths = [*_texts(mapping), *((path, WHOLE) for path in more)]
        for one in mapping.addons:
            groups = f"{one.groups}." if one.groups else ""
            paths += [(groups + one.title, None)] if one.title else []
            paths.append((groups + one.products, self._target))
        items = mapping.variants.items
        if items:
            paths.append((items, WHOLE))
            paths += [(f"{items}.{path}", plan) for path, plan in _texts(mapping.variants.texts)]
        return self._plan(paths)

    def _of_texts(self, mapping: GroupMapping) -> Plan:
        return self._plan(_texts(mapping))

    def _plan(self, paths: Iterable[tuple[str, Plan | None]]) -> Plan:
        """Return the plan for paths: all but the last step is populated whole, unless told how."""
        tree = _Tree()
        for path, last in paths:
            steps = tuple(step for step in path.split(".") if step)
            tree.add(steps, last)
        return tree.plan(self._zones)


def _texts(mapping: TextMapping) -> Iterator[tuple[str, Plan | None]]:
    for paths in (
        *(mapping.title, mapping.subtitle, mapping.description),
        *(mapping.seo_title, mapping.seo_description),
    ):
        yield from ((path, None) for path in paths)
    for paths in (*mapping.images.values(), mapping.videos):
        yield from ((path, MEDIA) for path in paths)


class _Tree:
    """A plan in the making."""

    def __init__(self) -> None:
        self._below: dict[str, _Tree] = {}
        self.end: Plan | None = None

    def add(self, steps: Path, last: Plan | None) -> None:
        """Add a path; without a plan for its last step that is an ordinary field."""
        if not steps or (len(steps) == 1 and last is None):
            return
        tree = self._below.setdefault(steps[0], _Tree())
        if len(steps) == 1:
            tree.end = last
        else:
            tree.add(steps[1:], last)

    def plan(self, zones: Mapping[str, Mapping[str, Collection[str]]]) -> Plan:
        """Return the plan; what is below dynamic zones goes to those components that have it."""
        below = {}
        for name, tree in self._below.items():
            if name in zones:
                inside = tree.plan({}).below
                below[name] = Plan(
                    components={
                        component: Plan(below={one: inside.get(one, WHOLE) for one in fields})
                        for component, fields in zones[name].items()
                    }
                )
            else:
                below[name] = tree.plan({})
        if self.end is None:
            return Plan(below=below)
        # What somebody else reads more of is no file or product after all.
        return Plan(below={**self.end.below, **below}) if below else self.end
