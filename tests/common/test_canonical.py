import hashlib

import pytest

from common.canonical import canonical_json, sha256_of


def test_equal_contents_are_spelled_alike():
    assert canonical_json({"b": 1, "a": ["ż", None]}) == '{"a":["ż",null],"b":1}'


def test_the_digest_is_of_the_utf8_spelling():
    assert sha256_of({"a": "ż"}) == hashlib.sha256('{"a":"ż"}'.encode()).hexdigest()


def test_what_json_cannot_say_is_refused():
    with pytest.raises(ValueError):
        canonical_json(float("nan"))
