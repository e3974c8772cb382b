"""By what a CDN can be told to drop an answer."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bff.domain.marks import EVERYTHING
from bff.domain.tags import COARSE, header_key, product_tag
from bff.web.tag_headers import MOST, tag_headers
from tests.catalog.fakes import pid


def test_both_headers_name_the_same() -> None:
    """CDNs differ in what they read; each finds the product, and a purge of everything."""
    headers = tag_headers({product_tag(pid("tee")), "sanity:doc_tee"})

    assert headers.surrogate_key == b"* product:prod_tee sanity:doc_tee"
    assert headers.cache_tag == b"*,product:prod_tee,sanity:doc_tee"
    assert not headers.is_coarse


def test_too_many_tags_become_one() -> None:
    """A list of a hundred products with addons fits into no header: it goes with every purge."""
    few = [f"product:{number:040}" for number in range(80)]
    many = [f"product:{number:040}" for number in range(100)]

    assert len(tag_headers(few).surrogate_key) <= MOST
    assert not tag_headers(few).is_coarse
    assert tag_headers(many).is_coarse
    assert tag_headers(many).surrogate_key.decode().split(" ") == [header_key(EVERYTHING), COARSE]


@given(st.sets(st.text(min_size=1), min_size=1))
def test_any_id_of_any_cms_can_be_told(tags: set[str]) -> None:
    """Whatever editors call their documents, headers stay headers and no two ids are mixed up."""
    headers = tag_headers(tags)

    assert re.fullmatch(b"[!-~ ]+", headers.surrogate_key)
    assert len(headers.surrogate_key) <= MOST
    if not headers.is_coarse:
        assert len(headers.cache_tag.split(b",")) == len(tags | {EVERYTHING})
