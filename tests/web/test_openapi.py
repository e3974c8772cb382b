"""The OpenAPI document: complete in itself, and true of what REST really answers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bff.demo import DemoUpstreams, Faults
from tests.web.storefront import PREMIUM, TEE, WITHOUT_CONTENT, Json, Storefront

TYPES: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
UNDERSTOOD = {
    *("$ref", "allOf", "anyOf", "description", "enum", "items", "pattern", "properties"),
    *("required", "title", "type"),
}


def differences(schema: Json, value: Any, document: Json, place: str) -> Iterator[str]:
    """Yield where a value is not what a JSON schema says, for the words that we use of it."""
    assert schema.keys() <= UNDERSTOOD, f"{place}: this test cannot read {schema.keys()}"
    yield from _differences_of_parts(schema, value, document, place)
    if "type" in schema and type(value) not in TYPES[schema["type"]]:
        yield f"{place}: {value!r} is no {schema['type']}"
    elif isinstance(value, str):
        yield from _differences_of_text(schema, value, place)
    elif isinstance(value, list):
        for number, one in enumerate(value if "items" in schema else ()):
            yield from differences(schema["items"], one, document, f"{place}[{number}]")
    elif isinstance(value, dict):
        yield from (
            f"{place}: lacks {name}" for name in schema.get("required", ()) if name not in value
        )
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from differences(inner, value[name], document, f"{place}.{name}")


def _differences_of_parts(schema: Json, value: Any, document: Json, place: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from differences(resolved(schema["$ref"], document), value, document, place)
    for part in schema.get("allOf", ()):
        yield from differences(part, value, document, place)
    choices = [list(differences(one, value, document, place)) for one in schema.get("anyOf", ())]
    if choices and all(choices):
        yield from choices[0]


def _differences_of_text(schema: Json, value: str, place: str) -> Iterator[str]:
    if value not in schema.get("enum", [value]):
        yield f"{place}: {value!r} is none of {len(schema['enum'])}"
    if not re.search(schema.get("pattern", ""), value):
        yield f"{place}: {value!r} is not like {schema['pattern']}"


def undocumented(schema: Json, value: Any, document: Json, place: str) -> Iterator[str]:
    """Yield the properties of a value that its schema does not name."""
    if isinstance(value, list):
        for one in value:
            yield from undocumented(items_of(schema, document), one, document, place)
    elif isinstance(value, dict):
        known = properties_of(schema, document)
        for name, one in value.items():
            if name not in known:
                yield f"{place}.{name}"
            elif known[name].keys() != {"description"}:  # any JSON
                yield from undocumented(known[name], one, document, f"{place}.{name}")


def resolved(reference: str, document: Json) -> Json:
    """Return what a reference inside the document leads to."""
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def parts_of(schema: Json, document: Json) -> Iterator[Json]:
    """Yield a schema and everything that it is made of."""
    yield schema
    if "$ref" in schema:
        yield from parts_of(resolved(schema["$ref"], document), document)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from parts_of(part, document)


def properties_of(schema: Json, document: Json) -> Json:
    """Return all properties of an object's schema."""
    parts = parts_of(schema, document)
    return {name: one for part in parts for name, one in part.get("properties", {}).items()}


def items_of(schema: Json, document: Json) -> Json:
    """Return the schema of a list's items."""
    found = [part["items"] for part in parts_of(schema, document) if "items" in part]
    assert len(found) == 1
    item: Json = found[0]
    return item


def references(part: Any) -> Iterator[str]:
    """Yield all references in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


async def openapi(storefront: Storefront) -> Json:
    answer = await storefront.get("/openapi.json")
    assert answer.status_code == 200
    document: Json = answer.json()
    return document


def said_of(document: Json, path: str, status: int, media_type: str) -> Json:
    """Return the schema that the document has for an answer."""
    answer = document["paths"][path]["get"]["responses"][str(status)]
    schema: Json = answer["content"][media_type]["schema"]
    return schema


async def test_the_document_is_complete(storefront: Storefront) -> None:
    """It is OpenAPI 3.1, every reference leads somewhere, and everything named is used."""
    document = await openapi(storefront)

    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"]
    assert document["info"]["version"]
    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) == named
    for reference in references(document):
        resolved(reference, document)


async def test_what_the_document_offers(storefront: Storefront) -> None:
    """All forms are there with their parameters, and a description for each of these."""
    document = await openapi(storefront)

    view = {"locale", "country", "X-Bff-Preview", "If-None-Match"}
    parameters = {
        path: {one["name"]: one for one in methods["get"]["parameters"]}
        for path, methods in document["paths"].items()
    }
    assert {path: set(named) for path, named in parameters.items()} == {
        "/v1/products/{handle}": {"handle", *view},
        "/v1/products": {"handles", "ids", *view},
        "/v1/pages/{slug}": {"slug", *view},
    }
    common = {"200", "304", "400", "401", "429", "500", "502", "503", "504"}
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}
        assert methods["get"]["summary"]
        for parameter in methods["get"]["parameters"]:
            assert parameter["description"], parameter["name"]
        one_thing = {"404"} if path.endswith("}") else set()
        assert set(methods["get"]["responses"]) == common | one_thing
        headers = methods["get"]["responses"]["200"]["headers"]
        assert set(headers) == {
            *("Content-Language", "ETag", "Cache-Control", "CDN-Cache-Control"),
            *("Surrogate-Key", "Cache-Tag", "Cache-Status"),
            *(["Link"] if one_thing else []),
        }
    ids = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("handle", [TEE, PREMIUM, "wool-blanket", "rain-jacket", "stoneware-mug"])
@pytest.mark.parametrize("view", ["locale=es&country=DE", "locale=fr&country=JP"])
async def test_a_real_page_is_as_described(storefront: Storefront, handle: str, view: str) -> None:
    """A page has what the document promises, and nothing that it does not name."""
    document = await openapi(storefront)
    page = (await storefront.get(f"/v1/products/{handle}?{view}")).json()

    schema = said_of(document, "/v1/products/{handle}", 200, "application/json")
    assert list(differences(schema, page, document, "page")) == []
    assert list(undocumented(schema, page, document, "page")) == []


async def test_a_real_batch_is_as_described(
    storefront: Storefront, upstreams: DemoUpstreams
) -> None:
    """Several pages with missing ones are as described, degraded ones too."""
    document = await openapi(storefront)
    path = f"/v1/products?handles={TEE},{WITHOUT_CONTENT},none"
    whole = (await storefront.get(path)).json()
    upstreams.sanity.faults = Faults(status=500)
    degraded = (await storefront.get(path + ",linen-apron,rain-jacket")).json()

    assert degraded["degraded"]
    schema = said_of(document, "/v1/products", 200, "application/json")
    for answer in (whole, degraded):
        assert list(differences(schema, answer, document, "batch")) == []
        assert list(undocumented(schema, answer, document, "batch")) == []


@pytest.mark.parametrize(
    ("path", "template", "status"),
    [
        ("/v1/products/none", "/v1/products/{handle}", 404),
        (f"/v1/products/{TEE}?country=GB", "/v1/products/{handle}", 400),
        ("/v1/products", "/v1/products", 400),
    ],
)
async def test_a_real_problem_is_as_described(
    storefront: Storefront, path: str, template: str, status: int
) -> None:
    """Problems are as described, under the status that they have."""
    document = await openapi(storefront)
    answer = await storefront.get(path)

    assert answer.status_code == status
    schema = said_of(document, template, status, "application/problem+json")
    assert list(differences(schema, answer.json(), document, "problem")) == []
    assert list(undocumented(schema, answer.json(), document, "problem")) == []


async def test_differences_are_found(storefront: Storefront) -> None:
    """The comparison of this file does notice what is missing, new or of another kind."""
    document = await openapi(storefront)
    schema = said_of(document, "/v1/products/{handle}", 200, "application/json")
    page = (await storefront.get(f"/v1/products/{TEE}")).json()
    price = page["variants"][0]["price"]

    del page["title"]
    page["subtitle"] = 5
    page["variants"][1]["surprise"] = None
    page["availability"] = "SOMETIMES"
    price["amount"] = 29.99
    assert set(differences(schema, page, document, "page")) == {
        "page: lacks title",
        "page.subtitle: 5 is no string",
        "page.availability: 'SOMETIMES' is none of 6",
        "page.variants[0].price.amount: 29.99 is no string",
    }
    assert list(undocumented(schema, page, document, "page")) == ["page.variants.surprise"]
