"""The drawn mailouts in which mails wait for two people."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.planning import PlanCase

_TWO = """
            | about       | outcome
        Ada | change      | letter 1
        Ben | user's link | letter 1
"""
_THREE = """
            | about       | due   | mails      | outcome
        Ada | change      |       |            | {first}
        Ben | user's link |       |            | {first}
        Cyd | change      | 6 Mar | sent 6 Mar | {second}
"""
_FREE = _THREE.format(first="letter 1", second="letter 2 as REMINDER")
_HELD = _THREE.format(first="letter 1 held(VOLUME)", second="letter 2 as REMINDER held(VOLUME)")

VOLUME = [
    PlanCase(
        "C-39",
        "Fewer mails than are allowed go out",
        "A feed gone wrong looks like far more mails than usual. Reminders and users' links are counted too.",
        _TWO,
        run="VOLUME_AT_LEAST 3, REMINDERS 1",
    ),
    PlanCase(
        "C-39",
        "As many as are allowed go out",
        "`GPSYNC_VOLUME_AT_LEAST` is the greatest number that is.",
        _FREE,
        run="VOLUME_AT_LEAST 3, REMINDERS 1",
    ),
    PlanCase(
        "C-39",
        "One more, and all of them wait for two people",
        "Nobody can say which of them are the ones too many.",
        _HELD,
        run="VOLUME_AT_LEAST 2, REMINDERS 1",
        says="a new hold VOLUME keeps 3 back, asked for by amy, counted 3, allowed 2",
    ),
    PlanCase(
        "C-39",
        "Mails that the program planned by itself wait for two people too",
        "Whoever runs a mailout has asked for its mails, and somebody else releases them. The program asks for nothing: two people must.",
        _HELD,
        run="VOLUME_AT_LEAST 2, REMINDERS 1, run by the program",
        says="a new hold VOLUME keeps 3 back, asked for by nobody, counted 3, allowed 2",
    ),
    PlanCase(
        "C-39",
        "Five times what is usual on a day is allowed",
        "The usual number is the median of the days of the last four weeks on which mails were planned: here 1.",
        _FREE,
        run="VOLUME_AT_LEAST 1, REMINDERS 1, usually 9 1 0",
    ),
    PlanCase(
        "C-39",
        "More than five times what is usual is not",
        "Between 0 and 1 the usual number is one half, of which five times are two mails.",
        _HELD,
        run="VOLUME_AT_LEAST 1, REMINDERS 1, usually 1 0",
        says="a new hold VOLUME keeps 3 back, asked for by amy, counted 3, allowed 2",
    ),
    PlanCase(
        "C-39",
        "Mails that wait already are not counted, nor are those that are written anew or out of reach",
        "Only what is planned besides.",
        """
            | about       | due   | domain         | letter    | mails                            | outcome
        Ada | change      |       | doctor.example |           | planned                          | goes out
        Ben | change      |       | doctor.example |           | held(VOLUME)                     | stays held
        Cyd | change      |       | doctor.example | a day old | deferred                         | cancelled(WRITTEN_ANEW), then letter 2
        Dee | user's link |       | doctor.example | a day old | deferred                         | cancelled(WRITTEN_ANEW), then letter 2
        Eve | change      | 6 Mar | doctor.example | a day old | sent 6 Mar, deferred as reminder | cancelled(WRITTEN_ANEW), then letter 3 as REMINDER
        Fay | change      |       | clinic.nhs.uk  |           |                                  | nothing
        Gil | change      |       | doctor.example |           |                                  | letter 1
        """,
        run="VOLUME_AT_LEAST 1, REHEARSAL, REMINDERS 1",
        says="out of reach 1",
    ),
]

_FIRST = """
            | about       | besides                | outcome
        Ada | first link  |                        | {first}
        Ben | first link  |                        | {first}
        Cyd | first link  |                        | {rest}
        Dee | change      |                        | {usual}
        Eve | user's link | there before we looked | {usual}
"""

FIRST_MAILOUT = [
    PlanCase(
        "C-48",
        "A few first links go out, and the rest waits until they are seen to work",
        "`GPSYNC_CANARY_MAILS` of them. Changes and users' links do not wait for that.",
        _FIRST.format(first="letter 1 as one of the first", rest="letter 1 held(CANARY)", usual="letter 1"),
        run="CANARY_MAILS 2, --first-links",
        says="a new hold CANARY keeps 1 back, asked for by amy, counted 3, allowed 2",
    ),
    PlanCase(
        "C-48",
        "Where there are no more than a few, all go out",
        "Nothing is left that could wait for them.",
        _FIRST.format(first="letter 1", rest="letter 1", usual="letter 1"),
        run="CANARY_MAILS 3, --first-links",
    ),
    PlanCase(
        "C-48",
        "First links do not count among what is usual",
        "They have a hold of their own.",
        _FIRST.format(first="letter 1", rest="letter 1", usual="letter 1"),
        run="VOLUME_AT_LEAST 2, --first-links",
    ),
    PlanCase(
        "C-39",
        "Both may be held",
        "Each with its own hold.",
        _FIRST.format(
            first="letter 1 as one of the first", rest="letter 1 held(CANARY)", usual="letter 1 held(VOLUME)"
        ),
        run="VOLUME_AT_LEAST 1, CANARY_MAILS 2, --first-links",
        says="a new hold VOLUME keeps 2 back, asked for by amy, counted 2, allowed 1; a new hold CANARY keeps 1 back, asked for by amy, counted 3, allowed 2",
    ),
    PlanCase(
        "C-48",
        "The first links that go first are those of the lowest GMC numbers, and those that wait stay in that order",
        "No order of days distinguishes them.",
        """
            | about      | place | outcome
        Cyd | first link | 3     | letter 1 held(CANARY)
        Ada | first link | 1     | letter 1 as one of the first
        Ben | first link | 2     | letter 1 held(CANARY)
        """,
        run="CANARY_MAILS 1, --first-links",
        says="a new hold CANARY keeps 2 back, asked for by amy, counted 3, allowed 1",
    ),
    PlanCase(
        "C-48",
        "First links that are written anew are no others",
        "Those that wait are not counted a second time.",
        """
            | about      | letter    | mails            | outcome
        Ada | first link | a day old | deferred(CANARY) | cancelled(WRITTEN_ANEW), then letter 2 as one of the first
        Ben | first link | a day old | deferred         | cancelled(WRITTEN_ANEW), then letter 2
        Cyd | first link |           | held(CANARY)     | stays held
        Dee | first link |           |                  | letter 1
        """,
        run="CANARY_MAILS 1, --first-links",
    ),
    PlanCase(
        "C-39",
        "All mails of a database that was rebuilt from its archive wait",
        "Nobody knows what it had mailed before. They wait for the hold that there is, and no other is opened.",
        """
            | about       | due   | besides                | mails      | outcome
        Ada | first link  |       |                        |            | letter 1 held(RESTORED)
        Ben | first link  |       |                        |            | letter 1 held(RESTORED)
        Cyd | change      |       |                        |            | letter 1 held(RESTORED)
        Dee | user's link |       | there before we looked |            | letter 1 held(RESTORED)
        Eve | change      | 6 Mar |                        | sent 6 Mar | letter 2 as REMINDER held(RESTORED)
        """,
        run="VOLUME_AT_LEAST 1, CANARY_MAILS 1, REMINDERS 1, --first-links, database rebuilt",
        says="the hold RESTORED keeps 5 back",
    ),
]
