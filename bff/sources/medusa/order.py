"""In which order shoppers see variants, their options and images.

Medusa gives variants, options and values in no promised order: they come as the database finds
them, which an edit may change. Every list gets an order here that depends on its data alone and
is the same in every language.
"""

import re
from collections.abc import Sequence

from bff.sources.medusa.wire import RankedCategory, TextProduct, TextVariant, WireImage

_SIZES = (
    *(("4xs", "xxxxs"), ("3xs", "xxxs"), ("2xs", "xxs"), ("xs", "xsmall"), ("s", "sm", "small")),
    *(("m", "med", "medium"), ("l", "lg", "large"), ("xl", "xlarge"), ("2xl", "xxl")),
    *(("3xl", "xxxl"), ("4xl", "xxxxl"), ("5xl", "xxxxxl")),
)
_SIZE_RANK = {name: rank for rank, names in enumerate(_SIZES) for name in names}
_TOKEN = re.compile(r"[^\W_]+")
_RUN = re.compile(r"\d+|\D+")
_LAST = 10**9
_NUMBER, _SIZE, _WORD = range(3)

_Part = tuple[int, int, str]


def ranked_variants(product: TextProduct) -> list[TextVariant]:
    """Return the variants by their rank.

    Ranks are often all zero (imports, seeds). Then the older comes first, and what was created
    in the same moment goes by its SKU, read as people do: 9 before 10, S before M before L. Titles
    would read well too, but their order would change with the language; ids are random within one
    import.
    """
    by_rank = {_rank(variant.variant_rank): variant for variant in product.variants}
    if len(by_rank) == len(product.variants):
        return [by_rank[rank] for rank in sorted(by_rank)]
    return sorted(product.variants, key=_standing)


def ranked_images(images: Sequence[WireImage]) -> list[WireImage]:
    """Return the images by rank; those of one rank by URL."""
    return sorted(images, key=lambda image: (_rank(image.rank), image.url))


def ranked_categories(categories: Sequence[RankedCategory]) -> list[RankedCategory]:
    """Return the categories by rank, which counts among siblings only; of one rank by handle."""
    return sorted(categories, key=lambda category: (_rank(category.rank), category.handle))


def option_ids(product: TextProduct, variants: Sequence[TextVariant]) -> list[str]:
    """Return the ids of the options, in the order in which the ranked variants' titles name them.

    "Small / White" says that size comes before colour: people write it that way, and Medusa's
    dashboard makes titles from the options in the order in which they were entered. A
    translated title may know all values but one, whose place is the one that is left. Where titles
    say nothing the options go by id, which begins with their time.
    """
    ids = sorted(option.id for option in product.options)
    for variant in variants:
        places = _places(variant)
        if len(places) == len(ids):
            return sorted(ids, key=lambda option: places.get(option, _LAST))
    return ids


def _places(variant: TextVariant) -> dict[str, int]:
    """Return where the title names each option of the variant; empty when it does not."""
    parts = [part.strip().casefold() for part in variant.title.split("/")]
    named = {
        value.option.id: value.value.strip().casefold()
        for value in variant.options
        if value.option
    }
    if len(parts) != len(named):
        return {}
    places = {option: parts.index(value) for option, value in named.items() if value in parts}
    left = sorted(set(range(len(parts))) - set(places.values()))
    unnamed = [option for option in named if option not in places]
    if len(unnamed) > 1 or len(left) != len(unnamed):
        return {}
    return places | dict(zip(unnamed, left, strict=True))


def _standing(variant: TextVariant) -> tuple[int, float, tuple[_Part, ...], str]:
    born = variant.created_at.timestamp() if variant.created_at else 0.0
    return _rank(variant.variant_rank), born, _as_read(variant.sku or ""), variant.id


def _rank(rank: int | None) -> int:
    return _LAST if rank is None else rank


def _as_read(sku: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    for token in _TOKEN.findall(sku.casefold()):
        if token in _SIZE_RANK:
            parts.append((_SIZE, _SIZE_RANK[token], token))
            continue
        for run in _RUN.findall(token):
            number = run.lstrip("0") if run.isdecimal() else ""
            parts.append((_NUMBER, len(number), number) if run.isdecimal() else (_WORD, 0, run))
    return tuple(parts)
