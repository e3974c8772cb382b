"""What Contentful answers, read without trusting its shape: entries and assets by id. Pure.

Source: Content Delivery API; recorded answers in tests/golden/contentful/.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from bff.domain.marks import Version
from bff.sources.contentful.versions import version_of

ENTRY = "Entry"
ASSET = "Asset"


class Collection(BaseModel):
    """A page of anything. `items` are those asked for, `includes` what they refer to.

    `errors` name what they refer to that is missing or unpublished.
    """

    items: list[object]
    includes: object = None
    errors: object = None
    total: object = None

    @property
    def size(self) -> int:
        """How many there are on all pages, as far as the answer says."""
        return self.total if isinstance(self.total, int) else len(self.items)

    def included(self, kind: str) -> Iterator[object]:
        """Yield what came along of one kind, `Entry` or `Asset`."""
        found = self.includes.get(kind) if isinstance(self.includes, dict) else None
        yield from found if isinstance(found, list) else ()

    @property
    def missing(self) -> Iterator[str]:
        """Yield the ids of what is referred to and not there for anybody."""
        for error in self.errors if isinstance(self.errors, list) else ():
            details = error.get("details") if isinstance(error, dict) else None
            missing = details.get("id") if isinstance(details, dict) else None
            if isinstance(missing, str):
                yield missing


@dataclass(frozen=True, slots=True)
class Resource:
    """An entry or an asset. `type` is an entry's content type, `created_at` in ISO 8601.

    `version` orders what was published of it; `None` if it does not say.

    Of a resource in one language only (`locale`), the fields hold plain values, else values by
    the space's own code of the language.
    """

    id: str
    type: str
    created_at: str
    locale: str | None
    fields: Mapping[str, object]
    version: Version | None = None

    def by_code(self, name: str, codes: Iterable[str]) -> Mapping[str, object]:
        """Return a field's values by language; `codes` are those of the space."""
        value = self.fields.get(name)
        is_nested = isinstance(value, dict) and (self.locale is None or value.keys() <= set(codes))
        if isinstance(value, dict) and is_nested:
            return {code: inside for code, inside in value.items() if inside is not None}
        return {} if self.locale is None or value is None else {self.locale: value}


@dataclass(frozen=True, slots=True)
class Pool:
    """All entries and assets that some answers brought. References are resolved against these.

    `missing` are the ids of those that the answers say nobody may see.
    """

    entries: dict[str, Resource] = field(default_factory=dict)
    assets: dict[str, Resource] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)

    def add(self, answer: Collection) -> tuple[Resource, ...]:
        """Take in an answer; return the entries that were asked for."""
        asked = tuple(filter(None, map(to_entry, answer.items)))
        linked = filter(None, map(to_entry, answer.included(ENTRY)))
        for entry in (*asked, *linked):
            self.entries.setdefault(entry.id, entry)
        for asset in filter(None, map(to_asset, (*answer.items, *answer.included(ASSET)))):
            self.assets.setdefault(asset.id, asset)
        self.missing.update(answer.missing)
        return asked

    def version_of(self, resource_id: str) -> Version | None:
        """Return the version of what was read under an id.

        An entry and an asset of one id, which only scripts write, are not told apart: neither
        one's version says anything about the other then.
        """
        entry, asset = self.entries.get(resource_id), self.assets.get(resource_id)
        one = (entry or asset) if entry is None or asset is None else None
        return one.version if one else None


def to_entry(value: object) -> Resource | None:
    """Read an entry; `None` for anything else, such as what is left of a deleted one."""
    return _to_resource(value, ENTRY)


def to_asset(value: object) -> Resource | None:
    """Read an asset; `None` for anything else."""
    return _to_resource(value, ASSET)


def _to_resource(value: object, kind: str) -> Resource | None:
    sys = value.get("sys") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(sys, dict) or sys.get("type") != kind:
        return None
    resource_id, fields = sys.get("id"), value.get("fields")
    if not isinstance(resource_id, str) or not resource_id:
        return None
    locale, created_at = sys.get("locale"), sys.get("createdAt")
    return Resource(
        id=resource_id,
        type=link_id(sys.get("contentType"), "ContentType") or "",
        created_at=created_at if isinstance(created_at, str) else "",
        locale=locale if isinstance(locale, str) else None,
        fields=fields if isinstance(fields, dict) else {},
        version=version_of(sys),
    )


def link_id(value: object, kind: str) -> str | None:
    """Return the id that a link of one kind leads to; `None` for anything else."""
    sys = value.get("sys") if isinstance(value, dict) else None
    if not isinstance(sys, dict) or sys.get("type") != "Link" or sys.get("linkType") != kind:
        return None
    target = sys.get("id")
    return target if isinstance(target, str) and target else None


def is_link(value: Mapping[str, object]) -> bool:
    """Tell whether an object is a link, be it of a kind that nobody follows."""
    sys = value.get("sys")
    return isinstance(sys, dict) and sys.get("type") in ("Link", "ResourceLink")


def linked(value: object) -> Iterator[tuple[str, str]]:
    """Yield kind and id of every entry and asset that a value refers to, in reading order."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            target = _target(one) if "sys" in one else None
            if target:
                yield target
            else:
                # Most of a rich text is words, and nothing is referred to in these.
                waiting += [each for each in reversed(one.values()) if type(each) is not str]


def _target(value: object) -> tuple[str, str] | None:
    for kind in (ENTRY, ASSET):
        target = link_id(value, kind)
        if target:
            return kind, target
    return None
