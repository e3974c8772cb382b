"""Documents made to hurt, and such as look for what is not shown."""

from tests.hostile.attempts import BAD_INPUT, Attempt, asked, document, get

PRODUCT = 'product(handle: "organic-cotton-tshirt")'


def doubling(levels: int) -> str:
    """Return fragments of which each uses the next one twice."""
    uses = " ".join(
        f"fragment F{n} on Product {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)
    )
    return f"{{ {PRODUCT} {{ ...F0 }} }} {uses} fragment F{levels} on Product {{ id }}"


def aliased(count: int, field: str) -> str:
    """Return so many aliases of one field; `#` in it is the number of each."""
    return "{ " + " ".join(f"a{n}: {field.replace('#', str(n))}" for n in range(count)) + " }"


CYCLE = "fragment A on Product { ...B } fragment B on Product { ...A }"
TOGETHER = " ".join(f"fragment F{n} on Product {{ seo {{ title }} }}" for n in range(99))

LARGE: tuple[Attempt, ...] = (
    document("fragments that double 1000 times", doubling(1_000)),
    document("fragments that double 90 times", doubling(90), said="more than 1000000 fields"),
    document("fragments that double 20 times", doubling(20)),
    document(
        "fields below each other without end",
        "{ categories { " + "children { " * 200 + "id" + " }" * 200 + " } }",
    ),
    document(
        "one level too deep", "{ categories { " + "children { " * 19 + "id" + " }" * 19 + " } }"
    ),
    document(
        "inline fragments in each other", "{ " + "... { " * 1_200 + "a" + " }" * 1_200 + " }"
    ),
    document("a thousand aliases", aliased(1_000, "__typename")),
    document("one alias too many", aliased(101, "__typename")),
    document("the same field 2900 times", "{ locales { " + "code " * 2_900 + "} }"),
    document("the same field 1900 times", "{ locales { " + "code " * 1_900 + "} }"),
    document(
        "a hundred fragments of the same fields",
        f"{{ {PRODUCT} {{ " + " ".join(f"...F{n}" for n in range(99)) + f" }} }} {TOGETHER}",
    ),
    document("directives in heaps", "{ locales { code " + "@skip(if: false) " * 300 + "} }"),
    document("unknown directives in heaps", "{ locales { code " + "@x " * 900 + "} }"),
    document("tokens in heaps", "{ " + "a " * 100_000 + "}"),
    document("commas in heaps", "{ __typename " + "," * 100_000 + "}"),
    document("comments in heaps", "{ __typename " + "#\n" * 30_000 + "}"),
    document("a string of 250 KB", '{ product(handle: "' + "x" * 250_000 + '") { id } }'),
    document(
        "a block string of 160 KB", '{ product(handle: """' + "x\n" * 80_000 + '""") { id } }'
    ),
    document("a name of 250 KB", "{ " + "x" * 250_000 + " }"),
    document(
        "brackets in each other", "{ products(first: " + "[" * 1_400 + "]" * 1_400 + ") { a } }"
    ),
    document("variables in heaps", "query (" + "$a: ID " * 700 + ") { __typename }"),
    document(
        "fields of an object in heaps",
        "{ products(filter: {" + " ".join(f"a{n}: 1" for n in range(900)) + "}) { totalCount } }",
    ),
    document("operations in heaps", " ".join(f"query Q{n} {{ a }}" for n in range(700))),
    document(
        "a definition that is used nowhere, 700 times",
        "{ a } " + " ".join(f"fragment F{n} on Query {{ a }}" for n in range(400)),
    ),
)
"""Too large in themselves."""

DEAR: tuple[Attempt, ...] = (
    document("lists in heaps", aliased(90, "products(first: 1#) { totalCount }")[:-1] + "}"),
    document("pages in heaps", aliased(90, 'page(slug: "p#") { title }')),
    document("menus in heaps", aliased(60, 'navigation(handle: "m#") { items { label } }')),
    document(
        "one product in a hundred languages",
        aliased(100, f'{PRODUCT[:-1]}, locale: "de-1##") {{ title addons {{ title }} }}'),
        400,
        None,
    ),
    document(
        "a hundred excerpts of a hundred products",
        "{ products(first: 100) { edges { node "
        + aliased(99, "description { excerpt(length: 1#) }")
        + " } } }",
    ),
    document(
        "a hundred handles that grow when quoted, ten times",
        "query ($h: [String!]) "
        + aliased(10, "products(first: 1#, filter: { handles: $h }) { totalCount }"),
        variables={"h": ["ü" * 240 + str(number) for number in range(100)]},
    ),
    document(
        "24 000 keys, used a hundred times",
        "query ($h: [String!]) "
        + aliased(99, "products(first: 1#, filter: { handles: $h }) { totalCount }"),
        variables={"h": [f"h{number}" for number in range(24_000)]},
    ),
    document(
        "24 000 keys, used fifty times",
        "query ($h: [String!]) "
        + aliased(50, "products(first: 1#, filter: { handles: $h }) { totalCount }"),
        variables={"h": [f"h{number}" for number in range(24_000)]},
    ),
    document(
        "290 keys of attributes that nobody has, for 12 lists",
        "query ($k: [String!]) "
        + aliased(12, "products(first: 3#) { edges { node { attributes(keys: $k) { key } } } }"),
        200,
        None,
        variables={"k": [f"k{number}" for number in range(290)]},
    ),
    document(
        "2 800 keys of attributes, as written",
        "{ products(first: 100) { edges { node { attributes(keys: ["
        + '"k" ' * 2_800
        + "]) { key } } } } }",
    ),
    document(
        "a key of 40 000 letters, used a hundred times",
        "query ($h: String!) " + aliased(99, "product(handle: $h) { id }"),
        200,
        BAD_INPUT,
        variables={"h": "ü" * 40_000},
    ),
    document(
        "18 000 variables, looked at a hundred times",
        "query ($c: CountryCode) "
        + aliased(99, 'productById(id: "p#", country: $c) { id handle }'),
        variables={f"v{number}": 1 for number in range(18_000)},
    ),
)
"""Small, and dear to answer."""

WRONG: tuple[Attempt, ...] = (
    document(
        "fragments that use each other", f"{{ {PRODUCT} {{ ...A }} }} {CYCLE}", 400, BAD_INPUT
    ),
    document("a fragment that is not there", f"{{ {PRODUCT} {{ ...A }} }}", 400, BAD_INPUT),
    document(
        "a digit too many",
        "{ products(first: " + "9" * 5_000 + ") { totalCount } }",
        400,
        BAD_INPUT,
    ),
    document(
        "a number beyond all numbers",
        "{ products(first: 1e999999) { totalCount } }",
        400,
        BAD_INPUT,
    ),
    document("half a surrogate pair", '{ product(handle: "\\ud800") { id } }', 400, BAD_INPUT),
    document("NUL in a handle", '{ product(handle: "\\u0000") { id } }', 200, BAD_INPUT),
    document(
        "an escape beyond Unicode", '{ product(handle: "\\u{110000}") { id } }', 400, BAD_INPUT
    ),
    document("a type system", "type Query { a: Int } schema { query: Query }", 400, BAD_INPUT),
    document("a subscription", "subscription { products { totalCount } }", 400, BAD_INPUT),
    document("a mutation", "mutation { products { totalCount } }", 400, BAD_INPUT),
    asked("a mutation by GET", "mutation { products { totalCount } }", 405, "METHOD_NOT_ALLOWED"),
    document(
        "addons of addons",
        f"{{ {PRODUCT} {{ addons {{ items {{ product {{ addons {{ title }} }} }} }} }} }}",
        400,
        BAD_INPUT,
    ),
    document("introspection", "{ __schema { types { name fields { name } } } }", 400, BAD_INPUT),
    document("introspection of one type", '{ __type(name: "Product") { name } }', 400, BAD_INPUT),
    document(
        "introspection through a fragment",
        "{ ...A } fragment A on Query { __schema { description } }",
        400,
        BAD_INPUT,
    ),
    document("a field to be guessed", f"{{ {PRODUCT} {{ titel }} }}", 400, BAD_INPUT),
    document("an argument to be guessed", '{ product(handel: "x") { id } }', 400, BAD_INPUT),
    document("a type to be guessed", "query ($l: Local) { locales { code } }", 400, BAD_INPUT),
    document(
        "an input field to be guessed",
        "{ products(filter: { handels: [] }) { totalCount } }",
        400,
        BAD_INPUT,
    ),
    document(
        "a fragment to be guessed",
        f"{{ {PRODUCT} {{ ...Crd }} }} fragment Card on Product {{ id }}",
        400,
        BAD_INPUT,
    ),
    document("a directive to be guessed", "{ locales { code @skp(if: true) } }", 400, BAD_INPUT),
    document(
        "a variable to be guessed",
        "query ($handle: String!) { product(handle: $handel) { id } }",
        400,
        BAD_INPUT,
    ),
    document("a page of a million", "{ products(first: 1000000) { totalCount } }", 200, BAD_INPUT),
    document(
        "a page of less than none",
        "{ products(first: -2147483648) { totalCount } }",
        200,
        BAD_INPUT,
    ),
    document("a cursor made up", '{ products(after: "bm90OmE=") { totalCount } }', 200, BAD_INPUT),
    document(
        "a cursor that is no text", '{ products(after: "gICA") { totalCount } }', 200, BAD_INPUT
    ),
    document(
        "a cursor of 60 KB",
        '{ products(after: "' + "A" * 60_000 + '") { totalCount } }',
        200,
        BAD_INPUT,
    ),
    document(
        "an id of 60 KB", '{ productById(id: "' + "a" * 60_000 + '") { id } }', 200, BAD_INPUT
    ),
    document(
        "a handle that is a path",
        '{ product(handle: "../../admin/products?limit=1#") { id } }',
        200,
        None,
    ),
    document(
        "a handle that is a query", '{ product(handle: "x\\" || true || \\"") { id } }', 200, None
    ),
    document(
        "a slug that is a query",
        '{ page(slug: "x\\"] | *[_type == \\"secret") { id } }',
        200,
        None,
    ),
    document(
        "a locale that is none",
        f'{{ {PRODUCT[:-1]}, locale: "../../etc") {{ id }} }}',
        400,
        BAD_INPUT,
    ),
    document(
        "a country that is none",
        f'{{ {PRODUCT[:-1]}, country: "D\\u0130") {{ id }} }}',
        400,
        BAD_INPUT,
    ),
    document(
        "a country that nobody serves",
        f'{{ {PRODUCT[:-1]}, country: "ZZ") {{ id }} }}',
        200,
        "UNKNOWN_MARKET",
    ),
    get("no document", b"/graphql", 400, BAD_INPUT),
)
"""What is refused for what it says, and what is answered without harm."""

ATTEMPTS = (*LARGE, *DEAR, *WRONG)
