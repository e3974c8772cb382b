"""Which of two media types a GraphQL answer is sent as, and whom a status says something to.

Source: RFC 9110, section 12.5.1, and GraphQL over HTTP, edition of September 2026.
"""

import re
from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE | re.ASCII)


_LONGEST_REMEMBERED = 256


def answer_type(accept: str) -> str:
    """Return the media type for an `Accept` header.

    GraphQL's own is for clients that name it and want nothing more than it; a client that would
    take anything may be an old one, and gets JSON. So does one that takes neither: an answer of
    a type it did not ask for says more to people than a bare 406.
    """
    if not accept:
        return JSON
    return _remembered(accept) if len(accept) <= _LONGEST_REMEMBERED else _chosen(accept)


def goes_by_body(accept: str) -> bool:
    """Tell whether a client wants 200 for a document that cannot be executed.

    Those that name JSON, and rather that than GraphQL's own type, were written when every answer
    of a GraphQL service came with 200: a status of 400 is a proxy's word to them. It is what
    the working draft asked for, and the audits of `graphql-http` still do.
    """
    return answer_type(accept) == JSON and _weights(accept).get(JSON, 0.0) > 0


def _chosen(accept: str) -> str:
    weights = _weights(accept)
    graphql, json = _weight(GRAPHQL, weights), _weight(JSON, weights)
    is_first = graphql > json or (graphql == json and GRAPHQL in weights)
    return GRAPHQL if graphql > 0 and is_first else JSON


_remembered = lru_cache(maxsize=256)(_chosen)


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """Return the weight of the most specific range that holds a type, 0 without one."""
    for media_range in (media_type, "application/*", "*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0


def _weights(accept: str) -> dict[str, float]:
    """Return the weight of each range; other parameters do not matter."""
    weights: dict[str, float] = {}
    for item in accept.split(","):
        media_range, *parameters = (part.strip() for part in item.split(";"))
        weights[media_range.lower()] = _given(parameters)
    return weights


def _given(parameters: list[str]) -> float:
    """Return the weight among some parameters: 1 without one, 0 for one that makes no sense."""
    for parameter in parameters:
        if parameter[:2].lower() == "q=":
            match = _WEIGHT.fullmatch(parameter)
            return float(match[1]) if match else 0.0
    return 1.0
