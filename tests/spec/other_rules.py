"""Rules that are not drawn, because no order of days tells them: what each says, and where it is tried."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OtherRule:
    """A rule in words, and the test files, below tests/, that hold it."""

    rule: str
    title: str
    says: str
    tried_in: tuple[str, ...]


OTHER_RULES = (
    OtherRule(
        "C-0.5",
        "Day 14 is included",
        "A window has passed when 14 calendar days lie behind the first accepted extract that shows the new address. "
        "Dates are London dates, so clock changes do not count.",
        ("spec/test_rules.py", "model/email_model.py"),
    ),
    OtherRule(
        "C-0.6",
        "A change has the same id whenever and wherever it is worked out",
        "The id is made of doctor, address and the day of the change.",
        ("unit/register/test_changes.py", "operations/ingest/test_any_order.py"),
    ),
    OtherRule(
        "C-0.7",
        "The order in which extracts arrive does not matter",
        "A replay, a late extract or a second run gives the changes that the order of the extracts' dates gives.",
        ("operations/ingest/test_any_order.py", "model/test_model_agrees.py"),
    ),
    OtherRule(
        "C-14",
        "The register's own date of an address is evidence only",
        "`Email Last Updated` never shortens or moves a window. The sync warns of one later than the extract that "
        "shows it.",
        ("operations/ingest/test_email_last_updated.py",),
    ),
    OtherRule(
        "C-15",
        "A column that comes for the first time makes no change",
        "What it holds is taken as it is, as in a first load.",
        ("unit/register/test_changes.py",),
    ),
    OtherRule(
        "C-29",
        "A role mailbox, or an address that a practice user has too, is mailed",
        "The mismatches B60 and B61 report it to staff.",
        ("unit/reconciliation/test_accounts.py",),
    ),
    OtherRule(
        "C-40",
        "An extract dated in the future, or over a year ago, is rejected",
        "The year is `GPSYNC_OLDEST_EXTRACT_DAYS`.",
        ("operations/ingest/test_sync.py", "operations/ingest/test_bad_input.py"),
    ),
    OtherRule(
        "C-46",
        "A letter has one recipient, and gives nobody information that they do not have",
        "No copies and no attachments, text and HTML, from the account that sends; its Message-ID is kept. A name that "
        "reads like an address, a link or a sentence is left out.",
        ("unit/letters/test_letters.py",),
    ),
    OtherRule(
        "C-48",
        "So many mails a day and a minute, the most urgent first",
        "`GPSYNC_DAILY_CAP` and `GPSYNC_PER_MINUTE`. First links leave `GPSYNC_RESERVED_PERCENT` of the day to all "
        "other mails.",
        ("store/test_outbox.py", "mail/test_dispatch.py", "unit/mail/test_throttle.py"),
    ),
    OtherRule(
        "C-49",
        "Nothing is sent unless the run and the installation both say so",
        "`--live` and `GPSYNC_MAIL_LIVE=true`. Outside production only `GPSYNC_MAIL_ALLOWED_DOMAINS` are mailed, and a "
        "rehearsal mails made-up addresses at a mail service on this machine only.",
        ("operations/mailout/test_mailout.py", "cli/test_commands.py"),
    ),
    OtherRule(
        "C-53",
        "A link holds nothing personal and can be used once",
        "256 bits that nobody can guess, bound to person and address, kept as a hash. No name, address or number is in "
        "its URL.",
        ("unit/test_link_tokens.py", "store/test_links.py"),
    ),
    OtherRule(
        "C-55",
        "After retention an address is kept as a keyed hash only",
        "After `GPSYNC_RETENTION_DAYS` without use. Counts and dates remain, and nobody is mailed twice for it.",
        ("operations/test_purge.py",),
    ),
    OtherRule(
        "C-N2",
        "Addresses are compared folded and mailed as supplied",
        "Case and the form of a domain, Unicode or ASCII, do not make another address; dots and plus signs do.",
        ("unit/register/test_addresses.py", "unit/register/test_address_corpus.py", "spec/test_rules.py"),
    ),
    OtherRule(
        "C-N3",
        "A word or a dash for no address is no address",
        "Such as `n/a`, `none` or `noemail@`; the field counts as blank.",
        ("unit/register/test_addresses.py", "spec/test_rules.py"),
    ),
    OtherRule(
        "C-N4",
        "Several addresses in one field are invalid",
        "None of them is picked; nobody is mailed until the field holds one.",
        ("unit/register/test_addresses.py", "spec/test_rules.py"),
    ),
    OtherRule(
        "C-N5",
        "An address that no mail can reach is invalid",
        "Its form is wrong, its domain has no dot, or the domain is reserved, such as `example.com` or `localhost`.",
        ("unit/register/test_addresses.py", "spec/test_rules.py"),
    ),
)
