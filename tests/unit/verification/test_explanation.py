"""A doctor's story with what was mailed to them: every day's line in words, and no secret among them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gpsync.mails import AddressWord, Link, LoggedMove
from gpsync.records import Absence, Doctor, EmailChange, FieldChange, Verification, Version
from gpsync.rules import (
    ChangeKind,
    ChangeReason,
    ChangeState,
    Kind,
    LinkState,
    MailKind,
    MailReason,
    MailState,
    Phase,
    Registration,
)
from gpsync.verification.explanation import Correspondence, explanation
from gpsync.window.timeline import Calendar

ANN, BOB = "ann@doctor.example", "bob@doctor.example"
FIRST, SEEN, DUE, LATER = date(2026, 11, 3), date(2026, 11, 17), date(2026, 12, 1), date(2026, 12, 9)
UNUSUAL_ADDRESS = ChangeReason.UNUSUAL_ADDRESS
CALENDAR = Calendar([(FIRST, Kind.FULL), (SEEN, Kind.FULL), (DUE, Kind.FULL)])
VERSIONS = [
    Version(FIRST, SEEN, ANN, ANN, Registration.LICENSED),
    Version(SEEN, None, BOB, BOB, Registration.LICENSED),
]
DOCTOR = Doctor("9000001", VERSIONS)
CHANGE = EmailChange("c1", "9000001", ChangeKind.CHANGED, ANN, BOB, BOB, SEEN, SEEN, DUE, ChangeState.WAITING)
EXPIRES = date(2026, 12, 4)
NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
MOVE = LoggedMove("f" * 32, MailKind.EMAIL_CHANGE, 1, NINE, MailState.PENDING, None, None, None, "gpsync", None)
LINK = Link(
    "l1", MailKind.EMAIL_CHANGE, "c1", "gp 9000001", "9000001", None, BOB, 1, "k1", "5ec7e7", LinkState.ISSUED, NINE
)


def explained(*, moves=(), links=(), doctor=DOCTOR, changes=(CHANGE,), as_of=LATER):
    return [
        (line.on, line.what) for line in explanation(doctor, (), changes, Correspondence(moves, links), CALENDAR, as_of)
    ]


def moved(state, **values):
    return replace(MOVE, state=state, **values)


def line_of(move):
    (found,) = [what for _, what in explained(moves=[move]) if what.startswith("Mail ")]
    return found.removeprefix(f"Mail {MOVE.mail_id}, EMAIL_CHANGE, letter 1: ")


@pytest.mark.parametrize(
    ("move", "line"),
    [
        (MOVE, "is planned. Waiting to be sent."),
        (moved(MailState.PENDING, actor="ben", reason="phoned"), "is planned, by ben (phoned). Waiting to be sent."),
        (
            moved(MailState.SENT, phase=Phase.DOT, smtp_code=250, enhanced_code="2.0.0"),
            "is sent. Accepted by the mail service. The mail service answered 250 2.0.0 at dot.",
        ),
        (
            moved(MailState.DEFERRED, phase=Phase.RECIPIENT, smtp_code=450),
            f"is deferred. {MailState.DEFERRED.meaning} The mail service answered 450 at recipient.",
        ),
        (
            moved(MailState.UNKNOWN, phase=Phase.DOT, reason="UNKNOWN_OUTCOME"),
            f"is unknown (UNKNOWN_OUTCOME). {MailState.UNKNOWN.meaning}",
        ),
        (moved(MailState.CANCELLED, reason="SUSPENDED"), "is cancelled (SUSPENDED). Not to be sent."),
        (
            moved(MailState.CANCELLED, reason="WRITTEN_ANEW", recipient=BOB),
            f"is cancelled (WRITTEN_ANEW). {MailReason.WRITTEN_ANEW.meaning}",
        ),
        (
            moved(MailState.HELD, reason="ALTERED", recipient="eve@doctor.example"),
            f"is held (ALTERED). {MailReason.ALTERED.meaning} To eve@doctor.example.",
        ),
        (
            moved(MailState.PENDING, recipient="ad\u202ea@doctor.example"),
            "is planned. Waiting to be sent. To ad<U+202E>a@doctor.example.",
        ),
    ],
)
def test_a_mails_move_is_reported_in_words(move, line):
    assert line_of(move) == line


@pytest.mark.parametrize("state", [MailState.CLAIMED, MailState.IN_DOUBT])
def test_states_of_a_moment_are_left_out(state):
    assert not [what for _, what in explained(moves=[moved(state)]) if what.startswith("Mail ")]


def test_a_move_before_midnight_in_london_is_reported_on_its_london_day():
    summer = moved(MailState.SENT, at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    assert [on for on, what in explained(moves=[summer]) if what.startswith("Mail ")] == [date(2026, 7, 1)]


@pytest.mark.parametrize(
    ("link", "line"),
    [
        (
            replace(LINK, state=LinkState.OPENED, opened_at=NINE),
            "The link's page was opened, by the doctor or by a mail scanner.",
        ),
        (
            replace(LINK, state=LinkState.CONFIRMED, confirmed_at=NINE),
            "The link was used: the address is verified.",
        ),
        (replace(LINK, state=LinkState.EXPIRED, expires_at=NINE), "The link ran out before it was used."),
    ],
)
def test_what_became_of_a_link_is_reported_on_its_day(link, line):
    assert (DUE, line) in explained(links=[link])


@pytest.mark.parametrize(
    "link", [LINK, replace(LINK, expires_at=NINE), replace(LINK, state=LinkState.REVOKED, expires_at=NINE)]
)
def test_a_link_that_nobody_looked_at_has_no_line(link):
    assert explained(links=[link]) == explained()


def test_neither_token_nor_hash_is_reported():
    links = [replace(LINK, state=LinkState.CONFIRMED, opened_at=NINE, confirmed_at=NINE)]

    assert not [what for _, what in explained(links=links, moves=[MOVE]) if LINK.token_sha256 in what or "l1" in what]


def test_nothing_is_reported_that_comes_after_the_day():
    moves = [MOVE, moved(MailState.SENT, at=datetime(2026, 12, 2, 9, 0, tzinfo=UTC))]

    assert [what for _, what in explained(moves=moves, as_of=DUE) if "is sent" in what] == []
    assert [what for _, what in explained(moves=moves, as_of=date(2026, 12, 2)) if "is sent" in what] != []


def test_a_verification_that_the_portal_tells_of_has_its_line():
    doctor = replace(DOCTOR, verifications=[Verification("9000001", BOB, DUE)])

    assert (DUE, "The portal says that the account is verified.") in explained(doctor=doctor)


@pytest.mark.parametrize(
    ("state", "reason", "as_of", "since", "ending"),
    [
        (ChangeState.WAITING, None, SEEN, SEEN, f"is WAITING: {ChangeState.WAITING.meaning}"),
        (ChangeState.WAITING, None, LATER, DUE, f"is DUE: {ChangeState.DUE.meaning}"),
        (ChangeState.HELD, ChangeReason.SUSPENDED, DUE, DUE, f"is HELD(SUSPENDED): {ChangeReason.SUSPENDED.meaning}"),
        (ChangeState.SENT, None, EXPIRES, DUE, f"is SENT: {ChangeState.SENT.meaning}"),
        (
            ChangeState.SENT,
            None,
            LATER,
            EXPIRES + timedelta(days=1),
            f"is UNVERIFIED_EXPIRED: {ChangeState.UNVERIFIED_EXPIRED.meaning}",
        ),
        (ChangeState.BOUNCED, None, LATER, date(2026, 12, 2), f"is BOUNCED: {ChangeState.BOUNCED.meaning}"),
        (ChangeState.VERIFIED, None, LATER, date(2026, 12, 3), f"is VERIFIED: {ChangeState.VERIFIED.meaning}"),
    ],
)
def test_where_a_change_stands_is_reported_with_the_day_since_when(state, reason, as_of, since, ending):
    sent = {"sent_on": DUE, "expires_on": EXPIRES} if state is ChangeState.SENT else {}
    change = replace(CHANGE, state=state, reason=reason, **sent)
    bounced = moved(MailState.BOUNCED, change_id="c1", at=datetime(2026, 12, 2, 9, tzinfo=UTC))
    used = replace(LINK, state=LinkState.CONFIRMED, confirmed_at=datetime(2026, 12, 3, 9, tzinfo=UTC))

    assert (since, f"Email change c1 {ending}") in explained(
        changes=[change], as_of=as_of, moves=[bounced], links=[used]
    )


def test_a_mail_that_went_out_is_not_told_to_wait():
    of_mails = [what for _, what in explained(moves=[MOVE, moved(MailState.SENT)]) if what.startswith("Mail ")]

    assert [what.partition("letter 1: ")[2] for what in of_mails] == [
        "is planned.",
        f"is sent. {MailState.SENT.meaning}",
    ]


def test_an_unusual_address_is_shown_as_it_is_held_and_as_it_is_compared():
    raised = "bob\u00b2@doctor.example"
    change = replace(
        CHANGE, new_email=raised, new_key="bob2@doctor.example", state=ChangeState.HELD, reason=UNUSUAL_ADDRESS
    )

    assert (
        LATER,
        f"Email change c1 is HELD(UNUSUAL_ADDRESS): {UNUSUAL_ADDRESS.meaning} "
        "The GMC holds bob<U+00B2>@doctor.example; it is compared as bob2@doctor.example.",
    ) in explained(changes=[change])


def test_addresses_are_written_as_whoever_reads_them_may_see_them():
    moves = [replace(MOVE, recipient=BOB)]
    ledger = [FieldChange(SEEN, "email", ANN, BOB)]
    lines = explanation(
        DOCTOR, ledger, [CHANGE], Correspondence(moves), CALENDAR, LATER, show=lambda address: "someone"
    )

    assert [line.what for line in lines if "@" in line.what] == []
    assert sum("someone" in line.what for line in lines) == 4


@pytest.mark.parametrize(
    ("updated", "ending"),
    [
        (
            date(2026, 11, 9),
            " The register has the address last updated on 2026-11-09: shown as evidence only, the window does not "
            "depend on it (C-14).",
        ),
        (
            SEEN,
            " The register has the address last updated on 2026-11-17: shown as evidence only, the window does not "
            "depend on it (C-14).",
        ),
        (
            date(2026, 11, 18),
            " The register has the address last updated on 2026-11-18, after an extract had shown it: this cannot be "
            "right, so this date or the extract's own is wrong; the window does not depend on it (C-14).",
        ),
        (None, ""),
    ],
    ids=["earlier", "the same day", "later", "not supplied"],
)
def test_the_registers_own_date_of_an_address_is_reported_as_evidence(updated, ending):
    last_updated = {"c1": updated} if updated else {"another": SEEN}
    lines = explanation(DOCTOR, (), [CHANGE], Correspondence(), CALENDAR, LATER, last_updated)
    change = [line for line in lines if line.what.startswith("Email change c1, CHANGED")]

    assert [(line.on, line.what.partition("ends on 2026-12-01.")[2]) for line in change] == [(SEEN, ending)]


def test_lines_stand_in_the_order_of_days():
    days = [on for on, _ in explained(moves=[MOVE], links=[replace(LINK, state=LinkState.OPENED, opened_at=NINE)])]

    assert days == sorted(days)
    assert days[0] == FIRST


def day(number):
    return date(2026, 11, number)


def test_a_whole_story_is_told_line_by_line():
    doctor = replace(
        DOCTOR,
        absences=[
            Absence(day(4), None, day(5)),
            Absence(day(6), None, day(7), deleted=True),
            Absence(day(8), day(9), None),
        ],
        quarantined=[(day(10), Kind.FULL)],
    )
    ledger = [
        FieldChange(day(11), "surname", None, "Oak"),
        FieldChange(day(12), "surname", "Oak", None),
        FieldChange(day(13), "email", ANN, "ANN@Doctor.example"),
        FieldChange(day(14), "email", "ANN@Doctor.example", None),
        FieldChange(day(16), "email", None, BOB),
    ]
    at = datetime(2026, 11, 18, 9, tzinfo=UTC)
    words = [AddressWord(at, False, "amy", "asked"), AddressWord(at + timedelta(days=1), True, "ben", "phoned")]
    gap = replace(CHANGE, earliest_possible=day(15), reason=ChangeReason.SUSPENDED)

    lines = explanation(doctor, ledger, [gap], Correspondence(words=words), CALENDAR, day(30))

    assert [(line.on.day, line.what) for line in lines] == [
        (3, f"On the register in the first load, so the address is taken as it is (C-1): LICENSED, {ANN}."),
        (4, "Not in the extract; one absence may be the sender's mistake (C-22)."),
        (5, "On the register again."),
        (6, "Deleted by a delta."),
        (7, "On the register again."),
        (8, "Not in the extract; one absence may be the sender's mistake (C-22)."),
        (9, "No longer on the register: absent from two full extracts in a row, since 2026-11-08."),
        (10, "The row was quarantined: the record from the day before is kept, and is not used for sending (C-24)."),
        (11, "surname: (blank) → Oak"),
        (12, "surname: Oak → (blank)"),
        (
            13,
            f"The email address is now written ANN@Doctor.example, before {ANN}: both count as the same address (C-3).",
        ),
        (14, "email: ANN@Doctor.example → (blank)"),
        (16, f"email: (blank) → {BOB}"),
        (
            17,
            f"Email change c1, CHANGED: {ANN} → {BOB} (it changed between 2026-11-15 and 2026-11-17). "
            "Its window ends on 2026-12-01.",
        ),
        (18, "The address is not to be mailed any more (C-30), by amy (asked)."),
        (19, "The address may be mailed again, by ben (phoned)."),
        (30, f"Email change c1 is WAITING(SUSPENDED): {ChangeReason.SUSPENDED.meaning}"),
    ]


@pytest.mark.parametrize(
    ("versions", "first"),
    [
        ([], None),
        ([Version(FIRST, None, None, None, Registration.LICENSED)],
         "in the first load, so the address is taken as it is (C-1): LICENSED, no email address."),
        (VERSIONS[1:], f"for the first time: LICENSED, {BOB}."),
    ],
)  # fmt: skip
def test_the_first_line_says_how_the_doctor_came(versions, first):
    lines = explained(doctor=Doctor("9000001", versions), changes=())

    assert lines == ([(versions[0].valid_from, f"On the register {first}")] if first else [])


def test_a_change_from_no_address_says_so_and_a_gap_of_a_day_is_none():
    change = replace(CHANGE, kind=ChangeKind.FIRST_EMAIL, old_email=None, earliest_possible=None)

    for one in (change, replace(change, earliest_possible=SEEN)):
        line = f"Email change c1, FIRST_EMAIL: none → {BOB}. Its window ends on 2026-12-01."
        assert (SEEN, line) in explained(changes=[one])


@pytest.mark.parametrize("state", [ChangeState.QUEUED, ChangeState.RETURNED, ChangeState.BOUNCED, ChangeState.VERIFIED])
def test_a_change_is_in_its_state_since_its_own_last_mail_or_link_and_else_since_today(state):
    change = replace(CHANGE, state=state)
    line = f"Email change c1 is {state}: {state.meaning}"
    at = [datetime(2026, 12, number, 9, tzinfo=UTC) for number in range(1, 6)]
    moves = [
        moved(MailState.PENDING, change_id="c1", at=at[0]),
        moved(MailState.DEFERRED, change_id="c1", at=at[1]),
        moved(MailState.CLAIMED, change_id="c1", at=at[2]),
        moved(MailState.SENT, change_id="c2", at=at[3]),
    ]
    links = [
        replace(LINK, state=LinkState.CONFIRMED, confirmed_at=at[1]),
        replace(LINK, state=LinkState.CONFIRMED, confirmed_at=at[0]),
        replace(LINK, state=LinkState.CONFIRMED, confirmed_at=at[4], event_id="c2"),
        LINK,
    ]

    assert (date(2026, 12, 2), line) in explained(changes=[change], moves=moves, links=links)
    assert (LATER, line) in explained(changes=[change], moves=moves[3:], links=links[2:])
    assert (SEEN, line) not in explained(changes=[change], as_of=FIRST)
