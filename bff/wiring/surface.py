"""What is let in, as the settings say."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from bff.settings import Settings, SettingsProblem
from bff.settings.environment import NESTED, PREFIX
from bff.settings.graphql import documents_in
from bff.web.client_rate import Rate
from bff.web.executor import Executor
from bff.web.schema import build_schema
from bff.web.surface import DocumentLimits, Surface
from bff.web.trusted import NotDocuments
from bff.wiring.content_calls import content_calls

_TRUSTED: Final = f"{PREFIX}GRAPHQL{NESTED}TRUSTED_DOCUMENTS"


def surface_of(settings: Settings) -> Surface:
    """Return what the service lets in, and how it answers.

    Raises:
        SettingsProblem: a trusted document cannot be executed. The message lists them all.
    """
    surface = _without_documents(settings)
    file = settings.graphql.trusted_documents
    if file is None:
        return surface
    try:
        documents = documents_in(file)
    except NotDocuments as wrong:  # it could be read a moment ago, with the settings
        raise _unusable(wrong.problems) from None
    executor = Executor(build_schema(), introspection=settings.development, surface=surface)
    problems = [
        f"{known_by}: {words}"
        for known_by, document in documents.items()
        for words in _refusals(executor, document)
    ]
    if problems:
        raise _unusable(problems)
    return replace(surface, trusted_documents=documents)


def _unusable(problems: Iterable[str]) -> SettingsProblem:
    return SettingsProblem("\n".join(f"{_TRUSTED}: {problem}" for problem in problems))


def _refusals(executor: Executor, document: str) -> Iterator[str]:
    """Say why a document cannot be executed, each reason with its place in the document."""
    for error in executor.refusals(document):
        places = ", ".join(f"line {at.line}, column {at.column}" for at in error.locations or ())
        yield f"{error.message} ({places})" if places else error.message


def _without_documents(settings: Settings) -> Surface:
    limits = settings.limits
    per_second = limits.requests_per_second
    rate = Rate(per_second, limits.burst) if per_second is not None else None
    return Surface(
        partial_status=settings.graphql.partial_status,
        persisted_queries=settings.graphql.persisted_queries,
        trusted_only=settings.graphql.trusted_only,
        limits=DocumentLimits(
            depth=limits.depth,
            fields=limits.fields,
            aliases=limits.aliases,
            directives=limits.directives,
            upstream_calls=limits.upstream_calls,
            values=limits.values,
        ),
        content=content_calls(settings),
        body_bytes=limits.body_kilobytes * 1024,
        cors_origins=frozenset(settings.cors_origins),
        rate=rate,
        proxies=limits.trusted_proxies,
        explain=settings.development,
    )
