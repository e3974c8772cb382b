"""The report of `coverage` for people: how much of each kind, then the first few, or all."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from bff.domain.coverage import DocumentState, FaultyAddon, Kind, Lack, Report, StrayDocument
from bff.domain.storefront import AddonStatus

_FEW = 5
_WHAT: Mapping[Kind, str] = {
    Kind.CONTENT: "products without content",
    Kind.LOCALES: "texts missing in a language",
    Kind.ORPHANS: "documents whose product is gone",
    Kind.UNSOLD_DOCUMENTS: "documents whose product is not sold here",
    Kind.DUPLICATES: "products with several documents",
    Kind.DANGLING_ADDONS: "addons that lead nowhere",
    Kind.UNSOLD_ADDONS: "addons that are not sold here",
    Kind.PRICES: "variants without a price in a market",
}
_LACKS: Mapping[Lack, str] = {Lack.NO_DOCUMENT: "no document", Lack.NO_TEXT: "no text in it"}
_STATES: Mapping[DocumentState, str] = {
    DocumentState.GONE: "gone",
    DocumentState.NAMELESS: "the document names no product",
    DocumentState.UNSOLD: "not sold here",
    DocumentState.UNSOLD_OR_GONE: "not sold here, or gone",
}


def table(report: Report, failing: Collection[Kind], *, whole: bool) -> str:
    """Return the text; `whole` shows all findings, `failing` are what the exit code tells."""
    counts = report.counts()
    width = max(map(len, Kind))
    digits = max(len(str(count)) for count in counts.values())
    lines = [_looked_at(report), ""]
    lines.extend(f"{kind:{width}}  {counts[kind]:{digits}}  {_WHAT[kind]}" for kind in Kind)
    sections = _sections(report, None if whole else _FEW)
    for kind in Kind:
        if counts[kind] or (kind is Kind.CONTENT and len(report.sources) > 1 and report.gaps):
            lines.extend(["", kind, *(f"  {line}" for line in sections[kind]())])
    notes = [f"note: {words}" for words in _notes(report)]
    if failing:
        notes.append(f"exit code 1 for: {', '.join(kind for kind in Kind if kind in failing)}")
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _looked_at(report: Report) -> str:
    markets = ", ".join(market.name for market in report.markets)
    sources = ", ".join(report.sources) or "no content system"
    locales = ", ".join(report.locales)
    return f"{report.products} products; {sources}; languages {locales}; markets {markets}"


def _sections(report: Report, few: int | None) -> Mapping[Kind, Callable[[], Iterable[str]]]:
    dangling = report.addons_that_are(AddonStatus.DANGLING)
    unsold = report.addons_that_are(AddonStatus.UNPUBLISHED)
    return {
        Kind.CONTENT: lambda: _content(report, few),
        Kind.LOCALES: lambda: _locales(report, few),
        Kind.ORPHANS: lambda: _listed(_documents(report.orphans()), few),
        Kind.UNSOLD_DOCUMENTS: lambda: _listed(_documents(report.unsold_documents()), few),
        Kind.DUPLICATES: lambda: _listed(
            [
                (one.product, f"{one.source}: {', '.join(one.documents)}")
                for one in report.duplicates
            ],
            few,
        ),
        Kind.DANGLING_ADDONS: lambda: _listed(_addons(dangling), few),
        Kind.UNSOLD_ADDONS: lambda: _listed(_addons(unsold), few),
        Kind.PRICES: lambda: _prices(report, few),
    }


def _content(report: Report, few: int | None) -> Iterator[str]:
    rows = [
        (gap.handle, ", ".join(f"{name}: {_LACKS[lack]}" for name, lack in gap.lacks.items()))
        for gap in report.lacking()
    ]
    yield from _listed(rows, few)
    if len(report.sources) > 1:
        head = ["source", *(_LACKS[lack] for lack in Lack)]
        yield from _columns(
            [
                head,
                *(
                    [name, *(str(len(report.without(name, lack))) for lack in Lack)]
                    for name in report.sources
                ),
            ]
        )


def _locales(report: Report, few: int | None) -> Iterator[str]:
    """Say in how many products each text is missing, then in which."""
    by_field = report.missing.items()
    head = ["products without", *report.locales]
    numbers = [
        [name.value, *(str(len(by_locale[locale])) for locale in report.locales)]
        for name, by_locale in by_field
    ]
    yield from _columns([head, *numbers])
    for name, by_locale in by_field:
        for locale in report.locales:
            handles = by_locale[locale]
            shown = handles[:few]
            rest = [f"and {len(handles) - len(shown)} more"] if len(handles) > len(shown) else []
            if handles:
                yield f"{name.value} {locale}: {', '.join([*shown, *rest])}"


def _prices(report: Report, few: int | None) -> Iterator[str]:
    """Say how many variants of each product have no price in which markets."""
    names = {market.region_id: market.name for market in report.markets}
    counts: dict[str, Counter[str]] = {}
    for one in report.prices:
        counts.setdefault(one.handle, Counter())[names[one.region_id]] += 1
    rows = [
        (handle, ", ".join(f"{market}: {number}" for market, number in sorted(by_market.items())))
        for handle, by_market in counts.items()
    ]
    yield from _listed(rows, few)


def _documents(strays: Iterable[StrayDocument]) -> list[tuple[str, str]]:
    rows = []
    for one in strays:
        status = f" ({one.status} in Medusa)" if one.status else ""
        is_named = one.product not in {None, one.document_id}
        name = f"{one.product}: " if is_named else ""
        rows.append((f"{one.source} {one.document_id}", f"{name}{_STATES[one.state]}{status}"))
    return rows


def _addons(addons: Iterable[FaultyAddon]) -> list[tuple[str, str]]:
    return [
        (one.named.handle, f"{one.named.source} offers {one.named.target.key}") for one in addons
    ]


def _listed(rows: Sequence[tuple[str, str]], few: int | None) -> Iterator[str]:
    """Return the first few rows, and how many more there are."""
    shown = rows[:few]
    width = max((len(name) for name, _ in shown), default=0)
    yield from (f"{name:{width}}  {words}" for name, words in shown)
    if len(rows) > len(shown):
        yield f"and {len(rows) - len(shown)} more (--all)"


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return rows with their columns below each other, all but the first to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = (f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True))
        yield "  ".join((f"{first:{widths[0]}}", *cells))


def _notes(report: Report) -> Iterator[str]:
    if not report.sources:
        yield "no content system serves products, so that none can lack content"
    if any(one.state is DocumentState.UNSOLD_OR_GONE for one in report.strays):
        yield (
            "with BFF_MEDUSA__ADMIN_TOKEN products that are gone are told from those that are "
            "drafts or in other sales channels"
        )
    if report.translated:
        yield (
            f"in {', '.join(report.translated)} every text of Medusa's counts as translated: "
            "Medusa does not tell which of them are"
        )
    if report.unasked:
        yield f"markets without a country have no prices to ask for: {', '.join(report.unasked)}"
