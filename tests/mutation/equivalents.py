"""Changes that change nothing: each with the reason why no test can notice it."""

from typing import NamedTuple

from tests.mutation import merges


class Equivalent(NamedTuple):
    """A change that leaves every answer what it was: the lines before and after, without their indentation."""

    path: str
    before: str
    after: str
    why: str


#: Columns that are read side by side.
_SIDE_BY_SIDE = (
    (
        "gpsync/register/incoming.py",
        'for key, old, new in zip(emails[keys], emails["old_value"], emails["new_value"], strict=True)',
    ),
    ("gpsync/register/changes.py", 'since = dict(zip(absences[key], absences["absent_from"], strict=True))'),
    (
        "gpsync/verification/unknown.py",
        'return dict(zip(rows["gmc_number"], email_keys(rows["username_email"]), strict=True))',
    ),
    ("gpsync/verification/listing.py", "for gmc_number, word, effective in zip(*columns, strict=True):"),
    (
        "gpsync/verification/portal_accounts.py",
        "return [Verification(number, key, date.fromisoformat(on)) for number, key, on in zip(*columns, strict=True)]",
    ),
)

EQUIVALENTS: tuple[Equivalent, ...] = (
    *(
        Equivalent(path, line, line.replace(", strict=True", instead), "Columns of one table are of one length.")
        for path, line in _SIDE_BY_SIDE
        for instead in (", strict=False", "")
    ),
    Equivalent(
        "gpsync/verification/triggers.py",
        'for user_id, rows in waiting.sort_values(["user_id", "practice_code"]).groupby("user_id"):',
        'for user_id, rows in waiting.sort_values(["practice_code"]).groupby("user_id"):',
        "Grouping puts the users in order.",
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
        "gpsync/register/addresses.py",
        'meant_local, _, meant_domain = meant.rpartition("@")',
        'meant_local, _, meant_domain = meant.partition("@")',
        "A valid address has one at sign.",
    ),
    *(
        Equivalent("gpsync/bounces/notices.py", before, after, "A word without a code says nothing of a status.")
        for before, after in (
            (
                'kind, code = meaning("delayed" if _STILL_TRYING.search(text) else "failed", "", text)',
                'kind, code = meaning("delayed" if _STILL_TRYING.search(text) else "failed", "XX", text)',
            ),
            ('kind, code = meaning("failed", "", text)', 'kind, code = meaning("failed", "XX", text)'),
        )
    ),
    Equivalent(
        "gpsync/bounces/codes.py",
        'def meaning(action: str, status: str, text: str, letter: str = "") -> tuple[ReturnedKind, str | None]:',
        'def meaning(action: str, status: str, text: str, letter: str = "XX") -> tuple[ReturnedKind, str | None]:',
        "A word that says nothing is no reason.",
    ),
    Equivalent(
        "gpsync/bounces/parts.py",
        "return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []",
        "return [one for one in inside if isinstance(one, Message)] if (isinstance(inside, list)) or True else []",
        "No character of a text is a message.",
    ),
    Equivalent(
        "gpsync/bounces/notices.py",
        'for word, _ in decode_header(str(head.get("Subject", "")))',
        'for word, _ in decode_header(str(head.get("Subject", "XX")))',
        "Neither says that somebody is away.",
    ),
    Equivalent(
        "gpsync/register/addresses.py",
        "elif end - start > 1 and text[start] == text[end - 1] and text[start] in _QUOTES:",
        "elif end - start > 2 and text[start] == text[end - 1] and text[start] in _QUOTES:",
        "Where nothing but quotes is left there is no address, which is seen before.",
    ),
    Equivalent(
        "gpsync/bounces/parts.py",
        'return str(headers.get(name, "")).strip().lower()',
        'return str(headers.get(name, "XX")).strip().lower()',
        "Nothing is looked for that is in neither.",
    ),
    *(
        Equivalent(path, line, line.replace(", maxsplit=1", instead), "Only what stands before the first is taken.")
        for path, line in (
            ("gpsync/bounces/kept.py", "yield _COPY.split(pieces.text, maxsplit=1)[0].strip()"),
            ("gpsync/bounces/notices.py", 'return _SUBJECT.sub("", _COPY.split(text, maxsplit=1)[0])'),
        )
        for instead in (", maxsplit=2", "")
    ),
    Equivalent(
        "gpsync/bounces/notices.py",
        'return frozenset(key for one in recipients for key in _keys(one.decode("ascii", "replace")[:512]))',
        'return frozenset(key for one in recipients for key in _keys(one.decode("ascii", "XXreplace")[:512]))',
        "The library is given ASCII.",
    ),
    Equivalent(
        "gpsync/bounces/notices.py",
        'return frozenset(key for one in recipients for key in _keys(one.decode("ascii", "replace")[:512]))',
        'return frozenset(key for one in recipients for key in _keys(one.decode("ascii", "replace")[:513]))',
        "The lines that the library is given are shorter.",
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
