import pytest

from bff.domain.commerce import ProductId
from bff.domain.content import ProductContent, ProductRef, ProductReferences


@pytest.mark.parametrize(
    ("groups", "ids"),
    [
        ([], ""),
        ([""], ""),
        (["b a c"], "b a c"),
        (["b a b"], "b a"),
        (["b a", "c a d"], "b a c d"),
        (["tee b tee", "tee c"], "b c"),
        (["tee"], ""),
    ],
)
def test_all_addons_are_asked_for_once(groups: list[str], ids: str) -> None:
    """The ids of all groups come in the editor's order, each once, never the product's own."""
    content = ProductContent(
        product=ProductRef(ProductId("tee")),
        document_id="doc",
        fields={},
        addons=tuple(
            ProductReferences({None: tuple(ProductRef(ProductId(one)) for one in group.split())})
            for group in groups
        ),
    )

    assert [ref.id for ref in content.addon_refs((None,))] == ids.split()
