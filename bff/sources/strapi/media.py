"""Files of Strapi's media library: addresses that a browser can use, and what is known of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bff.domain.document import Asset
from bff.domain.files import LONGEST_ADDRESS, size_of
from bff.domain.text import is_blank, printable

_ABSOLUTE = re.compile(r"https?://[^\s\"'<>\\^`{|}\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Media:
    """The files of one Strapi.

    `inside` is its address as this service reaches it, `outside` as browsers do; both without a
    slash at the end.
    """

    inside: str = field(repr=False)
    outside: str = field(repr=False)

    def address(self, url: str) -> str | None:
        """Return an absolute address; `None` for what is none, such as a script.

        Files that Strapi keeps itself have relative ones, those of a provider absolute ones. In
        blocks the editor's own address of Strapi is written down, which may be an inner one.
        """
        whole = url
        if url.startswith("//"):
            whole = f"https:{url}"
        elif url.startswith("/"):
            whole = f"{self.outside}{url}"
        elif url.startswith(f"{self.inside}/"):
            whole = f"{self.outside}{url.removeprefix(self.inside)}"
        return whole if len(whole) <= LONGEST_ADDRESS and _ABSOLUTE.fullmatch(whole) else None

    def asset(self, file: Mapping[str, object]) -> Asset | None:
        """Return a file; `None` if nobody says where it is.

        Its alternative text belongs to no language: Strapi does not localise it.
        """
        url = file.get("url")
        address = self.address(url) if isinstance(url, str) else None
        if address is None:
            return None
        kind, alt = file.get("mime"), file.get("alternativeText")
        width, height = size_of(file.get("width"), file.get("height"))
        return Asset(
            address,
            {None: printable(alt).strip()} if isinstance(alt, str) and not is_blank(alt) else {},
            width,
            height,
            kind.strip().lower() if isinstance(kind, str) and "/" in kind else None,
        )
