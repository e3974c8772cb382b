"""The headers of answers: the one place that writes them, whether an answer was kept or executed.

| answer | `Cache-Control` | `CDN-Cache-Control` |
|---|---|---|
| a preview, or explained | `private, no-store` | `no-store` |
| failed or degraded | `no-store` | |
| a header chose its language | `private`, and a lifetime | `no-store`: many ignore `Vary` |
| nobody knows for how long it holds | `no-cache` | |
| any other | a browser's lifetime, if it has one | a shared cache's lifetime |
"""

import math
from typing import Final

from bff.web.answers import Answer, Head, Story
from bff.web.cache_status import ANSWERS, cache_status, hit, server_timing
from bff.web.dimensions import Dimension
from bff.web.lifetimes import browser_lifetime, shared_lifetime
from bff.web.preview import HEADER
from bff.web.tag_headers import tag_headers

_COARSE_SECONDS: Final = 30
_OF_BODIES: Final = frozenset({b"content-type", b"content-length"})
_AS_IT_SAYS: Final = (b"x-content-type-options", b"nosniff")
_KEPT: Final = (b"server-timing", b"kept")


class Heads:
    """Writes headers for one shop.

    `has_preview` says that requests may ask for drafts; `browser_seconds` is for how long a
    browser may use an answer.

    Of each method `media_type` is what `Accept` chose, for answers that leave that to it, and
    `is_fetch` tells GET and HEAD from POST. Shared caches keep no answer to a POST, so that it
    goes without a lifetime and tags for them: these are often as long as the answer itself.
    """

    def __init__(self, *, has_preview: bool, browser_seconds: float) -> None:
        self._has_preview = has_preview
        self._browser_seconds = browser_seconds

    def kept(self, answer: Answer, now: float, *, media_type: str, is_fetch: bool) -> Head:
        """Return the headers of an answer that was kept. They change once a second.

        Such an answer is fresh: in its last second, which is rounded down, 0 s are left of it.
        One that is degraded is held here for a moment, and nowhere else.
        """
        second = math.ceil(now)
        written = answer.written.get((media_type, is_fetch))
        if written is not None and written[0] == second:
            return written[1]
        ttl = max(0.0, answer.parts.ends.fresh_until - second) if answer.parts else None
        if answer.is_whole:
            head = self._whole(answer, now, media_type, is_fetch=is_fetch)
        else:
            head = self._head(answer, media_type, is_preview=False)
            head.append((b"cache-control", b"no-store"))
        head += [(b"cache-status", hit(ANSWERS, ttl).encode("ascii")), _KEPT]
        answer.written[media_type, is_fetch] = (second, head)
        return head

    def executed(
        self,
        answer: Answer,
        now: float,
        story: Story,
        *,
        media_type: str,
        is_fetch: bool,
        is_preview: bool,
    ) -> Head:
        """Return the headers of an answer that was executed for this request."""
        if is_preview or story.is_explained:
            # Not even by the editor's own browser.
            head = self._head(answer, media_type, is_preview=is_preview)
            head += [(b"cache-control", b"private, no-store"), (b"cdn-cache-control", b"no-store")]
        elif answer.is_whole:
            head = self._whole(answer, now, media_type, is_fetch=is_fetch)
        else:
            head = self._head(answer, media_type, is_preview=False)
            head.append((b"cache-control", b"no-store"))
        ttl = answer.parts.ends.fresh_until - now if answer.parts else None
        status = cache_status(story.way, story.trail, ttl, stored=story.stored)
        return [
            *head,
            (b"cache-status", status.encode("ascii")),
            (b"server-timing", server_timing(story.way, story.seconds).encode("ascii")),
        ]

    def refused(self, answer: Answer, media_type: str = "") -> Head:
        """Return the headers of an answer to a request that was not even looked into."""
        head = self._head(answer, media_type, is_preview=False)
        return [*head, (b"cache-control", b"no-store")]

    def _head(self, answer: Answer, media_type: str, *, is_preview: bool) -> Head:
        """Return what says nothing of caching but what chose the answer."""
        head = [
            (b"content-type", (answer.media_type or media_type).encode("latin-1")),
            (b"content-length", b"%d" % len(answer.body)),
            _AS_IT_SAYS,
        ]
        varying = []
        if answer.media_type is None:
            varying.append("Accept")
        if Dimension.LANGUAGE in answer.used:
            varying.append(Dimension.LANGUAGE.value)
        if is_preview or (self._has_preview and answer.is_whole):
            varying.append(HEADER)
        if varying:
            head.append((b"vary", ", ".join(varying).encode("ascii")))
        if answer.languages:
            head.append((b"content-language", ", ".join(answer.languages).encode("latin-1")))
        return [*head, *answer.more]

    def _whole(self, answer: Answer, now: float, media_type: str, *, is_fetch: bool) -> Head:
        """Return the headers of a public answer that is what a healthy system gives."""
        head = self._head(answer, media_type, is_preview=False)
        head.append((b"etag", answer.etag_as(media_type).encode("ascii")))
        is_private = Dimension.LANGUAGE in answer.used
        shared: str | None = "no-store" if is_private else None
        directives = "no-cache"
        if answer.parts is not None:
            ends, tags = answer.parts.ends, answer.tagged or tag_headers(answer.parts.tags)
            answer.tagged = tags  # worked out once, and shared by all that is written
            second = math.ceil(now)  # never longer than it holds, and the same all second long
            browser = browser_lifetime(ends, second, self._browser_seconds)
            if browser.longest:
                directives = browser.directives()
            if is_fetch and not is_private:
                most = _COARSE_SECONDS if tags.is_coarse else math.inf
                shared = shared_lifetime(ends, second, browser, most=most).directives()
            if is_fetch:
                head += [
                    (b"surrogate-key", tags.surrogate_key),
                    (b"cache-tag", tags.cache_tag),
                ]
        mine = f"private, {directives}" if is_private else directives
        head.append((b"cache-control", mine.encode("ascii")))
        if shared is not None:
            head.append((b"cdn-cache-control", shared.encode("ascii")))
        return head


def not_modified(head: Head) -> Head:
    """Return the headers of a 304: those of the answer, without what describes a body."""
    return [(name, value) for name, value in head if name not in _OF_BODIES]
