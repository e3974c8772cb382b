"""What is in a real content system, described as the contract of content sources wants it.

The descriptions are made of each system's own answers, read without the service: see `written.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.live import lab
from tests.live.expectations import Words
from tests.live.systems import LOCALES
from tests.live.written import Menu as WrittenMenu
from tests.live.written import References, System, Tag, Written, WrittenEntry, WrittenPage
from tests.sources.contract.articles import Article, Line, Menu, Page, Shop, Text

Json = Any


def shop_of(system: System) -> Shop:
    """Return everything that a content system publishes, and the products that it does not."""
    articles = [_article(product_id, one) for product_id, one in system.products.items()]
    pages = [_page(page) for page in system.pages]
    return Shop(
        LOCALES,
        [*articles, *_silent(system)],
        pages=pages,
        menus=[_menu(handle, menu, pages) for handle, menu in system.menus.items()],
    )


def _silent(system: System) -> Iterator[Article]:
    """Yield what the shop knows and the content system says nothing public about."""
    for product in lab.catalogue() if lab.CATALOGUE else ():
        product_id = product["medusa_id"]
        if product_id not in system.products:
            yield Article(product_id, product_id, is_published=False)


def _article(product_id: str, written: Written) -> Article:
    attributes = {tag: _numbers(words) for tag, words in written.attributes.items() if tag}
    names = dict.fromkeys(name for words in attributes.values() for name in words)
    [addons] = written.addons or [References({})]
    return Article(
        product_id,
        product_id,
        texts=_texts(written.texts),
        facts=_numbers(written.attributes.get(None, {})),
        words={
            name: {tag: words[name] for tag, words in attributes.items() if name in words}
            for name in names
        },
        addons=_everywhere(addons.lists),
        addons_titles=_everywhere(addons.titles),
    )


def _page(page: WrittenPage) -> Page:
    slugs = _everywhere(page.slugs)
    name = "/".join(dict.fromkeys(slugs.values()))
    return Page(name, slugs, _texts(page.texts), _everywhere(page.items))


def _texts(written: Mapping[Tag, Mapping[str, Json]]) -> dict[str, Text]:
    return {
        tag: Text(
            title=texts.get("title"),
            subtitle=texts.get("subtitle"),
            description=_words(texts.get("description")),
            seo_title=texts.get("seo.title"),
            seo_description=texts.get("seo.description"),
        )
        for tag, texts in written.items()
        if tag and texts
    }


def _words(description: Mapping[str, Json] | None) -> str | None:
    text = description["text"] if description else None
    return text.words if isinstance(text, Words) else None


def _menu(handle: str, menu: WrittenMenu, pages: Sequence[Page]) -> Menu:
    return Menu(
        handle,
        {
            tag: [_line(entry, tag, pages) for entry in entries]
            for tag, entries in _everywhere(menu).items()
        },
    )


def _line(entry: WrittenEntry, tag: str, pages: Sequence[Page]) -> Line:
    label = entry.labels.get(tag, entry.labels.get(None))
    slugs = {*entry.page.values()} if entry.page else set()
    page = next((one.name for one in pages if slugs & {*one.slugs.values()}), None)
    return Line(
        {tag: label} if label else {},
        url=entry.urls.get(tag, entry.urls.get(None)),
        page=page,
        product=entry.product,
        below=[_line(child, tag, pages) for child in entry.children],
    )


def _numbers(value: Json) -> Json:
    """Return JSON with the numbers that a storefront's parser makes of it."""
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {name: _numbers(inside) for name, inside in value.items()}
        case list():
            return [_numbers(item) for item in value]
        case _:
            return value


def _everywhere(values: Mapping[Tag, Json]) -> dict[str, Json]:
    """Return what is there by language; what belongs to none counts in each of the shop's."""
    if None in values:
        return dict.fromkeys(LOCALES, values[None])
    return {tag: value for tag, value in values.items() if tag}
