"""The drawn tables about a day, in the order in which `docs/rules.md` prints them."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.judging import DayCase

WHO = [
    DayCase(
        "C-16",
        "Only the audience is mailed",
        "By default those whom the performers list includes, with conditions or without; the suspended are of them, "
        "and "
        "wait. A doctor who is included later is mailed at the earliest on the date of the first list that shows them.",
        "Doctor",
        """
            | register | list                     | besides                                  | outcome
        Ada | LICENSED | included                 |                                          | may be mailed
        Ben | LICENSED | included with conditions |                                          | may be mailed
        Cyd | LICENSED | absent                   |                                          | SUPPRESSED(NOT_A_PERFORMER)
        Dee | LICENSED | unknown                  |                                          | SUPPRESSED(NOT_A_PERFORMER)
        Eve | LICENSED | absent                   | on the GP Register                       | SUPPRESSED(NOT_A_PERFORMER)
        Fay | LICENSED | absent                   | on the GP Register, AUDIENCE=gp_register | may be mailed
        Gil | LICENSED | included                 | AUDIENCE=gp_register                     | SUPPRESSED(NOT_A_PERFORMER)
        Hal | LICENSED | absent                   | AUDIENCE=everyone                        | may be mailed
        """,
    ),
    DayCase(
        "C-17",
        "The dead are never mailed, whoever says so",
        "The register, or the list alone. Nothing else counts then.",
        "Doctor",
        """
            | register | list     | besides                             | outcome
        Ada | DECEASED | included |                                     | CANCELLED(DECEASED)
        Ben | LICENSED | deceased |                                     | CANCELLED(DECEASED)
        Cyd | LICENSED | deceased | AUDIENCE=everyone, verified with B  | CANCELLED(DECEASED)
        Dee | ERASED   | deceased |                                     | CANCELLED(DECEASED)
        """,
    ),
    DayCase(
        "C-18",
        "Nor are those who are no longer registered",
        "The list may not know it yet.",
        "Doctor",
        """
            | register     | list     | besides | outcome
        Ada | ERASED       | included |         | CANCELLED(NOT_REGISTERED)
        Ben | RELINQUISHED | included |         | CANCELLED(NOT_REGISTERED)
        Cyd | LAPSED       | removed  |         | CANCELLED(NOT_REGISTERED)
        """,
    ),
    DayCase(
        "C-19",
        "A suspension by the GMC or from the list holds",
        "The clock runs meanwhile.",
        "Doctor",
        """
            | register  | list      | besides                 | outcome
        Ada | SUSPENDED | included  |                         | HELD(SUSPENDED)
        Ben | LICENSED  | suspended |                         | HELD(SUSPENDED)
        Cyd | SUSPENDED | absent    |                         | SUPPRESSED(NOT_A_PERFORMER)
        Dee | SUSPENDED | absent    | AUDIENCE=everyone       | HELD(SUSPENDED)
        """,
    ),
    DayCase(
        "C-20",
        "Doctors without a full licence are mailed, unless the installation wants to wait",
        "They need the account to put their record right.",
        "Doctor",
        """
            | register               | list     | besides              | outcome
        Ada | UNLICENSED             | included |                      | may be mailed
        Ben | PROVISIONAL            | included |                      | may be mailed
        Cyd | TEMPORARY_UNLICENSED   | included |                      | may be mailed
        Dee | UNLICENSED             | included | HOLD_UNLICENSED=true | HELD(NO_LICENCE)
        Eve | PROVISIONAL            | included | HOLD_UNLICENSED=true | HELD(NO_LICENCE)
        Fay | LICENSED               | included | HOLD_UNLICENSED=true | may be mailed
        Gil | SUSPENDED              | included | HOLD_UNLICENSED=true | HELD(SUSPENDED)
        """,
    ),
    DayCase(
        "C-21",
        "Those who have left the list are not mailed; those who are about to leave it are",
        "A withdrawal counts from the day it takes effect.",
        "Doctor",
        """
            | register | list                  | besides           | outcome
        Ada | LICENSED | removed               |                   | CANCELLED(OFF_LIST)
        Ben | LICENSED | withdrawn             |                   | CANCELLED(OFF_LIST)
        Cyd | LICENSED | withdrawn from 15 Mar |                   | CANCELLED(OFF_LIST)
        Dee | LICENSED | withdrawn from 16 Mar |                   | CANCELLED(OFF_LIST)
        Eve | LICENSED | withdrawn from 17 Mar |                   | may be mailed
        Fay | LICENSED | removed               | AUDIENCE=everyone | CANCELLED(OFF_LIST)
        """,
    ),
    DayCase(
        "C-22",
        "Nobody is mailed whom the register does not show",
        "Once may be a glitch, and changes nothing but that.",
        "Doctor",
        """
            | register | list     | besides                          | outcome
        Ada | LICENSED | included | missing from the newest register | HELD(NOT_IN_REGISTER)
        Ben | none     | included |                                  | HELD(NOT_IN_REGISTER)
        """,
    ),
    DayCase(
        "C-25",
        "An address that cannot be mailed is held",
        "A correction is a change of its own.",
        "Doctor",
        """
            | register | list     | besides         | outcome
        Ada | LICENSED | included | B is no address | HELD(INVALID_EMAIL)
        """,
    ),
    DayCase(
        "C-N1",
        "An address that may be another one than it looks like is held",
        "It is mailed as the GMC holds it, or not at all.",
        "Doctor",
        """
            | register | list     | besides                   | outcome
        Ada | LICENSED | included | B may be another address  | HELD(UNUSUAL_ADDRESS)
        """,
    ),
    DayCase(
        "C-27",
        "An address that another doctor's account uses is held",
        "A user name is one person's. It goes on when the other account uses another.",
        "Doctor",
        """
            | register | list     | besides                                              | outcome
        Ada | LICENSED | included | B used by another account                            | HELD(ADDRESS_REUSED)
        Ben | LICENSED | included | B used by another account, on the suppression list   | SUPPRESSED(SUPPRESSION_LIST)
        """,
    ),
    DayCase(
        "C-27",
        "An address that another doctor gave up within 30 days before is held for 30 days",
        "Whatever became of that doctor's account. Each doctor took B up on 2 March, unless it says otherwise; whoever "
        "showed it at the same time as another shared it, and C-26 alone decides.",
        "Doctor",
        """
            | register | list     | besides                                        | outcome
        Ada | LICENSED | included | B given up by another on 30 Jan                | may be mailed
        Ben | LICENSED | included | B given up by another on 31 Jan                | HELD(ADDRESS_REUSED)
        Cyd | LICENSED | included | B given up by another on 1 Feb                 | HELD(ADDRESS_REUSED)
        Dee | LICENSED | included | B given up by another on 2 Mar                 | HELD(ADDRESS_REUSED)
        Eve | LICENSED | included | B given up by another on 3 Mar                 | may be mailed
        Fay | LICENSED | included | B given up by another on 13 Feb, taken 13 Feb  | may be mailed
        Gil | LICENSED | included | B given up by another on 14 Feb, taken 14 Feb  | HELD(ADDRESS_REUSED)
        Hal | LICENSED | included | B given up by another on 14 Feb, taken 15 Feb  | HELD(ADDRESS_REUSED)
        """,
    ),
    DayCase(
        "C-28",
        "An address that the account is verified with already needs no link",
        "Verified with another one, it does.",
        "Doctor",
        """
            | register | list     | besides         | outcome
        Ada | LICENSED | included | verified with B | SUPPRESSED(ALREADY_VERIFIED)
        Ben | LICENSED | included | verified with A | may be mailed
        """,
    ),
    DayCase(
        "C-30",
        "An address on the suppression list is not mailed",
        "It bounced, or its holder asked. Another address is.",
        "Doctor",
        """
            | register  | list     | besides                 | outcome
        Ada | LICENSED  | included | on the suppression list | SUPPRESSED(SUPPRESSION_LIST)
        Ben | SUSPENDED | included | on the suppression list | SUPPRESSED(SUPPRESSION_LIST)
        """,
    ),
    DayCase(
        "C-31",
        "Two numbers that look like one doctor are held",
        "Same names, year of qualification and address: an old number and a new one, or two records of one person.",
        "Doctor",
        """
            | register | list     | besides                                         | outcome
        Ada | LICENSED | included | another number alike                            | HELD(IDENTITY)
        Ben | LICENSED | included | another number alike, B used by another account | HELD(IDENTITY)
        """,
    ),
    DayCase(
        "C-39",
        "A change that came with too many others is held until somebody releases them",
        "A column may have shifted.",
        "Doctor",
        """
            | register | list     | besides                           | outcome
        Ada | LICENSED | included | mass change                       | HELD(MASS_CHANGE)
        Ben | LICENSED | included | mass change, HOLD_UNLICENSED=true | HELD(MASS_CHANGE)
        """,
    ),
    DayCase(
        "C-44",
        "An address to which a mail may have gone is not mailed again automatically",
        "A person finds out first.",
        "Doctor",
        """
            | register | list     | besides     | outcome
        Ada | LICENSED | included | answer lost | HELD(UNKNOWN_OUTCOME)
        """,
    ),
    DayCase(
        "C-50",
        "The address must be the one that the register shows now",
        "A change that is no longer of use is not mailed, whatever was planned.",
        "Doctor",
        """
            | register | list     | besides             | outcome
        Ada | LICENSED | included | now at address C    | SUPERSEDED(NEWER_CHANGE)
        Ben | LICENSED | included | now without address | CANCELLED(EMAIL_REMOVED)
        """,
    ),
]

WHEN = [
    DayCase(
        "C-34",
        "After a gap of more than 14 days the register must be confirmed",
        "Nobody knows what it said meanwhile. Confirmed with --confirm-gap, links go out.",
        "Day",
        """
                             | register | register before | list   | last mailout | outcome
        Mon 16 Mar           | 16 Mar   | 3 Mar           | 16 Mar | 2 Mar        | sends
        Mon 16 Mar           | 16 Mar   | 2 Mar           | 16 Mar | 2 Mar        | sends
        Mon 16 Mar           | 16 Mar   | 1 Mar           | 16 Mar | 2 Mar        | C-34
        Mon 16 Mar confirmed | 16 Mar   | 1 Mar           | 16 Mar | 2 Mar        | sends
        Mon 16 Mar           | 16 Mar   |                 | 16 Mar |              | sends
        """,
    ),
    DayCase(
        "C-35",
        "Nothing is sent by a register older than 3 working days, or a list older than 7 days",
        "What waits stays due. 3 April is Good Friday, 6 April Easter Monday.",
        "Day",
        """
                   | register | register before | list   | last mailout | outcome
        Thu 19 Mar | 17 Mar   | 16 Mar          | 19 Mar |              | sends
        Thu 19 Mar | 16 Mar   | 15 Mar          | 19 Mar |              | sends
        Thu 19 Mar | 13 Mar   | 12 Mar          | 19 Mar |              | C-35
        Wed 8 Apr  | 1 Apr    | 31 Mar          | 8 Apr  |              | sends
        Thu 9 Apr  | 1 Apr    | 31 Mar          | 9 Apr  |              | C-35
        Thu 19 Mar | 19 Mar   | 18 Mar          | 13 Mar |              | sends
        Thu 19 Mar | 19 Mar   | 18 Mar          | 12 Mar |              | sends
        Thu 19 Mar | 19 Mar   | 18 Mar          | 11 Mar |              | C-35
        Thu 19 Mar | 19 Mar   | 18 Mar          |        |              | C-35
        Thu 19 Mar |          |                 | 19 Mar |              | C-35
        """,
    ),
    DayCase(
        "C-41",
        "After a missing delta nothing is sent until it comes, or the next full",
        "The register is sent on every working day of England, so a working day between the newest full and the newest "
        "delta that has no extract is one whose delta is missing: `fulls` and `deltas` are the days of those that were "
        "accepted by then. What the missing one said is nowhere else, so --confirm-gap does not help. 3 April is "
        "Good Friday, 6 April Easter Monday.",
        "Day",
        """
                             | fulls         | deltas                               | besides               | outcome
        Tue 10 Mar           | 4 Mar         | 5 Mar, 6 Mar, 9 Mar, 10 Mar          |                       | sends
        Tue 10 Mar           | 4 Mar         | 6 Mar, 9 Mar, 10 Mar                 |                       | C-41 for 5 Mar
        Tue 10 Mar           | 4 Mar         | 5 Mar, 9 Mar, 10 Mar                 |                       | C-41 for 6 Mar
        Tue 10 Mar           | 4 Mar         | 5 Mar, 6 Mar, 10 Mar                 |                       | C-41 for 9 Mar
        Tue 10 Mar           | 4 Mar         | 5 Mar, 10 Mar                        |                       | C-41 for 6 Mar
        Tue 10 Mar confirmed | 4 Mar         | 5 Mar, 9 Mar, 10 Mar                 |                       | C-41 for 6 Mar
        Tue 10 Mar           | 4 Mar         | 5 Mar, 9 Mar, 10 Mar                 | DELTA_GAP_WAITS=false | sends
        Wed 11 Mar           | 4 Mar         | 5 Mar, 9 Mar, 10 Mar, 11 Mar         |                       | C-41 for 6 Mar
        Wed 11 Mar           | 4 Mar         | 5 Mar, 6 Mar, 9 Mar, 10 Mar, 11 Mar  |                       | sends
        Wed 11 Mar           | 4 Mar, 11 Mar | 5 Mar, 9 Mar, 10 Mar                 |                       | sends
        Thu 12 Mar           | 4 Mar, 11 Mar | 5 Mar, 9 Mar, 10 Mar, 12 Mar         |                       | sends
        Thu 12 Mar           | 4 Mar, 10 Mar | 5 Mar, 9 Mar, 10 Mar, 12 Mar         |                       | C-41 for 11 Mar
        Wed 11 Mar           | 4 Mar, 11 Mar | 11 Mar                               |                       | sends
        Tue 10 Mar           | 4 Mar         | 5 Mar, 6 Mar                         |                       | sends
        Mon 9 Mar            | 5 Mar         | 7 Mar, 9 Mar                         |                       | C-41 for 6 Mar
        Tue 10 Mar           | 4 Mar, 10 Mar |                                      |                       | sends
        Tue 10 Mar           |               | 4 Mar, 10 Mar                        |                       | sends
        Wed 8 Apr            | 1 Apr         | 2 Apr, 7 Apr, 8 Apr                  |                       | sends
        Wed 8 Apr            | 1 Apr         | 2 Apr, 8 Apr                         |                       | C-41 for 7 Apr
        Wed 8 Apr            | 1 Apr         | 7 Apr, 8 Apr                         |                       | C-41 for 2 Apr
        """,
    ),
    DayCase(
        "C-42",
        "Nothing is sent as of a day before the last mailout, or before the newest extracts",
        "The clock may be wrong.",
        "Day",
        """
                   | register | register before | list   | last mailout | outcome
        Mon 16 Mar | 16 Mar   | 13 Mar          | 16 Mar | 13 Mar       | sends
        Mon 16 Mar | 16 Mar   | 13 Mar          | 16 Mar | 16 Mar       | sends
        Mon 16 Mar | 16 Mar   | 13 Mar          | 16 Mar | 17 Mar       | C-42
        Mon 16 Mar | 17 Mar   | 16 Mar          | 16 Mar |              | C-42
        Mon 16 Mar | 16 Mar   | 13 Mar          | 17 Mar |              | C-42
        """,
    ),
    DayCase(
        "C-47",
        "Links go out from Monday to Friday, bank holidays in England excepted",
        "SEND_DAYS names the days. What falls due in between goes out on the next of them.",
        "Day",
        """
                   | register | register before | list   | last mailout | outcome
        Thu 2 Apr  | 2 Apr    | 1 Apr           | 2 Apr  |              | sends
        Fri 3 Apr  | 3 Apr    | 2 Apr           | 3 Apr  |              | C-47
        Sat 4 Apr  | 4 Apr    | 3 Apr           | 4 Apr  |              | C-47
        Mon 6 Apr  | 6 Apr    | 3 Apr           | 6 Apr  |              | C-47
        Tue 7 Apr  | 7 Apr    | 3 Apr           | 7 Apr  |              | sends
        Sun 8 Mar  | 1 Feb    |                 |        |              | C-47
        """,
    ),
    DayCase(
        "C-47",
        "They go out between eight and six, by London's clock",
        "SEND_HOURS names the hours. A link mailed at night has lost a night of its life before it is read.",
        "Day and time",
        """
                            | register | register before | list   | last mailout | outcome
        Mon 16 Mar at 07:59 | 16 Mar   | 13 Mar          | 16 Mar |              | C-47
        Mon 16 Mar at 08:00 | 16 Mar   | 13 Mar          | 16 Mar |              | sends
        Mon 16 Mar at 17:59 | 16 Mar   | 13 Mar          | 16 Mar |              | sends
        Mon 16 Mar at 18:00 | 16 Mar   | 13 Mar          | 16 Mar |              | C-47
        """,
    ),
]

DAYS = {"Who may be mailed": WHO, "When links go out": WHEN}
