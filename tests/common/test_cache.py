"""The cache that guards sign-in: on Redis, and in this process while Redis is away."""

import pickle
import time

import pytest
import redis

from common.cache import ForgivingRedisCache


@pytest.fixture
def shared(redis_server):
    options = {"socket_timeout": 1, "socket_connect_timeout": 1}
    return lambda: ForgivingRedisCache(redis_server.url, {"OPTIONS": dict(options)})


def test_two_processes_share_what_they_count(shared):
    first, second = shared(), shared()
    assert first.add("attempts", 1)
    assert not second.add("attempts", 1)
    assert second.incr("attempts") == 2
    assert first.get("attempts") == 2
    second.set("attempts", [1.5])
    assert first.get("attempts") == [1.5]
    assert first.touch("attempts", 60)
    assert first.has_key("attempts")
    assert first.delete("attempts")
    assert first.get("attempts", "none") == "none"
    first.set("other", 1)
    second.clear()
    assert first.get("other") is None


@pytest.mark.parametrize("state", ["frozen", "stopped"])
def test_while_redis_is_away_a_process_counts_for_itself_and_does_not_wait(shared, redis_server, state):
    cache = shared()
    cache.set("attempts", 5)
    redis_server.freeze() if state == "frozen" else redis_server.stop()
    started = time.monotonic()
    assert cache.get("attempts") is None
    cache.set("attempts", 1)
    assert [cache.incr("attempts") for _ in range(5)] == [2, 3, 4, 5, 6]
    assert time.monotonic() - started < 1.5


def test_redis_is_used_again_after_a_pause(shared, redis_server):
    cache = shared()
    cache.set("attempts", 5)
    redis_server.freeze()
    assert cache.get("attempts") is None
    redis_server.thaw()
    assert cache.get("attempts") is None
    cache._paused_until = 0.0
    assert cache.get("attempts") == 5


class Opened(Exception):
    """Raised by a value that runs code when it is unpickled."""


def _run() -> None:
    raise Opened


class Trap:
    def __reduce__(self):
        return (_run, ())


def test_whoever_writes_to_redis_runs_no_code_here(shared, redis_server):
    cache = shared()
    with redis.Redis.from_url(redis_server.url) as stranger:
        stranger.set(cache._redis.make_and_validate_key("attempts"), pickle.dumps(Trap()))
    assert cache.get("attempts", []) == []
    cache.set("attempts", [1.5])
    assert cache.get("attempts") == [1.5]
