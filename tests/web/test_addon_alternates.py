"""Other languages of addons."""

from tests.web.storefront import TEE, Storefront

QUESTION = f"""
{{
  product(handle: "{TEE}", locale: "en", country: "US") {{
    addons {{ items {{ product {{ handle alternates {{ locale }} }} }} }}
  }}
}}
"""


async def test_addons_name_their_languages_by_themselves(storefront: Storefront) -> None:
    """An addon's other languages are there even where nobody asks for the product's own."""
    found = await storefront.ask(QUESTION)

    shown = [
        item["product"]
        for group in found["product"]["addons"]
        for item in group["items"]
        if item["product"]
    ]
    assert shown
    assert all(product["alternates"] for product in shown)
