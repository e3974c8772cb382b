"""What reads the documents of one dataset, made of the operator's settings."""

from collections.abc import Mapping, Sequence

from bff.domain.attributes import camel_case
from bff.domain.locale import Locale
from bff.sources.sanity.assets import Assets
from bff.sources.sanity.documents import Reader
from bff.sources.sanity.languages import Languages
from bff.sources.sanity.settings import SanitySettings
from bff.sources.sanity.values import Translator


def reader_of(settings: SanitySettings, locales: Sequence[Locale]) -> Reader:
    """Return what reads the documents that these settings describe; `locales` are the shop's."""
    translator = Translator(
        Assets(settings.project_id, settings.dataset),
        Languages.of(settings.locale_tags(), locales),
        _prose_paths(settings),
        _mapped_names(settings),
    )
    return Reader(settings, translator, tuple(locales))


def _prose_paths(settings: SanitySettings) -> frozenset[str]:
    """Return the fields in which rich text is expected, whatever it is made of."""
    variants = settings.product.variants
    texts = (settings.product, settings.collection, settings.category, settings.page)
    paths = [
        *(path for mapping in texts for path in mapping.description),
        *(f"{variants.items}.{path}" for path in variants.texts.description),
    ]
    return frozenset(".".join(map(camel_case, path.split("."))) for path in paths)


def _mapped_names(settings: SanitySettings) -> frozenset[str]:
    """Return every name in a path of the operator's mappings."""
    parts = {"product", "collection", "category", "page", "navigation"}
    waiting: list[object] = [settings.model_dump(include=parts)]
    names: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            names.update(map(camel_case, value.split(".")))
        elif isinstance(value, Mapping):
            waiting.extend(value.values())
        elif isinstance(value, tuple):
            waiting.extend(value)
    return frozenset(names)
