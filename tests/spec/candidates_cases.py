"""The drawn mailouts in which it is decided who is mailed about what."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.planning import PlanCase

CHANGES = [
    PlanCase(
        "C-0.5",
        "A change is mailed from the day on which its window has passed",
        "Day 14 is included.",
        """
            | due    | outcome  | rank   | due date
        Ada | 15 Mar | letter 1 | change | 15 Mar
        Ben | 16 Mar | letter 1 | change | 16 Mar
        Cyd | 17 Mar | nothing  |        |
        """,
    ),
    PlanCase(
        "C-43",
        "A change is mailed once",
        "What was cancelled before it was handed over is planned again, unless a person has decided against it. Whatever may have gone out is not.",
        """
            | due   | mails                  | outcome
        Ada | 9 Mar | cancelled              | letter 2
        Ben | 9 Mar | cancelled, cancelled   | letter 3
        Cyd | 9 Mar | cancelled(REFUSED)     | nothing
        Dee | 9 Mar | sent 10 Mar            | nothing
        Eve | 9 Mar | sent 10 Mar, cancelled | nothing
        Fay | 9 Mar | bounced 10 Mar         | nothing
        Gil | 9 Mar | returned 10 Mar        | nothing
        Hal | 9 Mar | unknown                | HELD(UNKNOWN_OUTCOME)
        Ida | 9 Mar | given up               | HELD(TRANSPORT)
        Jon | 9 Mar | planned                | goes out
        """,
    ),
    PlanCase(
        "C-16",
        "A doctor who came onto the list after their window is due on that day",
        "On the date of the first list that shows them included, without a break until the newest.",
        """
            | due    | list                                  | outcome                     | due date
        Ada | 10 Mar | included                              | letter 1                    | 10 Mar
        Ben | 10 Mar | included since 9 Mar                  | letter 1                    | 10 Mar
        Cyd | 10 Mar | included since 10 Mar                 | letter 1                    | 10 Mar
        Dee | 10 Mar | included since 11 Mar                 | letter 1                    | 11 Mar
        Eve | 10 Mar | included with conditions since 16 Mar | letter 1                    | 16 Mar
        Fay | 16 Mar | included since 11 Mar                 | letter 1                    | 16 Mar
        Gil | 10 Mar | included but on 12 Mar                | letter 1                    | 13 Mar
        Hal | 10 Mar | included but on 10 Mar                | letter 1                    | 11 Mar
        Ida | 10 Mar | absent                                | SUPPRESSED(NOT_A_PERFORMER) |
        """,
    ),
    PlanCase(
        "C-16",
        "The list moves no day where it does not count",
        "Everybody on the register is mailed.",
        """
            | due    | list                  | outcome  | due date
        Ada | 10 Mar | included since 12 Mar | letter 1 | 10 Mar
        Ben | 10 Mar | absent                | letter 1 | 10 Mar
        """,
        run="AUDIENCE everyone",
    ),
    PlanCase(
        "C-26",
        "What stops a doctor themselves is reported before an address that another one shows",
        "A person's decision comes between the two. Last comes an address that no letter can be written to, although it is one (Bé).",
        """
            | list     | took | besides                                          | outcome
        Ada | included | B    | another doctor shows B too                       | HELD(SHARED_EMAIL)
        Ben | included | bad  | another doctor shows B too                       | HELD(INVALID_EMAIL)
        Cyd | included | Bé   | another doctor shows B too                       | HELD(SHARED_EMAIL)
        Dee | included | Bé   |                                                  | HELD(INVALID_EMAIL)
        Eve | included | B    | another doctor shows B too, refused by a person  | HELD(REFUSED)
        Fay | removed  | B    | another doctor shows B too, refused by a person  | CANCELLED(OFF_LIST)
        Gil | included | B    | another doctor shows B too, another number alike | HELD(IDENTITY)
        """,
    ),
    PlanCase(
        "C-39",
        "A change that came with too many others waits for a person",
        "What they decide is about all that came with that extract.",
        """
            | due    | besides              | outcome
        Ada | 16 Mar | mass change waits    | HELD(MASS_CHANGE)
        Ben | 15 Mar | mass change released | letter 1
        Cyd | 14 Mar | mass change refused  | HELD(REFUSED)
        """,
    ),
    PlanCase(
        "C-28",
        "While the accounts do not say who is verified, whoever uses an account under the very address is taken for it",
        "Somebody whose account is known to be unverified is not; nor is one under another address.",
        """
            | account       | outcome
        Ada |               | letter 1
        Ben | active with B | SUPPRESSED(ALREADY_VERIFIED)
        Cyd | active with A | letter 1
        Dee | unverified    | letter 1
        """,
        run="pcse_accounts without verified_date",
    ),
    PlanCase(
        "C-48",
        "The oldest due date goes first",
        "Of one day the lowest GMC number.",
        """
            | due    | place | outcome
        Ada | 16 Mar | 3     | letter 1
        Ben | 10 Mar | 1     | letter 1
        Cyd | 11 Mar | 2     | letter 1
        Eve | 16 Mar | 4     | letter 1
        """,
    ),
]

FIRST_LINKS = [
    PlanCase(
        "C-48",
        "Nobody gets a first link unasked, nor a user who was there before we looked",
        "A new user of a practice is mailed.",
        """
            | about       | besides                 | outcome  | rank
        Ada | first link  |                         | nothing  |
        Ben | user's link | there before we looked  | nothing  |
        Cyd | user's link |                         | letter 1 | user
        Dee | user's link | on the suppression list | nothing  |
        Eve | user's link | another user has B too  | nothing  |
        """,
    ),
    PlanCase(
        "C-48",
        "A first mailout mails listed doctors whose account is not verified, and the users who were there before",
        "All of them have waited for years, so they are the least urgent. Whatever stops a link stops a first link.",
        """
            | about       | register  | list    | shows | account         | besides                    | outcome        | rank
        Ada | first link  |           |         |       |                 |                            | letter 1       | first link
        Ben | first link  |           |         |       | unverified      |                            | letter 1       | first link
        Cyd | first link  |           |         |       | active with A   |                            | letter 1       | first link
        Dee | first link  |           |         |       | verified with B |                            | nothing        |
        Eve | first link  |           |         |       | verified with A |                            | nothing        |
        Fay | first link  |           | absent  |       |                 |                            | nothing        |
        Gil | first link  |           | removed |       |                 |                            | nothing        |
        Hal | first link  | DECEASED  |         |       |                 |                            | nothing        |
        Ida | first link  | SUSPENDED |         |       |                 |                            | nothing        |
        Jon | first link  | none      |         |       |                 |                            | nothing        |
        Kit | first link  |           |         | blank |                 |                            | nothing        |
        Lou | first link  |           |         | B?    |                 |                            | nothing        |
        Moe | first link  |           |         |       |                 | another doctor shows B too | nothing        |
        Ned | first link  |           |         |       |                 | on the suppression list    | nothing        |
        Ona | first link  |           |         |       |                 | today's mass change waits  | letter 1       | first link
        Pam | first link  |           |         | B*    |                 |                            | letter 1 to B* | first link
        Quy | user's link |           |         |       |                 | there before we looked     | letter 1       | first link
        Ron | user's link |           |         |       |                 |                            | letter 1       | user
        Sid | user's link |           |         |       | active          | there before we looked     | nothing        |
        Tom | user's link |           |         | B?    |                 |                            | nothing        |
        """,
        run="--first-links",
    ),
    PlanCase(
        "C-43",
        "A first link, or a user's, is mailed once",
        "One that was cancelled before it was handed over is planned again, unless a person has decided against it. Another address has a link of its own.",
        """
            | about       | shows | mails                  | outcome
        Ada | first link  |       | cancelled              | letter 2
        Ben | first link  |       | cancelled(REFUSED)     | nothing
        Cyd | first link  |       | sent 10 Mar            | nothing
        Dee | first link  |       | sent 10 Mar, cancelled | nothing
        Eve | first link  |       | bounced 10 Mar         | nothing
        Fay | first link  |       | unknown                | nothing
        Gil | first link  |       | refused                | nothing
        Hal | first link  |       | given up               | nothing
        Ida | first link  |       | planned                | goes out
        Jon | first link  | C     | sent 10 Mar            | letter 1 to C
        Kit | first link  | C     | planned                | cancelled(NEWER_CHANGE), then letter 1 to C
        Lou | user's link |       | cancelled              | letter 2
        Moe | user's link |       | sent 10 Mar            | nothing
        Ned | user's link |       | unknown                | nothing
        Ona | user's link | C     | sent 10 Mar            | letter 1 to C
        """,
        run="--first-links",
    ),
    PlanCase(
        "C-55",
        "An address that was mailed before it was forgotten is not mailed twice",
        "Its hash shows that a link went out. One that was cancelled before it went out does not count; what was mailed counts more than what is newer.",
        """
            | about       | mails                | besides                           | outcome
        Ada | first link  |                      | mailed before it was forgotten    | nothing
        Ben | first link  |                      | cancelled before it was forgotten | letter 2
        Cyd | first link  | cancelled            | mailed before it was forgotten    | nothing
        Dee | first link  | cancelled, cancelled | cancelled before it was forgotten | letter 3
        Eve | user's link |                      | mailed before it was forgotten    | nothing
        Fay | user's link |                      | cancelled before it was forgotten | letter 2
        Gil | user's link | cancelled            | mailed before it was forgotten    | nothing
        """,
        run="--first-links",
    ),
    PlanCase(
        "C-43",
        "A doctor with an open change is mailed about that alone",
        "Until its link is used or it is over. Ada's waits, Ben's is due, Cyd's link has not been used, Dee's address bounced; Eve went back to the address before, and Fay has verified theirs.",
        """
            | about      | due    | shows | account         | mails          | outcome
        Ada | change     | 17 Mar |       |                 |                | nothing
        Ada | first link |        |       |                 |                | nothing
        Ben | change     | 16 Mar |       |                 |                | letter 1
        Ben | first link |        |       |                 |                | nothing
        Cyd | change     | 6 Mar  |       |                 | sent 10 Mar    | nothing
        Cyd | first link |        |       |                 |                | nothing
        Dee | change     | 6 Mar  |       |                 | bounced 10 Mar | nothing
        Dee | first link |        |       |                 |                | nothing
        Eve | change     | 17 Mar | A     |                 |                | CANCELLED(REVERTED)
        Eve | first link |        |       |                 |                | letter 1 to A
        Fay | change     | 16 Mar |       | verified with B |                | SUPPRESSED(ALREADY_VERIFIED)
        Fay | first link |        |       |                 |                | nothing
        """,
        run="--first-links",
    ),
    PlanCase(
        "C-28",
        "While the accounts do not say who is verified, only those who are known not to be get a first link",
        "Nobody gets one who may be verified already.",
        """
            | about      | account       | outcome
        Ada | first link |               | letter 1
        Ben | first link | unverified    | letter 1
        Cyd | first link | active with A | nothing
        Dee | first link | active with B | nothing
        """,
        run="--first-links, pcse_accounts without verified_date",
        says="first links not known: No column verified_date in the newest pcse_accounts extract, or blank in every row: gpsync cannot tell whether 2 doctors are verified already, and they get no first link (C-28).",
    ),
]

REACH = [
    PlanCase(
        "C-49",
        "A rehearsal mails made-up addresses only",
        "The others are counted, whatever they would have been mailed about.",
        """
            | about       | due   | domain                | mails      | outcome
        Ada | change      |       | doctor.example        |            | letter 1
        Ben | change      |       | clinic.nhs.uk         |            | nothing
        Cyd | change      |       | doctor.example.nhs.uk |            | nothing
        Dee | change      | 6 Mar | clinic.nhs.uk         | sent 6 Mar | nothing
        Eve | first link  |       | clinic.nhs.uk         |            | nothing
        Fay | user's link |       | clinic.nhs.uk         |            | nothing
        """,
        run="REHEARSAL, REMINDERS 1, --first-links",
        says="out of reach 5",
    ),
    PlanCase(
        "C-49",
        "Where domains are allowed, others are not mailed",
        "A domain below an allowed one is another domain.",
        """
            | due    | domain            | outcome
        Ada | 16 Mar | clinic.example    | letter 1
        Ben | 16 Mar | gp.clinic.example | nothing
        Cyd | 16 Mar | doctor.example    | nothing
        Dee | 17 Mar | doctor.example    | nothing
        Eve | 16 Mar | trust.nhs.uk      | letter 1
        """,
        run="MAIL_ALLOWED_DOMAINS clinic.example;trust.nhs.uk",
        says="out of reach 2",
    ),
    PlanCase(
        "C-49",
        "A mail service that is not on this machine is given no made-up address",
        "Nobody has them, and it would count as our mistake.",
        """
            | domain         | outcome
        Ada | doctor.example | nothing
        Ben | clinic.nhs.uk  | letter 1
        """,
        run="SMTP_HOST mail.nhs.uk",
        says="out of reach 1",
    ),
]
