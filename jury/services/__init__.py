"""Every write of the jury, one function per intention."""

from jury.services.assigning import assign_jurors, release_juror, remove_assignment
from jury.services.closing import close_scoring, reopen_scoring
from jury.services.declaring import declare_impartiality, recuse
from jury.services.opening import open_scoring
from jury.services.reminding import remind_jurors
from jury.services.selecting import begin_decision, disqualify, shortlist
from jury.services.sheets import Mark, SheetSealed, StaleSheet, save_scores, submit_sheet
from jury.services.visits import WrongVisitors, plan_visit, record_visit

__all__ = [
    "Mark",
    "SheetSealed",
    "StaleSheet",
    "WrongVisitors",
    "assign_jurors",
    "begin_decision",
    "close_scoring",
    "declare_impartiality",
    "disqualify",
    "open_scoring",
    "plan_visit",
    "record_visit",
    "recuse",
    "release_juror",
    "remind_jurors",
    "remove_assignment",
    "reopen_scoring",
    "save_scores",
    "shortlist",
    "submit_sheet",
]
