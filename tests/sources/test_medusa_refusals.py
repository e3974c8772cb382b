"""Why Medusa refused, in one word; recorded answers of Medusa 2.21."""

import json
from pathlib import Path

import pytest

from bff.sources.medusa import Refusal, reason_of

GOLDEN = Path(__file__).parents[1] / "golden" / "medusa" / "2.21"

RECORDED = [
    (400, "key_missing.json", Refusal.KEY_MISSING),
    (400, "key_in_query.json", Refusal.KEY_MISSING),
    (400, "key_wrong.json", Refusal.KEY_INVALID),
    (400, "key_revoked.json", Refusal.KEY_INVALID),
    (400, "key_no_channel.json", Refusal.KEY_WITHOUT_CHANNEL),
    (400, "key_two_channels_inventory.json", Refusal.SEVERAL_CHANNELS),
    (400, "sales_channel_not_in_key.json", Refusal.CHANNEL_NOT_OF_KEY),
    (400, "region_bad.json", Refusal.REGION_UNKNOWN),
    (404, "region_unknown.json", Refusal.REGION_UNKNOWN),
    (400, "region_empty.json", Refusal.REGION_MISSING),
    (400, "product_by_handle_noregion_pricefields.json", Refusal.REGION_MISSING),
    (400, "products_list_unknown_param.json", Refusal.PARAMETER_UNKNOWN),
    (400, "products_list_status_param.json", Refusal.PARAMETER_UNKNOWN),
    (400, "products_list_order_bad.json", Refusal.ORDER_UNKNOWN),
    (400, "products_list_limit_text.json", "invalid_data"),
    (404, "product_by_id_unknown.json", "not_found"),
    (404, "search_endpoint.json", "not_found"),
    (404, "route_unknown.html", Refusal.NOT_A_STORE),
    (404, "root_unknown.html", Refusal.NOT_A_STORE),
    (404, "method_not_allowed.html", Refusal.NOT_A_STORE),
]


@pytest.mark.parametrize(("status", "recording", "reason"), RECORDED)
def test_recorded_refusals(status: int, recording: str, reason: str) -> None:
    """Each way of being refused that an operator can mend has its own word."""
    assert reason_of(status, (GOLDEN / recording).read_bytes()) == reason


@pytest.mark.parametrize("status", [414, 431])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"type":"x","message":"y"}'])
def test_a_url_that_is_too_long(status: int, body: bytes) -> None:
    """Node answers 431 without a word, proxies 414 with a page of theirs."""
    assert reason_of(status, body) == Refusal.URL_TOO_LONG


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"\xff\xfe", b"null", b"[]", b"{}", b'{"message": "Region with id reg_1"}'),
        *(b'{"type": 7, "message": "x"}', b'{"type": "reg_secret", "message": "x"}'),
    ],
)
def test_nonsense_has_no_reason(body: bytes) -> None:
    """What Medusa is not known to say is not repeated: it might quote what we sent."""
    assert reason_of(400, body) == ""


def test_a_reason_never_quotes_the_request() -> None:
    """The word is ours or from Medusa's fixed vocabulary."""
    body = json.dumps({"type": "invalid_data", "message": "Product pk_secret was not found"})

    assert reason_of(400, body.encode()) == "invalid_data"
