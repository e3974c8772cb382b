"""The headers of answers: the one place that writes them, whether an answer was kept or executed.

| answer | `Cache-Control` | `CDN-Cache-Control` |
|---|---|---|
| a preview | `private, no-store` | `no-store` |
| failed or degraded | `no-store` | |
| a header chose its language | `private`, with a lifetime | `no-store`: many ignore `Vary` |
| nobody knows for how long it holds | `no-cache` | |
| any other | a browser's lifetime | a shared cache's lifetime |
"""

import math
from typing import Final

from bff.web.answers import Answer, Head, Parts, Story
from bff.web.cache_status import ANSWERS, cache_status, hit, server_timing
from bff.web.dimensions import Dimension
from bff.web.lifetimes import NO_CACHE, NO_STORE, browser_lifetime, shared_lifetime
from bff.web.preview import HEADER
from bff.web.tag_headers import TagHeaders, tag_headers

_COARSE_SECONDS: Final = 30
_PRIVATE: Final = "private, "
_OF_BODIES: Final = frozenset({b"content-type", b"content-length"})
_KEPT: Final = (b"server-timing", b"kept")


class Heads:
    """Writes headers for one shop.

    `has_preview` says that requests may ask for drafts; `browser_seconds` is for how long a
    browser may use an answer.
    """

    def __init__(self, *, has_preview: bool, browser_seconds: float) -> None:
        self._has_preview = has_preview
        self._browser_seconds = browser_seconds

    def kept(self, answer: Answer, media_type: str, now: float) -> Head:
        """Return the headers of an answer that was kept. They change once a second.

        `media_type` is what `Accept` chose, for answers that leave that to it.
        """
        written = answer.written.get(media_type)
        second = math.ceil(now)
        if written is not None and written[0] == second:
            return written[1]
        ttl = answer.parts.ends.fresh_until - second if answer.parts else None
        head = self._head(answer, media_type, now, is_preview=False)
        head += [(b"cache-status", hit(ANSWERS, ttl).encode("ascii")), _KEPT]
        answer.written[media_type] = (second, head)
        return head

    def executed(
        self, answer: Answer, media_type: str, now: float, story: Story, *, is_preview: bool
    ) -> Head:
        """Return the headers of an answer that was executed for this request."""
        parts = answer.parts
        ttl = parts.ends.fresh_until - now if parts else None
        status = cache_status(story.way, story.trail, ttl, stored=story.stored)
        return [
            *self._head(answer, media_type, now, is_preview=is_preview),
            (b"cache-status", status.encode("ascii")),
            (b"server-timing", server_timing(story.way, story.seconds).encode("ascii")),
        ]

    def refused(self, answer: Answer, media_type: str = "") -> Head:
        """Return the headers of an answer to a request that was not even looked into."""
        return self._head(answer, media_type, 0.0, is_preview=False)

    def _head(self, answer: Answer, media_type: str, now: float, *, is_preview: bool) -> Head:
        head = [
            (b"content-type", (answer.media_type or media_type).encode("latin-1")),
            (b"content-length", b"%d" % len(answer.body)),
        ]
        tags: TagHeaders | None = None
        if answer.is_whole and answer.parts and not is_preview:
            tags = tag_headers(answer.parts.tags)
            head += [
                (b"surrogate-key", tags.surrogate_key.encode("ascii")),
                (b"cache-tag", tags.cache_tag.encode("ascii")),
            ]
        head += self._lifetimes(answer, now, tags, is_preview=is_preview)
        vary = self._vary(answer, is_preview=is_preview)
        if vary:
            head.append((b"vary", vary.encode("ascii")))
        if answer.etag and not is_preview:
            head.append((b"etag", answer.etag.encode("ascii")))
        if answer.languages:
            head.append((b"content-language", ", ".join(answer.languages).encode("latin-1")))
        return [*head, *answer.more]

    def _lifetimes(
        self, answer: Answer, now: float, tags: TagHeaders | None, *, is_preview: bool
    ) -> Head:
        if is_preview:
            # Not even by the editor's own browser.
            return [
                (b"cache-control", b"private, no-store"),
                (b"cdn-cache-control", b"no-store"),
            ]
        if not answer.is_whole:
            return [(b"cache-control", NO_STORE.encode("ascii"))]
        is_private = Dimension.LANGUAGE in answer.used
        browser, shared = NO_CACHE, ""
        is_coarse = tags is not None and tags.is_coarse
        if answer.parts is not None:
            browser, shared = self._times(answer.parts, now, is_coarse=is_coarse)
        head = [
            (b"cache-control", ((_PRIVATE if is_private else "") + browser).encode("ascii")),
        ]
        if is_private:
            shared = NO_STORE
        if shared:
            head.append((b"cdn-cache-control", shared.encode("ascii")))
        return head

    def _times(self, parts: Parts, now: float, *, is_coarse: bool) -> tuple[str, str]:
        second = math.ceil(now)  # never longer than it holds, and the same for a whole second
        browser = browser_lifetime(parts.ends, second, self._browser_seconds)
        most = _COARSE_SECONDS if is_coarse else math.inf
        shared = shared_lifetime(parts.ends, second, browser, most=most)
        directives = browser.directives() if browser.longest else NO_CACHE
        return directives, shared.directives()

    def _vary(self, answer: Answer, *, is_preview: bool) -> str:
        """Return `Vary`: what of a request, other than its words, could make an answer differ."""
        names = []
        if answer.media_type is None:
            names.append("Accept")
        if Dimension.LANGUAGE in answer.used:
            names.append(Dimension.LANGUAGE.value)
        if is_preview or self._has_preview:
            names.append(HEADER)
        return ", ".join(names)


def not_modified(head: Head) -> Head:
    """Return the headers of a 304: those of the answer, without what describes a body."""
    return [(name, value) for name, value in head if name not in _OF_BODIES]
