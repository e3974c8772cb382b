"""Addresses and sizes of files are shown only where a browser can do something with them."""

import pytest

from bff.domain.files import LONGEST_ADDRESS, is_https_address, size_of

CDN = "https://cdn.example/"


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        (f"{CDN}tee.jpg?w=400", True),
        ("https://cdn.example:8443/tee.jpg", True),
        (CDN + "a" * (LONGEST_ADDRESS - len(CDN)), True),
        (CDN + "a" * (LONGEST_ADDRESS - len(CDN) + 1), False),
        ("http://cdn.example/tee.jpg", False),
        ("javascript:alert(1)//https://cdn.example/", False),
        ("https://editor:secret@cdn.example/tee.jpg", False),
        (f'{CDN}tee.jpg" onerror="alert(1)', False),
        ("/tee.jpg", False),
    ],
)
def test_only_absolute_addresses_of_files_are_shown(address: str, is_one: bool) -> None:
    """Nothing leads to a script, and nothing leaves the attribute that it stands in."""
    assert is_https_address(address) is is_one


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        (400, 300, (400, 300)),
        (400.9, 300.0, (400, 300)),
        (99_999, 1, (99_999, 1)),
        (100_000, 1, (None, None)),
        (400, None, (None, None)),
        (400, 0, (None, None)),
        (True, 300, (None, None)),
        ("400", 300, (None, None)),
        (float("nan"), 300, (None, None)),
    ],
)
def test_a_picture_has_both_sides_or_none(
    width: object, height: object, size: tuple[int | None, int | None]
) -> None:
    """A page that reserves room for a picture needs both."""
    assert size_of(width, height) == size
