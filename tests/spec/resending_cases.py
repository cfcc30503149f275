"""The drawn requests for another link."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.planning import PlanCase

RESENDING = [
    PlanCase(
        "C-52",
        "Only the address that the GMC holds is mailed, and only whoever knows it may ask",
        "In whatever spelling.",
        """
            | shows | stated | outcome
        Ada | B     | B      | about the change
        Ben | B     | B*     | about the change
        Cyd | B*    | B      | about the change
        Dee | B     | A      | refused: The address stated is not the one that the GMC holds
        Eve | B     | C      | refused: The address stated is not the one that the GMC holds
        Fay | C     | B      | refused: The address stated is not the one that the GMC holds
        Gil | B     | blank  | refused: The address stated is not the one that the GMC holds
        Hal | blank | B      | refused: The address stated is not the one that the GMC holds
        Ida | blank | blank  | refused: The address stated is not the one that the GMC holds
        """,
    ),
    PlanCase(
        "C-52",
        "A doctor is sent three links on request within thirty days",
        "If none of them arrived, a fourth will not.",
        """
            | so far | outcome
        Ada | 0      | about the change
        Ben | 2      | about the change
        Cyd | 3      | refused: This doctor was sent 3 links on request within 30 days
        Dee | 4      | refused: This doctor was sent 3 links on request within 30 days
        """,
    ),
    PlanCase(
        "C-52",
        "Whatever stops a first link today stops a link on request",
        "A person's word lifts no rule that protects somebody.",
        """
            | register  | list      | shows | stated | account         | besides                    | outcome
        Ada | DECEASED  |           |       |        |                 |                            | refused: DECEASED
        Ben |           | deceased  |       |        |                 |                            | refused: DECEASED
        Cyd | ERASED    |           |       |        |                 |                            | refused: NOT_REGISTERED
        Dee |           | suspended |       |        |                 |                            | refused: SUSPENDED
        Eve | SUSPENDED |           |       |        |                 |                            | refused: SUSPENDED
        Fay |           | removed   |       |        |                 |                            | refused: OFF_LIST
        Gil |           | absent    |       |        |                 |                            | refused: NOT_A_PERFORMER
        Hal |           |           |       |        | verified with B |                            | refused: ALREADY_VERIFIED
        Ida |           |           |       |        | verified with A |                            | about the change
        Jon |           |           |       |        |                 | another doctor shows B too | refused: SHARED_EMAIL
        Kit |           |           |       |        |                 | another number alike       | refused: IDENTITY
        Lou |           |           |       |        |                 | on the suppression list    | refused: SUPPRESSION_LIST
        Moe |           |           | B?    | B?     |                 |                            | refused: UNUSUAL_ADDRESS
        Ned |           |           | B?    | B      |                 |                            | refused: UNUSUAL_ADDRESS
        """,
    ),
    PlanCase(
        "C-52",
        "What is held for another person to clear is not cleared by a request",
        "A person who asks settles what waits for a person's word: addresses that changed too often, a mail whose answer was lost, and one that was given up. A mail that is held for two people may be asked for and goes alone.",
        """
            | judged                  | outcome
        Ada | HELD(EMAIL_CHURN)       | about the change
        Ben | HELD(UNKNOWN_OUTCOME)   | about the change
        Cyd | HELD(TRANSPORT)         | about the change
        Dee | HELD                    | about the change
        Eve | HELD(MASS_CHANGE)       | refused: MASS_CHANGE
        Fay | HELD(REFUSED)           | refused: REFUSED
        Gil | HELD(DATA_QUALITY)      | refused: DATA_QUALITY
        Hal | HELD(DECEASED_REVERSED) | refused: DECEASED_REVERSED
        Ida | HELD(NOT_IN_REGISTER)   | refused: NOT_IN_REGISTER
        Jon | HELD(ADDRESS_REUSED)    | refused: ADDRESS_REUSED
        Kit | CANCELLED(OFF_LIST)     | about the change
        """,
    ),
    PlanCase(
        "C-52",
        "What held an address that the doctor has no more does not matter",
        "Ada's held change is to B, and they show and state C.",
        """
            | due   | shows | stated | judged            | outcome
        Ada | 9 Mar | C     | C      | HELD(MASS_CHANGE) | about the change, early
        Ben | 9 Mar | B     | B      | HELD(MASS_CHANGE) | refused: MASS_CHANGE
        """,
    ),
    PlanCase(
        "C-44",
        "A doctor may ask for another link when nobody knows whether the last one went out",
        "So may one whose mail was refused because of us, or given up.",
        """
            | due   | mails           | outcome
        Ada | 9 Mar | unknown         | about the change
        Ben | 9 Mar | refused         | about the change
        Cyd | 9 Mar | given up        | about the change
        Dee | 9 Mar | sent 10 Mar     | about the change
        Eve | 9 Mar | sent 16 Mar     | about the change
        Fay | 9 Mar | returned 10 Mar | about the change
        Gil | 9 Mar | planned         | about the change
        Hal | 9 Mar | held(VOLUME)    | about the change
        """,
    ),
    PlanCase(
        "C-52",
        "The link is about the change to the address, unless that is over; else it is a first link",
        "An address that changed too often stays held: the person is mailed, not the change.",
        """
            | about      | stands                   | outcome
        Ada | change     | WAITING                  | about the change
        Ben | change     | QUEUED                   | about the change
        Cyd | change     | SENT                     | about the change
        Dee | change     | UNVERIFIED_EXPIRED       | about the change
        Eve | change     | RETURNED                 | about the change
        Fay | change     | HELD(TRANSPORT)          | about the change
        Gil | change     | HELD(EMAIL_CHURN)        | first link
        Hal | change     | BOUNCED                  | first link
        Ida | change     | VERIFIED                 | first link
        Jon | change     | CANCELLED(EMAIL_REMOVED) | first link
        Kit | change     | SUPERSEDED(NEWER_CHANGE) | first link
        Lou | change     | SUPPRESSED(OFF_LIST)     | first link
        Moe | first link |                          | first link
        """,
    ),
    PlanCase(
        "C-52",
        "Inside the window a link on request is an early one",
        "It waits for a second person, or needs a call back. One of an address that changed too often has a window too; where a change is over, its window is.",
        """
            | about      | due    | stands                   | mails       | outcome
        Ada | change     | 15 Mar |                          |             | about the change
        Ben | change     | 16 Mar |                          |             | about the change
        Cyd | change     | 17 Mar |                          |             | about the change, early
        Dee | change     | 17 Mar | HELD(EMAIL_CHURN)        |             | first link, early
        Eve | change     | 17 Mar | CANCELLED(EMAIL_REMOVED) |             | first link
        Fay | change     | 17 Mar |                          | sent 13 Mar | about the change, early
        Gil | first link |        |                          |             | first link
        """,
    ),
]
