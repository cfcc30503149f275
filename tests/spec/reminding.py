"""Drawn tables about reminders: what the register and the mailout show, and on which days a reminder may go out.

They are read as the other drawn tables are. `sent on request` is a mail that a person asked for. The outcome is
`reminder` or `none`, where one reminder is wanted and nothing but the register and the send log is asked; or `again` or
`none`, where none is wanted.
"""

from datetime import date

from gpsync.mails import MailHistory
from gpsync.records import EmailChange
from gpsync.rules import HANDED_OVER_STATES, WINDOW_DAYS, MailState
from gpsync.verification.reminders import due_for_reminder, may_be_reminded, reminded_of
from tests.spec.drawing import MAILS, Case, Posted, Shown, day, known, read_extracts, read_mailout, read_table

_Lines = list[tuple[date, dict[str, str]]]


def reminded(case: Case, reminders: int = 1) -> tuple[_Lines, _Lines]:
    """The drawn and the worked-out lines of the second table, to be compared."""
    extracts, posted = list(read_extracts(case.shows, case.year)), list(read_mailout(case.shows, case.year))
    drawn = [(day(label, case.year), cells) for label, cells in read_table(case.follows)]
    worked_out = [
        (on, {name: _outcome(extracts, posted, name, on, reminders) for name in cells}) for on, cells in drawn
    ]
    return drawn, worked_out


def _outcome(extracts: list[Shown], posted: list[Posted], name: str, on: date, reminders: int) -> str:
    doctor, calendar = known(extracts, posted, name, on)
    words = [one.cells[name] for one in posted if one.is_mail and one.on <= on and name in one.cells]
    about = [(mailing.change.change_id, word) for mailing, word in zip(doctor.mailings, words, strict=True)]
    changes = due_for_reminder(doctor, calendar, on, window_days=WINDOW_DAYS)
    wanted = [change for change in changes if change.state in reminded_of(reminders)]
    is_mailed = any(may_be_reminded(_past(about, change), reminders) for change in wanted)
    return ("reminder" if reminders else "again") if is_mailed else "none"


def _past(about: list[tuple[str, str]], change: EmailChange) -> MailHistory:
    words = [word for change_id, word in about if change_id == change.change_id]
    handed_over = [word for word in words if MAILS[word] in HANDED_OVER_STATES]
    return MailHistory(
        change.change_id,
        "m",
        len(words),
        MAILS[words[-1]],
        None,
        None,
        handed_over=len(handed_over),
        was_requested=any(word.endswith("on request") for word in words),
        was_returned=bool(handed_over) and MAILS[handed_over[-1]] is MailState.RETURNED,
    )
