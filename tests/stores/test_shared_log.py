"""What others say in Redis about marks is untrusted in shape."""

import pytest

from bff.stores.mark_table import MarkTable
from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.log import SharedLog


@pytest.fixture
def shared_log() -> SharedLog:
    connection = Connection("unix:///nowhere", connections=1, timeout_seconds=1)
    return SharedLog(connection, MarkTable(), lambda: 0.0, "bff")


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{}",
        b"[]",
        b'["1","2","3"]',
        b'["1","2",[["tag","2"]]]',
        b'["1","2",[["tag","2",3]]]',
        b'["1","2",[[5,"2","0 - - 1"]]]',
        b'["1","2",[["tag",null,"0 - - 1"]]]',
        b'["1","2",[["tag","2","0 - -"]]]',
        b'["1","2",[["tag","2","0 x - 1"]]]',
        b'["1",{},[["tag","2","0 - - 1"]]]',
        b'["1","99999999999999999999999",7]',
    ],
)
def test_a_message_that_makes_no_sense(shared_log: SharedLog, message: bytes) -> None:
    """It is as if something was missed: the news are read."""
    assert not shared_log.heard(message)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"OK",
        [],
        [b"1", 0, [b"tag", b"1"], [None]],
        [b"1", 0, [b"tag", b"x"], [b"0 - - 1"]],
        [b"1", 0, None, []],
        [b"1", 0, [7, b"1"], [b"0 - - 1"]],
        [None, 0, [], []],
    ],
)
def test_news_that_make_no_sense(shared_log: SharedLog, answer: object) -> None:
    """Redis is as good as away then: nobody is answered with an error."""
    with pytest.raises(Unreachable):
        shared_log.take(answer)
