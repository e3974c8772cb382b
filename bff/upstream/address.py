"""Where a question goes: base URL, path and parameters as one address."""

from functools import lru_cache
from urllib.parse import quote

import httpx
from yarl import URL

Params = tuple[tuple[str, str], ...]


def address(base_url: str, path: str, params: Params) -> httpx.URL:
    """Return the address; path and parameters are plain text, and stay what they are."""
    return _Address(_endpoint(base_url, path), params)


@lru_cache(maxsize=256)
def _endpoint(base_url: str, path: str) -> httpx.URL:
    return httpx.URL(base_url + quote(path, errors="replace"))


_NOTHING = URL()


class _Address(httpx.URL):
    """An endpoint with a query, for a request: to be read, not to be changed.

    httpx would quote the query in Python and then check each character of it, which is a seventh
    of the processor time of a call; yarl does it in C, and aiohttp needs it done by yarl anyway.
    """

    def __init__(self, endpoint: httpx.URL, params: Params) -> None:
        super().__init__(endpoint)
        pairs = [(_whole(name), _whole(value)) for name, value in params]
        self._query = str(_NOTHING.with_query(pairs)) if pairs else ""

    def __str__(self) -> str:
        return super().__str__() + self._query

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r})"  # neither the host nor what is asked

    @property
    def query(self) -> bytes:
        return self._query[1:].encode()

    @property
    def params(self) -> httpx.QueryParams:
        return httpx.QueryParams(self._query[1:])

    @property
    def raw_path(self) -> bytes:
        return super().raw_path + self._query.encode()


def _whole(text: str) -> str:
    """Replace half surrogate pairs, which yarl drops: `tee` is not what was asked for then."""
    return text if text.isascii() else text.encode(errors="replace").decode()
