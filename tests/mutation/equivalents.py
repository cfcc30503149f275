"""Changes that change nothing: each with the reason why no test can notice it."""

from typing import NamedTuple

from tests.mutation import merges


class Equivalent(NamedTuple):
    """A change that leaves every answer what it was: the lines before and after, without their indentation."""

    path: str
    before: str
    after: str
    why: str


EQUIVALENTS: tuple[Equivalent, ...] = (
    Equivalent(
        "gpsync/verification/triggers.py",
        'for user_id, rows in waiting.sort_values(["user_id", "practice_code"]).groupby("user_id", sort=True):',
        'for user_id, rows in waiting.sort_values(["user_id", "practice_code"]).groupby("user_id", sort=False):',
        "The rows are in the order of their users already.",
    ),
    Equivalent(
        "gpsync/reconciliation/lifecycle.py",
        "known[mismatch_id] = replace(known.pop(former), mismatch_id=mismatch_id)",
        "known[mismatch_id] = replace(known.pop(former))",
        "It is seen tonight, and then the finding's own id is taken.",
    ),
    Equivalent(
        "gpsync/reconciliation/lifecycle.py",
        "if former is not None and former in known and mismatch_id not in known:",
        "if (former in known) and mismatch_id not in known:",
        "No mismatch has None for its id.",
    ),
    Equivalent(
        "gpsync/window/sharing.py",
        "taken = taken if taken is not None and until == one.since else one.since",
        "taken = taken if (until == one.since) else one.since",
        "Before the first stretch there is no day on which one could have ended.",
    ),
    Equivalent(
        "gpsync/register/changes.py",
        "column: _differs(before[column], after[column]) for column in tracked if column not in {*absent, *introduced}",
        "column: _differs(before[column], after[column]) for column in tracked if column not in {*introduced}",
        "A column that is left out has been given the values that are held.",
    ),
    Equivalent(
        "gpsync/register/changes.py",
        "after = _rows(incoming, parts.differing, key).reindex(columns=columns)",
        "after = _rows(incoming, parts.differing, key).reindex()",
        "Whoever stores the rows takes the columns by their names, and the row's number is made anew.",
    ),
    Equivalent(
        "gpsync/register/changes.py",
        "changed = pd.DataFrame(different, index=after.index).any(axis=1) if different else "
        "pd.Series(False, after.index)",
        "changed = pd.DataFrame(different).any(axis=1) if different else pd.Series(False, after.index)",
        "The columns that are put together have this index.",
    ),
    Equivalent(
        "gpsync/bounces/parts.py",
        'return f"{fields}\\n\\n{rest}" if fields and rest else fields or rest',
        'return f"{fields}\\n\\n{rest}" if (fields and rest) or True else fields or rest',
        "Blank lines before and after a block are left out when it is read.",
    ),
    Equivalent(
        "gpsync/window/status.py",
        "was_removed: bool = False",
        "was_removed: bool = True",
        "Whoever is shown for the first time has no address before and nothing under way: a window begins either way.",
    ),
    Equivalent(
        "gpsync/window/status.py",
        "start = date(day.year + years, month + 1, 1)",
        "start = date(day.year + years, month + 1, 2)",
        "Its day is set to the first afterwards.",
    ),
    *(
        Equivalent(
            "gpsync/window/recognition.py",
            'yield mailing.change.old_email or ""',
            instead,
            "Neither nothing nor a word is a hash.",
        )
        for instead in ('yield mailing.change.old_email or "XX"', "yield (mailing.change.old_email)")
    ),
    Equivalent(
        "gpsync/verification/cancelling.py",
        "wanted = {trigger.event_id for trigger in facts.invited} if mails else set()",
        "wanted = {trigger.event_id for trigger in facts.invited} if (mails) or True else set()",
        "Where no mail to a user waits, it does not matter who is invited; they are not worked out then.",
    ),
    Equivalent(
        "gpsync/verification/cancelling.py",
        'as_if_new(one.mail_id, one.gmc_number or "", one.recipient, one.recipient_key, facts.as_of) for one in mails',
        'as_if_new(one.mail_id, one.gmc_number or "XX", one.recipient, one.recipient_key, facts.as_of) '
        "for one in mails",
        "Mails without a GMC number are left out above.",
    ),
    Equivalent(
        "gpsync/verification/candidates.py",
        "people = [person for person in shown if person is not None and person.key is not None]",
        "people = [person for person in shown if (person is not None)]",
        "Who shows no address is stopped for that.",
    ),
    Equivalent(
        "gpsync/verification/renewing.py",
        'person = people.get(mail.link.gmc_number or "")',
        'person = people.get(mail.link.gmc_number or "XX")',
        "A mail that is not a user's has a GMC number.",
    ),
    Equivalent(
        "gpsync/verification/resending.py",
        "if stated is not None and facts.person.key is not None and key(stated) == facts.person.key:",
        "if (stated is not None) and key(stated) == facts.person.key:",
        "No address is compared as None.",
    ),
    Equivalent(
        "gpsync/verification/mailout_plan.py",
        "event_id: replace(one, state=MailState.CANCELLED, reason=cancelled[one.mail_id])",
        "event_id: replace(one, state=MailState.CANCELLED)",
        "What a person has decided against is stopped before it is asked what was mailed about it.",
    ),
    *(
        Equivalent(
            "gpsync/verification/reminding.py",
            'triggers.sort(key=lambda trigger: (trigger.due_date, trigger.gmc_number or ""))',
            instead,
            "Every reminder is to a doctor, who has a number.",
        )
        for instead in (
            'triggers.sort(key=lambda trigger: (trigger.due_date, trigger.gmc_number or "XX"))',
            "triggers.sort(key=lambda trigger: (trigger.due_date, (trigger.gmc_number)))",
        )
    ),
    *(Equivalent(*one) for one in merges.left_out()),
    *(
        Equivalent(
            "gpsync/reconciliation/approvals/case_findings.py",
            '_HEEDED = ("key", "case_id", "gmc_number", "practice_code", "severity", "owner")',
            instead,
            "Every sentence about a case names it.",
        )
        for instead in (
            '_HEEDED = ("key", "gmc_number", "practice_code", "severity", "owner")',
            '_HEEDED = ("key", "XXcase_id", "gmc_number", "practice_code", "severity", "owner")',
        )
    ),
)
