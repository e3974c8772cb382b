"""What a request to `/graphql` says, read and checked in shape: from a body, or from an address.

Sources: GraphQL over HTTP, edition of September 2026; persisted documents as its draft of an
appendix has them; Apollo's protocol of persisted queries. Parameters that nobody here knows are
ignored, as that edition asks for.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

import orjson

from bff.bodies import json_object
from bff.errors import BadInput

_MOST_FIELDS: Final = 100
"""Parameters of one address; there are five that mean something."""
_KNOWN: Final = frozenset({"query", "variables", "operationName", "extensions", "documentId"})
_VERSION: Final = 1  # of Apollo's protocol; there is no other

_Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is asked for.

    At least one thing says which document is meant: `query` is its text, `document_id` its name
    and `sha256` the hash that Apollo's clients know it by. They may say it twice.
    """

    query: str | None
    document_id: str | None
    sha256: str | None
    variables: Mapping[str, Any] | None
    name: str | None


def from_body(body: bytes) -> Parameters:
    """Return what a JSON body says.

    Raises:
        BadInput: it is not a JSON object, or a part of it is not what it must be.
    """
    if body.lstrip()[:1] == b"[":
        msg = "the body is a list: operations are sent one at a time"
        raise BadInput(msg)
    sent = json_object(body)
    return _parameters(sent, _object("variables", sent), _object("extensions", sent))


def from_query(query_string: bytes) -> Parameters:
    """Return what the query of an address says.

    Raises:
        BadInput: it says one thing twice, or a part of it is not what it must be.
    """
    sent = _fields(query_string)
    return _parameters(sent, _object("variables", _read(sent)), _object("extensions", _read(sent)))


def _fields(query_string: bytes) -> dict[str, str]:
    """Return the fields of an address, as browsers read them: what is not UTF-8 is replaced."""
    try:
        fields = parse_qsl(
            query_string.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        msg = f"the address has more than {_MOST_FIELDS} parameters"
        raise BadInput(msg) from None
    for name, times in Counter(name for name, _ in fields).items():
        # A cache in front of us may look at the first, and we at the last.
        if times > 1 and name in _KNOWN:
            msg = f"{name}: must be there once"
            raise BadInput(msg)
    return dict(fields)


def _read(sent: Mapping[str, str]) -> _Json:
    """Return the parameters that are JSON; where nothing is written, nothing is meant."""
    read: _Json = {}
    for name in ("variables", "extensions"):
        try:
            read[name] = orjson.loads(sent[name]) if sent.get(name) else None
        except ValueError:
            msg = f"{name}: not JSON"
            raise BadInput(msg) from None
    return read


def _parameters(
    sent: Mapping[str, Any], variables: _Json | None, more: _Json | None
) -> Parameters:
    query = _text("query", sent)
    named = _text("documentId", sent) or None
    sha256 = _hash(more) if more else None
    if query is not None and not query.strip():
        query = None
    if query is None and named is None and sha256 is None:
        msg = "query: a GraphQL document is needed"
        raise BadInput(msg)
    return Parameters(query, named, sha256, variables, _text("operationName", sent) or None)


def _text(name: str, sent: Mapping[str, Any]) -> str | None:
    value = sent.get(name)
    if value is not None and not isinstance(value, str):
        msg = f"{name}: must be text"
        raise BadInput(msg)
    return value


def _object(name: str, sent: Mapping[str, Any]) -> _Json | None:
    value = sent.get(name)
    if value is not None and not isinstance(value, dict):
        msg = f"{name}: must be a JSON object"
        raise BadInput(msg)
    return value


def _hash(extensions: _Json) -> str | None:
    """Return the hash that a document is known by, `None` where there is none."""
    said = extensions.get("persistedQuery")
    if said is None:
        return None
    if not isinstance(said, dict) or not isinstance(said.get("sha256Hash"), str):
        msg = "extensions.persistedQuery: must be an object with version and sha256Hash"
        raise BadInput(msg)
    if said.get("version") is True or said.get("version") != _VERSION:
        msg = f"extensions.persistedQuery: version {_VERSION} is the only one"
        raise BadInput(msg)
    return str(said["sha256Hash"])
