"""The scalars of the schema, and the checks on what clients write in their place."""

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from bff.domain.commerce import CountryCode
from bff.domain.locale import Locale, parse_locale
from bff.domain.money import CurrencyCode
from bff.errors import BadInput

Json = NewType("Json", object)
"""Any JSON value, made of dicts, lists, text, numbers, booleans and `None`."""


def read_locale(value: object) -> Locale:
    """Return the canonical BCP 47 tag.

    Raises:
        BadInput: it is not a well-formed tag.
    """
    locale = parse_locale(value) if isinstance(value, str) else None
    if locale is None:
        msg = "a locale is a BCP 47 language tag such as en or de-AT"
        raise BadInput(msg)
    return locale


def read_country(value: object) -> CountryCode:
    """Return the country code in upper case.

    Raises:
        BadInput: it is not two letters.
    """
    two_letters = isinstance(value, str) and value.isascii() and value.isalpha()
    if not isinstance(value, str) or not two_letters or len(value) != len("DE"):
        msg = "a country is an ISO 3166-1 alpha-2 code such as DE"
        raise BadInput(msg)
    return CountryCode(value.upper())


def _text(value: object) -> str:
    return str(value)


SCALARS: dict[object, ScalarDefinition] = {
    Locale: strawberry.scalar(
        name="Locale",
        description="A BCP 47 language tag: `en`, `es-MX`, `zh-Hant-TW`. Any letter case in, "
        "the canonical spelling out.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc5646",
        serialize=_text,
        parse_value=read_locale,
    ),
    CountryCode: strawberry.scalar(
        name="CountryCode",
        description="An ISO 3166-1 alpha-2 country code. Any letter case in, upper case out.",
        specified_by_url="https://www.iso.org/iso-3166-country-codes.html",
        serialize=_text,
        parse_value=read_country,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="An ISO 4217 currency code in upper case.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=_text,
        parse_value=_text,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value: text, number, boolean, list or object.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
