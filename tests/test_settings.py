"""An operator sets the service up by variables, and is told what is wrong with them."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from bff.settings import (
    OddVariable,
    Settings,
    SettingsProblem,
    load_settings,
    odd_variables,
    settings_rows,
    settings_table,
)
from bff.settings.content import KINDS, TARGET_KINDS
from bff.wiring.catalog import lifetimes_of

SHOP = {
    "BFF_MEDUSA__URL": "http://shop.example:9000",
    "BFF_MEDUSA__PUBLISHABLE_KEY": "pk_1",
    "BFF_DEFAULT_COUNTRY": "DE",
}


pytestmark = pytest.mark.usefixtures("empty_environment")


class Operator:
    """Sets variables, and reads what the service makes of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def sets(self, **variables: object) -> None:
        for name, value in variables.items():
            text = value if isinstance(value, str) else json.dumps(value)
            self._monkeypatch.setenv(name, text)

    def loads(self, env_file: Path | None = None, **variables: object) -> Settings:
        self.sets(**SHOP | variables)
        return load_settings(env_file)

    def is_told(self, env_file: Path | None = None) -> list[str]:
        with pytest.raises(SettingsProblem) as told:
            load_settings(env_file)
        return str(told.value).splitlines()


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(monkeypatch)


def test_three_settings_are_enough(operator: Operator) -> None:
    """Where the shop is, its key, and the default market; the rest has defaults."""
    settings = operator.loads()

    assert str(settings.medusa.url) == "http://shop.example:9000/"
    assert settings.medusa.publishable_key.get_secret_value() == "pk_1"
    assert (settings.default_country, settings.locales, settings.content) == ("DE", ("en",), ())
    assert settings.development is False


def test_nothing_is_set(operator: Operator) -> None:
    """Everything that is required is named at once."""
    assert operator.is_told() == [f"{name}: is required" for name in SHOP]


def test_lists_are_json(operator: Operator) -> None:
    """Content systems, languages and mappings."""
    settings = operator.loads(
        BFF_CONTENT=[{"kind": "sanity", "project_id": "demo1234"}],
        BFF_LOCALES=["en", "de"],
        BFF_LOCALE_NAMES={"de": "Deutsch"},
        BFF_MERGE__FIELDS={"title": ["sanity", "medusa"]},
    )

    assert [source.source_name for source in settings.content] == ["sanity"]
    assert settings.locales == ("en", "de")
    assert settings.locale_names == {"de": "Deutsch"}
    assert settings.merge.fields == {"title": ("sanity", "medusa")}


def test_tags_and_codes_are_spelled_canonically(operator: Operator) -> None:
    """However the operator writes them, they match what shoppers ask for."""
    settings = operator.loads(
        BFF_LOCALES=["EN-us", "ES"],
        BFF_DEFAULT_LOCALE="es",
        BFF_LOCALE_NAMES={"ES": "Español"},
        BFF_LOCALE_PARENTS={"es-mx": "ES"},
        BFF_DEFAULT_COUNTRY=" de ",
        BFF_MEDUSA__BASE_LANGUAGE=" en-us",
        BFF_MEDUSA__LANGUAGES={"ES": "es-ES"},
    )

    assert settings.locales == ("en-US", "es")
    assert settings.locale_names == {"es": "Español"}
    assert settings.locale_parents == {"es-MX": "es"}
    assert settings.default_country == "DE"
    assert settings.medusa.base_language == "en-US"
    assert settings.medusa.languages == {"es": "es-ES"}


def test_spaces_around_the_key_do_not_count(operator: Operator) -> None:
    """A key that is read from a file often ends in a line break."""
    settings = operator.loads(BFF_MEDUSA__PUBLISHABLE_KEY="pk_2\n")

    assert settings.medusa.publishable_key.get_secret_value() == "pk_2"


@pytest.mark.parametrize("blank", ["", "  ", "\t\n"])
def test_a_blank_variable_counts_as_not_set(operator: Operator, blank: str) -> None:
    """Compose files pass on variables that nobody has set."""
    settings = operator.loads(BFF_PORT=blank, BFF_LOCALES=blank, BFF_MEDUSA__AMOUNTS=blank)
    assert (settings.port, settings.locales, settings.medusa.amounts) == (8000, ("en",), "major")

    operator.sets(BFF_MEDUSA__PUBLISHABLE_KEY=blank)
    assert operator.is_told() == ["BFF_MEDUSA__PUBLISHABLE_KEY: is required"]


SANITY = {"kind": "sanity", "project_id": "demo1234"}
CONTENTFUL = {"kind": "contentful", "space_id": "s", "token": "t"}
STRAPI = {"kind": "strapi", "url": "http://strapi", "token": "t"}
STOREFRONT = {"kind": "storefront", "url": "https://shop.example/api", "secret": "x" * 24}
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"BFF_PORT": "eighty"}, "BFF_PORT: must be a valid integer"),
    ({"BFF_PORT": "70000"}, "BFF_PORT: must be less than or equal to 65535"),
    ({"BFF_PORT": "tcp://10.0.0.1:80"}, "set enableServiceLinks to false"),
    ({"BFF_DEADLINE_SECONDS": "inf"}, "BFF_DEADLINE_SECONDS: must be a finite number"),
    ({"BFF_DEADLINE_SECONDS": "0"}, "BFF_DEADLINE_SECONDS: must be greater than 0"),
    ({"BFF_DEVELOPMENT": "perhaps"}, "BFF_DEVELOPMENT: must be a valid boolean"),
    ({"BFF_MEDUSA__URL": "shop"}, "BFF_MEDUSA__URL: must be a valid URL"),
    ({"BFF_MEDUSA__URL": "ftp://shop"}, "BFF_MEDUSA__URL: URL scheme should be 'http'"),
    ({"BFF_MEDUSA__URL": "http://shop?x"}, "BFF_MEDUSA__URL: must end before any ? or #"),
    ({"BFF_MEDUSA__URL": "http://shop#x"}, "BFF_MEDUSA__URL: must end before any ? or #"),
    ({"BFF_MEDUSA__URI": "x"}, "BFF_MEDUSA__URI: is not a setting; did you mean BFF_MEDUSA__URL?"),
    (
        {"BFF_CACHE__MEMORY_MEGABYTE": "9"},
        "BFF_CACHE__MEMORY_MEGABYTE: is not a setting; did you mean BFF_CACHE__MEM",
    ),
    ({"BFF_MEDUSA__PUBLISHABLE_KEY": "pk_ü"}, "BFF_MEDUSA__PUBLISHABLE_KEY: must be one word of"),
    ({"BFF_MEDUSA__PUBLISHABLE_KEY": "a\r\nb"}, "BFF_MEDUSA__PUBLISHABLE_KEY: must be one word"),
    ({"BFF_MEDUSA__PUBLISHABLE_KEY": "sk_1"}, "BFF_MEDUSA__PUBLISHABLE_KEY: is a secret key"),
    ({"BFF_MEDUSA__AMOUNTS": "cents"}, "BFF_MEDUSA__AMOUNTS: must be 'major' or 'minor'"),
    ({"BFF_MEDUSA__BASE_LANGUAGE": "x_y"}, "BFF_MEDUSA__BASE_LANGUAGE: must be a BCP 47"),
    ({"BFF_MEDUSA__BASE_LANGUAGE": "en-US"}, "BFF_MEDUSA__BASE_LANGUAGE: must be spelled like"),
    ({"BFF_MEDUSA__LANGUAGES": {"de": "de-DE"}}, "BFF_MEDUSA__LANGUAGES: its keys must be among"),
    (
        {"BFF_MEDUSA__LANGUAGES": {"x_y": "a"}},
        "BFF_MEDUSA__LANGUAGES (JSON), x_y: must be a BCP 47",
    ),
    ({"BFF_MEDUSA__LANGUAGES": {"en": " "}}, "BFF_MEDUSA__LANGUAGES (JSON), en: must not be bl"),
    ({"BFF_MEDUSA": "[]"}, "BFF_MEDUSA: must be a JSON object"),
    ({"BFF_CONTENT": "[{"}, "BFF_CONTENT: is not JSON"),
    ({"BFF_CONTENT": "[" * 100_000}, "BFF_CONTENT: is not JSON"),
    ({"BFF_CONTENT": "{}"}, "BFF_CONTENT: must be a JSON list"),
    ({"BFF_CONTENT": [SANITY, {}]}, "BFF_CONTENT (JSON), item 2, kind: is required"),
    (
        {"BFF_CONTENT": [SANITY, {"kind": "sanity", "name": "other"}]},
        "BFF_CONTENT (JSON), item 2, project_id: is required",
    ),
    ({"BFF_CONTENT": [7]}, "BFF_CONTENT (JSON), item 1: must be a JSON object"),
    ({"BFF_CONTENT": [SANITY, SANITY]}, "BFF_CONTENT (JSON), item 2: sanity is taken: give each"),
    (
        {"BFF_CONTENT": [SANITY | {"name": "medusa"}]},
        "BFF_CONTENT (JSON), item 1: medusa is taken: give each",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"name": "Old CMS"}]},
        "BFF_CONTENT (JSON), item 1, name: must match ^",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"serves": ["products", "reviews"]}]},
        "BFF_CONTENT (JSON), item 1, serves, item 2: must be 'products', 'collections',",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"locales": {"de": "de-DE"}}]},
        "BFF_CONTENT (JSON), item 1, locales: its keys must be among BFF_LOCALES, which are en",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"product": {"titel": ["name"]}}]},
        "BFF_CONTENT (JSON), item 1, product, titel: is not a setting; did you mean title?",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"product": {"title": "name"}}]},
        "BFF_CONTENT (JSON), item 1, product, title: must be a JSON list",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"product": {"addons": [{"groups": 7}]}}]},
        "BFF_CONTENT (JSON), item 1, product, addons, item 1, groups: must be a valid string",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"product": {"images": {"hero": ["picture", ""]}}}]},
        "BFF_CONTENT (JSON), item 1, product, images, hero, item 2: must have at least 1",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"page": ["slug"]}]},
        "BFF_CONTENT (JSON), item 1, page: must be a JSON object",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"dataset": "a b"}]},
        "BFF_CONTENT (JSON), item 1, dataset: must match ^",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"data_set": "a"}]},
        "BFF_CONTENT (JSON), item 1, data_set: is not a setting; did you mean dataset?",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"token": "two words"}]},
        "BFF_CONTENT (JSON), item 1, token: must be one word of printable ASCII",
    ),
    (
        {"BFF_CONTENT": [SANITY | {"kind": "wiki"}]},
        "BFF_CONTENT (JSON), item 1, kind: must be one of 'contentful', 'sanity'",
    ),
    ({"BFF_LOCALES": "en"}, "BFF_LOCALES: is not JSON"),
    ({"BFF_LOCALES": "[]"}, "BFF_LOCALES: must have at least 1 item"),
    ({"BFF_LOCALES": ["en", "x_y"]}, "BFF_LOCALES (JSON), item 2: must be a BCP 47"),
    ({"BFF_LOCALES": ["en", "EN"]}, "BFF_LOCALES: each language may be there once"),
    ({"BFF_DEFAULT_LOCALE": "de"}, "BFF_DEFAULT_LOCALE: must be one of BFF_LOCALES, which are en"),
    (
        {"BFF_LOCALE_NAMES": {"x y": "z"}},
        "BFF_LOCALE_NAMES (JSON), one of its keys: must be a BCP",
    ),
    ({"BFF_LOCALE_PARENTS": {"de": "x_y"}}, "BFF_LOCALE_PARENTS (JSON), de: must be a BCP 47"),
    ({"BFF_DEFAULT_COUNTRY": "Germany"}, "BFF_DEFAULT_COUNTRY: must be an ISO 3166-1 alpha-2"),
    ({"BFF_CACHE__CONTENT_SECONDS": "60"}, "BFF_CACHE__CONTENT_SECONDS: must be longer than"),
    (
        {"BFF_MERGE__FIELDS": {"price": ["medusa"]}},
        "BFF_MERGE__FIELDS (JSON), price: is not a field; there are title,",
    ),
    (
        {"BFF_MERGE__FIELDS": {"title": ["medusa:always"]}},
        "BFF_MERGE__FIELDS (JSON), title: a source may end in :translated and nothing else",
    ),
    (
        {"BFF_MERGE__FIELDS": {"addons": ["medusa:translated"]}},
        "BFF_MERGE__FIELDS (JSON), addons: is not a text",
    ),
    (
        {"BFF_MERGE__FIELDS": {"seo.title": ["strapi", "medusa"]}},
        "BFF_MERGE__FIELDS (JSON), seo.title: names a source that is not there; there are medusa",
    ),
    (
        {
            "BFF_CONTENT": [SANITY | {"serves": ["pages"]}],
            "BFF_MERGE__FIELDS": {"seo.title": ["sanity", "medusa"]},
        },
        'BFF_MERGE__FIELDS (JSON), seo.title: sanity does not serve products; add "products" to',
    ),
    (
        {"BFF_MERGE__PAGES": ["medusa"]},
        "BFF_MERGE__PAGES: names a source that is not there; there are none",
    ),
    (
        {
            "BFF_CONTENT": [SANITY | {"serves": ["products"]}],
            "BFF_MERGE__NAVIGATION": ["sanity"],
        },
        (
            'BFF_MERGE__NAVIGATION: sanity does not serve navigation; add "navigation" to '
            "BFF_CONTENT (JSON), item 1, serves"
        ),
    ),
    (
        {"BFF_MERGE__TOGETHER": [["title", "price"]]},
        "BFF_MERGE__TOGETHER (JSON), item 1, item 2: is no field that can move with others; these",
    ),
    (
        {"BFF_MERGE__TOGETHER": [["title", "addons"]]},
        "BFF_MERGE__TOGETHER (JSON), item 1, item 2: is no field that can move with others",
    ),
    (
        {"BFF_MERGE__TOGETHER": [["title", "subtitle"], ["description", "title"]]},
        "BFF_MERGE__TOGETHER (JSON), item 2, item 2: is there twice; a field moves with one",
    ),
    (
        {"BFF_MERGE__TOGETHER": [["title"]]},
        "BFF_MERGE__TOGETHER (JSON), item 1: must name two fields or more",
    ),
    ({"BFF_MERGE__LISTS": "all"}, "BFF_MERGE__LISTS: must be 'default' or 'chain'"),
    (
        {"BFF_URLS__PRODUCT": "shop.example/{handle}"},
        "BFF_URLS__PRODUCT: must be an http or https address, or a path that begins",
    ),
    ({"BFF_URLS__PRODUCT": "//evil.example/{handle}"}, "BFF_URLS__PRODUCT: must be an"),
    ({"BFF_URLS__PRODUCT": "javascript:a({handle})"}, "BFF_URLS__PRODUCT: must be an"),
    ({"BFF_URLS__PRODUCT": "https://me:pw@shop/{handle}"}, "BFF_URLS__PRODUCT: must be"),
    ({"BFF_URLS__PRODUCT": "/p/{handle"}, "BFF_URLS__PRODUCT: must be an http"),
    ({"BFF_URLS__PRODUCT": "/p/{handle} x"}, "BFF_URLS__PRODUCT: must be an http"),
    (
        {"BFF_URLS__PRODUCT": "/p/{slug}/{handle}"},
        "BFF_URLS__PRODUCT: knows these placeholders only: {handle}, {locale}",
    ),
    (
        {"BFF_URLS__PAGE": {"*": "/{locale}/pages"}},
        "BFF_URLS__PAGE: must hold {handle} or {slug}",
    ),
    (
        {"BFF_URLS__CATEGORY": {"*": "/c/{handle}", "de": "/de/c/{handle}"}},
        "BFF_URLS__CATEGORY: its keys must be among BFF_LOCALES, which are en",
    ),
    ({"BFF_URLS__PAGE": {"x_y": "/{slug}"}}, "BFF_URLS__PAGE (JSON), x_y: must be a BCP 47"),
    ({"BFF_URLS__PAGE": '{"*": '}, "BFF_URLS__PAGE: is not JSON"),
    ({"BFF_URLS": {"blog": "/b/{handle}"}}, "BFF_URLS (JSON), blog: is not a setting"),
    ({"BFF_OPERATORS_SECRET": "x" * 31}, "BFF_OPERATORS_SECRET: must have at least 32 characters"),
    ({"BFF_OPERATORS_SECRET": "x y" * 20}, "BFF_OPERATORS_SECRET: must be one word of printable"),
    (
        {"BFF_CACHE__COMMERCE_REFRESH_SECONDS": "301"},
        (
            "BFF_CACHE__COMMERCE_REFRESH_SECONDS: must not be longer than BFF_CACHE__"
            "COMMERCE_ERROR_SECONDS, which is 300"
        ),
    ),
    (
        {"BFF_CACHE__CONTENT_REFRESH_SECONDS": "30"},
        (
            "BFF_CACHE__CONTENT_REFRESH_SECONDS: must be longer than BFF_CACHE__"
            "COMMERCE_REFRESH_SECONDS, which is 30"
        ),
    ),
    (
        {
            "BFF_CACHE__CONTENT_REFRESH_SECONDS": "31",
            "BFF_CACHE__CONTENT_ERROR_SECONDS": "300",
        },
        (
            "BFF_CACHE__CONTENT_ERROR_SECONDS: must be longer than BFF_CACHE__"
            "COMMERCE_ERROR_SECONDS, which is 300"
        ),
    ),
    (
        {"BFF_CACHE__CONTENT_REFRESH_SECONDS": "86401"},
        (
            "BFF_CACHE__CONTENT_REFRESH_SECONDS: must not be longer than BFF_CACHE__"
            "CONTENT_ERROR_SECONDS, which is 86400"
        ),
    ),
    ({"BFF_CACHE__MEMORY_MEGABYTES": "0"}, "BFF_CACHE__MEMORY_MEGABYTES: must be greater than 0"),
    ({"BFF_CACHE__ANSWERS_MEGABYTES": "0"}, "BFF_CACHE__ANSWERS_MEGABYTES: must be greater than"),
    ({"BFF_CACHE__COMMERCE_SECONDS": "nan"}, "BFF_CACHE__COMMERCE_SECONDS: must be"),
    ({"BFF_CACHE__BROWSER_SECONDS": "-1"}, "BFF_CACHE__BROWSER_SECONDS: must be greater than or"),
    *(
        ({"BFF_REDIS_URL": url}, "BFF_REDIS_URL: must be the address of a Redis, with one of")
        for url in (
            *("localhost:6379", "http://redis:6379", "redis://", "redis://:6379", "unix://"),
            *("redis://redis:port", "redis://redis:70000", "redis://a b:6379", "redis://[x"),
        )
    ),
    ({"BFF_REDIS__CONNECTIONS": "0"}, "BFF_REDIS__CONNECTIONS: must be greater than or equal"),
    ({"BFF_REDIS__TIMEOUT_SECONDS": "0"}, "BFF_REDIS__TIMEOUT_SECONDS: must be greater than 0"),
    (
        {"BFF_REDIS__CONTENT_BOUND_SECONDS": "5"},
        (
            "BFF_REDIS__CONTENT_BOUND_SECONDS: must be longer than "
            "BFF_REDIS__COMMERCE_BOUND_SECONDS, which is 5"
        ),
    ),
    ({"BFF_REDIS__PREFIX": "my shop"}, "BFF_REDIS__PREFIX: must match ^"),
    ({"BFF_REDIS__URL": "redis://r"}, "BFF_REDIS__URL: is not a setting; did you mean BFF_REDIS"),
    ({"BFF_RECONCILE_SECONDS": "-1"}, "BFF_RECONCILE_SECONDS: must be greater than or equal to 0"),
    ({"BFF_WARM_TOP": "-1"}, "BFF_WARM_TOP: must be greater than or equal to 0"),
    ({"BFF_OPERATIONS_PORT": "8000"}, "BFF_OPERATIONS_PORT: must be another port than BFF_PORT"),
    ({"BFF_OPERATIONS_PORT": "65536"}, "BFF_OPERATIONS_PORT: must be less than or equal to 65535"),
    (
        {"BFF_MEDUSA__WEBHOOK_SECRET": "x" * 15},
        "BFF_MEDUSA__WEBHOOK_SECRET: must have at least 16 characters",
    ),
    (
        {"BFF_MEDUSA__WEBHOOK_SECRET": "x" * 15 + "\n" + "y"},
        "BFF_MEDUSA__WEBHOOK_SECRET: must be one line of printable ASCII",
    ),
    *(
        (
            {"BFF_CONTENT": [CONTENTFUL | {"webhook_secret": "x" * length}]},
            "BFF_CONTENT (JSON), item 1, webhook_secret: must have exactly 64 characters",
        )
        for length in (63, 65)
    ),
    (
        {"BFF_CONTENT": [SANITY | {"webhook_secret": "short"}]},
        "BFF_CONTENT (JSON), item 1, webhook_secret: must have at least 16 characters",
    ),
    ({"BFF_REVALIDATE": [{}]}, "BFF_REVALIDATE (JSON), item 1, kind: is required"),
    (
        {"BFF_REVALIDATE": [STOREFRONT, {"kind": "mail"}]},
        "BFF_REVALIDATE (JSON), item 2, kind: must be one of 'storefront', 'purge'",
    ),
    (
        {"BFF_REVALIDATE": [STOREFRONT | {"secret": "short"}]},
        "BFF_REVALIDATE (JSON), item 1, secret: must have at least 24 bytes",
    ),
    (
        {"BFF_REVALIDATE": [STOREFRONT | {"adress": "x"}]},
        "BFF_REVALIDATE (JSON), item 1, adress: is not a setting",
    ),
    (
        {"BFF_REVALIDATE": [STOREFRONT, STOREFRONT]},
        "BFF_REVALIDATE (JSON), item 2: storefront is taken: give each target a `name`",
    ),
    (
        {"BFF_REVALIDATE": [{"kind": "purge", "url": "https://cdn.example/purge"}]},
        "BFF_REVALIDATE (JSON), item 1: neither the headers nor the body hold {tags}",
    ),
    ({"BFF_PREVIEW_SECONDS": "0"}, "BFF_PREVIEW_SECONDS: must be greater than or equal to 1"),
]


@pytest.mark.parametrize(("variables", "line"), WRONG)
def test_what_is_wrong_is_said(
    operator: Operator, variables: dict[str, object], line: str
) -> None:
    """One line: the variable, where in its JSON, and what it must be."""
    operator.sets(**SHOP | variables)

    (told,) = operator.is_told()

    assert line in told


def test_everything_that_is_wrong_is_said_at_once(operator: Operator) -> None:
    """One variable that cannot even be read does not hide the others."""
    operator.sets(
        BFF_MEDUSA_URL="http://shop",
        BFF_MEDUSA__AMOUNTS="cents",
        BFF_CONTENT="{",
        BFF_LOCALES='["x_y"]',
        BFF_DEFAULT_COUNTRY="DE",
    )

    assert operator.is_told() == [
        "BFF_MEDUSA__URL: is required",
        "BFF_MEDUSA__PUBLISHABLE_KEY: is required",
        "BFF_MEDUSA__AMOUNTS: must be 'major' or 'minor'",
        "BFF_CONTENT: is not JSON",
        "BFF_LOCALES (JSON), item 1: must be a BCP 47 language tag such as en or de-AT",
        "BFF_MEDUSA_URL: is not a setting; did you mean BFF_MEDUSA__URL?",
    ]


def test_what_does_not_fit_together_is_said_at_once_too(operator: Operator) -> None:
    """A value that is wrong by itself hides only what cannot be told without it."""
    operator.sets(
        BFF_MEDUSA__URL="http://shop",
        BFF_PORT="9000",
        BFF_OPERATIONS_PORT="9000",
        BFF_LOCALES=["en", "de"],
        BFF_LOW_STOCK="few",
        BFF_CACHE__COMMERCE_SECONDS="soon",
        BFF_CACHE__COMMERCE_ERROR_SECONDS="90000",
        BFF_REDIS__CONTENT_BOUND_SECONDS="1",
        BFF_MERGE__FIELDS={"price": ["medusa"], "title": ["strapi"]},
        BFF_MERGE__TOGETHER=[["title"]],
        BFF_CONTENT=[{"kind": "sanity"}, CONTENTFUL | {"locales": {"fr": "fr-FR"}}],
        BFF_URLS__PAGE={"fr": "/{slug}"},
    )

    assert operator.is_told() == [
        "BFF_MEDUSA__PUBLISHABLE_KEY: is required",
        "BFF_CONTENT (JSON), item 1, project_id: is required",
        "BFF_DEFAULT_COUNTRY: is required",
        "BFF_CACHE__COMMERCE_SECONDS: must be a valid number, unable to parse string as a number",
        "BFF_LOW_STOCK: must be a valid integer, unable to parse string as an integer",
        (
            "BFF_CONTENT (JSON), item 2, locales: its keys must be among BFF_LOCALES, which "
            "are en, de"
        ),
        "BFF_URLS__PAGE: its keys must be among BFF_LOCALES, which are en, de",
        (
            "BFF_MERGE__FIELDS (JSON), title: names a source that is not there; there are "
            "contentful, medusa, sanity"
        ),
        "BFF_OPERATIONS_PORT: must be another port than BFF_PORT",
        (
            "BFF_MERGE__FIELDS (JSON), price: is not a field; there are title, subtitle, "
            "description, seo.title, seo.description, images, videos, attributes, addons"
        ),
        "BFF_MERGE__TOGETHER (JSON), item 1: must name two fields or more",
        (
            "BFF_CACHE__CONTENT_ERROR_SECONDS: must be longer than "
            "BFF_CACHE__COMMERCE_ERROR_SECONDS, which is 90000"
        ),
        (
            "BFF_REDIS__CONTENT_BOUND_SECONDS: must be longer than "
            "BFF_REDIS__COMMERCE_BOUND_SECONDS, which is 5"
        ),
    ]


@pytest.mark.parametrize(
    ("variables", "lines"),
    [
        (
            {"BFF_CACHE__COMERCE_SECONDS": "9000", "BFF_CACHE__CONTENT_SECONDS": "50"},
            ["BFF_CACHE__COMERCE_SECONDS: is not a setting; did you mean BFF_CACHE__COMMERCE_SEC"],
        ),
        (
            {"BFF_CONTENT": "{", "BFF_MERGE__PAGES": ["sanity"]},
            ["BFF_CONTENT: is not JSON"],
        ),
        (
            {"BFF_CONTENT": [{"kind": "sanitee"}], "BFF_MERGE__PAGES": ["sanity"]},
            ["BFF_CONTENT (JSON), item 1, kind: must be one of"],
        ),
        (
            {"BFF_LOCALES": ["en", "x_y"], "BFF_DEFAULT_LOCALE": "de"},
            ["BFF_LOCALES (JSON), item 2: must be a BCP 47"],
        ),
    ],
)
def test_nothing_is_said_that_may_not_be_so(
    operator: Operator, variables: dict[str, object], lines: list[str]
) -> None:
    """Whether values fit together with one that was meant otherwise nobody knows."""
    operator.sets(**SHOP | variables)

    told = operator.is_told()

    assert len(told) == len(lines)
    assert all(line in words for line, words in zip(lines, told, strict=True))


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        (
            {"BFF_CACHE": {"content_seconds": 60}},
            (
                "BFF_CACHE (JSON), content_seconds: must be longer than BFF_CACHE (JSON), "
                "commerce_seconds, which is 60"
            ),
        ),
        (
            {"BFF_CACHE": {"content_seconds": 70}, "BFF_CACHE__COMMERCE_SECONDS": "80"},
            (
                "BFF_CACHE (JSON), content_seconds: must be longer than "
                "BFF_CACHE__COMMERCE_SECONDS, which is 80"
            ),
        ),
        (
            {"BFF_LOCALE_PARENTS__DE": "x_y"},
            "BFF_LOCALE_PARENTS__DE: must be a BCP 47 language tag such as en or de-AT",
        ),
        (
            {"bff_redis__content_bound_seconds": "-1"},
            "BFF_REDIS__CONTENT_BOUND_SECONDS: must be greater than or equal to 0",
        ),
    ],
)
def test_a_setting_is_named_as_it_was_set(
    operator: Operator, variables: dict[str, object], line: str
) -> None:
    """Whoever sets a group as JSON, or one key of a mapping, finds what to mend."""
    operator.sets(**SHOP | variables)

    assert operator.is_told() == [line]


def test_other_variables_in_the_file_hide_nothing(operator: Operator, tmp_path: Path) -> None:
    """An env file is often shared with other programs."""
    file = tmp_path / "shop.env"
    file.write_text("BFF_OTHER=x\nOTHER=x\nBFF_CACHE__CONTENT_SECONDS=60\n", encoding="utf-8")
    operator.sets(**SHOP)

    assert operator.is_told(file) == [
        "BFF_CACHE__CONTENT_SECONDS: must be longer than BFF_CACHE__COMMERCE_SECONDS, which is 60"
    ]


SECRET = "hunter2 is\na secret"  # a word, a space and a line break: wrong for everything


@pytest.mark.parametrize(
    "variables",
    [
        *({row.variable: SECRET} for row in settings_rows() if "[" not in row.variable),
        {"BFF_MEDUSA": SECRET},
        {"BFF_MEDUSA": {SECRET: 1}},
        {"BFF_CONTENT": [SECRET]},
        {"BFF_CONTENT": [{SECRET: 1}]},
        *(
            {"BFF_CONTENT": [{"kind": kind, name: secret}]}
            for kind, source in KINDS.items()
            for name in source.model_fields
            for secret in (SECRET, [SECRET], {SECRET: SECRET}, {"title": {SECRET: [SECRET]}})
        ),
        {"BFF_CONTENT": [SANITY | {"product": {"images": {SECRET: [7], "hero": [SECRET, 7]}}}]},
        *(
            {"BFF_REVALIDATE": [{"kind": kind, name: secret}]}
            for kind, target in TARGET_KINDS.items()
            for name in target.model_fields
            for secret in (SECRET, [SECRET], {SECRET: SECRET})
        ),
        {"BFF_URLS": {"product": {SECRET: SECRET}, SECRET: "/"}},
        {"BFF_MERGE__TOGETHER": [[SECRET, SECRET], SECRET]},
        *({name: {SECRET: SECRET}} for name in ("BFF_LOCALE_NAMES", "BFF_MERGE__FIELDS")),
        {"BFF_MERGE__FIELDS": {"title": [SECRET]}},
        {"BFF_MEDUSA__LANGUAGES": {"en": SECRET, SECRET: "en"}},
        {"BFF_MEDUSA__URL": "http://me:hunter2@[shop"},
    ],
)
def test_no_value_is_ever_printed(operator: Operator, variables: dict[str, object]) -> None:
    """A secret may be in the wrong variable: none of what is set is in the message."""
    operator.sets(**SHOP | {"BFF_PORT": "x"} | variables)

    assert "hunter2" not in "".join(operator.is_told())


def test_the_settings_do_not_show_their_secrets(operator: Operator) -> None:
    """They may end up in a log."""
    settings = operator.loads(
        BFF_MEDUSA__PUBLISHABLE_KEY="pk_hunter2",
        BFF_MEDUSA__WEBHOOK_SECRET="hunter2hunter2hunter2",
        BFF_CONTENT=[SANITY | {"token": "hunter2", "webhook_secret": "hunter2hunter2hunter2"}],
        BFF_REDIS_URL="redis://me:hunter2@redis:6379/1",
        BFF_REVALIDATE=[
            STOREFRONT | {"secret": "hunter2" * 4},
            {
                "kind": "purge",
                "url": "https://cdn.example/purge",
                "headers": {"Key": "hunter2 {tags}"},
            },
        ],
    )

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())


def test_the_environment_wins_over_the_file(operator: Operator, tmp_path: Path) -> None:
    """Setting by setting, and a blank variable is none that could win."""
    file = tmp_path / "shop.env"
    file.write_text(
        "BFF_MEDUSA__URL=http://file:1\nBFF_MEDUSA__PUBLISHABLE_KEY=pk_file\n"
        "BFF_DEFAULT_COUNTRY=JP\nBFF_PORT=1\nOTHER=x\nBFF_OTHER=x\n",
        encoding="utf-8",
    )
    operator.sets(BFF_MEDUSA__URL="http://environment:2", BFF_PORT=" ")

    settings = load_settings(file)

    assert str(settings.medusa.url) == "http://environment:2/"
    assert settings.medusa.publishable_key.get_secret_value() == "pk_file"
    assert (settings.default_country, settings.port) == ("JP", 1)


def test_an_env_file_that_cannot_be_read(operator: Operator, tmp_path: Path) -> None:
    """It is named, and nothing else is tried."""
    picture = tmp_path / "picture.env"
    picture.write_bytes(b"\xff\xd8\xff")
    endless = tmp_path / ("x" * 1000)

    assert operator.is_told(tmp_path / "no.env") == [
        f"{tmp_path}/no.env: there is no such env file"
    ]
    assert operator.is_told(tmp_path) == [f"{tmp_path}: is not a file"]
    assert operator.is_told(endless) == [f"{endless}: cannot be read"]
    assert operator.is_told(picture) == [f"{picture}: is not a text file in UTF-8"]


def test_settings_from_python_look_nowhere_else(operator: Operator) -> None:
    """The demo is not changed by an operator's variables."""
    operator.sets(BFF_PORT="1", BFF_LOCALES="[")

    settings = Settings.model_validate(
        {
            "medusa": {"url": "http://shop", "publishable_key": "pk_1"},
            "default_country": "DE",
        }
    )

    assert (settings.port, settings.locales) == (8000, ("en",))


def test_settings_from_python_are_as_strict() -> None:
    """A misspelled argument is refused, and the value is not in the message."""
    with pytest.raises(ValidationError, match="prot") as refused:
        Settings.model_validate({"prot": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_variables_that_do_nothing(operator: Operator, tmp_path: Path) -> None:
    """Misspelled ones with what was meant, foreign and blank ones as a note; read ones are not."""
    file = tmp_path / "shop.env"
    file.write_text("BFF_DEFAULT_CONTRY=DE\nBFF_LOW_STOCK=\n", encoding="utf-8")
    operator.sets(**SHOP, BFF_LOCALE="en", BFF_SERVICE_HOST="10.0.0.1", BFF_MEDUSA="{}")
    operator.sets(BFF_LOCALE_NAMES__DE="Deutsch", BFF_MEDUSA__LANGUAGES__DE="de-DE", OTHER="x")

    assert odd_variables(file) == (
        OddVariable(
            "BFF_DEFAULT_CONTRY",
            "is not a setting; did you mean BFF_DEFAULT_COUNTRY?",
            is_mistake=True,
        ),
        OddVariable("BFF_LOCALE", "is not a setting; did you mean BFF_LOCALES?", is_mistake=True),
        OddVariable("BFF_LOW_STOCK", "is blank, which counts as not set", is_mistake=False),
        OddVariable("BFF_SERVICE_HOST", "is not a setting", is_mistake=False),
    )


def test_a_setting_on_its_way_out(operator: Operator) -> None:
    """Whoever still uses it is told, and nothing breaks."""

    class Old(BaseModel):
        colour: str = Field("red", description="Colour.", deprecated=True)
        size: int = Field(3, description="Size.")

    operator.sets(BFF_COLOUR="blue", BFF_SIZE="4")

    assert [row.is_deprecated for row in settings_rows(Old)] == [True, False]
    assert odd_variables(settings=Old) == (
        OddVariable("BFF_COLOUR", "is deprecated", is_mistake=False),
    )


def test_webhook_secrets_as_the_systems_have_them(operator: Operator) -> None:
    """Contentful's 64 characters, Strapi's whole header with its space, and blank ones."""
    signing = "labSECRET0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRS"
    settings = operator.loads(
        BFF_MEDUSA__WEBHOOK_SECRET=" a-secret-of-the-shop\n",
        BFF_CONTENT=[
            SANITY | {"webhook_secret": " "},
            CONTENTFUL | {"webhook_secret": signing},
            STRAPI | {"webhook_secret": "Bearer a-secret-of-strapi"},
        ],
    )

    secrets = [settings.medusa.webhook_secret, *(one.webhook_secret for one in settings.content)]
    assert [one and one.get_secret_value() for one in secrets] == [
        "a-secret-of-the-shop",
        None,
        signing,
        "Bearer a-secret-of-strapi",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "redis://redis:6379",
        "redis://:pass%20word@10.0.0.1/3",
        "rediss://me:secret@cache.example.com:6380/0?protocol=3",
        "redis://[::1]:6379",
        "unix:///run/redis/redis.sock?db=1",
    ],
)
def test_where_redis_may_be(operator: Operator, url: str) -> None:
    """On another machine, with or without a password, or at a socket of this one."""
    settings = operator.loads(BFF_REDIS_URL=url)

    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == url


def test_no_price_is_older_than_this(operator: Operator) -> None:
    """Six minutes, and the setting says so to whoever reads its table."""
    (row,) = [
        row for row in settings_rows() if row.variable == "BFF_CACHE__COMMERCE_ERROR_SECONDS"
    ]

    assert lifetimes_of(operator.loads().cache).commerce.usable == 360
    assert "360 seconds" in row.description


def test_every_setting_is_described() -> None:
    """Type, default and description, in words, once for each variable."""
    rows = settings_rows()
    names = [row.variable for row in rows]

    assert len(set(names)) == len(names)
    assert {*SHOP, "BFF_CONTENT", "BFF_CONTENT[sanity].token", "BFF_MERGE__FIELDS"} <= set(names)
    assert [row.variable for row in rows if row.default == "required"] == [
        "BFF_MEDUSA__URL",
        "BFF_MEDUSA__PUBLISHABLE_KEY",
        "BFF_CONTENT[contentful].kind",
        "BFF_CONTENT[contentful].space_id",
        "BFF_CONTENT[contentful].token",
        "BFF_CONTENT[sanity].kind",
        "BFF_CONTENT[sanity].project_id",
        "BFF_CONTENT[strapi].kind",
        "BFF_CONTENT[strapi].url",
        "BFF_DEFAULT_COUNTRY",
        "BFF_REVALIDATE[storefront].kind",
        "BFF_REVALIDATE[storefront].url",
        "BFF_REVALIDATE[storefront].secret",
        "BFF_REVALIDATE[purge].kind",
        "BFF_REVALIDATE[purge].url",
    ]
    assert all(row.description.endswith(".") and row.kind for row in rows)


def test_types_and_defaults_in_words() -> None:
    """They are for people who have never seen Python."""
    rows = {row.variable: (row.kind, row.default) for row in settings_rows()}

    assert rows["BFF_MEDUSA__URL"] == ("URL", "required")
    assert rows["BFF_MEDUSA__PUBLISHABLE_KEY"] == ("text, secret", "required")
    assert rows["BFF_MEDUSA__AMOUNTS"] == ("`major` or `minor`", "`major`")
    assert rows["BFF_MEDUSA__SALES_CHANNEL_ID"] == ("text", "none")
    assert rows["BFF_MEDUSA__LANGUAGES"] == ("JSON object", "none")
    assert rows["BFF_CONTENT"] == ("JSON list", "none")
    assert rows["BFF_CONTENT[any].serves"][0].startswith("JSON list of `products`, `collections`")
    assert rows["BFF_CONTENT[any].product"] == ("JSON object", "what is usual")
    assert rows["BFF_CONTENT[sanity].token"] == ("text, secret", "none")
    assert rows["BFF_MERGE__TOGETHER"] == ("JSON list", "none")
    assert rows["BFF_URLS__PRODUCT"] == ("template, or JSON object", "none")
    assert rows["BFF_OPERATORS_SECRET"] == ("text, secret", "none")
    assert rows["BFF_LOCALES"] == ("JSON list", '`["en"]`')
    assert rows["BFF_DEFAULT_LOCALE"] == ("language tag", "none")
    assert rows["BFF_DEFAULT_COUNTRY"] == ("country code", "required")
    assert rows["BFF_DEADLINE_SECONDS"] == ("number, above 0", "`1.5`")
    assert rows["BFF_PORT"] == ("whole number, from 0 to 65535", "`8000`")
    assert rows["BFF_DEVELOPMENT"] == ("`true` or `false`", "`false`")


def test_the_tables_are_markdown() -> None:
    """A line for each setting under one of the headings, four cells in each."""
    tables = settings_table().split("\n\n### ")
    settings = []
    for table in tables:
        _, empty, names, rule, *lines = table.splitlines()
        assert empty == ""
        assert names.endswith("| Type | Default | What it is |")
        assert rule == "|---|---|---|---|"
        assert all(line.count("|") == 5 for line in (names, *lines))
        settings += lines

    assert len(settings) == len(settings_rows())


def test_an_operator_finds_a_setting_by_its_topic() -> None:
    """Keys of Strapi are with Strapi, those of all are together, and the port is the service's."""
    topics = {
        heading: table
        for heading, _, table in (
            text.partition("\n") for text in settings_table().removeprefix("### ").split("### ")
        )
    }

    assert [*topics] == [
        "Medusa",
        "Every content system",
        "Contentful, besides",
        "Sanity, besides",
        "Strapi, besides",
        "Languages and markets",
        "Who speaks for a field",
        "Addresses",
        "Cache",
        "Who is told of changes",
        "A storefront that is told",
        "A CDN that is told",
        "The service",
        "GraphQL",
        "What is refused",
        "What the service tells",
    ]
    assert "| `BFF_CONTENT` |" in topics["Every content system"]
    assert "| `serves` |" in topics["Every content system"]
    assert "| `kind` | `strapi` | required |" in topics["Strapi, besides"]
    assert "| `BFF_DEFAULT_COUNTRY` |" in topics["Languages and markets"]
    assert "| `BFF_REDIS_URL` |" in topics["Cache"]
    assert "| `BFF_REVALIDATE` |" in topics["Who is told of changes"]
    assert "| `kind` | `purge` | required |" in topics["A CDN that is told"]
    assert "| `BFF_CONTENT_BUDGET_SECONDS` |" in topics["The service"]
