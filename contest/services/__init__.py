"""Every write of editions, one function per intention."""

from contest.services.phases import (
    archive_edition,
    begin_decision,
    close_call,
    close_due_calls,
    close_scoring,
    mark_announced,
    open_scoring,
    reopen_scoring,
)

__all__ = [
    "archive_edition",
    "begin_decision",
    "close_call",
    "close_due_calls",
    "close_scoring",
    "mark_announced",
    "open_scoring",
    "reopen_scoring",
]
