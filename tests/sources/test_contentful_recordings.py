"""Answers of the real service, as its own SDKs recorded them between 2013 and 2025.

They stay where they are: in the folder that BFF_RECORDINGS names, or beside the repository.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bff.domain.attributes import camel_case
from bff.domain.document import Asset, ByLocale, Document, Link, Prose
from bff.domain.locale import Locale, LocaleTags
from bff.mapping import to_group, to_menu, to_page, to_product
from bff.richtext import render
from bff.sources.contentful import ContentfulSettings, reason_of
from bff.sources.contentful.documents import Documents, Naming
from bff.sources.contentful.languages import Languages
from bff.sources.contentful.space import to_space
from bff.sources.contentful.wire import Collection, Pool

_BESIDE = Path(__file__).parents[3] / "shared" / "upstreams" / "recordings"
RECORDINGS = Path(os.environ.get("BFF_RECORDINGS", _BESIDE)) / "contentful"
FILES = sorted(path.stem for path in RECORDINGS.glob("*.json") if path.stem != "index")
SETTINGS = ContentfulSettings.model_validate({"space_id": "x", "token": "x"})
_OK = 200
_ERROR = 400

needs_recordings = pytest.mark.skipif(
    not FILES, reason="BFF_RECORDINGS names no folder of recordings, and none is beside this one"
)
pytestmark = needs_recordings


@dataclass(frozen=True)
class Read:
    """What the parsers made of a file: documents by id, refusals, and a reader per answer."""

    documents: Mapping[str, Document]
    reasons: tuple[tuple[int, str], ...]
    readers: tuple[Documents, ...]


def answers(name: str) -> Iterator[tuple[str, int, Any]]:
    """Yield address, status and body of each exchange; of the one file of fixtures, its files."""
    recording = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    for body in recording.get("files", {}).values():
        yield "fixture", _OK, body
    for exchange in recording.get("interactions", ()):
        response = exchange["response"]
        yield str(exchange["request"].get("url")), response["status"], response["body"]


def read(name: str, levels: int = 3) -> Read:
    """Read all of a file: its content types and locales first, then whatever is in it."""
    types: list[object] = []
    locales: list[object] = []
    bodies = []
    reasons = []
    for _, status, body in answers(name):
        if status >= _ERROR:
            reasons.append((status, reason_of(status, json.dumps(body).encode())))
            continue
        for item in items_of(body):
            kind = item.get("sys", {}).get("type") if isinstance(item, dict) else None
            if kind == "ContentType":
                types.append(item)
            elif kind == "Locale":
                locales.append(item)
            elif isinstance(item, dict) and isinstance(item.get("locales"), list):
                locales += item["locales"]
        bodies.append(body)
    space = to_space(types, locales)
    documents: dict[str, Document] = {}
    readers = []
    for body in bodies:
        pool = Pool()
        pool.add(Collection.model_validate({**body, "items": [*items_of(body)]}))
        reader = Documents(pool, Languages(space, LocaleTags()), Naming("product", "id", "slug"))
        readers.append(reader)
        for entry in tuple(pool.entries.values()):
            documents.setdefault(entry.id, reader.document(entry, levels))
        for asset_id in pool.assets:
            reader._assets.asset(asset_id, None)
    return Read(documents, tuple(reasons), tuple(readers))


def items_of(body: Any) -> list[Any]:
    """The items of an array; a single resource is its own item."""
    if not isinstance(body, dict):
        return []
    items = body.get("items")
    return items if isinstance(items, list) else [body]


def test_there_are_as_many_as_were_recorded() -> None:
    """Else the others would prove less than they seem to."""
    assert len(FILES) == 132


@pytest.mark.parametrize("name", FILES)
def test_a_recording_becomes_content_or_a_reason(name: str) -> None:
    """Every entry of it can be a product, a page, a menu or a group; nothing breaks on any."""
    found = read(name)

    for document in found.documents.values():
        assert next(iter(document.made_of)) == document.id
        to_product(document, SETTINGS.product)
        to_page(document, SETTINGS.page)
        to_menu(document, SETTINGS.navigation)
        to_group(document, SETTINGS.collection)
    assert all(reason for _, reason in found.reasons)


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_recording_is_lost(name: str) -> None:
    """Each entry of an answer is there, with every field but those of lost files."""
    for reader in read(name).readers:
        for entry in reader.pool.entries.values():
            kept = reader.document(entry, 1).fields
            gone = {field for field in entry.fields if camel_case(field) not in kept}
            assert [field for field in gone if not is_nothing(entry.fields[field])] == []


def is_nothing(value: object) -> bool:
    """Tell whether a field says nothing: no value, or nothing but files and empty texts."""
    text = json.dumps(value)
    is_empty = value is None or (isinstance(value, dict) and not any(value.values()))
    return is_empty or '"Asset"' in text or '"nodeType": "document"' in text


# ---- the notable ones


def localised(**values: object) -> object:
    return ByLocale({Locale(tag.replace("_", "-")): one for tag, one in values.items()})  # type: ignore[misc] # any value


def html_of(document: Document, name: str) -> str:
    value = document.fields[name]
    prose = next(iter(value.values.values())) if isinstance(value, ByLocale) else value
    assert isinstance(prose, Prose)
    return render(prose.blocks).html


def test_the_languages_of_an_entry_are_told_apart() -> None:
    """The vendor's best known cat speaks Klingon; her friend does too."""
    cat = read("rb__entry_locales").documents["nyancat"]

    assert cat.fields["name"] == localised(en_US="Nyan Cat", tlh="Nyan vIghro'")
    friend = cat.fields["bestFriend"]
    assert isinstance(friend, ByLocale)
    (link,) = friend.values.values()
    assert isinstance(link, Link)
    assert link.target
    assert link.target.fields["name"] == localised(en_US="Happy Cat", tlh="Quch vIghro'")


def test_what_a_content_type_does_not_localise_is_in_no_language() -> None:
    """With the space's content types beside it, her lives are the same everywhere."""
    cat = read("php__entry_locale_get_all").documents["nyancat"]

    assert cat.fields["name"] == localised(en_US="Nyan Cat", tlh="Nyan vIghro'")
    assert cat.fields["lives"] == 1337
    assert cat.fields["likes"] == ["rainbows", "fish"]


def test_each_language_has_its_own_picture() -> None:
    """A link that is localised: three languages, three files, with https put in front."""
    found = read("rb__multi_locale_reference").documents["42kEjzNj9mIci2eyGOISiQ"]

    image = found.fields["image"]
    assert isinstance(image, ByLocale)
    urls = {tag: one.url for tag, one in image.values.items() if isinstance(one, Asset)}
    assert set(urls) == {"en-US", "es", "zh"}
    assert len(set(urls.values())) == 3
    assert all(
        url.startswith("https://images.contentful.com/1sjfpsn7l90g/") for url in urls.values()
    )


def test_lists_of_references_are_per_language() -> None:
    """Two in English, two others in Chinese."""
    found = read("rb__multi_locale_array_reference").documents["7Esiy47DzOoQ4oSmeyUMMU"]

    references = found.fields["references"]
    assert isinstance(references, ByLocale)
    ids = {
        tag: [one.document_id for one in links if isinstance(one, Link) and one.target]
        for tag, links in references.values.items()
        if isinstance(links, list)
    }
    assert ids == {
        "en-US": ["1bvDbmYLK48aygWAGaGyA0", "2kbPGmWHfSEMuKkquCOyO0"],
        "zh": ["1CeIHcLnLSQG0S6U08YGas", "4mX1ZaRH4AYUyYaEE0gA0"],
    }


def test_a_file_with_one_flag_per_country() -> None:
    """An asset whose file is localised, asked for in each of its languages."""
    (reader,) = read("rb__assets__issues_129").readers

    assert reader._assets.languages_of("14bZJKTr6AoaGyeg4kYiWq") == ("en-US", "es")
    spain = reader._assets.asset("14bZJKTr6AoaGyeg4kYiWq", Locale("es"))
    assert spain
    assert spain.url.endswith("/Flag_of_Spain.svg")
    assert spain.alts == {"en-US": "EN Description", "es": "ES Description"}
    assert spain.media_type == "image/svg+xml"


@pytest.mark.parametrize(
    "name", ["py__integration__errors-filtered", "rb__entries__unresolvable_filter"]
)
def test_an_unpublished_target_keeps_its_place(name: str) -> None:
    """One of three modules of a lesson is not there; the others are."""
    lesson = read(name).documents["1HR1QvURo4MoSqO0eqmUeO"]

    modules = lesson.fields["modules"]
    assert isinstance(modules, list)
    assert [bool(one.target) for one in modules if isinstance(one, Link)] == [False, True, True]
    assert "2tV9n41tryO2QMwIkQUQeQ" in lesson.made_of


def test_an_unpublished_target_two_steps_away() -> None:
    """It is in the list of what the document is made of, since its publishing changes it."""
    parent = read("rb__entries__unresolvable_filter_deeply_nested").documents

    assert tuple(parent["1hb8sipClkQ8ggeGaeSQWm"].made_of) == (
        "1hb8sipClkQ8ggeGaeSQWm",
        "3dvACnF4q4k0o2i2mCUOYA",
        "3Hyt6blXriwWoQCuqkY2kO",
    )


def test_unpublished_files_are_left_out() -> None:
    """Of three pictures one is published."""
    found = read("rb__entries__unresolvable_assets").documents["gLVzQlb09IeOeU181fwtz"]

    assert "singleAsset" not in found.fields
    several = found.fields["multiAsset"]
    assert isinstance(several, ByLocale)
    (pictures,) = several.values.values()
    assert isinstance(pictures, list)
    assert [one.url.rpartition("/")[2] for one in pictures if isinstance(one, Asset)] == [
        "Golden_retriever_eating_pigs_foot.jpg"
    ]


def test_references_in_a_circle_end() -> None:
    """A refers to B, and B to A: three levels are read."""
    found = read("py__integration__circular-references").documents["6kdfS7uMs8owuEIoSaOcQk"]

    names: list[str] = []
    link: object = Link("", found)
    while isinstance(link, Link):
        names.append(link.target.type if link.target else "end")
        fields = link.target.fields if link.target else {}
        link = fields.get("a", fields.get("b"))
    assert names == ["a", "b", "a", "b", "end"]


def test_a_text_that_embeds_itself_ends() -> None:
    """It shows its words."""
    found = read("php__entry_rich_text_self_reference").documents["7ypRwyhY3CIsmvUByCca9i"]

    assert html_of(found, "content").startswith("<p>Self reference</p>")


def test_no_fallback_is_applied() -> None:
    """In the vendor's own fixture Afrikaans falls back to Zulu; here it is just not there."""
    found = read("php_fixture__fallback_locale").documents

    title = found["no-af-and-no-zu-za"].fields["title"]
    assert title == localised(bs_BA="bs-BA", en_US="no-af-and-no-zu-ZA", ne_NP="ne-NP")


def test_json_and_places_stay_what_they_are() -> None:
    """An editor's JSON, and a place on earth."""
    json_entry = read("py__integration__json-arrays").documents["1b7JfsRAzIqegGk8uIuSwO"]
    place = read("rb__location").documents["3f6fq5ylFCi4kIYAQKsAYG"]

    assert json_entry.fields["json"] == [{"foo": "bar"}, {"baz": "qux"}]
    assert place.fields["location"] == {"lon": -94.1574263, "lat": 36.0625795}


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("php__error_access_token_invalid", ((401, "token-unknown"),)),
        ("php__error_bad_request", ((400, "locale-unknown"),)),
        ("php__error_invalid_query", ((400, "query-not-understood"),)),
        ("php__error_rate_limit_exceeded", ((429, "rate-limited"),)),
        ("php__error_resource_not_found", ((404, "not-found"),)),
        ("rb__bad_request", ((400, "query-not-understood"),)),
        ("rb__not_found", ((404, "not-found"),)),
        ("rb__unauthorized", ((401, "token-unknown"),)),
        ("rb__ratelimit", ((429, "rate-limited"),)),
    ],
)
def test_a_recorded_refusal_is_named(name: str, reasons: tuple[tuple[int, str], ...]) -> None:
    """In one word of our own."""
    assert read(name).reasons == reasons
