"""What every content system promises: one suite of assertions, run over all of them.

`shop.py` describes articles as editors see them. For each content system there is a harness, in
`harnesses/`: it publishes those articles in a small system of our own making, which
understands the requests of the real one's HTTP API, and says as data what the real one cannot do
by its nature, with the reason. The assertions know no content system.

Another content system needs one file here: a module in `harnesses/` with `HARNESSES`, a tuple of
`system.Harness`. Each has

    name        what it is called in the tests' names
    settings    its part of the setting `content`, as an operator writes it
    publish     makes the fake of it from the articles, a `system.Fake`
    tags        its own tags for the shop's languages
    cannot      what is otherwise than in most systems, each with the reason

It is found by itself; while a kind of `ContentSettings` has none, `test_harnesses.py` fails. The
source is made by the service's own wiring. The tests of `reading_*.py` also run over real systems,
in `tests/live/test_content_contract.py`.
"""

import pytest

pytest.register_assert_rewrite(
    *(f"tests.sources.contract.reading_{part}" for part in ("keys", "pages", "products", "public"))
)
