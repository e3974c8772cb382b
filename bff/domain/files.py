"""What content systems say of pictures and other files, as far as it can be believed."""

import re

_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[^\s\"'<>\\^`{|}\x00-\x1f\x7f]*")
LONGEST_ADDRESS = 2048
_LONGEST_SIDE = 99_999


def is_https_address(text: str) -> bool:
    """Tell whether a text is an absolute address that can stand in a page as it is."""
    return len(text) <= LONGEST_ADDRESS and _HTTPS.fullmatch(text) is not None


def size_of(width: object, height: object) -> tuple[int | None, int | None]:
    """Return width and height in pixels, both or neither."""
    sides = _side(width), _side(height)
    return sides if all(sides) else (None, None)


def _side(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 1 <= value <= _LONGEST_SIDE else None
