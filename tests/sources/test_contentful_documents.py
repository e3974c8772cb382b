"""What becomes of Contentful's entries: languages, references, files and texts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.domain.document import Asset, ByLocale, Document, Link, Prose, Value
from bff.domain.locale import Locale, LocaleTags
from bff.domain.richtext import Embed, Image, Paragraph, Text
from bff.richtext import render
from bff.sources.contentful.documents import Documents
from bff.sources.contentful.languages import Languages
from bff.sources.contentful.space import to_space
from bff.sources.contentful.wire import Collection, Pool, Resource
from tests.sources.contentful_space import (
    NAMING,
    asset,
    documents,
    embedded,
    entry,
    prose,
    space,
    to,
    words,
)

EN, DE, AT, ES = (Locale(tag) for tag in ("en", "de", "de-AT", "es"))


def read(first: dict[str, Any], *others: dict[str, Any], levels: int = 1) -> Document:
    found = documents(first, *others)
    return found.document(found.pool.entries[first["sys"]["id"]], levels)


def field(value: Any, *others: dict[str, Any], name: str = "title", levels: int = 1) -> Value:
    """Read an entry with one field, which is by language if it is an object."""
    return read(entry("it", "product", **{name: value}), *others, levels=levels).fields.get(name)


def by_locale(**values: Value) -> ByLocale:
    return ByLocale({Locale(tag.replace("_", "-")): value for tag, value in values.items()})


# ---- languages


def test_a_localised_field_keeps_every_language_under_our_tags() -> None:
    """An editor's German title is German, and one for Austria is Austrian, not German."""
    value = field({"en-US": "Shirt", "de-DE": "Hemd", "de-AT": "Leiberl"})

    assert value == by_locale(en="Shirt", de="Hemd", de_AT="Leiberl")


def test_no_language_borrows_from_another() -> None:
    """The space's own fallbacks are not applied: an answer can say where a text comes from."""
    assert field({"de-AT": "Leiberl"}) == by_locale(de_AT="Leiberl")


def test_what_the_content_type_does_not_localise_is_in_no_language() -> None:
    """A rating in the default language's place is right in every language."""
    assert field(4.5, name="rank") == 4.5
    assert field(["a", "b"], name="tags") == ["a", "b"]


def test_leftovers_of_languages_in_a_field_that_is_in_none_are_not_shown() -> None:
    """A field that was localised once may carry old values; the default's counts."""
    assert field({"de-DE": 1, "en-US": 2}, name="rank") == 2


def test_a_field_that_nobody_knows_is_taken_for_localised() -> None:
    """Better an English text that says so than one that claims to be right in all languages."""
    assert field("soon", name="surprise") == by_locale(en="soon")


def test_languages_that_the_shop_does_not_speak_are_kept() -> None:
    """Whether they are of use is decided where the shop's languages are known."""
    assert field({"fr-CA": "Chandail"}) == by_locale(fr_CA="Chandail")


def test_a_code_that_names_no_language_is_left_out() -> None:
    """Unless the settings say what it means."""
    it = entry("it", title={"en-US": "Shirt"})
    it["fields"]["title"]["b2b!"] = "Staff shirt"
    staff = documents(it, tags={"en": "en-US", "en-x-staff": "b2b!"})

    assert read(it).fields["title"] == by_locale(en="Shirt")
    assert staff.document(staff.pool.entries["it"], 1).fields["title"] == by_locale(
        en="Shirt", en_x_staff="Staff shirt"
    )


def test_a_configured_code_wins_over_a_like_named_one() -> None:
    """With `en` set to `en-US` in the settings, a locale `en` of the space stands back."""
    assert field({"en": "other", "en-US": "ours"}) == by_locale(en="ours")


def test_an_empty_text_is_no_reason_to_stop_looking() -> None:
    """It is kept as it is; that it says nothing is for the merge to find."""
    assert field({"de-DE": "", "en-US": "Cup"}) == by_locale(de="", en="Cup")


def test_null_is_no_value() -> None:
    """Neither for one language nor for all."""
    assert field({"de-DE": None, "en-US": "Cup"}) == by_locale(en="Cup")
    assert field({"de-DE": None}) is None


def test_an_answer_in_one_language_only_is_read_as_that() -> None:
    """A proxy, or a recording, may have asked for one language; the entry says which."""
    flat = entry("it")
    flat["sys"]["locale"] = "de-DE"
    flat["fields"] = {"title": "Hemd", "rank": 3, "data": {"size": "M"}}

    assert read(flat).fields == {"title": by_locale(de="Hemd"), "rank": 3, "data": {"size": "M"}}


# ---- references


def test_a_reference_brings_what_it_leads_to() -> None:
    """A brand's title is there to be mapped."""
    found = field(to("acme"), entry("acme", "brand", title="Acme"), name="brand")

    assert isinstance(found, Link)
    assert found.target == Document(
        "acme", "brand", {"title": by_locale(en="Acme")}, made_of={"acme": None}
    )


def test_a_missing_target_keeps_its_id() -> None:
    """Deleted and unpublished entries look alike from outside."""
    assert field([to("gone")], name="addons") == [Link("gone")]


def test_a_product_is_known_behind_the_last_reference_too() -> None:
    """Its id is all that a price needs."""
    hat = entry("hat", medusaId="prod_hat", handle="hat")

    assert field([to("hat")], hat, name="addons", levels=0) == [
        Link("hat", None, "prod_hat", "hat")  # type: ignore[arg-type] # ids are strings
    ]


def test_another_content_type_is_no_product() -> None:
    """A collection has an id of Medusa's as well, but cannot be put into a cart."""
    found = field(
        [to("c")], entry("c", "collection", medusaId="pcol_1", handle="c"), name="addons"
    )

    (link,) = found if isinstance(found, list) else []
    assert isinstance(link, Link)
    assert (link.product, link.handle) == (None, None)
    assert link.target
    assert (link.target.product, link.target.handle) == (None, "c")


def test_references_that_go_in_circles_end() -> None:
    """Two products that are each other's addon, and one that is its own."""
    tee = entry("tee", medusaId="prod_tee", addons=[to("hat"), to("tee")])
    hat = entry("hat", medusaId="prod_hat", addons=[to("tee")])

    document = read(tee, hat, levels=3)

    names = []
    waiting: list[tuple[int, Document]] = [(0, document)]
    while waiting:
        depth, one = waiting.pop()
        names.append(f"{depth}{one.id}")
        addons = one.fields["addons"]
        assert isinstance(addons, list)
        waiting += [(depth + 1, link.target) for link in addons if link.target]  # type: ignore[union-attr] # links
    assert max(names) == "3tee"
    assert list(document.made_of) == ["tee", "hat"]


def test_many_references_to_each_other_stay_quick() -> None:
    """Twenty products that all refer to all are read a few times each, not 20^10 times."""
    ids = [f"p{number}" for number in range(20)]
    everybody = [to(one) for one in ids]
    found = documents(*(entry(one, medusaId=one, addons=everybody) for one in ids))

    document = found.document(found.pool.entries["p0"], 10)

    assert list(document.made_of) == list(ids)
    assert len(found._read) == 20 * 10 + 1


def test_everything_that_was_read_is_named() -> None:
    """An edit of a picture, a text's target or a missing addon changes the product."""
    it = entry(
        "it",
        image={"en-US": to("p1", "Asset"), "de-DE": to("p2", "Asset")},
        addons=[to("gone")],
        brand=to("acme"),
        description=prose(embedded(to("p3", "Asset"), "embedded-asset-block")),
    )

    found = read(it, entry("acme", "brand", seal=to("p4", "Asset")))

    assert list(found.made_of) == ["it", "p1", "p2", "gone", "acme", "p4", "p3"]


@pytest.mark.parametrize(
    "link",
    [
        {"sys": {"type": "Link", "linkType": "Tag", "id": "sale"}},
        {"sys": {"type": "ResourceLink", "linkType": "Contentful:Entry", "urn": "crn:x"}},
        {"sys": {"type": "Link", "linkType": "Entry"}},
        {"sys": {"type": "Link", "linkType": "Entry", "id": 7}},
    ],
)
def test_a_link_that_leads_nowhere_is_nothing(link: object) -> None:
    """It is no JSON for the storefront either."""
    assert field({"en-US": link}) is None


def test_an_object_that_only_resembles_a_link_is_an_editors_json() -> None:
    """Such as one whose type is a list: it is shown as it is, and breaks nothing."""
    assert field({"en-US": {"sys": {"type": ["Link"]}}}, name="data") == {
        "sys": {"type": ["Link"]}
    }


# ---- files


def test_a_picture_has_an_address_and_words_for_it_by_language() -> None:
    """The description describes it; where a language has none, its title does."""
    photo = asset(
        "photo",
        "//images.test/photo.jpg",
        title={"en-US": "Photo", "de-DE": "Foto"},
        description={"en-US": " Front\nview "},
    )
    photo["fields"]["file"]["en-US"]["details"] = {"image": {"width": 800, "height": 600}}

    assert field([to("photo", "Asset")], photo, name="gallery") == [
        Asset(
            "https://images.test/photo.jpg", {EN: "Front view", DE: "Foto"}, 800, 600, "image/jpeg"
        )
    ]


def test_a_localised_picture_is_another_one_in_german() -> None:
    """Each language's own file, under that language."""
    value = {"en-US": to("a", "Asset"), "de-DE": to("b", "Asset")}
    found = field(value, asset("a", "//i.test/a"), asset("b", "//i.test/b"), name="image")

    assert isinstance(found, ByLocale)
    assert {tag: one.url for tag, one in found.values.items() if isinstance(one, Asset)} == {
        EN: "https://i.test/a",
        DE: "https://i.test/b",
    }


GUIDE = asset("guide", {"en-US": "//i.test/en.pdf", "de-DE": "//i.test/de.pdf"})
PHOTO = asset("photo", "//i.test/photo.jpg")


def test_a_localised_file_behind_a_link_for_all_languages() -> None:
    """The sizes are a file for each language, though the entry refers to one asset."""
    found = field(to("guide", "Asset"), GUIDE, name="guide")

    assert urls(found) == {EN: ["https://i.test/en.pdf"], DE: ["https://i.test/de.pdf"]}


def test_a_gallery_with_one_localised_file_is_whole_in_each_language() -> None:
    """What all languages share stays beside what one has for itself."""
    found = field([to("guide", "Asset"), to("photo", "Asset")], GUIDE, PHOTO, name="gallery")

    assert urls(found) == {
        EN: ["https://i.test/en.pdf", "https://i.test/photo.jpg"],
        DE: ["https://i.test/de.pdf", "https://i.test/photo.jpg"],
    }


def test_a_localised_file_behind_a_localised_link() -> None:
    """Spanish links to it and gets its nearest file; German has no link, but has its file."""
    value = {"en-US": to("guide", "Asset"), "es-ES": to("guide", "Asset")}

    assert urls(field(value, GUIDE, name="image")) == {
        EN: ["https://i.test/en.pdf"],
        ES: ["https://i.test/en.pdf"],
        DE: ["https://i.test/de.pdf"],
    }


def test_a_language_with_a_picture_of_its_own_keeps_it() -> None:
    """Whatever files the default language's picture has."""
    value = {"en-US": to("guide", "Asset"), "de-DE": to("photo", "Asset")}

    assert urls(field(value, GUIDE, PHOTO, name="image")) == {
        EN: ["https://i.test/en.pdf"],
        DE: ["https://i.test/photo.jpg"],
    }


def urls(value: Value) -> dict[Locale | None, list[str]]:
    assert isinstance(value, ByLocale)
    return {
        locale: [
            one.url
            for one in (inside if isinstance(inside, list) else [inside])
            if isinstance(one, Asset)
        ]
        for locale, inside in value.values.items()
    }


@pytest.mark.parametrize(
    "file",
    [
        {},
        {"url": None},
        {"url": 7},
        {"url": "/relative.jpg"},
        {"url": "http://images.test/x.jpg"},
        {"url": "javascript:alert(1)"},
        {"url": '//images.test/"onerror=alert(1)'},
        {"url": "//images.test/" + "x" * 3000},
        {"upload": "https://example.test/not-yet-processed.jpg"},
        "no object",
        None,
    ],
)
def test_a_file_without_a_usable_address_is_no_picture(file: object) -> None:
    """Files that Contentful has not processed yet, and whatever an importer wrote."""
    odd = {"sys": {"id": "odd", "type": "Asset"}, "fields": {"file": {"en-US": file}}}

    assert field(to("odd", "Asset"), odd, name="guide") is None


@pytest.mark.parametrize(
    "details",
    [
        None,
        3,
        {"image": 4},
        {"image": {"width": 0, "height": 9}},
        {"image": {"width": "9", "height": 9}},
    ],
)
def test_a_picture_of_unknown_size_is_still_one(details: object) -> None:
    """Both sides are known, or neither."""
    odd = asset("odd")
    odd["fields"]["file"]["en-US"]["details"] = details

    found = field(to("odd", "Asset"), odd, name="guide")

    assert isinstance(found, Asset)
    assert (found.width, found.height) == (None, None)


def test_a_film_says_that_it_is_one() -> None:
    """By its media type it is told from pictures."""
    found = field(
        to("f", "Asset"), asset("f", "//v.test/f.mp4", contentType="Video/MP4"), name="guide"
    )

    assert isinstance(found, Asset)
    assert found.media_type == "video/mp4"


# ---- texts


def test_rich_text_is_read_in_its_language() -> None:
    """A picture in the German text is described in German."""
    photo = asset("photo", "//i.test/p.jpg", title={"en-US": "Photo", "de-DE": "Foto"})
    picture = embedded(to("photo", "Asset"), "embedded-asset-block")
    value = {code: prose(words(code), picture) for code in ("en-US", "de-DE", "es-ES")}

    found = field(value, photo, name="description")

    assert isinstance(found, ByLocale)
    alts = {
        locale: one.blocks[1].alt
        for locale, one in found.values.items()
        if isinstance(one, Prose) and isinstance(one.blocks[1], Image)
    }
    assert alts == {EN: "Photo", DE: "Foto", ES: "Photo"}


def test_an_embedded_entry_is_called_by_its_title_in_the_language_of_the_text() -> None:
    """A wider language's, or the default's, where it has none."""
    banner = entry("b", "brand", title={"en-US": "Sale", "de-DE": "Ausverkauf"})
    value = {code: prose(embedded(to("b"))) for code in ("en-US", "de-AT", "es-ES")}

    found = field(value, banner, name="description")

    assert found == by_locale(
        en=Prose((Embed("brand", "b", "Sale"),)),
        de_AT=Prose((Embed("brand", "b", "Ausverkauf"),)),
        es=Prose((Embed("brand", "b", "Sale"),)),
    )


def test_a_text_that_embeds_itself_ends() -> None:
    """The entry within it is named, not read."""
    it = entry("it", title="Loop", description=prose(words("Hello"), embedded(to("it"))))

    found = read(it, levels=10).fields["description"]

    paragraph = Paragraph((Text("Hello"),))
    assert found == by_locale(en=Prose((paragraph, Embed("product", "it", "Loop"))))


def test_missing_targets_of_a_text_leave_its_words() -> None:
    """A link to a deleted page is its words; a lost picture is nothing."""
    link = {
        "nodeType": "entry-hyperlink",
        "data": {"target": to("gone")},
        "content": [{"nodeType": "text", "value": "our page"}],
    }
    sentence = {"nodeType": "paragraph", "content": [link]}
    lost = embedded(to("lost", "Asset"), "embedded-asset-block")

    found = field(prose_by("en-US", sentence, lost, embedded(to("gone"))), name="description")

    assert found == by_locale(en=Prose((Paragraph((Text("our page"),)),)))


def prose_by(code: str, *nodes: object) -> dict[str, object]:
    return {code: prose(*nodes)}


def test_hostile_text_stays_text() -> None:
    """A script that an editor pasted is shown as the characters it is made of."""
    found = field(prose_by("en-US", words("<script>alert(1)</script>")), name="description")

    assert isinstance(found, ByLocale)
    text = found.values[EN]
    assert isinstance(text, Prose)
    assert "<script" not in render(text.blocks).html


def test_an_objects_keys_are_as_the_editor_wrote_them() -> None:
    """A table of sizes is about XL, not about xl."""
    written = {"wash_temp": {"max-value": 30}, "XL": 54, "list": [{"a_b": None}]}

    assert field({"en-US": written}, name="data") == written


def test_an_object_that_is_too_deep_is_cut_off() -> None:
    """An editor's JSON field may hold anything."""
    value: object = "bottom"
    for _ in range(150):
        value = {"in": value}

    assert "bottom" not in repr(field({"en-US": value}, name="data"))


def test_ids_and_handles_are_no_content() -> None:
    """They say whom an entry is about, under whatever name the space has for them."""
    document = read(entry("it", medusaId=" prod_1 ", handle="tee", title="T"))

    assert set(document.fields) == {"title"}
    assert (document.product, document.handle) == ("prod_1", "tee")


@pytest.mark.parametrize("value", ["", "  ", 7, None, ["prod_1"], {"en-US": {"id": "prod_1"}}])
def test_an_entry_without_a_product_says_so(value: object) -> None:
    """An importer's number or blank is no id."""
    assert read(entry("it", medusaId=value)).product is None


# ---- any shape at all

ids = st.sampled_from(["it", "hat", "photo", "gone"])
links = st.builds(to, ids, st.sampled_from(["Entry", "Asset", "Tag"]))
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
)
nodes = st.sampled_from(
    [
        "Link",
        "Entry",
        "Asset",
        "document",
        "paragraph",
        "text",
        "hyperlink",
        "embedded-entry-block",
        "x",
    ]
)
keys = st.sampled_from(
    [
        *("sys", "fields", "type", "id", "linkType", "locale", "en-US", "de-DE", "zz"),
        *("nodeType", "data", "content", "target", "value", "marks", "uri"),
        *("url", "file", "details", "image", "title", "medusaId"),
    ]
)
shapes = st.recursive(
    scalars | links | nodes,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)


@given(fields=st.dictionaries(keys, shapes, max_size=6), others=st.lists(shapes, max_size=4))
@settings(max_examples=400, deadline=None)
def test_no_shape_is_too_odd(fields: dict[str, object], others: list[object]) -> None:
    """Whatever stands in an answer, the page is shown without it."""
    first = entry("it")
    first["fields"] = fields
    photo = {"sys": {"id": "photo", "type": "Asset"}, "fields": fields}
    hat = {"sys": {"id": "hat", "type": "Entry", "locale": "de-DE"}, "fields": fields}
    pool = Pool()
    pool.add(Collection(items=[first, photo, hat, *others], includes=fields))
    read_documents = Documents(pool, Languages(space(), LocaleTags()), NAMING)

    for one in tuple(pool.entries.values()):
        document = read_documents.document(one, 3)
        assert next(iter(document.made_of)) == one.id


@given(types=st.lists(shapes, max_size=4), locales=st.lists(shapes, max_size=4))
@settings(max_examples=100, deadline=None)
def test_no_space_is_too_odd(types: list[object], locales: list[object]) -> None:
    """Content types and locales are read as leniently."""
    found = to_space(types, locales)

    assert found.default
    assert not found.knows([Resource("x", "no such type", "", None, {})])
