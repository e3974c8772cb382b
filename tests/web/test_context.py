"""For whom an answer is: arguments, the shopper's browser, the shop's defaults; and who may
keep it.
"""

import pytest

from tests.web.storefront import TEE, Storefront, codes

LANGUAGE = f"""
query Language($locale: Locale, $country: CountryCode) {{
  product(handle: "{TEE}", locale: $locale, country: $country) {{
    title context {{ locale country currencyCode }}
  }}
}}
"""
SPANISH = "Camiseta de algodón orgánico"
GERMAN = "T-Shirt aus Bio-Baumwolle"
ENGLISH = "Organic Cotton T-Shirt"


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("es", SPANISH),
        ("es-MX, en;q=0.5", SPANISH),
        ("en;q=0.2, de-AT;q=0.9", GERMAN),
        ("it, de;q=0.3", GERMAN),
        ("it", ENGLISH),
        ("*", ENGLISH),
        ("de;q=0, en;q=0.1", ENGLISH),
        ("", ENGLISH),
        (";;;=,q", ENGLISH),
        ("x" * 9_000, ENGLISH),
    ],
)
async def test_the_browser_decides_when_nothing_else_does(
    storefront: Storefront, header: str, title: str
) -> None:
    """Without an argument `Accept-Language` chooses; nonsense in it means the shop's default."""
    data = await storefront.ask(LANGUAGE, headers={"Accept-Language": header})

    assert data["product"]["title"] == title


async def test_an_argument_beats_the_browser(storefront: Storefront) -> None:
    """A storefront that says which language it wants gets that one."""
    data = await storefront.ask(LANGUAGE, {"locale": "es"}, {"Accept-Language": "de"})

    assert data["product"]["title"] == SPANISH


async def test_a_null_argument_is_none(storefront: Storefront) -> None:
    """A storefront may pass on that it knows neither language nor country."""
    nothing = {"locale": None, "country": None}
    data = await storefront.ask(LANGUAGE, nothing, {"Accept-Language": "de"})

    assert data["product"]["title"] == GERMAN
    assert data["product"]["context"] == {"locale": "de", "country": "US", "currencyCode": "USD"}


async def test_a_language_says_nothing_about_the_market(storefront: Storefront) -> None:
    """A German browser in no named country sees the default market, never a guessed one."""
    data = await storefront.ask(LANGUAGE, headers={"Accept-Language": "de-DE"})

    assert data["product"]["context"] == {"locale": "de", "country": "US", "currencyCode": "USD"}


async def test_an_explicit_answer_may_be_kept_by_caches(storefront: Storefront) -> None:
    """What depends on nothing but the request's own words is the same for everybody."""
    answer = await storefront.send(LANGUAGE, {"locale": "es"}, {"Accept-Language": "de"})

    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept"
    assert "cdn-cache-control" not in answer.headers


@pytest.mark.parametrize("header", ["de", None])
async def test_what_a_header_decided_is_kept_by_no_shared_cache(
    storefront: Storefront, header: str | None
) -> None:
    """An answer that the browser's languages chose says so, also when it sent none."""
    headers = {"Accept-Language": header} if header else {}
    answer = await storefront.send(LANGUAGE, headers=headers)

    assert answer.headers["vary"] == "Accept, Accept-Language"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["cdn-cache-control"] == "no-store"


async def test_one_field_that_looks_at_the_header_is_enough(storefront: Storefront) -> None:
    """One field without a locale makes the whole answer depend on the header."""
    answer = await storefront.send(
        '{ a: product(handle: "x", locale: "de") { id } b: product(handle: "x") { id } }'
    )

    assert answer.headers["vary"] == "Accept, Accept-Language"


async def test_markets_and_languages_of_the_shop(storefront: Storefront) -> None:
    """A storefront can build its switchers: markets with their countries, languages by name."""
    data = await storefront.ask(
        "{ markets { regionId name currencyCode countries { code name } }"
        " locales { code name isDefault } }"
    )

    markets = {market["name"]: market for market in data["markets"]}
    assert [(name, market["currencyCode"]) for name, market in markets.items()] == [
        ("Europe", "EUR"),
        ("Japan", "JPY"),
        ("US", "USD"),
    ]
    assert [country["code"] for country in markets["Europe"]["countries"]] == [
        *("AT", "DE", "ES", "FR", "IT")
    ]
    assert markets["US"]["countries"] == [{"code": "US", "name": "United States"}]
    assert data["locales"] == [
        {"code": "en", "name": "English", "isDefault": True},
        {"code": "es", "name": "Español", "isDefault": False},
        {"code": "de", "name": "Deutsch", "isDefault": False},
        {"code": "fr", "name": "Français", "isDefault": False},
    ]


async def test_markets_do_not_depend_on_the_browser(storefront: Storefront) -> None:
    """Lists that are the same for everybody may be kept for everybody."""
    answer = await storefront.send("{ markets { name } locales { code } }")

    assert answer.headers["vary"] == "Accept"
    assert answer.headers["cache-control"] == "no-cache"


async def test_a_country_without_a_market(storefront: Storefront) -> None:
    """Where nobody sells, the answer is an error with the country in it, never another market."""
    answer = await storefront.send(LANGUAGE, {"country": "gb"})

    assert answer.status_code == 200
    assert answer.json()["data"] == {"product": None}
    assert codes(answer) == [("UNKNOWN_MARKET", False)]
    assert answer.json()["errors"][0]["message"] == "country: no market serves GB"
    assert answer.headers["cache-control"] == "no-store"
