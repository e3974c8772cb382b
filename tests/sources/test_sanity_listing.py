"""Where each language has a document, the list of all documents tells them apart."""

import httpx
import pytest
import respx

from bff.domain.content import ProductRef
from bff.domain.locale import Locale
from bff.ports import Call, Listed
from bff.sources.sanity import SanityContent, SanitySettings, reason_of
from bff.upstream import Upstream
from tests.catalog.fakes import DE, EN, pid
from tests.clock import HandClock

LAKE = "http://sanity.test"


@pytest.mark.parametrize(
    ("model", "languages"), [("document", [None, DE, EN]), ("locale-object", [None, None, None])]
)
@respx.mock(base_url=LAKE)
async def test_languages_of_documents(
    respx_mock: respx.MockRouter, model: str, languages: list[Locale | None]
) -> None:
    """Two documents of a product are a mistake only if they are in the same language."""
    rows = [
        {"_id": f"tee-{tag}", "_type": "product", "medusaId": "prod_tee", "language": tag}
        for tag in (7, "de", "en")
    ]
    route = respx_mock.route().respond(json={"result": rows})
    settings = SanitySettings.model_validate(
        {"project_id": "p", "url": LAKE, "model": model, "id_field": "medusaId"}
    )
    async with httpx.AsyncClient(base_url=LAKE) as client:
        upstream = Upstream("sanity", client, HandClock(), reason_of)
        found, following = await SanityContent(upstream, settings, (EN, DE)).listed(
            "", Call(deadline=2000.0)
        )

    assert found == [
        Listed(f"tee-{tag}", ProductRef(pid("tee"), None, f"tee-{tag}"), language)
        for tag, language in zip((7, "de", "en"), languages, strict=True)
    ]
    assert following is None
    request = route.calls.last.request
    asked = request.content.decode() or request.url.params["query"]
    assert ("language" in asked) is (model == "document")
