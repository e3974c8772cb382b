"""Arguments in plans: read once for an operation, whoever else asks with others."""

from tests.web.storefront import Storefront

DOCUMENT = """
query ($length: Int!) {
  products(first: 5) {
    edges { node { a: description { excerpt(length: $length) } b: description { excerpt } } }
  }
}
"""


async def test_each_operation_has_its_own_arguments(storefront: Storefront) -> None:
    """The same document with another variable is answered by that variable."""
    lengths = {}
    for length in (20, 40):
        data = await storefront.ask(DOCUMENT, {"length": length})
        nodes = [edge["node"] for edge in data["products"]["edges"]]
        lengths[length] = max(len(node["a"]["excerpt"]) for node in nodes if node["a"])
        assert all(len(node["b"]["excerpt"]) > length for node in nodes if node["b"])

    assert 10 < lengths[20] <= 20 < lengths[40] <= 40
