"""A CDN that keeps answers: its purge call, as an operator wrote it down.

Fastly      POST https://api.fastly.com/service/{id}/purge, 256 keys a call,
            headers {"Fastly-Key": "...", "Surrogate-Key": "{tags}"}
Cloudflare  POST https://api.cloudflare.com/client/v4/zones/{id}/purge_cache, 30 keys a call,
            headers {"Authorization": "Bearer ..."}, body {"tags": {tags_json}}
Bunny       POST https://api.bunny.net/pullzone/{id}/purgeCache, one key a call,
            headers {"AccessKey": "..."}, body {"CacheTag": "{tags}"}
Varnish     PURGE http://varnish/ with its module xkey, headers {"xkey-purge": "{tags}"}
"""

import json
from collections.abc import Sequence

from bff.ports import Call, Message
from bff.targets.settings import TAGS, TAGS_JSON, PurgeSettings
from bff.targets.telling import keys_in_parts, place
from bff.upstream import Notice, Upstream


class PurgeTarget:
    """Tells a CDN; satisfies `Target`."""

    def __init__(self, upstream: Upstream, settings: PurgeSettings) -> None:
        self.name = settings.name
        self._upstream = upstream
        self._settings = settings
        self._path, self._params = place(settings.url)

    async def tell(self, message: Message, call: Call) -> None:
        """See `Target.tell`."""
        for keys in keys_in_parts(message.tags, self._settings.keys_per_call):
            await self._upstream.tell(self._notice(keys), call)

    def _notice(self, keys: Sequence[str]) -> Notice:
        settings = self._settings
        body = None if settings.body is None else self._filled(settings.body, keys).encode()
        headers = tuple(
            (name, self._filled(value.get_secret_value(), keys))
            for name, value in settings.headers.items()
        )
        return Notice("purge", settings.method, self._path, self._params, headers, body)

    def _filled(self, template: str, keys: Sequence[str]) -> str:
        """Fill in the keys: these are made of letters that need no quoting anywhere."""
        as_json = template.replace(TAGS_JSON, json.dumps(list(keys)))
        return as_json.replace(TAGS, self._settings.separator.join(keys))
