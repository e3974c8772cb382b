"""How caches outside are told of a tag: in one word that every header can hold."""

import re
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from bff.domain.marks import EVERYTHING
from bff.domain.tags import document_tag, header_key, names_tag, source_tag

WORD = re.compile(r"[!-+\--~]+", re.ASCII)  # neither a space nor a comma


def test_most_tags_are_told_as_they_are() -> None:
    """Whoever looks at a header finds the id that Medusa or the content system shows."""
    for tag in (EVERYTHING, "product:prod_01J", "sanity:a.b-c~d", source_tag("a"), names_tag("a")):
        assert header_key(tag) == tag == quote(tag, safe=":*?")


def test_an_odd_id_is_quoted() -> None:
    """An editor may name a document anything; the header stays one word for it."""
    assert header_key(document_tag("sanity", "tee, red")) == "sanity:tee%2C%20red"
    assert header_key(document_tag("sanity", "Größe")) == "sanity:Gr%C3%B6%C3%9Fe"


def test_a_long_id_is_told_by_its_hash() -> None:
    """An id of any length fits, and two that begin alike are not mixed up."""
    longest, longer, other = "a" * 200, "a" * 201, "a" * 200 + "b"

    assert header_key(longest) == longest
    assert re.fullmatch("hash:[0-9a-f]{40}", header_key(longer))
    assert len({header_key(longest), header_key(longer), header_key(other)}) == 3


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_two_tags_share_a_word(one: str, other: str) -> None:
    """A purge of one document never drops the pages of another for want of letters."""
    assert WORD.fullmatch(header_key(one))
    assert (header_key(one) == header_key(other)) is (one == other)
