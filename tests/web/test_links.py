"""`Link` headers: what search engines are told of other languages, and what never gets there."""

import pytest

from bff.web.links import alternate_links


def alternate(url: str | None, locale: str = "de") -> dict[str, str | None]:
    return {"locale": locale, "handle": "tee", "url": url}


def test_all_languages_in_one_header() -> None:
    """Each language has its address, in the form of RFC 8288."""
    links = alternate_links(
        [alternate("https://shop.test/tee", "en"), alternate("http://shop.test/de/tee?a=1&b=(2)")]
    )

    assert links == (
        '<https://shop.test/tee>; rel="alternate"; hreflang="en", '
        '<http://shop.test/de/tee?a=1&b=(2)>; rel="alternate"; hreflang="de"'
    )


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "/de/tee", "//shop.test/tee", "shop.test/tee", "ftp://shop.test/tee"),
        *("javascript:alert(1)", "https://", "https:shop.test"),
        'https://shop.test/a>; rel="preload"',
        "https://shop.test/a b",
        "https://shop.test/a\r\nSet-Cookie: x=1",
        "https://shop.test/a\nX: 1",
        "https://shop.test/a\x00",
        "https://shop.test/\u00fcber-uns",
        "https://shop.test/a\u2028",
        'https://shop.test/"',
        "https://shop.test/{handle}",
        "https://shop.test/a\\b",
    ],
)
def test_addresses_that_cannot_stand_there(url: str | None) -> None:
    """Relative addresses, other schemes, and whatever could end the header are left out."""
    assert alternate_links([alternate(url)]) is None
    kept = alternate_links([alternate(url), alternate("https://shop.test/en", "en")])
    assert kept == '<https://shop.test/en>; rel="alternate"; hreflang="en"'


def test_a_language_that_is_no_tag() -> None:
    """Nothing but a tag stands between the quotes."""
    assert alternate_links([alternate("https://shop.test/", 'de"; rel="x')]) is None


def test_encoded_letters_of_other_scripts() -> None:
    """Addresses are percent-encoded where the shop's templates are filled in."""
    assert alternate_links([alternate("https://shop.test/%C3%BCber")]) == (
        '<https://shop.test/%C3%BCber>; rel="alternate"; hreflang="de"'
    )


def test_no_part_of_the_set() -> None:
    """A header that would be too long for servers is left out whole."""
    few = [alternate("https://shop.test/" + "x" * 100)] * 40
    many = [alternate("https://shop.test/" + "x" * 100)] * 60

    assert len(alternate_links(few) or "") < 6 * 1024
    assert alternate_links(many) is None
