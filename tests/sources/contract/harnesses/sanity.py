"""Sanity, with each model of languages that its schemas have."""

from collections.abc import Mapping

from tests.sources.contract.harnesses.sanity_lake import EDITOR, READER
from tests.sources.contract.harnesses.sanity_studio import TAGS, Studio
from tests.sources.contract.system import Can, Harness

_OTHER_ID = {
    Can.TELL_UNPUBLISHED_ADDONS: "a reference has the document's id; whose it is, is in there",
    Can.TELL_MISSING_ADDONS: "a reference has the document's id, and there is no document",
}
_OWN_ID = {
    Can.HOLD_TWO_DOCUMENTS: "Medusa's id is the document's own, which is there once",
}
_PER_LANGUAGE = {
    Can.DESCRIBE_PICTURES_BY_LANGUAGE: "a document is in one language, its pictures included",
    Can.KEEP_NEUTRAL_VALUES: "a document is in one language, with all that is in it",
}
_GROUP = {"description": ["content"]}  # where this shop's schemas have it


def _harness(
    name: str, model: str, match: str, cannot: Mapping[Can, str], *, old_keys: bool = False
) -> Harness:
    studio = Studio(model, match, old_keys)
    settings = {
        "kind": "sanity",
        "project_id": "shop1234",
        "model": model,
        "match": match,
        "id_field": "_id" if studio.is_by_document else "medusaId",
        "collection": _GROUP,
        "category": _GROUP,
        "token": READER,
        "preview_token": EDITOR,
    }
    return Harness(f"sanity-{name}-by-{match}", settings, TAGS, studio.publish, cannot)


HARNESSES = (
    _harness("specs", "specs", "id", _OWN_ID),
    _harness("specs", "specs", "handle", _OTHER_ID),
    _harness("array-5", "internationalized-array", "id", _OTHER_ID),
    _harness("array-4", "internationalized-array", "id", _OTHER_ID, old_keys=True),
    _harness("objects", "locale-object", "id", _OTHER_ID),
    _harness("documents", "document", "id", {**_OTHER_ID, **_PER_LANGUAGE}),
    _harness("documents", "document", "handle", {**_OTHER_ID, **_PER_LANGUAGE}),
)
