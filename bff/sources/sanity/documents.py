"""Documents as Sanity answers them, however untidy, to neutral ones. Pure.

The shape is trusted nowhere: at every level a wrong type counts as missing. Nothing here raises.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bff.domain.attributes import camel_case
from bff.domain.commerce import Handle, ProductId
from bff.domain.document import ByLocale, Document, Link, Value
from bff.domain.locale import Locale
from bff.domain.marks import Version
from bff.sources.sanity.languages import LANGUAGE_MEMBERS
from bff.sources.sanity.settings import SanitySettings
from bff.sources.sanity.values import Translator, filled, published_id, says_something
from bff.sources.sanity.versions import version_of

Raw = Mapping[str, object]
"""One document of an answer."""

_PUBLISHED_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SYSTEM = frozenset({"_id", "_type"})


def is_published_id(text: object) -> bool:
    """Tell whether a document of this id can be a published one.

    A dot marks drafts, releases and documents that are not public. Source: Sanity, document ids.
    """
    return isinstance(text, str) and _PUBLISHED_ID.fullmatch(text) is not None


def visible(
    documents: Iterable[Raw], types: Collection[str] | None, *, preview: bool
) -> dict[str, Raw]:
    """Return the documents by their published ids, and only those that may be seen.

    `types` are those that were asked for, `None` is any.

    The queries ask for nothing else; a proxy or a wrong perspective must not leak a draft. In a
    preview a draft stands in for what is published under its id.
    """
    found: dict[str, Raw] = {}
    for document in documents:
        document_id = document.get("_id")
        if preview and isinstance(document_id, str):
            document_id = published_id(document_id)
        if not isinstance(document_id, str) or not is_published_id(document_id):
            continue
        is_draft = (document.get("_originalId") or document.get("_id")) != document_id
        is_other = types is not None and document.get("_type") not in types
        if is_other or (is_draft and not preview):
            continue
        if is_draft or document_id not in found:
            found[document_id] = document
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Targets:
    """What is known of the documents that others refer to.

    `are_products` says that a reference's own id is the product's. `are_read` says that
    somebody looked for them: who refers to one depends on it then, be it there or not.
    """

    are_products: bool
    documents: Mapping[str, Document] = field(default_factory=dict)
    are_read: bool = False

    def link(self, document_id: str) -> Link:
        """Return a reference with what is known of its target."""
        target = self.documents.get(document_id)
        if target is None:
            product = ProductId(document_id) if self.are_products else None
            return Link(document_id, product=product)
        return Link(document_id, target, target.product, target.handle)

    def made_of(self, document_id: str) -> Mapping[str, Version | None]:
        """Return what one depends on that refers to a document, be that there or not."""
        target = self.documents.get(document_id)
        return {document_id: None} if target is None else target.made_of


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the documents of one dataset, as its operator has described them."""

    settings: SanitySettings
    translator: Translator
    languages: Sequence[Locale] = ()
    """The shop's, the most important first."""

    def key(self, raw: Raw) -> str | None:
        """Return what a document is known by: Medusa's id, or a handle."""
        if self.settings.knows_products_by_document:
            document_id = raw.get("_id")
            return published_id(document_id) if isinstance(document_id, str) else None
        return _text_at(raw, self.settings.key_field)

    def handle_of_menu(self, raw: Raw) -> str | None:
        """Return what a menu is called."""
        return _text_at(raw, self.settings.navigation.handle)

    def by_key(
        self, documents: Mapping[str, Raw], key: Callable[[Raw], str | None]
    ) -> dict[str, dict[str, Raw]]:
        """Return the documents that are one thing together, by its key and their ids."""
        found: dict[str, dict[str, Raw]] = {}
        for document_id, raw in documents.items():
            name = key(raw)
            if name is not None:
                found.setdefault(name, {})[document_id] = raw
        return found

    def document(
        self, documents: Mapping[str, Raw], targets: Targets, *, is_bare: bool = False
    ) -> Document:
        """Return what is one thing together as one document; there must be at least one.

        Documents of several languages are told apart by the language; of several for one
        language, and wherever a document is for all, the first id counts. A bare document says
        only what it is.
        """
        ordered = sorted(documents.items(), key=lambda one: (self._place(one[1]), one[0]))
        first_id, first = ordered[0]
        made_of: dict[str, Version | None] = {
            document_id: version_of(raw) for document_id, raw in ordered
        }

        def link(document_id: str) -> Link:
            found = targets.link(document_id)
            if targets.are_read:
                for each, version in targets.made_of(document_id).items():
                    made_of.setdefault(each, version)
            return found

        fields: dict[str, Value] = {}
        if not is_bare:
            several = self.settings.model == "document"
            fields = (
                self._in_languages([raw for _, raw in ordered], link)
                if several
                else self._fields(first, link)
            )
        return Document(
            first_id,
            str(first.get("_type")),
            fields,
            self._product(first_id, first),
            self._handle(first),
            made_of,
        )

    def _product(self, document_id: str, raw: Raw) -> ProductId | None:
        settings = self.settings
        if raw.get("_type") != settings.document_type or settings.match != "id":
            return None
        key = document_id if settings.knows_products_by_document else self.key(raw)
        return ProductId(key) if key else None

    def _handle(self, raw: Raw) -> Handle | None:
        """Return a handle where it counts: one beside Medusa's id may be an old one."""
        settings = self.settings
        if raw.get("_type") == settings.document_type and settings.match == "id":
            return None
        handle = _text_at(raw, settings.handle_field)
        return Handle(handle) if handle else None

    def language_of(self, raw: Raw) -> Locale | None:
        """Return a document's language, where each language has a document of its own."""
        return self._language(raw) if self.settings.model == "document" else None

    def _language(self, raw: Raw) -> Locale | None:
        return self.translator.languages.ours(raw.get(self.settings.language_field))

    def _place(self, raw: Raw) -> int:
        """Return how important a document's language is to the shop, the lowest most."""
        language = self.language_of(raw)
        languages = [*self.languages, None]
        return languages.index(language) if language in languages else len(languages)

    def _in_languages(
        self, documents: Sequence[Raw], link: Callable[[str], Link]
    ) -> dict[str, Value]:
        found: dict[str, dict[Locale | None, Value]] = {}
        seen: set[Locale | None] = set()
        for raw in documents:
            language = self._language(raw)
            if language in seen:
                continue
            seen.add(language)
            for name, value in self._fields(raw, link).items():
                found.setdefault(name, {})[language] = value
        return {
            name: by_locale[None] if by_locale.keys() == {None} else ByLocale(by_locale)
            for name, by_locale in found.items()
        }

    def _fields(self, raw: Raw, link: Callable[[str], Link]) -> dict[str, Value]:
        raw = self._told(raw)
        if self.settings.model != "specs":
            return self.translator.fields(raw, link)
        specs_name = camel_case(self.settings.specs_field)
        others = {name: value for name, value in raw.items() if camel_case(name) != specs_name}
        specs = next((raw[name] for name in raw if camel_case(name) == specs_name), None)
        return self._with_specs(raw, self.translator.fields(others, link), specs, link)

    def _told(self, raw: Raw) -> Raw:
        """Return a document without what only says which it is."""
        settings = self.settings
        hidden = {settings.language_field} if settings.model == "document" else set()
        if raw.get("_type") == settings.document_type:
            hidden.add(settings.key_field.partition(".")[0])
        hidden -= _SYSTEM
        return {name: value for name, value in raw.items() if name not in hidden}

    def _with_specs(
        self, raw: Raw, own: dict[str, Value], specs: object, link: Callable[[str], Link]
    ) -> dict[str, Value]:
        """Put the languages of the specs beside what the document says for all of them."""
        by_locale: dict[Locale, dict[str, Value]] = {}
        for spec in specs if isinstance(specs, list) else ():
            language = self.translator.languages.of_object(spec) if _is_object(spec) else None
            if language:
                found = self.translator.fields(spec, link)
                texts = {
                    name: each for name, each in found.items() if name not in LANGUAGE_MEMBERS
                }
                merged = filled(by_locale.get(language), texts)
                by_locale[language] = merged if isinstance(merged, dict) else texts
        copies = self._copies(raw, by_locale)
        fields = {name: value for name, value in own.items() if name not in copies}
        for name in dict.fromkeys(name for spec in by_locale.values() for name in spec):
            told: dict[Locale | None, Value] = {None: fields[name]} if name in fields else {}
            told |= {one: spec[name] for one, spec in by_locale.items() if name in spec}
            fields[name] = ByLocale(told)
        return fields

    def _copies(self, raw: Raw, specs: Mapping[Locale, Mapping[str, Value]]) -> set[str]:
        """Return the fields that only repeat a title: Medusa's, synced back, or a language's."""
        settings = self.settings
        titles = {camel_case(path) for path in settings.product.title}
        if raw.get("_type") == settings.document_type:
            return titles
        texts = (spec.get(name) for spec in specs.values() for name in titles)
        return titles if any(map(says_something, texts)) else set()


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _text_at(raw: Raw, path: str) -> str | None:
    """Return the text, or the slug, at a path."""
    value: object = raw
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("current")
    return value if isinstance(value, str) and value else None
