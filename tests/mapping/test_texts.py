"""Titles, descriptions and the words for search engines, in every language that there is."""

from collections.abc import Mapping

import pytest

from bff.domain.content import ContentFields, Texts
from bff.domain.document import Value
from bff.domain.richtext import RichText
from bff.mapping import TextMapping
from bff.mapping.texts import to_texts
from bff.richtext import plain
from tests.mapping.documents import DE, EN, FR, by, film, link, picture, prose

ALL = TextMapping()
Fields = Mapping[str, Value]


def texts(mapping: TextMapping = ALL, fields: Fields | None = None, **more: Value) -> Texts:
    return to_texts({**(fields or {}), **more}, mapping, set())


def html(value: RichText | None) -> str | None:
    return value.html if value else None


def test_each_field_is_there_in_its_languages() -> None:
    """What only German editors wrote is German; what nobody translates is for all."""
    assert texts(title=by("Tee", "Hemd"), subtitle=by(de="Weich"), description="Soft") == {
        EN: ContentFields(title="Tee"),
        DE: ContentFields(title="Hemd", subtitle="Weich"),
        None: ContentFields(description=plain("Soft")),
    }


def test_several_fields_stand_in_for_each_other_language_by_language() -> None:
    """A long description that only exists in English does not hide the German short one."""
    mapping = TextMapping(description=("long", "short"))

    found = texts(mapping, long=by("Long", "  "), short=by("Short", "Kurz"))

    assert html(found[EN].description) == "<p>Long</p>"
    assert html(found[DE].description) == "<p>Kurz</p>"


@pytest.mark.parametrize(
    "fields",
    [
        {"seo": {"title": "T", "description": "D"}},
        {"seo": {"metaTitle": "T", "metaDescription": "D"}},
        {"seoTitle": "T", "seoDescription": "D"},
        {"metaTitle": "T", "metaDescription": "D"},
        {"seo": [{"metaTitle": "T", "metaDescription": "D"}], "metaTitle": "T", "seoTitle": ""}
        | {"seoDescription": "D"},
    ],
)
def test_words_for_search_engines_are_found_without_configuration(
    fields: Fields,
) -> None:
    """The usual names and shapes are known."""
    assert texts(fields=fields) == {None: ContentFields(seo_title="T", seo_description="D")}


@pytest.mark.parametrize(
    "odd",
    [
        *(None, True, 5, 1.5, "", "  \u200b", "\x00", [], {}, ["a"], {"a": "b"}),
        *(picture("a"), link("2"), prose(" "), by(), by("", " ")),
    ],
    ids=str,
)
def test_what_is_no_text_is_missing(odd: Value) -> None:
    """A field of another type, or with nothing to read in it, lets others speak."""
    found = texts(title=odd, subtitle=odd, name="Name", seo={"title": odd}, metaTitle="Meta")

    assert found == {None: ContentFields(title="Name", seo_title="Meta")}


def test_a_line_is_a_line() -> None:
    """A title with line ends, or one in rich text, is one line of plain words."""
    assert texts(title=" A\r\n\n  B ", subtitle=prose("C")) == {
        None: ContentFields(title="A B", subtitle="C")
    }


def test_plain_text_is_no_markdown() -> None:
    """Stars in a description are stars, unless the field is said to be Markdown."""
    assert html(texts(description="**a** <b>")[None].description) == "<p>**a** &lt;b&gt;</p>"


def test_markdown_is_read_where_it_is_written() -> None:
    """Only the fields that hold Markdown are read as such, whatever they feed."""
    mapping = TextMapping(
        description=("long_description", "description"),
        subtitle=("teaser",),
        markdown=("longDescription", "Teaser"),
    )

    found = texts(
        mapping,
        longDescription=by("## A\n\n**b** <script>1</script>"),
        description=by(de="**c**"),
        teaser="*Soft*\n\n[and](https://example.com) warm",
        title="*T*",
    )

    assert html(found[EN].description) == (
        "<h2>A</h2><p><strong>b</strong> &lt;script&gt;1&lt;/script&gt;</p>"
    )
    assert html(found[DE].description) == "<p>**c**</p>"
    assert found[None].subtitle == "Soft and warm"
    assert found[None].title == "*T*"


def test_a_body_in_sections_is_one_body() -> None:
    """Texts of several sections, rich or plain, follow each other."""
    mapping = TextMapping(description=("sections.text",), markdown=())
    sections: Value = [{"text": prose("a")}, {"text": "b\n\nc"}, {"text": 5}, {"other": "x"}]

    assert html(texts(mapping, sections=sections)[None].description) == "<p>a</p><p>b</p><p>c</p>"


def test_pictures_come_with_their_roles_in_order() -> None:
    """The hero first, then the gallery, then the size chart; each picture once."""
    chart, front, back = picture("chart"), picture("front"), picture("back")
    found = texts(sizeChart=chart, images=[front, [back, front]], heroImage=front)[None]

    assert [(one.url, one.role) for one in found.images] == [
        (front.url, "hero"),
        (back.url, "gallery"),
        (chart.url, "sizeChart"),
    ]
    assert (found.images[0].width, found.images[0].height) == (20, 10)


def test_roles_are_configuration() -> None:
    """A shop may know other roles, and keep its pictures elsewhere."""
    mapping = TextMapping(images={"swatch": ("colour.picture",), "care": ("label",)})
    found = texts(mapping, colour={"picture": picture("red")}, label=picture("wash"), image="x")

    assert [one.role for one in found[None].images] == ["swatch", "care"]
    assert found[None].attributes == {"image": "x"}


def test_words_below_pictures_keep_their_languages() -> None:
    """One picture for all, described in two languages."""
    found = texts(image=picture("a", {EN: "Front", DE: "Vorn"}))

    assert found[None].images[0].alts == {EN: "Front", DE: "Vorn"}


def test_a_translated_hero_stands_before_the_gallery_of_all() -> None:
    """Every language that has its own hero has the whole gallery behind it."""
    hero = by(picture("en"), picture("de"))
    found = texts(hero=hero, gallery=[picture("side")])

    assert {locale: [one.url[20:] for one in each.images] for locale, each in found.items()} == {
        EN: ["en.jpg", "side.jpg"],
        DE: ["de.jpg", "side.jpg"],
    }


def test_a_gallery_for_all_has_its_languages_own_pictures() -> None:
    """Within one field too: some languages and one for the rest."""
    found = texts(hero=by(picture("en"), neutral=picture("all")), gallery=by(de=[picture("de")]))

    assert [one.url[20:] for one in found[EN].images] == ["en.jpg"]
    assert [one.url[20:] for one in found[DE].images] == ["all.jpg", "de.jpg"]
    assert [one.url[20:] for one in found[None].images] == ["all.jpg"]


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("https://cdn.example/a.jpg", ["https://cdn.example/a.jpg"]),
        ("//cdn.example/a.jpg", ["https://cdn.example/a.jpg"]),
        *(("/a.jpg", []), ("javascript:1", []), ("http://cdn.example/a.jpg", []), ("a", [])),
        *((5, []), (True, []), ({"url": "https://cdn.example/a.jpg"}, []), (link("2"), [])),
        *((film("a"), []), ([None, [], {}], [])),
    ],
    ids=str,
)
def test_only_pictures_are_pictures(value: Value, urls: list[str]) -> None:
    """A film, a reference or a word in a field for pictures shows none."""
    found = texts(TextMapping(images={"hero": ("x",)}, attributes=()), x=value)

    assert [one.url for each in found.values() for one in each.images] == urls


def test_films_are_files_or_addresses() -> None:
    """An upload, an address, or an address with a title: each film once."""
    tube = "https://video.example/v?1"
    found = texts(
        videos=[film("a"), tube, {"url": tube, "title": "Twice"}, picture("a"), "no", 5],
        video=[
            {"url": "https://video.example/b", "title": by("On", "An")},
            {"title": "none"},
            {"url": 5},
        ],
    )[None]

    assert [(one.url, dict(one.titles), one.media_type) for one in found.videos] == [
        ("https://cdn.example/a.mp4", {None: "a"}, "video/mp4"),
        (tube, {}, None),
        ("https://video.example/b", {EN: "On", DE: "An"}, None),
    ]
    assert found.attributes == {}


def test_films_may_be_translated() -> None:
    """A dubbed film replaces the other one in its language only."""
    found = texts(videos=by(film("en"), film("de")), video=film("all"))

    assert {locale: [one.url[20:] for one in each.videos] for locale, each in found.items()} == {
        EN: ["en.mp4", "all.mp4"],
        DE: ["de.mp4", "all.mp4"],
    }


def test_a_document_with_nothing_in_it_says_nothing() -> None:
    """Neither blanks nor odd types make a language."""
    assert texts(title=by("", None, fr=" "), images=[], description=by(prose(""))) == {}
    assert texts() == {}
    assert FR not in texts(title=by("x", fr=None))
