"""A field is found wherever an editor's schema keeps it."""

import pytest

from bff.domain.document import ByLocale, Value
from bff.mapping.paths import by_place, items_of, values_at, values_in
from tests.mapping.documents import DE, EN, FR, by, document, link, to


@pytest.mark.parametrize(
    "path", ["seo.metaTitle", "seo.meta_title", "SEO.Meta title", "seo.meta-title"]
)
def test_spelling_does_not_matter(path: str) -> None:
    """An operator may write a field as the CMS shows it, or as Medusa would."""
    assert values_at({"seo": {"metaTitle": "Tee"}}, path) == {None: "Tee"}
    assert values_at({"seo": {"other": 1, "meta_title": "Tee"}}, path) == {None: "Tee"}


@pytest.mark.parametrize("path", ["", "seo.gone", "gone", "gone.deeper", "title.deeper", "."])
def test_what_is_not_there_is_absent(path: str) -> None:
    """A mapping may name fields that a document does not have."""
    fields: dict[str, Value] = {"seo": {"gone": None}, "title": "Tee", "broken": to("page")}

    assert values_at(fields, path) == {}


def test_languages_may_stand_anywhere_on_the_way() -> None:
    """One schema translates the whole section, another each text of it."""
    assert values_at({"seo": by({"title": "Tee"}, {"title": "Hemd"})}, "seo.title") == {
        EN: "Tee",
        DE: "Hemd",
    }
    assert values_at({"seo": {"title": by("Tee", "Hemd")}}, "seo.title") == {EN: "Tee", DE: "Hemd"}


def test_the_innermost_language_counts() -> None:
    """A German text within an English section is German, where nobody wrote a German section."""
    assert values_at({"seo": by({"title": by(de="Hemd")})}, "seo.title") == {DE: "Hemd"}
    assert values_at({"seo": by({"title": by(de="Hemd")}, {"title": "zwei"})}, "seo.title") == {
        DE: "zwei"
    }
    assert values_at({"a": by(by(neutral="x"))}, "a") == {EN: "x"}
    assert values_at({"a": by(neutral=by(neutral="x"))}, "a") == {None: "x"}


def test_each_language_reads_the_document_that_it_refers_to() -> None:
    """A German hero of its own is described by its own words, not by those of the English one."""
    english = to("worn", title=by("Worn", "Getragen", fr="Porté"))
    german = to("flat", title=by("Flat", "Flach"))
    fields: dict[str, Value] = {"hero": by(english, german)}

    assert values_at(fields, "hero.title") == {EN: "Worn", DE: "Flach", FR: "Porté"}
    assert values_at({"hero": by(english, to("gone"))}, "hero.title") == {
        EN: "Worn",
        FR: "Porté",
    }


def test_a_path_leads_through_references_and_lists() -> None:
    """Pictures of several sections, each a document of its own, are gathered in order."""
    sections: Value = [to("hero", image="a"), {"image": "b"}, [{"image": ["c", "d"]}], {"x": 1}, 5]

    assert values_at({"sections": sections}, "sections.image") == {None: ["a", "b", ["c", "d"]]}
    assert values_at({"page": to("page", seo={"title": "Tee"})}, "page.seo.title") == {None: "Tee"}
    assert values_at({"page": link("gone")}, "page.title") == {}


def test_what_has_no_language_is_in_each_list() -> None:
    """Of three pictures the one with words on it is translated; every gallery has three."""
    gallery: Value = ["a", by("b", "b-de"), "c"]

    assert values_at({"gallery": gallery}, "gallery") == {
        EN: ["a", "b", "c"],
        DE: ["a", "b-de", "c"],
    }
    assert values_at({"gallery": ["a", "b"]}, "gallery") == {None: ["a", "b"]}
    assert values_at({"gallery": []}, "gallery") == {None: []}


def test_items_keep_their_order_however_they_are_nested() -> None:
    """Lists within lists are one list; gaps are no items."""
    assert list(items_of([1, [2, [None, 3]], None, [], 4])) == [1, 2, 3, 4]
    assert list(items_of("ab")) == ["ab"]
    assert list(items_of(None)) == []


def test_translated_lists_are_one_list() -> None:
    """The second group of the German list is the second of the English one."""
    found = values_at({"groups": by(["a", "b"], ["A", "B", "C"])}, "groups")

    assert list(by_place(found)) == [by("a", "A"), by("b", "B"), by(de="C")]
    assert list(by_place({None: ["a", "b"]})) == ["a", "b"]
    assert list(by_place({DE: ["a"]})) == [by(de="a")]
    assert list(by_place({})) == []


def test_a_value_is_searched_like_a_document() -> None:
    """An item of a list, be it an object, a reference or one per language."""
    assert values_in({"title": "x"}, "title") == {None: "x"}
    assert values_in(to("page", title="x"), "title") == {None: "x"}
    assert values_in(by({"title": "x"}, to("page", title="y")), "title") == {EN: "x", DE: "y"}
    assert values_in("x", "") == {}


def test_languages_within_languages_end() -> None:
    """A document that a program nested without end is read up to a point."""
    value: Value = "x"
    for _ in range(5_000):
        value = ByLocale({FR: value})
    lists: Value = "x"
    for _ in range(5_000):
        lists = [lists]

    assert values_at({"a": value}, "a") == {}
    assert list(items_of(lists)) == ["x"]
    assert values_at({"a": lists}, "a.b") == {}
    assert document(a=lists).fields["a"] is lists
