"""Wrong settings are refused at the start, in words, and never printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bff.sources.sanity import SanitySettings, reason_of


def settings(**values: object) -> SanitySettings:
    return SanitySettings.model_validate({"project_id": "demo1234", **values})


def test_a_project_is_all_that_is_needed() -> None:
    """Production's dataset, from the CDN, without a token."""
    plain = settings()
    assert plain.base_url() == "https://demo1234.apicdn.sanity.io"
    assert plain.headers() == {}
    assert (plain.dataset, plain.document_type, plain.api_version) == (
        "production",
        "product",
        "2025-02-19",
    )


def test_the_live_api_is_another_host() -> None:
    """Never stale, but with a rate limit."""
    assert settings(use_cdn=False).base_url() == "https://demo1234.api.sanity.io"


@pytest.mark.parametrize("url", ["http://127.0.0.1:3333", "http://127.0.0.1:3333/"])
def test_an_address_of_ones_own_wins(url: str) -> None:
    """A proxy or a stand-in is told the project by header."""
    own = settings(url=url)
    assert own.base_url() == "http://127.0.0.1:3333"
    assert own.headers() == {"X-Sanity-Project-ID": "demo1234"}


@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
def test_a_blank_variable_is_not_set(blank: str | None) -> None:
    """Sanity refuses an empty Bearer even for public data, so none is sent."""
    plain = settings(token=blank, url=blank)
    assert plain.token is None
    assert plain.url is None
    assert plain.headers() == {}
    assert settings(token=SecretStr(blank or "")).token is None


def test_a_token_is_sent_and_not_shown() -> None:
    """It appears in the header and in no text about the settings."""
    secret = settings(token="s3cret\n")
    assert secret.headers() == {"Authorization": "Bearer s3cret"}
    assert "s3cret" not in repr(secret)
    assert "s3cret" not in str(secret.model_dump())


@pytest.mark.parametrize(
    "wrong",
    [
        *(
            {"project_id": value}
            for value in ("", "Demo", "a.b", "a/b", "-a", "evil.example#", "a\n")
        ),
        *(
            {"dataset": value}
            for value in ("", "../x", "a/b", "a?b", "-a", "a b", "x\n", "x" * 80)
        ),
        *({"api_version": value} for value in ("1", "X", "2021-03-25", "2025-02-30", "2025-2-19")),
        *({"api_version": value} for value in ("٢٠٢٥-02-19", "9999-99-99", "", "vv2025-02-19")),
        *({"token": value} for value in ("two words", "a\r\nX: y", "schlüssel")),
        *({"url": value} for value in ("ftp://x", "nonsense")),
        *({"document_type": ""}, {"kind": "contentful"}, {"timeout": 3}),
    ],
)
def test_a_wrong_setting_is_refused(wrong: dict[str, object]) -> None:
    """Nothing of it can reach a host name, a path or a header."""
    with pytest.raises(ValidationError) as refused:
        settings(**wrong)
    assert next(iter(wrong)) in str(refused.value)
    assert "schlüssel" not in str(refused.value)
    assert "two words" not in str(refused.value)


@pytest.mark.parametrize(
    ("chosen", "published", "drafts"),
    [
        ({}, "https://demo1234.apicdn.sanity.io", "https://demo1234.api.sanity.io"),
        ({"url": "http://cdn"}, "http://cdn", "http://cdn"),
        ({"url": "http://cdn/", "live_url": "http://live/"}, "http://cdn", "http://live"),
    ],
)
def test_drafts_are_not_read_from_a_cdn(
    chosen: dict[str, object], published: str, drafts: str
) -> None:
    """It has none: an editor behind a proxy of it would see no preview."""
    found = settings(**chosen)

    assert (found.base_url(), found.base_url(preview=True)) == (published, drafts)


def test_settings_do_not_change() -> None:
    """They are read once."""
    with pytest.raises(ValidationError):
        settings().dataset = "other"


def test_every_setting_says_what_it_does() -> None:
    """The README's table is made of these."""
    assert all(field.description for field in SanitySettings.model_fields.values())


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, b'{"errorCode": "SIO-401-ANF"}', "token-unknown"),
        (401, b'{"errorCode": "SIO-401-AWH"}', "token-of-another-project"),
        (401, b'{"errorCode": "SIO-401-AEX"}', "token-expired"),
        (401, b'{"errorCode": "SIO-401-NEW"}', "unauthorized"),
        (401, b"<html>", "unauthorized"),
        (400, b'{"error": {"type": "queryParseError"}}', "query-not-understood"),
        (400, b'{"error": {"type": ["queryParseError"]}}', ""),
        (400, b'{"error": null}', ""),
        (403, b'{"error": {"type": "insufficientPermissionsError"}}', "permission-missing"),
        (403, b"", "forbidden"),
        (
            404,
            b'{"message": "Dataset \\"a\\" not found for project ID \\"b\\""}',
            "dataset-unknown",
        ),
        (404, b'{"message": "Project not found"}', "project-unknown"),
        (404, b'{"error": {"description": "Dataset not found"}}', "dataset-unknown"),
        (404, b"[]", "not-found"),
        (402, b"{}", "plan-exceeded"),
        (413, b"{}", "request-too-large"),
        (414, b"{}", "request-too-large"),
        (429, b'{"message": "x"}', "rate-limited"),
        (418, b"{}", ""),
    ],
)
def test_a_refusal_gets_a_word(status: int, body: bytes, reason: str) -> None:
    """Both shapes of Sanity's errors are read, and what is in neither."""
    assert reason_of(status, body) == reason


@given(st.integers(100, 599), st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_refusal_can_be_read(status: int, body: bytes) -> None:
    """A proxy's error page says nothing, but breaks nothing either."""
    assert reason_of(status, body) == reason_of(status, b"")
