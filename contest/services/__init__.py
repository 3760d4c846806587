"""Every write of editions, one function per intention."""

from contest.services.jury import add_jury_member, put_back_jury_member, remove_jury_member, update_jury_member
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
from contest.services.publishing import preview_amendment, publish_amendment, publish_call
from contest.services.removed import sweep_removed_rows
from contest.services.setup import create_edition, put_back_row, update_section

__all__ = [
    "add_jury_member",
    "archive_edition",
    "begin_decision",
    "close_call",
    "close_due_calls",
    "close_scoring",
    "create_edition",
    "mark_announced",
    "open_scoring",
    "preview_amendment",
    "publish_amendment",
    "publish_call",
    "put_back_jury_member",
    "put_back_row",
    "remove_jury_member",
    "reopen_scoring",
    "sweep_removed_rows",
    "update_jury_member",
    "update_section",
]
