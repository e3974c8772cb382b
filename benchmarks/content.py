"""What it costs the processor to make content of 24 products, for each content system."""

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial

import httpx

from benchmarks import documents
from benchmarks.documents import Json
from benchmarks.figures import Figure, Section
from bff.domain.content import ProductContent
from bff.domain.locale import Locale
from bff.ports import Call, ContentSource
from bff.sources.contentful import ContentfulContent, ContentfulSettings
from bff.sources.sanity import SanityContent, SanitySettings
from bff.sources.strapi import StrapiContent, StrapiSettings
from bff.upstream import Upstream

_ROUNDS = 15
_PRODUCTS = 24
_PICTURES = 4
_ADDONS = 3
_MICRO = 1e6
_LOCALES = tuple(map(Locale, documents.LOCALES))


async def measure() -> Sequence[Section]:
    """Return what a document costs, from the bytes of an answer to content in all languages."""
    asked = documents.keys(_PRODUCTS)
    async with AsyncExitStack() as stack:
        open_upstream = partial(_opened, stack)
        systems: Mapping[str, tuple[ContentSource, Json]] = {
            "Sanity": _sanity(asked, open_upstream),
            "Contentful": _contentful(asked, open_upstream),
            "Strapi": _strapi(asked, open_upstream),
        }
        costs: dict[str, list[float]] = {name: [] for name in systems}
        for _ in range(_ROUNDS):
            for name, (source, _) in systems.items():
                costs[name].append(await _cost(source, asked))
    return [
        Section(
            f"Content of {_PRODUCTS} products in {len(_LOCALES)} languages, from bytes",
            "user + system of this process for each product, the answer's reading, its rich text "
            f"and its mapping included;\nmedian of {_ROUNDS} rounds in turns. Beside it: the same "
            "against `json.loads` of the same bytes.",
            [
                figure
                for name, (_, answer) in systems.items()
                for figure in _figures(name, costs[name], json.dumps(answer).encode())
            ],
        )
    ]


def _figures(name: str, costs: Sequence[float], body: bytes) -> Sequence[Figure]:
    cost, plain = statistics.median(costs), _parsing_cost(body)
    return (
        Figure(f"{name}, {len(body) / 1000 / _PRODUCTS:.1f} kB a product", cost, "us"),
        Figure(f"{name} / json.loads", cost / plain, "x"),
    )


async def _cost(source: ContentSource, asked: Sequence[str]) -> float:
    call = Call(deadline=time.monotonic() + 60)
    started_at = time.process_time()
    found = await source.contents(asked, call)
    took = time.process_time() - started_at
    if not all(map(_is_whole, found.values())):
        msg = f"{source.name} did not bring everything"
        raise RuntimeError(msg)
    return took / len(asked) * _MICRO


def _is_whole(content: ProductContent | None) -> bool:
    if content is None:
        return False
    texts = [content.fields.get(locale) for locale in _LOCALES]
    refs = content.addon_refs((*_LOCALES, None))
    pictures = [one.images for one in content.fields.values() if one.images]
    is_written = all(text and text.title and text.description for text in texts)
    return is_written and len(refs) == _ADDONS and len(pictures[0]) == _PICTURES


def _parsing_cost(body: bytes) -> float:
    costs = []
    for _ in range(_ROUNDS):
        started_at = time.process_time()
        json.loads(body)
        costs.append(time.process_time() - started_at)
    return statistics.median(costs) / _PRODUCTS * _MICRO


_Open = Callable[[str, Mapping[str, Json]], Upstream]


def _opened(stack: AsyncExitStack, name: str, answers: Mapping[str, Json]) -> Upstream:
    """Return an upstream that answers by the last part of the path, from memory."""
    bodies = {last: json.dumps(answer).encode() for last, answer in answers.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=bodies[request.url.path.rsplit("/", 1)[1]])

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://cms")
    stack.push_async_callback(client.aclose)
    return Upstream(name, client, time.monotonic, lambda _status, _body: "")


def _sanity(asked: Sequence[str], open_upstream: _Open) -> tuple[ContentSource, Json]:
    answer = documents.sanity(asked)
    settings = SanitySettings(project_id="shop", dataset="production")
    upstream = open_upstream("sanity", {"production": answer})
    return SanityContent(upstream, settings, _LOCALES), answer


def _contentful(asked: Sequence[str], open_upstream: _Open) -> tuple[ContentSource, Json]:
    answer = documents.contentful(asked)
    settings = ContentfulSettings.model_validate({"space_id": "shop", "token": "none"})
    answers = {
        "entries": answer,
        "content_types": documents.contentful_types(),
        "locales": documents.contentful_locales(),
    }
    upstream = open_upstream("contentful", answers)
    return ContentfulContent(upstream, settings, _LOCALES, time.monotonic), answer


def _strapi(asked: Sequence[str], open_upstream: _Open) -> tuple[ContentSource, Json]:
    answer = documents.strapi(asked)
    settings = StrapiSettings.model_validate({"url": "http://cms", "version": 5})
    upstream = open_upstream("strapi", {"products": answer})
    return StrapiContent(upstream, settings, _LOCALES, time.monotonic), answer
