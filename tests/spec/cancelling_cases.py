"""The drawn mailouts in which mails that wait are cancelled, or go out none the less."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.planning import PlanCase

CANCELLING = [
    PlanCase(
        "C-50",
        "A mail that waits is cancelled when its doctor may not be mailed any more",
        "Between planning and sending there may be nights. It does not matter whether the mail waits for its turn, was deferred, or waits for two people.",
        """
            | register | list                  | besides                    | mails        | outcome
        Ada | LICENSED | included              |                            | planned      | goes out
        Ben | LICENSED | included              |                            | deferred     | goes out
        Cyd | LICENSED | included              |                            | held(VOLUME) | stays held
        Dee | DECEASED | included              |                            | planned      | cancelled(DECEASED)
        Eve | LICENSED | deceased              |                            | deferred     | cancelled(DECEASED)
        Fay | ERASED   | included              |                            | held(VOLUME) | cancelled(NOT_REGISTERED)
        Gil | LICENSED | suspended             |                            | deferred     | cancelled(SUSPENDED)
        Hal | LICENSED | removed               |                            | held(VOLUME) | cancelled(OFF_LIST)
        Ida | LICENSED | withdrawn from 15 Mar |                            | planned      | cancelled(OFF_LIST)
        Jon | LICENSED | withdrawn from 16 Mar |                            | planned      | cancelled(OFF_LIST)
        Kit | LICENSED | withdrawn from 17 Mar |                            | planned      | goes out
        Lou | LICENSED | absent                |                            | deferred     | cancelled(NOT_A_PERFORMER)
        Moe | none     | included              |                            | held(VOLUME) | cancelled(NOT_IN_REGISTER)
        Ned | LICENSED | included              | on the suppression list    | planned      | cancelled(SUPPRESSION_LIST)
        Ona | LICENSED | included              | another doctor shows B too | deferred     | cancelled(SHARED_EMAIL)
        Pam | LICENSED | included              | another number alike       | held(VOLUME) | cancelled(IDENTITY)
        Quy | LICENSED | included              | refused by a person        | planned      | cancelled(REFUSED)
        """,
    ),
    PlanCase(
        "C-50",
        "A mail that waits is cancelled when its address is the doctor's no more, or is verified",
        "B* is the same address. B? may be another one than it looks like.",
        """
            | shows | account         | mails   | outcome
        Ada | B*    |                 | planned | goes out
        Ben | C     |                 | planned | cancelled(NEWER_CHANGE)
        Cyd | blank |                 | planned | cancelled(EMAIL_REMOVED)
        Dee | A     |                 | planned | cancelled(REVERTED)
        Eve | B?    |                 | planned | cancelled(UNUSUAL_ADDRESS)
        Fay | B     | verified with B | planned | cancelled(ALREADY_VERIFIED)
        Gil | B     | verified with A | planned | goes out
        Hal | B     | unverified      | planned | goes out
        """,
    ),
    PlanCase(
        "C-36",
        "A mail that waits is cancelled when its window turns out to end after today",
        "Such as when a late extract shows that two doctors shared the address for a while. It is planned again when it is due. Only a person may have a link go out before. Of Gil's change a late extract makes another one.",
        """
            | due    | besides                     | mails              | outcome
        Ada | 15 Mar |                             | planned            | goes out
        Ben | 16 Mar |                             | planned            | goes out
        Cyd | 17 Mar |                             | planned            | cancelled(NOT_DUE_YET)
        Dee | 17 Mar |                             | deferred           | cancelled(NOT_DUE_YET)
        Eve | 17 Mar |                             | held(VOLUME)       | cancelled(NOT_DUE_YET)
        Fay | 17 Mar |                             | planned on request | goes out
        Gil | 16 Mar | first shown four days later | planned            | cancelled(NEWER_CHANGE)
        """,
    ),
    PlanCase(
        "C-52",
        "An early link that nobody has released does not keep the doctor waiting longer than the window",
        "Once it has passed the change is due like any other, and waits for nobody. One that was released before, or is held for something else, is left alone.",
        """
            | due    | mails                       | outcome
        Ada | 15 Mar | held(EARLY_LINK) on request | cancelled(WINDOW_PASSED), then letter 2
        Ben | 16 Mar | held(EARLY_LINK) on request | cancelled(WINDOW_PASSED), then letter 2
        Cyd | 17 Mar | held(EARLY_LINK) on request | stays held
        Dee | 16 Mar | planned on request          | goes out
        Eve | 16 Mar | held(VOLUME)                | stays held
        """,
    ),
    PlanCase(
        "C-50",
        "So is a link that waits when something stops an early link",
        "Whatever the window.",
        """
            | due    | list    | shows | mails                       | outcome
        Ada | 16 Mar | removed |       | held(EARLY_LINK) on request | cancelled(OFF_LIST)
        Ben | 17 Mar | removed |       | held(EARLY_LINK) on request | cancelled(OFF_LIST)
        Cyd | 17 Mar |         | C     | planned on request          | cancelled(NEWER_CHANGE)
        Dee | 17 Mar |         | blank | planned on request          | cancelled(EMAIL_REMOVED)
        """,
    ),
    PlanCase(
        "C-39",
        "The mail of a change that came with too many others is cancelled until somebody has released them, or for good",
        "A first link is about an address, not about a change: what is decided about the newest extract says nothing of it.",
        """
            | about      | due    | besides                     | mails   | outcome
        Ada | change     | 16 Mar | mass change waits           | planned | cancelled(MASS_CHANGE)
        Ben | change     | 15 Mar | mass change released        | planned | goes out
        Cyd | change     | 14 Mar | mass change refused         | planned | cancelled(REFUSED)
        Dee | first link |        | today's mass change waits   | planned | goes out
        Eve | first link |        | today's mass change refused | planned | goes out
        """,
    ),
    PlanCase(
        "C-50",
        "A first link that waits is cancelled by whatever stops its doctor",
        "No change stands for it: its doctor and the address are judged as they are today.",
        """
            | register  | list     | shows | account         | besides                    | mails        | outcome
        Ada | LICENSED  | included |       |                 |                            | planned      | goes out
        Ben | LICENSED  | included | B*    |                 |                            | deferred     | goes out
        Cyd | LICENSED  | included |       |                 |                            | held(CANARY) | stays held
        Dee | LICENSED  | removed  |       |                 |                            | held(CANARY) | cancelled(OFF_LIST)
        Eve | LICENSED  | absent   |       |                 |                            | planned      | cancelled(NOT_A_PERFORMER)
        Fay | LICENSED  | deceased |       |                 |                            | planned      | cancelled(DECEASED)
        Gil | DECEASED  | included |       |                 |                            | planned      | cancelled(DECEASED)
        Hal | SUSPENDED | included |       |                 |                            | held(CANARY) | cancelled(SUSPENDED)
        Ida | LICENSED  | included | C     |                 |                            | planned      | cancelled(NEWER_CHANGE)
        Jon | LICENSED  | included | blank |                 |                            | deferred     | cancelled(EMAIL_REMOVED)
        Kit | LICENSED  | included | B?    |                 |                            | planned      | cancelled(UNUSUAL_ADDRESS)
        Lou | LICENSED  | included |       | verified with B |                            | planned      | cancelled(ALREADY_VERIFIED)
        Moe | LICENSED  | included |       |                 | another doctor shows B too | held(CANARY) | cancelled(SHARED_EMAIL)
        Ned | LICENSED  | included |       |                 | on the suppression list    | planned      | cancelled(SUPPRESSION_LIST)
        Ona | none      | included |       |                 |                            | planned      | cancelled(NOT_IN_REGISTER)
        """,
    ),
    PlanCase(
        "C-50",
        "So is a link that a person asked for",
        "Their word lifts the window and no other rule. Ada to Dee ask about a change, Eve and Fay were never mailed.",
        """
            | about      | register | list      | besides                 | mails                           | outcome
        Ada | change     | LICENSED | suspended |                         | sent 10 Mar, planned on request | cancelled(SUSPENDED)
        Ben | change     | DECEASED | included  |                         | sent 10 Mar, planned on request | cancelled(DECEASED)
        Cyd | change     | LICENSED | included  | on the suppression list | sent 10 Mar, planned on request | cancelled(SUPPRESSION_LIST)
        Dee | change     | LICENSED | included  |                         | sent 10 Mar, planned on request | goes out
        Eve | first link | LICENSED | removed   |                         | planned on request              | cancelled(OFF_LIST)
        Fay | first link | LICENSED | included  |                         | planned on request              | goes out
        """,
    ),
    PlanCase(
        "C-51",
        "A reminder that waits is cancelled when it is not the time for it any more",
        "The last day of a link is the third after it was sent; a reminder goes out from the seventh day after that one to the thirtieth. Eve's link turned out to have been early; Fay's first mail bounced; Gil and Hal may not be mailed at all.",
        """
            | due    | list      | account         | besides                     | mails                              | outcome
        Ada | 10 Feb |           |                 |                             | sent 10 Feb, planned as reminder   | cancelled(NOT_REMINDED)
        Ben | 10 Feb |           |                 |                             | sent 11 Feb, planned as reminder   | goes out
        Cyd | 6 Mar  |           |                 |                             | sent 6 Mar, planned as reminder    | goes out
        Dee | 6 Mar  |           |                 |                             | sent 7 Mar, planned as reminder    | cancelled(NOT_REMINDED)
        Eve | 6 Mar  |           |                 | first shown four days later | sent 6 Mar, planned as reminder    | cancelled(NOT_REMINDED)
        Fay | 6 Mar  |           |                 |                             | bounced 6 Mar, planned as reminder | cancelled(NOT_REMINDED)
        Gil | 6 Mar  |           |                 | on the suppression list     | bounced 6 Mar, planned as reminder | cancelled(SUPPRESSION_LIST)
        Hal | 6 Mar  | suspended |                 |                             | sent 7 Mar, planned as reminder    | cancelled(SUSPENDED)
        Ida | 6 Mar  |           | verified with B |                             | sent 6 Mar, planned as reminder    | cancelled(ALREADY_VERIFIED)
        Jon | 6 Mar  |           |                 |                             | sent 6 Mar, deferred as reminder   | goes out
        Kit | 6 Mar  |           |                 | row quarantined             | sent 6 Mar, planned as reminder    | cancelled(NOT_REMINDED)
        """,
        run="REMINDERS 1",
    ),
    PlanCase(
        "C-51",
        "Reminders that wait are cancelled when reminders are not wanted any more; a mail after one that came back is not",
        "Nobody has had the one that came back.",
        """
            | due   | mails                                  | outcome
        Ada | 6 Mar | sent 6 Mar, planned as reminder        | cancelled(NOT_REMINDED)
        Ben | 6 Mar | returned 6 Mar, planned after a return | goes out
        Cyd | 6 Mar | returned 7 Mar, planned after a return | cancelled(NOT_REMINDED)
        """,
    ),
    PlanCase(
        "C-50",
        "A user's mail is cancelled when they are verified, have left, or the address is not theirs alone any more",
        "Also a mail after one that came back. Another address is another mail.",
        """
            | about       | shows | account     | besides                 | mails                                   | outcome
        Ada | user's link |       | unverified  |                         | planned                                 | goes out
        Ben | user's link |       | unverified  | there before we looked  | planned                                 | goes out
        Cyd | user's link |       | active      |                         | deferred                                | cancelled(ACCOUNT_CHANGED)
        Dee | user's link |       | deactivated |                         | planned                                 | cancelled(ACCOUNT_CHANGED)
        Eve | user's link |       | revoked     |                         | held(VOLUME)                            | cancelled(ACCOUNT_CHANGED)
        Fay | user's link | C     | unverified  |                         | planned                                 | cancelled(ACCOUNT_CHANGED), then letter 1 to C
        Gil | user's link |       | unverified  | another user has B too  | planned                                 | cancelled(ACCOUNT_CHANGED)
        Hal | user's link |       | unverified  | on the suppression list | planned                                 | cancelled(ACCOUNT_CHANGED)
        Ida | user's link |       | unverified  |                         | returned 6 Mar, planned after a return  | goes out
        Jon | user's link |       | active      |                         | returned 6 Mar, planned after a return  | cancelled(ACCOUNT_CHANGED)
        Kit | user's link |       | revoked     |                         | returned 6 Mar, deferred after a return | cancelled(ACCOUNT_CHANGED)
        """,
    ),
    PlanCase(
        "C-50",
        "No user is mailed while the newest extract does not say who was revoked",
        "Their mails are planned again when an extract says it. Doctors are mailed none the less.",
        """
            | about       | mails                                  | outcome
        Ada | user's link | planned                                | cancelled(USER_NOT_KNOWN)
        Ben | user's link | returned 6 Mar, planned after a return | cancelled(USER_NOT_KNOWN)
        Cyd | user's link |                                        | nothing
        Dee | user's link | returned 6 Mar                         | nothing
        Eve | change      | planned                                | goes out
        Fay | change      |                                        | letter 1
        """,
        run="practice_users without revoked_date",
        says="user links not known: No column revoked_date in the newest practice_users extract, or blank in every row: gpsync cannot tell which users still wait for a link.",
    ),
    PlanCase(
        "C-49",
        "A mail that waits is cancelled where this installation may not write to its domain",
        "It was planned under other settings, or came with a copy of another installation's database. What is known of its recipient is reported first.",
        """
            | about       | list     | domain         | mails              | outcome
        Ada | change      | included | doctor.example | planned            | goes out
        Ben | change      | included | clinic.nhs.uk  | planned            | cancelled(OUT_OF_REACH)
        Cyd | change      | included | clinic.nhs.uk  | planned on request | cancelled(OUT_OF_REACH)
        Dee | change      | removed  | clinic.nhs.uk  | planned            | cancelled(OFF_LIST)
        Eve | first link  | included | clinic.nhs.uk  | held(CANARY)       | cancelled(OUT_OF_REACH)
        Fay | first link  | included | doctor.example | deferred           | goes out
        Gil | user's link | included | clinic.nhs.uk  | planned            | cancelled(OUT_OF_REACH)
        """,
        run="REHEARSAL",
        says="out of reach 1",
    ),
]
