import hashlib
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from common.canonical import canonical_json, plain, sha256_of


def test_equal_contents_are_spelled_alike():
    assert canonical_json({"b": 1, "a": ["ż", None]}) == '{"a":["ż",null],"b":1}'


def test_the_digest_is_of_the_utf8_spelling():
    assert sha256_of({"a": "ż"}) == hashlib.sha256('{"a":"ż"}'.encode()).hexdigest()


def test_what_json_cannot_say_is_refused():
    with pytest.raises(ValueError):
        canonical_json(float("nan"))


def test_values_have_one_spelling():
    moment = datetime(2026, 5, 4, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    spelled = canonical_json(plain([moment, Decimal("60.00"), 1e22, -0.0, {"b": (1, 2)}]))
    assert spelled == '["2026-05-04T08:00:00.000000+00:00","60",10000000000000000000000,0,{"b":[1,2]}]'
    assert plain(moment) == plain(moment.astimezone(UTC))
