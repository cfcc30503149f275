"""The drawn cases of the 14-day window, in the order in which `docs/rules.md` prints them.

Rule numbers (C-1, C-22 …) are the product's own and appear in the code, in `gpsync why` and in reports.
"""

from tests.spec.drawing import Case
from tests.spec.mailing_cases import LATE, SENDING

STARTING = [
    Case(
        "C-1",
        "The first extract ever loaded makes no change",
        "Its addresses were there before we looked, so nobody is mailed about them.",
        """
               | Ada | Ben
        1 Mar  | A   | blank
        ...
        31 Mar | A   | blank
        """,
        """
               | Ada     | Ben
        31 Mar | nothing | nothing
        """,
    ),
    Case(
        "C-2",
        "An address that replaces another waits 14 days",
        "PCSE asks GPs to allow 14 days. The day on which an extract first shows the address is day 0, and on day 14 "
        "the window has passed.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        18 Mar | B
        """,
        """
               | Ada
        1 Mar  | nothing
        2 Mar  | A→B WAITING, due 16 Mar
        15 Mar | A→B WAITING, due 16 Mar
        16 Mar | A→B DUE, due 16 Mar
        17 Mar | A→B DUE, due 16 Mar
        """,
    ),
    Case(
        "C-3",
        "Another spelling of the same address is not a change",
        "Upper and lower case do not tell addresses apart. An open change keeps its dates and goes to the newest "
        "spelling.",
        """
               | Ada | Ben
        1 Mar  | A   | C
        2 Mar  | A*  | D
        5 Mar  | A*  | D*
        16 Mar | A*  | D*
        """,
        """
               | Ada     | Ben
        2 Mar  | nothing | C→D WAITING, due 16 Mar
        5 Mar  | nothing | C→D* WAITING, due 16 Mar
        15 Mar | nothing | C→D* WAITING, due 16 Mar
        16 Mar | nothing | C→D* DUE, due 16 Mar
        17 Mar | nothing | C→D* DUE, due 16 Mar
        """,
    ),
    Case(
        "C-4",
        "A doctor who is new on the register makes a first-email change",
        "The register has learnt of the address now, so the same 14 days pass before it is used.",
        """
               | Ada
        1 Mar  | absent
        2 Mar  | A
        16 Mar | A
        """,
        """
               | Ada
        1 Mar  | nothing
        15 Mar | none→A WAITING, due 16 Mar
        16 Mar | none→A DUE, due 16 Mar
        17 Mar | none→A DUE, due 16 Mar
        """,
    ),
    Case(
        "C-5",
        "A known doctor's first address makes a first-email change",
        "It is dated by the first extract that shows it.",
        """
               | Ada
        1 Mar  | blank
        2 Mar  | A
        16 Mar | A
        """,
        """
               | Ada
        15 Mar | none→A WAITING, due 16 Mar
        16 Mar | none→A DUE, due 16 Mar
        17 Mar | none→A DUE, due 16 Mar
        """,
    ),
    Case(
        "C-6",
        "An address that is removed cancels what was open",
        "There is nowhere to send, and the old address may belong to somebody else by now.",
        """
              | Ada | Ben
        1 Mar | A   | C
        2 Mar | B   | blank
        9 Mar | blank | blank
        """,
        """
              | Ada                          | Ben
        8 Mar | A→B WAITING, due 16 Mar      | nothing
        9 Mar | A→B CANCELLED(EMAIL_REMOVED) | nothing
        16 Mar | A→B CANCELLED(EMAIL_REMOVED) | nothing
        """,
    ),
    Case(
        "C-7",
        "A glitch keeps the dates",
        "One extract without the address, and it is back within three days.",
        """
              | Ada
        1 Mar | A
        2 Mar | B
        5 Mar | blank
        8 Mar | B
        """,
        """
               | Ada
        5 Mar  | A→B CANCELLED(EMAIL_REMOVED)
        8 Mar  | A→B WAITING, due 16 Mar
        15 Mar | A→B WAITING, due 16 Mar
        16 Mar | A→B DUE, due 16 Mar
        17 Mar | A→B DUE, due 16 Mar
        """,
    ),
    Case(
        "C-7",
        "A blank of four days breaks the window, even in a single extract",
        "The address did not stand for 14 days, as far as anybody can tell.",
        """
              | Ada
        1 Mar | A
        2 Mar | B
        5 Mar | blank
        9 Mar | B
        """,
        """
               | Ada
        9 Mar  | A→B CANCELLED(EMAIL_REMOVED); A→B WAITING, due 23 Mar
        22 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B WAITING, due 23 Mar
        23 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B DUE, due 23 Mar
        24 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B DUE, due 23 Mar
        """,
    ),
    Case(
        "C-7",
        "A blank in two extracts breaks the window, however short",
        "A glitch does not repeat itself.",
        """
              | Ada
        1 Mar | A
        2 Mar | B
        5 Mar | blank
        6 Mar | blank
        7 Mar | B
        """,
        """
              | Ada
        7 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B WAITING, due 21 Mar
        """,
    ),
    Case(
        "C-7",
        "An address that stood from the beginning comes back without a change",
        "It needed no link before the blank and needs none after it.",
        """
              | Ada
        1 Mar | A
        2 Mar | blank
        20 Mar | A
        """,
        """
               | Ada
        20 Mar | nothing
        """,
    ),
    Case(
        "C-8",
        "A newer address starts a full window of its own",
        "The old address in the change is the last one that needed no link.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        9 Mar  | C
        23 Mar | C
        """,
        """
               | Ada
        8 Mar  | A→B WAITING, due 16 Mar
        9 Mar  | A→B SUPERSEDED(NEWER_CHANGE); A→C WAITING, due 23 Mar
        22 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C WAITING, due 23 Mar
        23 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C DUE, due 23 Mar
        24 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C DUE, due 23 Mar
        """,
    ),
    Case(
        "C-9",
        "Going back to the old address cancels the change",
        "The old address needs no link.",
        """
              | Ada
        1 Mar | A
        2 Mar | B
        9 Mar | A
        """,
        """
               | Ada
        9 Mar  | A→B CANCELLED(REVERTED)
        23 Mar | A→B CANCELLED(REVERTED)
        """,
    ),
    Case(
        "C-9",
        "Coming back within 14 days to an unfinished address keeps its first dates",
        "Ada is away from B for 14 days, Ben from E for 15.",
        """
               | Ada | Ben
        1 Mar  | A   | D
        2 Mar  | B   | E
        3 Mar  | C   | F
        17 Mar | B   | F
        18 Mar | B   | E
        """,
        """
               | Ada                                               | Ben
        16 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C WAITING, due 17 Mar | D→E SUPERSEDED(NEWER_CHANGE); D→F WAITING, due 17 Mar
        17 Mar | A→B DUE, due 16 Mar; A→C CANCELLED(REVERTED)      | D→E SUPERSEDED(NEWER_CHANGE); D→F DUE, due 17 Mar
        18 Mar | A→B DUE, due 16 Mar; A→C CANCELLED(REVERTED)      | D→E SUPERSEDED(NEWER_CHANGE); D→F SUPERSEDED(NEWER_CHANGE); D→E HELD(EMAIL_CHURN), due 1 Apr
        """,
    ),
    Case(
        "C-9",
        "Coming back after a third address starts anew, however soon",
        "B stood for one day, E too. Ben comes back to E from F, the address that E was left for.",
        """
               | Ada | Ben
        1 Mar  | A   | D
        2 Mar  | B   | E
        3 Mar  | C   | F
        10 Mar | A   | F
        16 Mar | B   | E
        """,
        """
               | Ada                                                                           | Ben
        15 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C CANCELLED(REVERTED)                         | D→E SUPERSEDED(NEWER_CHANGE); D→F WAITING, due 17 Mar
        16 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C CANCELLED(REVERTED); A→B HELD(EMAIL_CHURN), due 30 Mar | D→E DUE, due 16 Mar; D→F CANCELLED(REVERTED)
        """,
    ),
    Case(
        "C-13",
        "A third change within 30 days is held for a person",
        "It may be somebody taking over an account. Ben's third change comes on the 31st day after Ben's first.",
        """
               | Ada | Ben
        1 Mar  | A   | E
        2 Mar  | B   | F
        10 Mar | C   | G
        1 Apr  | D   | G
        2 Apr  | D   | H
        """,
        """
               | Ada                                                   | Ben
        31 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C DUE, due 24 Mar     | E→F SUPERSEDED(NEWER_CHANGE); E→G DUE, due 24 Mar
        1 Apr  | A→B SUPERSEDED(NEWER_CHANGE); A→C SUPERSEDED(NEWER_CHANGE); A→D HELD(EMAIL_CHURN), due 15 Apr | E→F SUPERSEDED(NEWER_CHANGE); E→G DUE, due 24 Mar
        2 Apr  | A→B SUPERSEDED(NEWER_CHANGE); A→C SUPERSEDED(NEWER_CHANGE); A→D HELD(EMAIL_CHURN), due 15 Apr | E→F SUPERSEDED(NEWER_CHANGE); E→G SUPERSEDED(NEWER_CHANGE); E→H WAITING, due 16 Apr
        """,
    ),
]

RECEIVING = [
    Case(
        "C-17",
        "The death of a doctor cancels the change for good",
        "Nothing is ever sent to a doctor who has died. If the register takes the death back, a person decides.",
        """
               | Ada        | Ben
        1 Mar  | A          | C
        2 Mar  | B          | D
        15 Mar | B deceased | D deceased
        16 Mar | B deceased | D
        """,
        """
               | Ada                     | Ben
        14 Mar | A→B WAITING, due 16 Mar | C→D WAITING, due 16 Mar
        15 Mar | A→B CANCELLED(DECEASED) | C→D CANCELLED(DECEASED)
        16 Mar | A→B CANCELLED(DECEASED) | C→D HELD(DECEASED_REVERSED), due 16 Mar
        """,
    ),
    Case(
        "C-18",
        "A doctor who leaves the register is not mailed; restored, the window starts anew",
        "Erased, relinquished and lapsed doctors have no use for the account. An address that never got its link "
        "needs 14 days again.",
        """
               | Ada      | Ben
        1 Mar  | A        | C
        2 Mar  | B        | C
        10 Mar | B erased | C relinquished
        20 Mar | B        | C
        """,
        """
               | Ada                                                    | Ben
        10 Mar | A→B CANCELLED(NOT_REGISTERED)                          | nothing
        20 Mar | A→B CANCELLED(NOT_REGISTERED); A→B WAITING, due 3 Apr  | nothing
        2 Apr  | A→B CANCELLED(NOT_REGISTERED); A→B WAITING, due 3 Apr  | nothing
        3 Apr  | A→B CANCELLED(NOT_REGISTERED); A→B DUE, due 3 Apr      | nothing
        """,
    ),
    Case(
        "C-19",
        "A suspension holds the mail while the clock runs",
        "On reinstatement the change is due at once if its window has passed.",
        """
               | Ada         | Ben
        1 Mar  | A           | C
        2 Mar  | B           | D
        10 Mar | B suspended | D suspended
        12 Mar | B suspended | D
        31 Mar | B           | D
        """,
        """
               | Ada                             | Ben
        10 Mar | A→B HELD(SUSPENDED), due 16 Mar | C→D HELD(SUSPENDED), due 16 Mar
        12 Mar | A→B HELD(SUSPENDED), due 16 Mar | C→D WAITING, due 16 Mar
        30 Mar | A→B HELD(SUSPENDED), due 16 Mar | C→D DUE, due 16 Mar
        31 Mar | A→B DUE, due 16 Mar             | C→D DUE, due 16 Mar
        """,
    ),
    Case(
        "C-19",
        "A suspension of more than 12 months ends the change it held",
        "Ada is reinstated on the last day of the 12 months, Ben on the day after: Ben's address starts a new window.",
        """
                    | Ada         | Ben
        1 Mar       | A           | C
        2 Mar       | B           | D
        10 Mar      | B suspended | D suspended
        10 Mar 2027 | B           | D suspended
        11 Mar 2027 | B           | D
        """,
        """
                    | Ada                             | Ben
        10 Mar 2027 | A→B DUE, due 16 Mar             | C→D HELD(SUSPENDED), due 16 Mar
        11 Mar 2027 | A→B DUE, due 16 Mar             | C→D CANCELLED(HOLD_EXPIRED); C→D WAITING, due 25 Mar
        24 Mar 2027 | A→B DUE, due 16 Mar             | C→D CANCELLED(HOLD_EXPIRED); C→D WAITING, due 25 Mar
        25 Mar 2027 | A→B DUE, due 16 Mar             | C→D CANCELLED(HOLD_EXPIRED); C→D DUE, due 25 Mar
        """,
    ),
    Case(
        "C-22",
        "One full extract without a doctor is a glitch, two in a row are a fact",
        "Ada is missing once, Ben twice. Ben comes back with the same address and keeps its dates, Cyd with another "
        "one.",
        """
               | Ada    | Ben    | Cyd
        1 Mar  | A      | C      | E
        2 Mar  | B      | D      | F
        9 Mar  | absent | absent | absent
        10 Mar | B      | absent | absent
        17 Mar | B      | D      | G
        """,
        """
               | Ada                     | Ben                                   | Cyd
        9 Mar  | A→B WAITING, due 16 Mar | C→D WAITING, due 16 Mar               | E→F WAITING, due 16 Mar
        10 Mar | A→B WAITING, due 16 Mar | C→D HELD(NOT_IN_REGISTER), due 16 Mar | E→F HELD(NOT_IN_REGISTER), due 16 Mar
        17 Mar | A→B DUE, due 16 Mar     | C→D DUE, due 16 Mar                   | E→F SUPERSEDED(NEWER_CHANGE); E→G WAITING, due 31 Mar
        """,
    ),
    Case(
        "C-23",
        "A delta's delete holds at once, and the next full decides",
        "Ada's deletion is taken back by the full, Ben's is confirmed by it.",
        """
                     | Ada     | Ben
        1 Mar        | A       | C
        2 Mar        | B       | D
        9 Mar delta  | deleted | deleted
        10 Mar       | B       | absent
        """,
        """
               | Ada                                   | Ben
        9 Mar  | A→B HELD(NOT_IN_REGISTER), due 16 Mar | C→D HELD(NOT_IN_REGISTER), due 16 Mar
        10 Mar | A→B WAITING, due 16 Mar               | C→D HELD(NOT_IN_REGISTER), due 16 Mar
        """,
    ),
    Case(
        "C-24",
        "A quarantined row holds until a full extract brings a readable one",
        "Values that were good yesterday are not used for sending.",
        """
               | Ada         | Ben
        1 Mar  | A           | quarantined
        2 Mar  | B           | C
        9 Mar  | quarantined | C
        10 Mar | B           | D
        """,
        """
               | Ada                                | Ben
        8 Mar  | A→B WAITING, due 16 Mar            | nothing
        9 Mar  | A→B HELD(DATA_QUALITY), due 16 Mar | nothing
        10 Mar | A→B WAITING, due 16 Mar            | C→D WAITING, due 24 Mar
        """,
    ),
    Case(
        "C-25",
        "An address that cannot be mailed is held; its correction is a new change",
        "Of two addresses in one field none is picked.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | bad
        9 Mar  | B
        """,
        """
               | Ada
        8 Mar  | A→bad HELD(INVALID_EMAIL), due 16 Mar
        9 Mar  | A→bad SUPERSEDED(NEWER_CHANGE); A→B WAITING, due 23 Mar
        22 Mar | A→bad SUPERSEDED(NEWER_CHANGE); A→B WAITING, due 23 Mar
        23 Mar | A→bad SUPERSEDED(NEWER_CHANGE); A→B DUE, due 23 Mar
        """,
    ),
    Case(
        "C-N1",
        "An address that may be another one than it looks like is held; its correction is a new change",
        "What is compared is folded, what is mailed never is. Ben's was plain before, and keeps its dates until it is "
        "plain again.",
        """
               | Ada | Ben | Cyd
        1 Mar  | A   | C   | E
        2 Mar  | B?  | D   | F
        9 Mar  | B   | D?  | F*
        10 Mar | B   | D   | F*
        """,
        """
               | Ada                                                       | Ben                                                      | Cyd
        8 Mar  | A→B? HELD(UNUSUAL_ADDRESS), due 16 Mar                    | C→D WAITING, due 16 Mar                                  | E→F WAITING, due 16 Mar
        9 Mar  | A→B? SUPERSEDED(NEWER_CHANGE); A→B WAITING, due 23 Mar    | C→D? HELD(UNUSUAL_ADDRESS), due 16 Mar                   | E→F* WAITING, due 16 Mar
        10 Mar | A→B? SUPERSEDED(NEWER_CHANGE); A→B WAITING, due 23 Mar    | C→D? SUPERSEDED(NEWER_CHANGE); C→D WAITING, due 24 Mar   | E→F* WAITING, due 16 Mar
        22 Mar | A→B? SUPERSEDED(NEWER_CHANGE); A→B WAITING, due 23 Mar    | C→D? SUPERSEDED(NEWER_CHANGE); C→D WAITING, due 24 Mar   | E→F* DUE, due 16 Mar
        23 Mar | A→B? SUPERSEDED(NEWER_CHANGE); A→B DUE, due 23 Mar        | C→D? SUPERSEDED(NEWER_CHANGE); C→D WAITING, due 24 Mar   | E→F* DUE, due 16 Mar
        24 Mar | A→B? SUPERSEDED(NEWER_CHANGE); A→B DUE, due 23 Mar        | C→D? SUPERSEDED(NEWER_CHANGE); C→D DUE, due 24 Mar       | E→F* DUE, due 16 Mar
        """,
    ),
    Case(
        "C-26",
        "An address that two registered doctors hold is held for both",
        "A link proves who reads a mailbox, and this one has two readers. When the sharing ends the other goes on.",
        """
               | Ada | Ben | Cyd
        1 Mar  | A   | B   | C deceased
        2 Mar  | X   | X   | Y deceased
        5 Mar  | X   | Z   | Y deceased
        """,
        """
               | Ada                                | Ben                                | Cyd
        2 Mar  | A→X HELD(SHARED_EMAIL), due 16 Mar | B→X HELD(SHARED_EMAIL), due 16 Mar | C→Y CANCELLED(DECEASED)
        5 Mar  | A→X WAITING, due 16 Mar            | B→X SUPERSEDED(NEWER_CHANGE); B→Z WAITING, due 19 Mar | C→Y CANCELLED(DECEASED)
        """,
    ),
]

ORDER = [
    Case(
        "C-32",
        "A weekend without an extract is normal",
        "Days are counted on the calendar, not in extracts.",
        """
               | Ada
        6 Mar  | A
        9 Mar  | B
        """,
        """
               | Ada
        22 Mar | A→B WAITING, due 23 Mar
        23 Mar | A→B DUE, due 23 Mar
        24 Mar | A→B DUE, due 23 Mar
        """,
    ),
    Case(
        "C-33",
        "After a gap the change is dated by the extract that shows it",
        "It may have happened on any day of the gap; the latest is taken, so that nobody gets a link early.",
        """
               | Ada
        1 Mar  | A
        8 Mar  | B
        """,
        """
               | Ada
        21 Mar | A→B WAITING, due 22 Mar
        22 Mar | A→B DUE, due 22 Mar
        23 Mar | A→B DUE, due 22 Mar
        """,
    ),
    Case(
        "C-41",
        "A delta before the first full has nothing to be applied to",
        "It is kept, and the full that follows is the beginning.",
        """
                    | Ada
        1 Mar delta | A
        2 Mar       | B
        3 Mar       | C
        """,
        """
               | Ada
        2 Mar  | nothing
        3 Mar  | B→C WAITING, due 17 Mar
        """,
    ),
]

TIMELINES = [
    Case(
        "Timeline 1",
        "One change",
        "Seen on 2 March, due on 16 March.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        20 Mar | B
        """,
        """
               | Ada
        15 Mar | A→B WAITING, due 16 Mar
        16 Mar | A→B DUE, due 16 Mar
        17 Mar | A→B DUE, due 16 Mar
        """,
    ),
    Case(
        "Timeline 2",
        "A second change inside the window",
        "The first is superseded, the second has 14 days of its own.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        9 Mar  | C
        ...
        25 Mar | C
        """,
        """
               | Ada
        22 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C WAITING, due 23 Mar
        23 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C DUE, due 23 Mar
        24 Mar | A→B SUPERSEDED(NEWER_CHANGE); A→C DUE, due 23 Mar
        """,
    ),
    Case(
        "Timeline 3",
        "Back to the old address inside the window",
        "Nothing is sent.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        9 Mar  | A
        ...
        25 Mar | A
        """,
        """
               | Ada
        15 Mar | A→B CANCELLED(REVERTED)
        16 Mar | A→B CANCELLED(REVERTED)
        17 Mar | A→B CANCELLED(REVERTED)
        """,
    ),
    Case(
        "Timeline 4",
        "A week without extracts",
        "Dated by the extract after the gap.",
        """
               | Ada
        1 Mar  | A
        8 Mar  | B
        ...
        25 Mar | B
        """,
        """
               | Ada
        21 Mar | A→B WAITING, due 22 Mar
        22 Mar | A→B DUE, due 22 Mar
        23 Mar | A→B DUE, due 22 Mar
        """,
    ),
    Case(
        "Timeline 5",
        "Suspended from 10 to 30 March",
        "The window passes meanwhile, so the change is due on the day of reinstatement.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        10 Mar | B suspended
        ...
        31 Mar | B
        """,
        """
               | Ada
        15 Mar | A→B HELD(SUSPENDED), due 16 Mar
        16 Mar | A→B HELD(SUSPENDED), due 16 Mar
        30 Mar | A→B HELD(SUSPENDED), due 16 Mar
        31 Mar | A→B DUE, due 16 Mar
        """,
    ),
    Case(
        "Timeline 6",
        "Blank in one extract",
        "A glitch: the dates stand.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        5 Mar  | blank
        6 Mar  | B
        ...
        20 Mar | B
        """,
        """
               | Ada
        15 Mar | A→B WAITING, due 16 Mar
        16 Mar | A→B DUE, due 16 Mar
        17 Mar | A→B DUE, due 16 Mar
        """,
    ),
    Case(
        "Timeline 7",
        "Blank for a week",
        "A new window from the day the address is back.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        5 Mar  | blank
        ...
        13 Mar | B
        ...
        30 Mar | B
        """,
        """
               | Ada
        26 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B WAITING, due 27 Mar
        27 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B DUE, due 27 Mar
        28 Mar | A→B CANCELLED(EMAIL_REMOVED); A→B DUE, due 27 Mar
        """,
    ),
    Case(
        "Timeline 8",
        "The doctor dies on the day before",
        "Nothing, ever.",
        """
               | Ada
        1 Mar  | A
        2 Mar  | B
        ...
        15 Mar | B deceased
        ...
        20 Mar | B deceased
        """,
        """
               | Ada
        15 Mar | A→B CANCELLED(DECEASED)
        16 Mar | A→B CANCELLED(DECEASED)
        17 Mar | A→B CANCELLED(DECEASED)
        """,
    ),
    Case(
        "Timeline 9",
        "Two doctors take one address, one leaves it again",
        "The other's window has passed by then: due on the day the sharing ends.",
        """
               | Ada | Ben
        1 Mar  | A   | B
        2 Mar  | X   | X
        ...
        20 Mar | X   | B
        """,
        """
               | Ada                                | Ben
        16 Mar | A→X HELD(SHARED_EMAIL), due 16 Mar | B→X HELD(SHARED_EMAIL), due 16 Mar
        19 Mar | A→X HELD(SHARED_EMAIL), due 16 Mar | B→X HELD(SHARED_EMAIL), due 16 Mar
        20 Mar | A→X DUE, due 20 Mar                | B→X CANCELLED(REVERTED)
        21 Mar | A→X DUE, due 20 Mar                | B→X CANCELLED(REVERTED)
        """,
    ),
    Case(
        "Timeline 11",
        "A leap day",
        "Seen on 29 February 2028, due on 14 March 2028.",
        """
               | Ada
        28 Feb | A
        29 Feb | B
        ...
        15 Mar | B
        """,
        """
               | Ada
        13 Mar | A→B WAITING, due 14 Mar
        14 Mar | A→B DUE, due 14 Mar
        15 Mar | A→B DUE, due 14 Mar
        """,
        year=2028,
    ),
    Case(
        "Timeline 12",
        "Over the turn of the year",
        "Seen on 25 December, due on 8 January.",
        """
                   | Ada
        24 Dec     | A
        25 Dec     | B
        ...
        9 Jan 2027 | B
        """,
        """
                   | Ada
        7 Jan 2027 | A→B WAITING, due 8 Jan
        8 Jan 2027 | A→B DUE, due 8 Jan
        9 Jan 2027 | A→B DUE, due 8 Jan
        """,
    ),
]

CHAPTERS = {
    "Which changes start a window": STARTING,
    "What the register says about the doctor": RECEIVING,
    "What the mailout does": SENDING,
    "Order and gaps": [*ORDER, *LATE],
    "Worked timelines": TIMELINES,
}

#: Texts in the register's email column, what is compared (None: no address; "invalid" and "held": for a person), and why.
ADDRESSES = [
    ("ada@doctor.example", "ada@doctor.example", "As it stands."),
    (
        "  Ada.Byron@Doctor.Example ",
        "ada.byron@doctor.example",
        "Spaces around it and upper case do not count (C-N1, C-N2).",
    ),
    ("<mailto:ada@doctor.example>", "ada@doctor.example", "What wraps an address does not belong to it (C-N1)."),
    ("ada@doctor.example;", "ada@doctor.example", "Nor does punctuation after it (C-N1)."),
    (
        "ada\u200b@doctor.example",
        "held, compared as ada@doctor.example",
        "What cannot be seen may make it another address: a person looks (C-N1).",
    ),
    (
        "jsmith\u00b2@doctor.example",
        "held, compared as jsmith2@doctor.example",
        "So may what looks alike (C-N1).",
    ),
    (
        "'oneil@doctor.example",
        "held, compared as oneil@doctor.example",
        "Quotes wrap an address as a pair only (C-N1).",
    ),
    ("d\u043ec@doctor.example", "held, compared as d\u043ec@doctor.example", "It mixes two scripts (C-N1)."),
    (
        "ada%b.example@doctor.example",
        "held, compared as ada%b.example@doctor.example",
        "Mail services have taken %, !, | and / for a route (C-N1).",
    ),
    ("ada@bücher.example", "ada@xn--bcher-kva.example", "Domains are compared in their ASCII form (C-N2)."),
    (
        "ada+x@doctor.example",
        "ada+x@doctor.example",
        "Plus signs and dots are kept: they may be different people (C-N2).",
    ),
    ("n/a", None, "Words for none are no address (C-N3)."),
    ("-", None, "A dash is none (C-N3)."),
    ("noemail@doctor.example", None, "An address that says there is none is none (C-N3)."),
    ("ada@a.example; ben@b.example", "invalid", "Of two addresses none is picked (C-N4)."),
    ("ada@@doctor.example", "invalid", "One @ only (C-N5)."),
    ("ada..byron@doctor.example", "invalid", "No two dots in a row before the @ (C-N5)."),
    ("ada@doctor", "invalid", "A domain has a dot (C-N5)."),
    ("ada@example.com", "invalid", "Reserved domains are never mailed (C-N5)."),
]
