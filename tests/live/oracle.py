"""What a product has to look like, computed from the upstreams' own answers.

Written from the project's contract and not from the code, of which it imports nothing: so it
can disagree. Where the contract leaves something open, the service is followed; a comment with
"open:" says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.live.expectations import Anything, InAnyOrder, Ranked
from tests.live.lab import Truth
from tests.live.oracle_offer import price, stock, summary
from tests.live.oracle_text import rich_text, words_of
from tests.live.written import (
    Picture,
    System,
    Tag,
    Written,
    WrittenEntry,
    WrittenPage,
    camel_case,
    is_blank,
)

Json = Any
_MIRRORS = {"stock"}
"""Metadata that repeats commerce data: never an attribute. open: which names do."""
_BASE = "en"
"""The language of Medusa's own text."""
_MEDUSA = "medusa"
_NOTHING = Written({}, {})


@dataclass(frozen=True)
class Found:
    """A merged value and its provenance."""

    value: Json
    source: str | None
    locale: str | None
    is_fallback: bool


_NOBODY = Found(None, None, None, is_fallback=False)


@dataclass(frozen=True)
class Oracle:
    """Knows what the shop's answers have to be.

    `locales` are the shop's, its own first; `systems` its content systems in their usual order,
    `orders` the names of those asked for single fields where that is another one.
    """

    truth: Truth
    locales: tuple[str, ...]
    systems: Sequence[System]
    low_stock: int = 5
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def product(self, product_id: str, locale: str, country: str) -> dict[str, Json] | None:
        """Return the product with all that the contract says about it; `None` if not sold."""
        wire = self.truth.products[country].get(product_id)
        if wire is None:
            return None
        view = _View(self, wire, locale, country)
        return {**view.shown(), "addons": list(self._addons(view))}

    def page(self, slug: str, locale: str, country: str) -> dict[str, Json] | None:
        """Return a page by its slug in whatever language; the first system that has it tells.

        Of several pages there, the one whose slug it is in the language that is nearest.
        """
        for system in self.asked("pages"):
            for tag in self.reading(locale):
                for page in system.pages:
                    if page.slugs.get(tag) == slug:
                        return self._page(system, page, locale, country)
            for page in system.pages:
                if slug in page.slugs.values():
                    return self._page(system, page, locale, country)
        return None

    def navigation(self, handle: str, locale: str, country: str) -> dict[str, Json] | None:
        """Return a menu by its handle; the first system that has it tells."""
        for system in self.asked("navigation"):
            if handle in system.menus:
                entries = self._along(system.menus[handle], locale)[0] or ()
                items = [self._item(system, one, locale, country) for one in entries]
                return {"items": items}
        return None

    def chain(self, requested: str) -> list[str]:
        """Return the configured locales to look through (RFC 4647 lookup, then the default)."""
        found = []
        subtags = requested.split("-")
        while subtags:
            found.append("-".join(subtags))
            subtags.pop()
            if subtags and len(subtags[-1]) == 1:
                subtags.pop()
        chain = [tag for tag in found if tag in self.locales]
        return [*chain, self.locales[0]] if self.locales[0] not in chain else chain

    def reading(self, requested: str) -> list[Tag]:
        """Return the chain with neutral values before its first foreign language."""
        primary = requested.split("-", maxsplit=1)[0]
        chain: list[Tag] = list(self.chain(requested))
        places = (n for n, tag in enumerate(chain) if tag and tag.split("-")[0] != primary)
        chain.insert(next(places, len(chain)), None)
        return chain

    def asked(self, name: str) -> list[System]:
        """Return the content systems in the order in which they are asked for a field."""
        names = self.orders.get(name, [system.name for system in self.systems])
        by_name = {system.name: system for system in self.systems}
        return [by_name[each] for each in names if each in by_name]

    def _along(self, values: Mapping[Tag, Json], locale: str) -> tuple[Json, Tag]:
        """Return the first value along the languages, and its language."""
        for tag in self.reading(locale):
            if not is_blank(values.get(tag)):
                return values[tag], tag
        return None, None

    def _page(
        self, system: System, page: WrittenPage, locale: str, country: str
    ) -> dict[str, Json]:
        def text(name: str) -> tuple[Json, Tag]:
            return self._along({tag: each.get(name) for tag, each in page.texts.items()}, locale)

        body, tag = text("description")
        if body is not None:
            is_fallback = tag is not None and tag != locale
            body = {**body, "locale": tag, "source": system.name, "isFallback": is_fallback}
        seo = {name: text(f"seo.{name}")[0] for name in ("title", "description")}
        order: list[Tag] = [self.locales[0], None, *self.locales[1:]]
        lists = (page.items.get(each) for each in order)
        targets = dict.fromkeys(next((each for each in lists if each), ()))
        alternates = [
            {"locale": each, "slug": self._along(page.slugs, each)[0], "url": None}
            for each in self.locales
            if page.texts.get(each, {}).keys() & {"title", "description"}
        ]
        return {
            "id": page.id or Anything(),
            "slug": self._along(page.slugs, locale)[0],
            "title": text("title")[0],
            "body": body,
            "seo": seo if any(seo.values()) else None,
            "items": [self._addon(each, system, locale, country) for each in targets],
            "alternates": alternates,
        }

    def _item(self, system: System, entry: WrittenEntry, locale: str, country: str) -> Json:
        product = None
        if entry.product is not None:
            product = self._addon(entry.product, system, locale, country)["product"]
        return {
            "label": self._along(entry.labels, locale)[0],
            "url": self._along(entry.urls, locale)[0],
            "page": entry.page and {"slug": self._along(entry.page, locale)[0]},
            "product": product,
            "category": None,
            "collection": None,
            "children": [self._item(system, one, locale, country) for one in entry.children],
        }

    def _addons(self, view: "_View") -> Iterator[Json]:
        own = view.wire["id"]
        for system in self.asked("addons"):
            groups = []
            for group in system.products.get(own, _NOTHING).addons:
                # The list is that of the shop's own language.
                order: list[Tag] = [self.locales[0], None, *self.locales[1:]]
                lists = (group.lists.get(tag) for tag in order)
                targets = dict.fromkeys(next((each for each in lists if each), ()))
                targets.pop(own, None)
                items = [
                    self._addon(target, system, view.locale, view.country) for target in targets
                ]
                titles = (group.titles.get(tag) for tag in self.reading(view.locale))
                title = next((each for each in titles if not is_blank(each)), None)
                if items:  # open: a group without items is left out
                    groups.append({"title": title, "items": items})
            if groups:  # open: a system that lists none leaves it to the next one
                yield from groups
                return

    def _addon(self, target: str, system: System, locale: str, country: str) -> Json:
        wire = self.truth.products[country].get(target)
        if wire is None:
            # open: what is only a draft in the CMS is known to nobody.
            status = "UNPUBLISHED" if target in system.products else "DANGLING"
            shown_id = None if target.startswith("?") else target
            return {"productId": shown_id, "status": status, "product": None}
        shown = _View(self, wire, locale, country).shown()
        if shown["priceRange"] is None:
            status = "NO_PRICE_IN_REGION"
        else:
            status = "OUT_OF_STOCK" if shown["availability"] == "OUT_OF_STOCK" else "AVAILABLE"
        return {"productId": target, "status": status, "product": shown}


@dataclass(frozen=True)
class _View:
    """One product as one shopper sees it."""

    oracle: Oracle
    wire: Json
    locale: str
    country: str

    def shown(self) -> dict[str, Json]:
        wire = self.wire
        merged = self._merged()
        region = self.oracle.truth.regions[self.country]
        variants = [(each["variant_rank"], self._variant(each)) for each in wire["variants"]]
        seo = {name: merged[f"seo.{name}"].value for name in ("title", "description")}
        body = merged["description"]
        description = body.value and {
            **body.value,
            "source": body.source,
            "locale": body.locale,
            "isFallback": body.is_fallback,
        }
        provenance = [
            {
                "field": name,
                "source": found.source,
                "locale": found.locale,
                "isFallback": found.is_fallback,
            }
            for name, found in merged.items()
        ]
        attributes = [
            {"key": name.removeprefix("attributes."), "value": found.value}
            for name, found in merged.items()
            if name.startswith("attributes.")
        ]
        collection = wire["collection"]
        return {
            **{name: wire[name] for name in ("id", "handle")},
            "title": merged["title"].value,
            "subtitle": merged["subtitle"].value,
            "description": description,
            "thumbnail": merged["thumbnail"].value,
            "images": merged["images"].value or [],
            "seo": seo if any(seo.values()) else None,
            "attributes": InAnyOrder(attributes, lambda each: str(each["key"])),
            "videos": merged["videos"].value or [],
            "alternates": self._alternates(),
            "collection": collection and self._group(collection, "title"),
            "categories": InAnyOrder(
                [
                    self._group(each, "name")
                    for each in wire["categories"]
                    if each["is_active"] and not each["is_internal"]
                ],
                lambda each: str(each["id"]),
            ),
            "tags": InAnyOrder([tag["value"] for tag in wire["tags"] or []], str),
            "options": InAnyOrder(
                [self._option(each) for each in wire["options"]],
                lambda each: str(each["name"]),
            ),
            "variants": Ranked(variants, "id"),
            **summary([variant for _, variant in variants]),
            "context": {
                "locale": self.oracle.chain(self.locale)[0],
                "country": self.country,
                "regionId": region["id"],
                "currencyCode": region["currency_code"].upper(),
            },
            "provenance": InAnyOrder(provenance, lambda each: str(each["field"])),
        }

    def _alternates(self) -> list[Json]:
        """The languages of the shop in which somebody wrote it; no template gives addresses."""
        written = [each for _, each in self._written("description")]
        return [
            {"locale": tag, "handle": self.wire["handle"], "url": None}
            for tag in self.oracle.locales
            if tag == _BASE
            or any(each.texts.get(tag, {}).keys() & {"title", "description"} for each in written)
        ]

    def _group(self, wire: Json, name: str) -> Json:
        """A collection or a category; no content system of the laboratory speaks of them."""
        words = words_of(wire.get("description") or "")
        body = rich_text(wire.get("description"), {})
        told = {"source": _MEDUSA, "locale": _BASE, "isFallback": self.locale != _BASE}
        return {
            "id": wire["id"],
            "handle": wire["handle"],
            name: wire[name],
            "description": body and {**body, **told},
            "seo": {"title": wire[name], "description": words or None},
            "images": [],
        }

    def _merged(self) -> dict[str, Found]:
        wire = self.wire
        text = words_of(wire["description"] or "")
        images = _images(wire)
        gallery = self._gallery(images)
        shown = _image(wire["thumbnail"]) if wire["thumbnail"] else None
        first = Found(
            (gallery.value or [None])[0], gallery.source, gallery.locale, gallery.is_fallback
        )
        return {
            "title": self._title(),
            "subtitle": self._first("subtitle", wire["subtitle"]),
            "description": self._first("description", rich_text(wire["description"], {})),
            # open: Medusa has no such fields; its title and description stand in, each alone.
            "seo.title": self._first("seo.title", wire["title"]),
            "seo.description": self._first("seo.description", text),
            "images": gallery,
            "videos": _NOBODY,
            "thumbnail": self._neutral(shown) if shown else first,
            **self._attributes(),
        }

    def _written(self, name: str) -> Iterator[tuple[System, Written]]:
        for system in self.oracle.asked(name):
            yield system, system.products.get(self.wire["id"], _NOTHING)

    def _title(self) -> Found:
        """Of a synced copy only a translation counts, and only in the language asked for."""
        for system, written in self._written("title"):
            for tag in self.oracle.reading(self.locale):
                if system.copies_titles and (tag is None or tag == self.oracle.locales[0]):
                    break
                title = written.texts.get(tag, {}).get("title")
                if not is_blank(title):
                    return self._from(system, title, tag)
        return self._from_medusa(self.wire["title"])

    def _first(self, name: str, medusa: Json) -> Found:
        for system, written in self._written(name):
            for tag in self.oracle.reading(self.locale):
                value = written.texts.get(tag, {}).get(name)
                if not is_blank(value):
                    return self._from(system, value, tag)
        return self._from_medusa(medusa)

    def _gallery(self, medusa: Sequence[Json]) -> Found:
        for system, written in self._written("images"):
            for tag in self.oracle.reading(self.locale):
                pictures = written.images.get(tag)
                if pictures:
                    return self._from(system, [self._shown_picture(one) for one in pictures], tag)
        return self._neutral(list(medusa))

    def _shown_picture(self, picture: Picture) -> Json:
        alts = (picture.alts.get(tag) for tag in self.oracle.reading(self.locale))
        return {
            "url": picture.url,
            "alt": next((alt for alt in alts if not is_blank(alt)), None),
            "width": picture.width,
            "height": picture.height,
            "role": picture.role,
        }

    def _attributes(self) -> dict[str, Found]:
        """Each attribute on its own: system by system along the chain, then Medusa's metadata."""
        won: dict[str, Found] = {}
        for system, written in self._written("attributes"):
            for tag in self.oracle.reading(self.locale):
                for name, value in written.attributes.get(tag, {}).items():
                    won.setdefault(name, self._from(system, value, tag))
        for name, value in (self.wire["metadata"] or {}).items():
            if name not in _MIRRORS and not is_blank(value):
                won.setdefault(camel_case(name), self._neutral(value))
        return {f"attributes.{name}": found for name, found in won.items()}

    def _from(self, system: System, value: Json, tag: Tag) -> Found:
        is_fallback = tag is not None and tag != self.locale
        return Found(value, system.name, tag, is_fallback)

    def _from_medusa(self, value: Json) -> Found:
        """Text of Medusa's counts as its base language."""
        if is_blank(value):
            return _NOBODY
        return Found(value, "medusa", _BASE, is_fallback=self.locale != _BASE)

    def _neutral(self, value: Json) -> Found:
        """What is not localised in Medusa belongs to no language."""
        return _NOBODY if is_blank(value) else Found(value, "medusa", None, is_fallback=False)

    def _variant(self, wire: Json) -> Json:
        truth = self.oracle.truth
        currency = truth.regions[self.country]["currency_code"].upper()
        return {
            **{name: wire[name] for name in ("id", "sku", "title")},
            "options": InAnyOrder(
                [
                    {"name": value["option"]["title"], "value": value["value"]}
                    for value in wire["options"]
                ],
                lambda each: str(each["name"]),
            ),
            # open: a variant's images are named only where they differ from the product's.
            "images": [] if _images(wire) == _images(self.wire) else _images(wire),
            **price(wire["calculated_price"], currency, truth.digits[currency]),
            **stock(wire, self.oracle.low_stock),
        }

    def _option(self, wire: Json) -> Json:
        used = {
            value["value"]
            for variant in self.wire["variants"]
            for value in variant["options"]
            if value["option_id"] == wire["id"]
        }
        return {"name": wire["title"], "values": InAnyOrder(sorted(used), str)}


def _images(wire: Json) -> list[Json]:
    ranked = sorted(wire["images"], key=lambda each: (each["rank"], each["url"]))
    return [_image(each["url"]) for each in ranked]


def _image(url: str) -> Json:
    return {"url": url, "alt": None, "width": None, "height": None, "role": None}
