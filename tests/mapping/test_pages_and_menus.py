"""Pages and menus, as deep as a shopper would follow them."""

import pytest

from bff.domain.commerce import Handle, ProductId
from bff.domain.content import MenuEntry, PageRef, ProductRef
from bff.domain.document import Document, Link, Value
from bff.mapping import MenuMapping, PageMapping, pages_by_slug, to_menu, to_page
from bff.mapping.menu import _MAX_DEPTH, _MAX_ENTRIES
from bff.richtext import render
from tests.mapping.documents import DE, EN, FR, by, document, film, link, prose, to

PAGE, MENU = PageMapping(), MenuMapping()


def keys(refs: tuple[ProductRef, ...]) -> list[str]:
    return [ref.key for ref in refs]


def test_a_page_is_its_slugs_its_body_and_its_products() -> None:
    """Products of a field of their own come before those of the sections."""
    page = to_page(
        document(
            slug=by("about", "ueber-uns"),
            title="About",
            body=prose("We knit."),
            products=[link("1"), "no", link("2")],
            sections=[{"products": [link("3")]}, {"heading": "x"}, {"products": link("1")}],
            mood="warm",
        ),
        PAGE,
    )

    assert page.slugs == {EN: "about", DE: "ueber-uns"}
    assert page.fields[None].title == "About"
    assert page.fields[None].description == render(prose("We knit.").blocks)
    assert page.fields[None].attributes == {"mood": "warm"}
    assert {locale: keys(refs) for locale, refs in page.items.lists.items()} == {
        None: ["prod_1", "prod_2", "prod_3", "prod_1"]
    }
    assert (page.document_id, list(page.made_of)) == ("doc-1", ["doc-1"])


def test_products_of_a_translated_section_stand_behind_those_of_all() -> None:
    """A page has the products that are for everybody in each of its languages."""
    sections = by([{"products": [link("2")]}], [{"heading": "Leer"}], fr=[{"products": link("3")}])

    lists = to_page(document(products=[link("1")], sections=sections), PAGE).items.lists

    assert {locale: keys(refs) for locale, refs in lists.items()} == {
        EN: ["prod_1", "prod_2"],
        FR: ["prod_1", "prod_3"],
    }


def test_a_slug_leads_to_every_page_that_has_it() -> None:
    """In the order of the pages, and to each once, though it has the slug in two languages."""
    english, german, both = (
        to_page(document(slug=slug), PAGE)
        for slug in (by("info", "zeiten"), by("contact", "info"), by("info", "info"))
    )

    assert pages_by_slug(["info", "zeiten", "gone"], [german, both, english]) == {
        "info": (german, both, english),
        "zeiten": (english,),
        "gone": (),
    }


def test_a_page_without_anything_is_one() -> None:
    """Its slug may be all that there is."""
    page = to_page(document(slug="x", products="x", body=5), PAGE)

    assert (page.slugs, page.fields, page.items.lists) == ({None: "x"}, {}, {})


def entries(mapping: MenuMapping = MENU, **fields: Value) -> tuple[MenuEntry, ...]:
    lists = to_menu(document(**fields), mapping).lists
    assert set(lists) <= {None}
    return lists.get(None, ())


def test_a_menu_leads_wherever_an_editor_pointed() -> None:
    """Addresses, pages, products and groups; a label in every language."""
    about = to("page", slug=by("about", "ueber-uns"))
    summer = Link("g-1", Document("g-1", "collection", {}, handle=Handle("summer")))
    found = entries(
        items=[
            {"label": by("Home", "Start"), "url": "/"},
            {"title": "About", "page": about},
            {"labels": by("Tee"), "product": link("1")},
            to("navigationItem", label="Caps", category="caps"),
            {"label": "Summer", "collection": summer},
            {"label": "Sale", "category": to("category", handle="sale")},
        ]
    )

    assert found == (
        MenuEntry({EN: "Home", DE: "Start"}, {None: "/"}),
        MenuEntry({None: "About"}, page=PageRef("page-1", {EN: "about", DE: "ueber-uns"})),
        MenuEntry({EN: "Tee"}, product=ProductRef(ProductId("prod_1"), None, "doc-1")),
        MenuEntry({None: "Caps"}, category=Handle("caps")),
        MenuEntry({None: "Summer"}, collection=Handle("summer")),
        MenuEntry({None: "Sale"}, category=Handle("sale")),
    )


def test_a_label_is_the_first_that_there_is_in_each_language() -> None:
    """A title stands in where nobody wrote a label."""
    found = entries(items=[{"label": by("Tees"), "title": by("T-shirts", "Hemden")}])

    assert found == (MenuEntry({EN: "Tees", DE: "Hemden"}),)


def test_a_menu_per_language_is_a_list_per_language() -> None:
    """Where each language has its own entries, none is shown in another."""
    menu = to_menu(document(items=by([{"label": "Home"}], [{"label": "Start"}, {"x": 1}])), MENU)

    assert menu.lists == {
        EN: (MenuEntry({None: "Home"}),),
        DE: (MenuEntry({None: "Start"}),),
    }
    assert (menu.document_id, list(menu.made_of)) == ("doc-1", ["doc-1"])


def test_translated_entries_below_an_entry_are_one() -> None:
    """The first German entry below is the first English one."""
    below = by([{"label": "Tees", "url": "/t"}, {"label": "Caps"}], [{"label": "Hemden"}])

    [shop] = entries(items=[{"label": "Shop", "children": below}])

    assert shop.children == (
        MenuEntry({EN: "Tees", DE: "Hemden"}, {EN: "/t"}),
        MenuEntry({EN: "Caps"}),
    )


def test_one_field_may_lead_to_pages_and_to_products() -> None:
    """What is behind the reference decides."""
    mapping = MenuMapping(page="target", product="target")
    found = entries(
        mapping,
        items=[
            {"label": "a", "target": to("page", slug="a")},
            {"label": "b", "target": link("2")},
        ],
    )

    assert [(one.page is not None, one.product is not None) for one in found] == [
        (True, False),
        (False, True),
    ]


def test_products_that_are_known_by_their_handles_alone() -> None:
    """An entry leads to them, in a field of their own as in one that may lead to pages, too."""
    tee = Link("d-1", Document("d-1", "product", {"title": "Tee"}), handle=Handle("tee"))
    home = Document("p-1", "page", {"slug": "home"}, handle=Handle("home"))
    items: Value = [{"label": "Tee", "to": tee}, {"label": "Home", "to": Link("p-1", home)}]
    shared = MenuMapping(page="to", product="to")

    led = to_menu(document(items=items), shared).lists[None]
    [apart] = entries(items=[{"product": tee, "page": Link("p-1", home)}])

    page, product = PageRef("p-1", {None: "home"}), ProductRef(None, Handle("tee"), "d-1")
    assert [(one.page, one.product) for one in led] == [(None, product), (page, None)]
    assert (apart.page, apart.product) == (page, product)


def test_an_entry_that_leads_to_nothing_visible_keeps_its_label() -> None:
    """A page that is not published yet is no page; the product behind a reference is told."""
    found = entries(items=[{"label": "Soon", "page": Link("p-1"), "product": Link("d-1")}])

    assert found == (MenuEntry({None: "Soon"}, product=ProductRef(document_id="d-1")),)


@pytest.mark.parametrize(
    "odd",
    [
        *(None, 5, "x", {}, [], [None, "x", 5, {}, {"label": " "}, {"page": "x"}, film("a")]),
        *({"label": 5, "url": {}, "children": "x"}, [[]], Link("gone"), by(), {"children": [{}]}),
    ],
    ids=str,
)
def test_what_says_nothing_is_no_entry(odd: Value) -> None:
    """A half-written entry does not part the menu."""
    found = to_menu(document(items=odd), MENU).lists

    assert not any(found.values())


def test_menus_end() -> None:
    """As deep as a storefront shows them, whatever an import left."""
    items: Value = [{"label": "x"}]
    for _ in range(1_000):
        items = [{"label": "x", "children": items}]

    found, depth = entries(items=items), 0
    while found:
        found, depth = found[0].children, depth + 1

    assert depth == _MAX_DEPTH


def circle(size: int) -> Link:
    """Return an entry with itself and as many others below it, which have it below them."""
    below: list[Value] = []
    fields: dict[str, Value] = {"label": "x", "children": below}
    top = Link("entry", Document("entry", "item", fields))
    below.append(top)
    below.extend(to(f"item{number}", label="y", children=below) for number in range(size))
    return top


def test_an_entry_is_not_below_itself() -> None:
    """A menu whose entries refer to each other ends."""
    [top] = entries(items=[circle(1)])

    assert top.children == (MenuEntry({None: "y"}),)


def test_a_tangle_of_entries_stays_small() -> None:
    """A hundred entries that all refer to each other are no million."""

    def count(found: tuple[MenuEntry, ...]) -> int:
        return sum(1 + count(one.children) for one in found)

    assert count(entries(items=[circle(100)])) == _MAX_ENTRIES


def test_entries_per_language_may_be_documents() -> None:
    """Another document for each language: one entry, and not below itself."""
    german = Link("de-1", Document("de-1", "item", {"label": "Hemden"}))
    below = by([to("item", label="Tees")], [german])

    [shop] = entries(items=[{"label": "Shop", "children": below}])

    assert shop.children == (MenuEntry({EN: "Tees", DE: "Hemden"}),)
