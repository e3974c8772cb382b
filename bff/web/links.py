"""`Link: <…>; rel="alternate"; hreflang="…"`: the same thing in other languages.

Source: RFC 8288, section 3, and what search engines ask of `hreflang`: absolute addresses, the
same set on every page.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

# A URI has only ASCII (RFC 3986); `<`, `>`, `"`, spaces and controls would end it in a header.
_ADDRESS: Final = re.compile(r"https?://[!#-;=?-Z\[\]_a-z~%]+", re.ASCII | re.IGNORECASE)
_TAG: Final = re.compile(r"[A-Za-z0-9-]+", re.ASCII)
_MOST: Final = 6 * 1024
"""Characters of the header; servers and proxies often refuse 8 KiB of headers."""


def alternate_links(alternates: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the header's value for `alternates` as they are shown; `None` without any.

    An alternate without an address, or with one that is not absolute or could not stand in a
    header, is left out. If all together are too long there is no header: a part of the set
    would tell search engines that the rest does not exist.
    """
    links = [
        f'<{one["url"]}>; rel="alternate"; hreflang="{one["locale"]}"'
        for one in alternates
        if _ADDRESS.fullmatch(one["url"] or "") and _TAG.fullmatch(one["locale"])
    ]
    value = ", ".join(links)
    return value if 0 < len(value) <= _MOST else None
