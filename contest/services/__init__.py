"""Every write of editions, one function per intention."""

from contest.services.jury import add_jury_member, put_back_jury_member, remove_jury_member, update_jury_member
from contest.services.locks import locked_edition
from contest.services.phases import archive_edition, close_call, close_due_calls, move_phase
from contest.services.publishing import preview_amendment, publish_amendment, publish_call
from contest.services.removed import sweep_removed_rows
from contest.services.setup import create_edition, put_back_row, update_section

__all__ = [
    "add_jury_member",
    "archive_edition",
    "close_call",
    "close_due_calls",
    "create_edition",
    "locked_edition",
    "move_phase",
    "preview_amendment",
    "publish_amendment",
    "publish_call",
    "put_back_jury_member",
    "put_back_row",
    "remove_jury_member",
    "sweep_removed_rows",
    "update_jury_member",
    "update_section",
]
