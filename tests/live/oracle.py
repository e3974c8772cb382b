"""What a product has to look like, computed from the upstreams' own answers.

Written from the project's contract and not from the code, of which it imports nothing: so it
can disagree. Where the contract leaves something open, the service is followed; a comment with
"open:" says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.live.expectations import InAnyOrder, Ranked
from tests.live.lab import Truth
from tests.live.oracle_offer import price, stock, summary
from tests.live.oracle_text import rich_text, words_of

Json = Any
_NOT_ATTRIBUTES = {"title", "subtitle", "content", "description", "seo", "specs", "addons", "lang"}
_MIRRORS = {"stock"}
"""Metadata that repeats commerce data: never an attribute. open: which names do."""
_BASE = "en"
"""The language of Medusa's own text."""


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
    """Knows what the shop's answers have to be, for its configured locales (default first)."""

    truth: Truth
    locales: tuple[str, ...]
    low_stock: int = 5

    def product(self, product_id: str, locale: str, country: str) -> dict[str, Json] | None:
        """Return the product with all that the contract says about it; `None` if not sold."""
        wire = self.truth.products[country].get(product_id)
        if wire is None:
            return None
        document = self.truth.documents.get(product_id)
        view = _View(self, wire, document or {}, locale, country)
        return {**view.shown(), "addons": list(self._addons(document or {}, locale, country))}

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

    def _addons(self, document: Json, locale: str, country: str) -> Iterator[Json]:
        group = document.get("addons") or {}
        targets: dict[str, None] = {}
        for reference in group.get("products") or []:
            # open: a reference to a draft means the product.
            targets[reference["_ref"].rsplit(".", 1)[-1]] = None
        targets.pop(document.get("_id", ""), None)
        items = [self._addon(target, locale, country) for target in targets]
        if items:  # open: a group without items is left out
            yield {"title": group.get("title"), "items": items}

    def _addon(self, target: str, locale: str, country: str) -> Json:
        wire = self.truth.products[country].get(target)
        if wire is None:
            # open: what is only a draft in the CMS is known to nobody.
            known = target in self.truth.documents
            status = "UNPUBLISHED" if known else "DANGLING"
            return {"productId": target, "status": status, "product": None}
        document = self.truth.documents.get(target) or {}
        shown = _View(self, wire, document, locale, country).shown()
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
    document: Json
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
            "collection": collection
            and {name: collection[name] for name in ("id", "handle", "title")},
            "categories": InAnyOrder(
                [
                    {name: each[name] for name in ("id", "handle", "name")}
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

    def _merged(self) -> dict[str, Found]:
        wire, assets = self.wire, self.oracle.truth.assets
        text = words_of(wire["description"] or "")
        images = _images(wire)
        merged = {
            "title": self._title(),
            "subtitle": self._first(["subtitle"], wire["subtitle"]),
            "description": self._first(["content"], wire["description"]),
            # open: Medusa has no such fields; its title and description stand in, each alone.
            "seo.title": self._first(["seo", "title"], wire["title"]),
            "seo.description": self._first(["seo", "description"], text),
            "images": self._neutral(images),
            "thumbnail": self._neutral(
                _image(wire["thumbnail"]) if wire["thumbnail"] else (images or [None])[0]
            ),
        }
        body = merged["description"]
        merged["description"] = Found(
            rich_text(body.value, assets), body.source, body.locale, body.is_fallback
        )
        return merged | self._attributes()

    def _title(self) -> Found:
        """Medusa's in the shop's own language, else first the spec's of that language alone."""
        own = self.oracle.locales[0]
        for tag in self.oracle.chain(self.locale):
            if tag == own or tag.split("-")[0] != self.locale.split("-")[0]:
                break
            for spec in self._specs(tag):
                if not _is_blank(spec.get("title")):
                    return self._from_sanity(spec["title"], tag)
        return self._from_medusa(self.wire["title"])

    def _first(self, path: Sequence[str], medusa: Json) -> Found:
        for tag in self.oracle.chain(self.locale):
            for spec in self._specs(tag):
                value = spec
                for name in path:
                    value = (value or {}).get(name)
                if not _is_blank(value):
                    return self._from_sanity(value, tag)
        return self._from_medusa(medusa)

    def _attributes(self) -> dict[str, Found]:
        """Each attribute on its own: along the chain, then neutral, then Medusa's metadata."""
        won: dict[str, Found] = {}
        specs = [
            (tag, spec) for tag in self.oracle.chain(self.locale) for spec in self._specs(tag)
        ]
        for tag, holder in [*specs, (None, self.document)]:
            for name, value in holder.items():
                if name.startswith("_") or name in _NOT_ATTRIBUTES or _is_blank(value):
                    continue
                won.setdefault(_camel_case(name), self._from_sanity(value, tag))
        for name, value in (self.wire["metadata"] or {}).items():
            if name not in _MIRRORS and not _is_blank(value):
                won.setdefault(_camel_case(name), self._neutral(value))
        return {f"attributes.{name}": found for name, found in won.items()}

    def _specs(self, tag: str) -> Iterator[Json]:
        """Yield what the editor wrote for one language, however it was spelt."""
        for spec in self.document.get("specs") or []:
            if str(spec.get("lang") or "").strip().replace("_", "-").lower() == tag.lower():
                yield spec

    def _from_sanity(self, value: Json, tag: str | None) -> Found:
        return Found(value, "sanity", tag, is_fallback=tag is not None and tag != self.locale)

    def _from_medusa(self, value: Json) -> Found:
        """Text of Medusa's counts as its base language."""
        if _is_blank(value):
            return _NOBODY
        return Found(value, "medusa", _BASE, is_fallback=self.locale != _BASE)

    def _neutral(self, value: Json) -> Found:
        """What is not localised in Medusa belongs to no language."""
        return _NOBODY if _is_blank(value) else Found(value, "medusa", None, is_fallback=False)

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


def _is_blank(value: Json) -> bool:
    return value is None or (isinstance(value, str | list) and not (str(value).strip() and value))


def _camel_case(name: str) -> str:
    first, *others = name.replace("-", "_").split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)
