"""For each code about accounts the least that raises it, in each of its ways."""

from gpsync.rules import Code
from tests.factories import account, change, doctor, performer, user
from tests.unit.reconciliation.examples.example import Example

EXAMPLES = (
    Example(Code.GMC_EMAIL_MISSING, dict(register=[doctor(email=None)], performers=[performer()])),
    Example(Code.GMC_EMAIL_INVALID, dict(register=[doctor(email="asha")], performers=[performer()])),
    Example(Code.GMC_EMAIL_SHARED, dict(register=[doctor(gmc_number="9000002"), doctor()])),
    Example(
        Code.GMC_EMAIL_ROLE_MAILBOX,
        dict(register=[doctor(email="reception@surgery.example")], performers=[performer()]),
    ),
    Example(
        Code.GMC_EMAIL_EQUALS_STAFF_USER,
        dict(
            register=[doctor()],
            performers=[performer()],
            users=[
                user(email="asha@doctor.example"),
                user(email="asha@doctor.example", role="Main Contact"),
                user(practice_code="Z00002", email="asha@doctor.example"),
            ],
        ),
    ),
    Example(
        Code.ACCOUNT_EMAIL_STALE,
        dict(
            register=[doctor(email="asha@doctor")], performers=[performer(list_status="Dozing")], accounts=[account()]
        ),
    ),
    Example(
        Code.LINK_UNVERIFIED,
        dict(register=[doctor()], performers=[performer()], email_changes=[change(expires_on="2026-03-17")]),
    ),
    Example(
        Code.LINK_UNVERIFIED,
        dict(register=[doctor()], performers=[performer()], email_changes=[change(sent_on="2026-02-17")]),
    ),
    Example(
        Code.LINK_BOUNCED, dict(register=[doctor()], email_changes=[change(state="BOUNCED"), change(state="BOUNCED")])
    ),
    Example(
        Code.LINK_BOUNCED, dict(register=[doctor()], email_changes=[change(state="RETURNED"), change(state="RETURNED")])
    ),
    Example(
        Code.EMAIL_CHURN,
        dict(
            register=[doctor()],
            performers=[performer()],
            email_changes=[
                change(new_key="0@doctor.example", change_date="2026-02-17", state="SUPERSEDED"),
                change(new_key="1@doctor.example", change_date="2026-03-01", state="SUPERSEDED"),
                change(new_key="2@doctor.example", change_date="2026-03-18", state="SUPERSEDED"),
            ],
        ),
    ),
    Example(
        Code.ACCOUNT_WITHOUT_LISTING, dict(register=[doctor()], accounts=[account(username_email="old@doctor.example")])
    ),
    Example(
        Code.ACCOUNT_ACTIVE_WHILE_BARRED,
        dict(
            register=[doctor(registration_status="Not Registered - Deceased")],
            performers=[performer()],
            accounts=[account(username_email="old@doctor.example")],
        ),
    ),
    Example(
        Code.ACCOUNT_EMAIL_STALE,
        dict(register=[doctor()], performers=[performer()], accounts=[account(username_email=None)]),
    ),
    Example(
        Code.GMC_EMAIL_EQUALS_STAFF_USER,
        dict(
            register=[doctor()],
            performers=[performer()],
            users=[user(email="asha@doctor.example"), user(2, email="asha@doctor.example")],
        ),
    ),
)
