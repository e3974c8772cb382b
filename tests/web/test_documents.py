"""What may stand in a GraphQL document, and how quickly the rest is refused."""

import time

import pytest

from tests.web.storefront import TEE, Storefront, codes, errors

REFUSAL = (
    "`addons` cannot be asked for here: the addons of products, and the products of pages and "
    "menus, come without their own."
)
SECONDS = 5.0
"""Far more than an answer takes; looking at every path through the fragments takes minutes."""
CYCLE = """
{ product(handle: "x") { addons { items { product { ...A } } } } }
fragment A on Product { title ...B }
fragment B on Product { ...A addons { title } }
"""


def in_production(document: str) -> str:
    return document.replace("HANDLE", f'handle: "{TEE}"')


@pytest.mark.parametrize(
    "document",
    [
        "{ product(HANDLE) { addons { items { product { addons { title } } } } } }",
        "{ product(HANDLE) { a: addons { items { product { b: addons { title } } } } } }",
        "{ products { edges { node { addons { items { product { addons { title } } } } } } } }",
        """{ product(HANDLE) { addons { items { product { ...Card } } } } }
           fragment Card on Product { addons { title } }""",
        """{ product(HANDLE) { ...Page } }
           fragment Page on Product { addons { items { product { ...Card } } } }
           fragment Card on Product { title ...Deep }
           fragment Deep on Product { addons { title } }""",
        """{ product(HANDLE) { addons { ...Items } } }
           fragment Items on AddonGroup { items { ...Item } }
           fragment Item on Addon { product { addons { title } } }""",
        """{ product(HANDLE) { addons { items {
             ... on Addon { product { ... { ... on Product { addons { title } } } } } } } } }""",
        """{ product(HANDLE) { addons { items { product {
             addons @include(if: false) { title } } } } } }""",
        """{ product(HANDLE) { ...Loop } }
           fragment Loop on Product { addons { items { product { ...Loop } } } }""",
        CYCLE,
    ],
)
async def test_addons_below_addons(storefront: Storefront, document: str) -> None:
    """However it is written, addons of addons are refused before anything is read."""
    answer = await storefront.send(in_production(document))

    assert answer.status_code == 400
    assert REFUSAL in [error["message"] for error in errors(answer)]
    assert set(codes(answer)) == {("BAD_USER_INPUT", False)}
    assert "data" not in answer.json()


async def test_addons_side_by_side(storefront: Storefront) -> None:
    """Addons may be asked for twice, and by a fragment that is used with and without them."""
    data = await storefront.ask(
        in_production(
            """{ product(HANDLE, locale: "en") {
              ...Card
              addons { title items { product { ...Card } } }
              again: addons { items { status } }
            } }
            fragment Card on Product { handle }"""
        )
    )

    first, second = data["product"]["addons"][0]["items"]
    assert first == {"product": {"handle": "slim-fit-jeans"}}
    assert second == {"product": {"handle": "zip-hoodie"}}
    assert data["product"]["again"] == [
        {"items": [{"status": "AVAILABLE"}, {"status": "OUT_OF_STOCK"}]}
    ]


COMPLEX = "QUERY_TOO_COMPLEX"


def doubling(levels: int, body: str) -> str:
    """Return fragments of which each uses the next one twice."""
    uses = " ".join(
        f"fragment F{n} on Product {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)
    )
    return f"{uses} fragment F{levels} on Product {{ {body} }}"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{ product(handle: "x") { ...F0 } } ' + doubling(25, "id"), COMPLEX),
        ('{ product(handle: "x") { ...F0 } } ' + doubling(190, "id"), COMPLEX),
        ('{ product(handle: "x") { ...F0 } } ' + doubling(1_000, "id"), COMPLEX),
        ('{ product(handle: "x") { ...F0 } } ' + doubling(8, "id"), None),
        (
            '{ product(handle: "x") { addons { items { product { ...F0 } } } } } '
            + doubling(8, "addons { title }"),
            "BAD_USER_INPUT",
        ),
        (
            '{ product(handle: "x") { ...F0 } } '
            + doubling(6, "addons { items { product { addons { title } } } }"),
            "BAD_USER_INPUT",
        ),
        (
            '{ product(handle: "x") { ...F0 } } '
            + " ".join(
                f"fragment F{n} on Product {{ a{n}: addons {{ items {{ product {{ ...F{n + 1}"
                f" ...F{n + 1} }} }} }} ...F{n + 1} }}"
                for n in range(25)
            )
            + " fragment F25 on Product { id }",
            COMPLEX,
        ),
        ("{ " + "locales { code } " * 600 + "}", COMPLEX),
        ("{ " + "... { " * 2_000 + "__typename" + " }" * 2_000 + " }", COMPLEX),
        ("{ products(first: " + "[" * 2_000 + "]" * 2_000 + ") { totalCount } }", COMPLEX),
        ("{ " + " ".join(f"x{n}" for n in range(4_000)) + " }", COMPLEX),
        ("{ __typename } #" + "x" * 200_000, COMPLEX),
        ("{ __typename } #" + "x" * 60_000, None),
        ("{ __typename " + "," * 60_000 + "}", None),
    ],
)
async def test_documents_made_to_hurt(
    storefront: Storefront, document: str, code: str | None
) -> None:
    """A small document cannot keep the service busy: it is answered or refused at once."""
    began = time.monotonic()
    answer = await storefront.send(document)
    seconds = time.monotonic() - began

    assert seconds < SECONDS
    assert answer.status_code == (400 if code else 200)
    if code is not None:
        assert set(codes(answer)) == {(code, False)}


@pytest.mark.parametrize(
    "document",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Product") { fields { name } } }',
        "{ ...S } fragment S on Query { __schema { queryType { name } } }",
        'query Q { p: product(handle: "x") { id } __schema { description } }',
    ],
)
async def test_introspection_is_for_developers(
    live_shop: Storefront, storefront: Storefront, document: str
) -> None:
    """A production service does not describe its schema; the demo does."""
    refused = await live_shop.send(document)

    assert refused.status_code == 400
    assert "introspection has been disabled" in errors(refused)[0]["message"]
    assert set(codes(refused)) == {("BAD_USER_INPUT", False)}
    assert (await storefront.send(document)).status_code == 200


async def test_type_names_are_no_introspection(live_shop: Storefront) -> None:
    """Clients with normalised stores ask for `__typename` everywhere, also in production."""
    data = await live_shop.ask(f'{{ __typename product(handle: "{TEE}") {{ __typename }} }}')

    assert data == {"__typename": "Query", "product": {"__typename": "Product"}}


@pytest.mark.parametrize(
    "document",
    [
        '{ produkt(handle: "x") { id } }',
        '{ product(handle: "x") { titel } }',
        '{ product(handel: "x") { id } }',
        '{ product(handle: "x") { ... on Prodct { id } } }',
        "{ products(filter: { handels: [] }) { totalCount } }",
        "query ($l: Local) { locales { code } }",
        "query ($f: ProductFiltr) { products(filter: $f) { totalCount } }",
        '{ product(handle: "x") { id @skp(if: true) } }',
        '{ product(handle: "x") { id @skip(iff: true) } }',
        '{ product(handle: "x") { ...Crd } } fragment Card on Product { id }',
        "query ($handle: String!) { product(handle: $handel) { id } }",
    ],
)
async def test_nobody_helps_guessing_names(live_shop: Storefront, document: str) -> None:
    """A mistake is named; what would have been right is not."""
    answer = await live_shop.send(document)

    assert answer.status_code == 400
    assert set(codes(answer)) == {("BAD_USER_INPUT", False)}
    assert "did you mean" not in answer.text.lower()


async def test_a_wrong_key_in_a_variable_is_not_helped_either(live_shop: Storefront) -> None:
    """The same goes for what stands in variables."""
    answer = await live_shop.send(
        "query ($f: ProductFilter) { products(filter: $f) { totalCount } }",
        {"f": {"handels": ["x"]}},
    )

    assert answer.status_code == 400
    assert codes(answer) == [("BAD_USER_INPUT", False)]
    assert "did you mean" not in answer.text.lower()


TWO = "query First { a: __typename } query Second { b: __typename }"


@pytest.mark.parametrize(("name", "data"), [("First", "a"), ("Second", "b")])
async def test_one_operation_of_several(storefront: Storefront, name: str, data: str) -> None:
    """A document may hold several operations; the request names the one to run."""
    answer = await storefront.http.post("/graphql", json={"query": TWO, "operationName": name})

    assert answer.json() == {"data": {data: "Query"}}


@pytest.mark.parametrize("name", [None, "", "Third", "first"])
async def test_no_operation_is_chosen_by_chance(storefront: Storefront, name: str | None) -> None:
    """Without a name, or with one that is not there, none of them runs."""
    answer = await storefront.http.post("/graphql", json={"query": TWO, "operationName": name})

    assert answer.status_code == 400
    assert codes(answer) == [("BAD_USER_INPUT", False)]
    assert errors(answer)[0]["message"].startswith("operationName: ")


async def test_a_name_for_a_nameless_operation(storefront: Storefront) -> None:
    """A name that the document does not have is wrong even when there is only one operation."""
    body = {"query": "{ __typename }", "operationName": "Page"}
    answer = await storefront.http.post("/graphql", json=body)

    assert answer.status_code == 400


async def test_only_fragments(storefront: Storefront) -> None:
    """A document without any operation is refused."""
    answer = await storefront.send("fragment Card on Product { id }")

    assert answer.status_code == 400
    assert set(codes(answer)) == {("BAD_USER_INPUT", False)}
