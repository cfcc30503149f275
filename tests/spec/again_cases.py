"""The drawn mailouts in which somebody is mailed a second time by itself: reminders, and mails after a return."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.planning import PlanCase

_RETURNS = """
            | about       | list      | shows | account         | mails                              | outcome
        Ada | first link  |           |       |                 | returned 10 Feb                    | nothing
        Ben | first link  |           |       |                 | returned 11 Feb                    | letter 2 as AFTER_RETURN
        Cyd | first link  |           |       |                 | returned 6 Mar                     | letter 2 as AFTER_RETURN
        Dee | first link  |           |       |                 | returned 7 Mar                     | nothing
        Eve | first link  |           |       |                 | returned 6 Mar, cancelled          | letter 3 as AFTER_RETURN
        Fay | first link  |           |       |                 | returned 6 Mar, cancelled(REFUSED) | nothing
        Gil | first link  |           |       |                 | returned 11 Feb, returned 6 Mar    | nothing
        Hal | first link  |           |       |                 | returned 6 Mar on request          | nothing
        Ida | first link  | suspended |       |                 | returned 6 Mar                     | nothing
        Jon | first link  |           |       | verified with B | returned 6 Mar                     | nothing
        Kit | first link  |           | B*    |                 | returned 6 Mar                     | letter 2 to B* as AFTER_RETURN
        Lou | user's link |           |       |                 | returned 6 Mar                     | letter 2 as AFTER_RETURN
        Moe | user's link |           |       |                 | returned 7 Mar                     | nothing
        Ned | user's link |           |       | active          | returned 6 Mar                     | nothing
        Ona | user's link |           |       |                 | returned 6 Mar, unknown            | nothing
"""

AGAIN = [
    PlanCase(
        "C-51",
        "A first link, or a user's, that came back undelivered is mailed once more",
        "From the seventh day after the last day of its link until the thirtieth, whether or not it is a first mailout, unless a person asked for it or has decided against it.",
        _RETURNS,
    ),
    PlanCase(
        "C-51",
        "In a first mailout too, and no doctor is mailed twice in a run",
        "Dee's may not go out yet.",
        _RETURNS,
        run="--first-links",
    ),
    PlanCase(
        "C-51",
        "A change whose mail came back is mailed once more, even where nobody is reminded",
        "It is due on the seventh day after the last day of its link.",
        """
            | due   | mails                                | outcome                  | rank     | due date
        Ada | 6 Mar | returned 6 Mar                       | letter 2 as AFTER_RETURN | reminder | 16 Mar
        Ben | 6 Mar | returned 7 Mar                       | nothing                  |          |
        Cyd | 6 Feb | returned 11 Feb                      | letter 2 as AFTER_RETURN | reminder | 21 Feb
        Dee | 6 Feb | returned 10 Feb                      | nothing                  |          |
        Eve | 6 Feb | returned 11 Feb, returned 6 Mar      | nothing                  |          |
        Fay | 6 Feb | sent 11 Feb, returned 6 Mar          | nothing                  |          |
        Gil | 6 Mar | returned 6 Mar, cancelled            | letter 3 as AFTER_RETURN | reminder | 16 Mar
        Hal | 6 Mar | returned 6 Mar on request            | nothing                  |          |
        Ida | 6 Mar | returned 6 Mar, cancelled on request | nothing                  |          |
        Jon | 6 Mar | sent 6 Mar                           | nothing                  |          |
        """,
    ),
    PlanCase(
        "C-51",
        "Whatever stops a first link stops a mail after one that came back",
        "It goes to the newest spelling.",
        """
            | due   | register  | list      | shows | account         | besides                     | mails          | outcome
        Ada | 6 Mar |           |           |       |                 |                             | returned 6 Mar | letter 2 as AFTER_RETURN
        Ben | 6 Mar |           |           | B*    |                 |                             | returned 6 Mar | letter 2 to B* as AFTER_RETURN
        Cyd | 6 Mar |           |           | C     |                 |                             | returned 6 Mar | SUPERSEDED(NEWER_CHANGE)
        Dee | 6 Mar |           |           | A     |                 |                             | returned 6 Mar | CANCELLED(REVERTED_AFTER_SEND)
        Eve | 6 Mar |           |           | blank |                 |                             | returned 6 Mar | nothing
        Fay | 6 Mar | SUSPENDED |           |       |                 |                             | returned 6 Mar | nothing
        Gil | 6 Mar | DECEASED  |           |       |                 |                             | returned 6 Mar | nothing
        Hal | 6 Mar | ERASED    |           |       |                 |                             | returned 6 Mar | nothing
        Ida | 6 Mar |           | removed   |       |                 |                             | returned 6 Mar | nothing
        Jon | 6 Mar |           | suspended |       |                 |                             | returned 6 Mar | nothing
        Kit | 6 Mar |           | absent    |       |                 |                             | returned 6 Mar | nothing
        Lou | 6 Mar |           |           |       | verified with B |                             | returned 6 Mar | nothing
        Moe | 6 Mar |           |           |       |                 | another doctor shows B too  | returned 6 Mar | nothing
        Ned | 6 Mar |           |           |       |                 | row quarantined             | returned 6 Mar | nothing
        Ona | 6 Mar |           |           |       |                 | first shown four days later | returned 6 Mar | RETURNED(SENT_EARLY)
        Pam | 6 Mar |           |           |       |                 | on the suppression list     | returned 6 Mar | nothing
        """,
    ),
    PlanCase(
        "C-51",
        "Where a reminder is wanted, whatever stops a first link stops it",
        "It goes to the newest spelling. About the extract with which Moe's change came nobody has decided, Ned's was refused.",
        """
            | due   | register  | list      | shows | account         | besides                     | mails      | outcome
        Ada | 6 Mar |           |           |       |                 |                             | sent 6 Mar | letter 2 as REMINDER
        Ben | 6 Mar |           |           | B*    |                 |                             | sent 6 Mar | letter 2 to B* as REMINDER
        Cyd | 6 Mar |           |           | C     |                 |                             | sent 6 Mar | SUPERSEDED(NEWER_CHANGE)
        Dee | 6 Mar |           |           | A     |                 |                             | sent 6 Mar | CANCELLED(REVERTED_AFTER_SEND)
        Eve | 6 Mar |           |           | blank |                 |                             | sent 6 Mar | nothing
        Fay | 6 Mar | SUSPENDED |           |       |                 |                             | sent 6 Mar | nothing
        Gil | 6 Mar | DECEASED  |           |       |                 |                             | sent 6 Mar | nothing
        Hal | 6 Mar | ERASED    |           |       |                 |                             | sent 6 Mar | nothing
        Ida | 6 Mar |           | removed   |       |                 |                             | sent 6 Mar | nothing
        Jon | 6 Mar |           | suspended |       |                 |                             | sent 6 Mar | nothing
        Kit | 6 Mar |           | deceased  |       |                 |                             | sent 6 Mar | nothing
        Lou | 6 Mar |           | absent    |       |                 |                             | sent 6 Mar | nothing
        Moe | 5 Mar |           |           |       |                 | mass change waits           | sent 6 Mar | nothing
        Ned | 4 Mar |           |           |       |                 | mass change refused         | sent 6 Mar | nothing
        Ona | 6 Mar |           |           |       | verified with B |                             | sent 6 Mar | nothing
        Pam | 6 Mar |           |           |       |                 | another doctor shows B too  | sent 6 Mar | nothing
        Quy | 6 Mar |           |           |       |                 | row quarantined             | sent 6 Mar | nothing
        Ron | 6 Mar |           |           |       |                 | first shown four days later | sent 6 Mar | SENT(SENT_EARLY)
        Sid | 6 Mar | none      |           |       |                 |                             | sent 6 Mar | nothing
        """,
        run="REMINDERS 1",
    ),
    PlanCase(
        "C-51",
        "Where a reminder is wanted, there is none after a mail that a person asked for, and never a third mail",
        "Of the mails that have gone out; one that was cancelled does not count.",
        """
            | due   | mails                            | outcome                  | due date
        Ada | 6 Mar | sent 6 Mar                       | letter 2 as REMINDER     | 16 Mar
        Ben | 6 Mar | sent 7 Mar                       | nothing                  |
        Cyd | 6 Feb | sent 11 Feb                      | letter 2 as REMINDER     | 21 Feb
        Dee | 6 Feb | sent 10 Feb                      | nothing                  |
        Eve | 6 Mar | sent 6 Mar, cancelled            | letter 3 as REMINDER     | 16 Mar
        Fay | 6 Feb | sent 11 Feb, sent 6 Mar          | nothing                  |
        Gil | 6 Feb | sent 11 Feb, returned 6 Mar      | nothing                  |
        Hal | 6 Feb | returned 11 Feb, returned 6 Mar  | nothing                  |
        Ida | 6 Feb | returned 11 Feb, sent 6 Mar      | nothing                  |
        Jon | 6 Mar | returned 6 Mar                   | letter 2 as AFTER_RETURN | 16 Mar
        Kit | 6 Mar | sent 6 Mar on request            | nothing                  |
        Lou | 6 Mar | sent 6 Mar, cancelled on request | nothing                  |
        Moe | 6 Mar | sent 6 Mar, unknown              | HELD(UNKNOWN_OUTCOME)    |
        Ned | 6 Mar | bounced 6 Mar                    | nothing                  |
        """,
        run="REMINDERS 1",
    ),
    PlanCase(
        "C-48",
        "Of reminders the one that is due first goes first, and all go after links about changes",
        "Of one day the lowest GMC number.",
        """
            | due    | mails      | outcome              | rank     | due date | place
        Eve | 6 Mar  | sent 6 Mar | letter 2 as REMINDER | reminder | 16 Mar   | 5
        Dee | 6 Mar  | sent 6 Mar | letter 2 as REMINDER | reminder | 16 Mar   | 4
        Ada | 4 Mar  | sent 5 Mar | letter 2 as REMINDER | reminder | 15 Mar   | 3
        Ben | 4 Mar  | sent 4 Mar | letter 2 as REMINDER | reminder | 14 Mar   | 2
        Cyd | 16 Mar |            | letter 1             | change   | 16 Mar   | 1
        """,
        run="REMINDERS 1",
    ),
    PlanCase(
        "C-51",
        "Another address gets no first link because the mail to the one before came back",
        "Nor does another address of a user who was there before we looked.",
        """
            | about       | shows | besides                | mails          | outcome
        Ada | first link  | C     |                        | returned 6 Mar | nothing
        Ben | user's link | C     | there before we looked | returned 6 Mar | nothing
        Cyd | user's link | B     | there before we looked | returned 6 Mar | letter 2 as AFTER_RETURN
        """,
    ),
    PlanCase(
        "C-51",
        "First links and users' links are not reminded of",
        "A reminder is about where an email change stands.",
        """
            | about       | due   | mails      | outcome
        Ada | first link  |       | sent 6 Mar | nothing
        Ben | user's link |       | sent 6 Mar | nothing
        Cyd | change      | 6 Mar | sent 6 Mar | letter 2 as REMINDER
        """,
        run="REMINDERS 1, --first-links",
    ),
]
