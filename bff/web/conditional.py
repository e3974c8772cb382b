"""`ETag` and `If-None-Match`: an answer that a client has already is not sent again.

Source: RFC 9110, sections 8.8.3 and 13.1.2.
"""

import re
from hashlib import blake2b

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def etag_of(body: bytes) -> str:
    """Return the strong entity tag of a body: the same bytes have the same one everywhere."""
    return f'"{blake2b(body, digest_size=16).hexdigest()}"'


def has_already(if_none_match: str, etag: str) -> bool:
    """Tell whether a client says that it has what this entity tag stands for.

    Tags are compared weakly, as section 13.1.2 wants it: what a proxy has compressed is named by
    a weak one and counts. `*` stands for whatever there is.
    """
    if if_none_match.strip() == "*":
        return True
    return etag.removeprefix("W/") in _TAG.findall(if_none_match)
