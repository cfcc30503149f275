"""The drawn mailouts in which another letter takes the place of one that is out of date."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.planning import PlanCase

RENEWING = [
    PlanCase(
        "C-45",
        "A letter that was deferred for longer than a day is written anew",
        "It says when its link runs out. The new one is as urgent as the old one, and as much waits for it; what a person asked for, or was held, stays so.",
        """
            | about       | due   | letter    | mails                                   | outcome                                                    | rank
        Ada | change      |       | a day old | deferred                                | cancelled(WRITTEN_ANEW), then letter 2                     | change
        Ben | change      |       |           | deferred                                | goes out                                                   |
        Cyd | change      |       | a day old | deferred on request                     | cancelled(WRITTEN_ANEW), then letter 2 on amy's word       | requested
        Dee | change      | 6 Mar | a day old | sent 6 Mar, deferred as reminder        | cancelled(WRITTEN_ANEW), then letter 3 as REMINDER         | reminder
        Eve | change      | 6 Mar | a day old | returned 6 Mar, deferred after a return | cancelled(WRITTEN_ANEW), then letter 3 as AFTER_RETURN     | reminder
        Fay | first link  |       | a day old | deferred                                | cancelled(WRITTEN_ANEW), then letter 2                     | first link
        Gil | first link  |       | a day old | deferred(CANARY)                        | cancelled(WRITTEN_ANEW), then letter 2 as one of the first | first link
        Hal | first link  |       | a day old | deferred on request                     | cancelled(WRITTEN_ANEW), then letter 2 on amy's word       | requested
        Ida | user's link |       | a day old | deferred                                | cancelled(WRITTEN_ANEW), then letter 2                     | user
        Jon | user's link |       | a day old | returned 6 Mar, deferred after a return | cancelled(WRITTEN_ANEW), then letter 3 as AFTER_RETURN     | user
        """,
        run="REMINDERS 1",
    ),
    PlanCase(
        "C-3",
        "A mail that waits goes to the newest spelling of its address",
        "The address comes from the register, or from the users' extract. A held mail stays held.",
        """
            | about       | shows | letter            | mails              | outcome
        Ada | change      | B*    | spelled otherwise | planned            | cancelled(WRITTEN_ANEW), then letter 2 to B*
        Ben | change      | B*    | spelled otherwise | planned on request | cancelled(WRITTEN_ANEW), then letter 2 to B* on amy's word
        Cyd | change      | B*    | spelled otherwise | held(VOLUME)       | cancelled(WRITTEN_ANEW), then letter 2 to B* held(VOLUME)
        Dee | first link  | B*    | spelled otherwise | held(CANARY)       | cancelled(WRITTEN_ANEW), then letter 2 to B* held(CANARY)
        Eve | user's link | B*    | spelled otherwise | planned            | cancelled(WRITTEN_ANEW), then letter 2 to B*
        Fay | change      | B?    | spelled otherwise | planned on request | cancelled(UNUSUAL_ADDRESS)
        Gil | change      | C     | spelled otherwise | planned            | cancelled(NEWER_CHANGE)
        Hal | first link  | B?    | spelled otherwise | planned            | cancelled(UNUSUAL_ADDRESS)
        Ida | user's link | B?    | spelled otherwise | planned            | cancelled(ACCOUNT_CHANGED)
        """,
    ),
    PlanCase(
        "C-53",
        "A mail without seal, or of a secret that was taken away, is written anew to the address that the register shows",
        "Nobody can tell whether its row was altered, so nothing of it is used.",
        """
            | about       | letter                             | mails        | outcome
        Ada | change      | without seal                       | planned      | cancelled(WRITTEN_ANEW), then letter 2
        Ben | change      | of a secret taken away             | planned      | cancelled(WRITTEN_ANEW), then letter 2
        Cyd | change      | redirected, without seal           | planned      | cancelled(WRITTEN_ANEW), then letter 2
        Dee | change      | redirected, of a secret taken away | planned      | cancelled(WRITTEN_ANEW), then letter 2
        Eve | first link  | redirected, without seal           | planned      | cancelled(WRITTEN_ANEW), then letter 2
        Fay | user's link | redirected, without seal           | planned      | cancelled(WRITTEN_ANEW), then letter 2
        Gil | change      | without seal                       | held(VOLUME) | cancelled(WRITTEN_ANEW), then letter 2 held(VOLUME)
        """,
    ),
    PlanCase(
        "C-53",
        "A mail that is not as it was planned is held for a person, and none takes its place",
        "Whoever can write to the database could otherwise have a live link sent to an address of their own.",
        """
            | about       | letter                   | mails        | outcome
        Ada | change      | redirected               | planned      | held(ALTERED)
        Ben | change      | redirected with its link | planned      | held(ALTERED)
        Cyd | change      | in capitals              | planned      | held(ALTERED)
        Dee | change      | of another generation    | planned      | held(ALTERED)
        Eve | change      | with a made-up seal      | planned      | held(ALTERED)
        Fay | first link  | redirected               | deferred     | held(ALTERED)
        Gil | user's link | redirected               | held(VOLUME) | held(ALTERED)
        """,
    ),
    PlanCase(
        "C-50",
        "A mail that must not go out is cancelled for that, whatever its letter",
        "Nothing takes its place.",
        """
            | list     | letter     | mails    | outcome
        Ada | removed  | a day old  | deferred | cancelled(OFF_LIST)
        Ben | removed  | redirected | planned  | cancelled(OFF_LIST)
        Cyd | included | a day old  | deferred | cancelled(WRITTEN_ANEW), then letter 2
        """,
    ),
]
