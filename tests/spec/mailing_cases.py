"""The drawn cases of the mailout: what a mail, its loss and a verification make of a change."""

# ruff: noqa: E501 - drawn tables are as wide as they are

from tests.spec.drawing import Case

SENDING = [
    Case(
        "C-43",
        "A change is mailed once",
        "Planned it is queued, accepted by the mail service it is sent. Ben's mail is cancelled, so the change is due "
        "again.",
        """
                    | Ada     | Ben
        1 Mar       | A       | C
        2 Mar       | B       | D
        ...
        16 Mar      | B       | D
        16 Mar mail | planned | planned
        17 Mar mail | sent    | cancelled
        """,
        """
               | Ada                      | Ben
        15 Mar | A→B WAITING, due 16 Mar  | C→D WAITING, due 16 Mar
        16 Mar | A→B QUEUED, due 16 Mar   | C→D QUEUED, due 16 Mar
        17 Mar | A→B SENT, sent 17 Mar    | C→D DUE, due 16 Mar
        """,
    ),
    Case(
        "C-51",
        "A link that nobody uses has run out after its 72 hours",
        "By default nobody is reminded. Ben uses theirs on its last day.",
        """
                        | Ada  | Ben
        1 Mar           | A    | C
        2 Mar           | B    | D
        16 Mar mail     | sent | sent
        19 Mar verified |      | D
        """,
        """
               | Ada                                 | Ben
        18 Mar | A→B SENT, sent 16 Mar               | C→D SENT, sent 16 Mar
        19 Mar | A→B SENT, sent 16 Mar               | C→D VERIFIED, sent 16 Mar
        20 Mar | A→B UNVERIFIED_EXPIRED, sent 16 Mar | C→D VERIFIED, sent 16 Mar
        """,
    ),
    Case(
        "C-51",
        "A mail that came back undelivered is not a link that was not used",
        "The doctor has not had it, and nobody says that the address is dead. Ben was verified by another way, Cyd "
        "has another address by now, and Dee's came back for good.",
        """
                        | Ada      | Ben      | Cyd      | Dee
        1 Mar           | A        | C        | E        | H
        2 Mar           | B        | D        | F        | I
        16 Mar mail     | returned | returned | returned | bounced
        18 Mar verified |          | D        |          |
        18 Mar          | B        | D        | G        | I
        """,
        """
               | Ada                       | Ben                       | Cyd                                                               | Dee
        16 Mar | A→B RETURNED, sent 16 Mar | C→D RETURNED, sent 16 Mar | E→F RETURNED, sent 16 Mar                                         | H→I BOUNCED, sent 16 Mar
        18 Mar | A→B RETURNED, sent 16 Mar | C→D VERIFIED, sent 16 Mar | E→F SUPERSEDED(NEWER_CHANGE), sent 16 Mar; F→G WAITING, due 1 Apr | H→I BOUNCED, sent 16 Mar
        20 Mar | A→B RETURNED, sent 16 Mar | C→D VERIFIED, sent 16 Mar | E→F SUPERSEDED(NEWER_CHANGE), sent 16 Mar; F→G WAITING, due 1 Apr | H→I BOUNCED, sent 16 Mar
        """,
    ),
    Case(
        "C-51",
        "A mail after one that came back is about the same change",
        "Ada's arrives, and its link runs out as any does; Ben's comes back too; Cyd's is cancelled before it is "
        "handed over.",
        """
                    | Ada      | Ben      | Cyd
        1 Mar       | A        | C        | E
        2 Mar       | B        | D        | F
        16 Mar mail | returned | returned | returned
        26 Mar mail | planned  | planned  | planned
        27 Mar mail | sent     | returned | cancelled
        """,
        """
               | Ada                                 | Ben                                 | Cyd
        25 Mar | A→B RETURNED, sent 16 Mar           | C→D RETURNED, sent 16 Mar           | E→F RETURNED, sent 16 Mar
        26 Mar | A→B QUEUED, due 16 Mar, sent 16 Mar | C→D QUEUED, due 16 Mar, sent 16 Mar | E→F QUEUED, due 16 Mar, sent 16 Mar
        27 Mar | A→B SENT, sent 27 Mar               | C→D RETURNED, sent 27 Mar           | E→F RETURNED, sent 16 Mar
        31 Mar | A→B UNVERIFIED_EXPIRED, sent 27 Mar | C→D RETURNED, sent 27 Mar           | E→F RETURNED, sent 16 Mar
        """,
    ),
    Case(
        "C-36",
        "A late extract may show that a mail that came back was early",
        "Then it is not mailed again automatically: a person decides.",
        """
                             | Ada
        1 Mar                | A
        2 Mar                | B
        5 Mar (came 27 Mar)  | A
        6 Mar                | B
        16 Mar mail          | returned
        """,
        """
               | Ada
        26 Mar | A→B RETURNED, sent 16 Mar
        27 Mar | A→B RETURNED(SENT_EARLY), sent 16 Mar
        """,
    ),
    Case(
        "C-51",
        "A reminder is about the same change, and its link runs out as the first one did",
        "Ben's is cancelled before it is handed over, which leaves the change as it was.",
        """
                    | Ada     | Ben
        1 Mar       | A       | C
        2 Mar       | B       | D
        16 Mar mail | sent    | sent
        26 Mar mail | planned | planned
        27 Mar mail | sent    | cancelled
        """,
        """
               | Ada                                 | Ben
        25 Mar | A→B UNVERIFIED_EXPIRED, sent 16 Mar | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        26 Mar | A→B QUEUED, due 16 Mar, sent 16 Mar | C→D QUEUED, due 16 Mar, sent 16 Mar
        27 Mar | A→B SENT, sent 27 Mar               | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        30 Mar | A→B SENT, sent 27 Mar               | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        31 Mar | A→B UNVERIFIED_EXPIRED, sent 27 Mar | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        """,
    ),
    Case(
        "C-51",
        "An address that is verified after its link has run out is verified",
        "The portal may know by another way, such as a link that staff sent.",
        """
                        | Ada  | Ben
        1 Mar           | A    | C
        2 Mar           | B    | D
        16 Mar mail     | sent | bounced
        30 Mar verified | B    | D
        """,
        """
               | Ada                                 | Ben
        29 Mar | A→B UNVERIFIED_EXPIRED, sent 16 Mar | C→D BOUNCED, sent 16 Mar
        30 Mar | A→B VERIFIED, sent 16 Mar           | C→D VERIFIED, sent 16 Mar
        """,
    ),
    Case(
        "C-6",
        "An address that is removed after its link has gone out changes nothing any more",
        "The mail cannot be called back; the link is of no use without the address.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | sent
        17 Mar      | blank
        """,
        """
               | Ada
        17 Mar | A→B SENT, sent 16 Mar
        20 Mar | A→B UNVERIFIED_EXPIRED, sent 16 Mar
        """,
    ),
    Case(
        "C-7",
        "An address that is back after a blank is not mailed again",
        "It was verified, or its link has gone out. Ben's was still waiting, so the window starts anew.",
        """
                        | Ada   | Ben   | Cyd
        1 Mar           | A     | C     | E
        2 Mar           | B     | D     | F
        16 Mar mail     | sent  |       | sent
        17 Mar verified |       |       | F
        18 Mar          | blank | blank | blank
        19 Mar          | blank | blank | blank
        30 Mar          | B     | D     | F
        """,
        """
               | Ada                                 | Ben                                                   | Cyd
        19 Mar | A→B SENT, sent 16 Mar               | C→D CANCELLED(EMAIL_REMOVED)                          | E→F VERIFIED, sent 16 Mar
        30 Mar | A→B UNVERIFIED_EXPIRED, sent 16 Mar | C→D CANCELLED(EMAIL_REMOVED); C→D WAITING, due 13 Apr | E→F VERIFIED, sent 16 Mar
        """,
    ),
    Case(
        "C-9",
        "An address whose link has gone out is finished: coming back to it is a change of its own",
        "Ada comes back within 14 days, but B's link went out. Ben's D was never sent and keeps its dates.",
        """
                    | Ada  | Ben
        1 Mar       | A    | D
        2 Mar       | B    | E
        16 Mar mail | sent |
        17 Mar      | C    | F
        20 Mar      | B    | E
        """,
        """
               | Ada                                                                                                       | Ben
        17 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C WAITING, due 31 Mar                                        | D→E SUPERSEDED(NEWER_CHANGE); D→F WAITING, due 31 Mar
        20 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C SUPERSEDED(NEWER_CHANGE); A→B HELD(EMAIL_CHURN), due 3 Apr | D→E DUE, due 16 Mar; D→F CANCELLED(REVERTED)
        """,
    ),
    Case(
        "C-10",
        "Going back to the old address after the link has gone out closes the change",
        "The old address needs no link, and the link that went out is of no use any more. Ben goes back the day "
        "before Ben's is sent.",
        """
                    | Ada  | Ben
        1 Mar       | A    | C
        2 Mar       | B    | D
        16 Mar      | B    | C
        16 Mar mail | sent |
        17 Mar      | A    | C
        """,
        """
               | Ada                                              | Ben
        16 Mar | A→B SENT, sent 16 Mar                            | C→D CANCELLED(REVERTED)
        17 Mar | A→B CANCELLED(REVERTED_AFTER_SEND), sent 16 Mar  | C→D CANCELLED(REVERTED)
        20 Mar | A→B CANCELLED(REVERTED_AFTER_SEND), sent 16 Mar  | C→D CANCELLED(REVERTED)
        """,
    ),
    Case(
        "C-10",
        "Going back to an address that was sent a link and not verified is a new change",
        "Ada has moved from B to C, both were mailed, neither was verified. The old address is the last one mailed.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | sent
        1 Apr       | C
        15 Apr mail | sent
        4 May       | B
        """,
        """
               | Ada
        1 Apr  | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C WAITING, due 15 Apr
        18 Apr | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C SENT, sent 15 Apr
        19 Apr | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C UNVERIFIED_EXPIRED, sent 15 Apr
        4 May  | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C SUPERSEDED(NEWER_CHANGE), sent 15 Apr; C→B WAITING, due 18 May
        """,
    ),
    Case(
        "C-11",
        "A verified address is left by an ordinary change",
        "Even if it leads back to the address of the beginning: the account is verified with another one.",
        """
                        | Ada
        1 Mar           | A
        2 Mar           | B
        16 Mar mail     | sent
        17 Mar verified | B
        20 Mar          | A
        """,
        """
               | Ada
        17 Mar | A→B VERIFIED, sent 16 Mar
        20 Mar | A→B VERIFIED, sent 16 Mar; B→A WAITING, due 3 Apr
        2 Apr  | A→B VERIFIED, sent 16 Mar; B→A WAITING, due 3 Apr
        3 Apr  | A→B VERIFIED, sent 16 Mar; B→A DUE, due 3 Apr
        4 Apr  | A→B VERIFIED, sent 16 Mar; B→A DUE, due 3 Apr
        """,
    ),
    Case(
        "C-12",
        "A newer address after the link has gone out has a window of its own",
        "The first link is of no use any more.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | sent
        17 Mar      | C
        """,
        """
               | Ada
        16 Mar | A→B SENT, sent 16 Mar
        17 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C WAITING, due 31 Mar
        30 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C WAITING, due 31 Mar
        31 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C DUE, due 31 Mar
        1 Apr  | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C DUE, due 31 Mar
        """,
    ),
    Case(
        "C-17",
        "The death of a doctor stops the mail that is planned",
        "A mail that has gone out has gone out; its link is withdrawn.",
        """
                    | Ada        | Ben
        1 Mar       | A          | C
        2 Mar       | B          | D
        16 Mar mail | planned    | sent
        17 Mar      | B deceased | D deceased
        """,
        """
               | Ada                     | Ben
        16 Mar | A→B QUEUED, due 16 Mar  | C→D SENT, sent 16 Mar
        17 Mar | A→B CANCELLED(DECEASED) | C→D SENT, sent 16 Mar
        """,
    ),
    Case(
        "C-18",
        "A doctor restored with an address that was mailed and never verified has a new window",
        "The first link ended with the registration. Ben had used theirs.",
        """
                        | Ada      | Ben
        1 Mar           | A        | C
        2 Mar           | B        | D
        16 Mar mail     | sent     | sent
        17 Mar verified |          | D
        18 Mar          | B erased | D erased
        30 Mar          | B        | D
        """,
        """
               | Ada                                                                 | Ben
        18 Mar | A→B SENT, sent 16 Mar                                               | C→D VERIFIED, sent 16 Mar
        30 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; A→B WAITING, due 13 Apr  | C→D VERIFIED, sent 16 Mar
        """,
    ),
    Case(
        "C-19",
        "A suspension stops the mail that is planned",
        "It goes on from the queue when the doctor is reinstated.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | planned
        17 Mar      | B suspended
        18 Mar      | B
        """,
        """
               | Ada
        16 Mar | A→B QUEUED, due 16 Mar
        17 Mar | A→B HELD(SUSPENDED), due 16 Mar
        18 Mar | A→B QUEUED, due 16 Mar
        """,
    ),
    Case(
        "C-23",
        "Whoever a delta deleted is back with the extract that shows them again, whatever it shows",
        "Their links go out on their days. That later records read otherwise, Ada's by the status and Ben's by the "
        "address, makes none of them early.",
        """
                    | Ada         | Ben     | Cyd
        1 Mar       | A           | C       | E
        2 Mar       | B           | D       | F
        9 Mar delta | deleted     | deleted | deleted
        10 Mar      | B           | D       | G
        16 Mar mail | sent        | sent    |
        18 Mar      | B suspended | X       | G
        """,
        """
               | Ada                     | Ben                                                                 | Cyd
        10 Mar | A→B WAITING, due 16 Mar | C→D WAITING, due 16 Mar                                             | E→F SUPERSEDED(NEWER_CHANGE); E→G WAITING, due 24 Mar
        18 Mar | A→B SENT, sent 16 Mar   | C→D SUPERSEDED(NEWER_CHANGE), sent 16 Mar; D→X WAITING, due 1 Apr   | E→F SUPERSEDED(NEWER_CHANGE); E→G WAITING, due 24 Mar
        """,
    ),
    Case(
        "C-26",
        "A second holder of the address stops the mail that is planned",
        "A mail that has gone out has gone out.",
        """
                    | Ada     | Ben | Cyd
        1 Mar       | A       | B   | C
        2 Mar       | X       | B   | Y
        16 Mar mail | planned |     | sent
        17 Mar      | X       | X   | Y
        """,
        """
               | Ada                                | Ben                                | Cyd
        16 Mar | A→X QUEUED, due 16 Mar             | nothing                            | C→Y SENT, sent 16 Mar
        17 Mar | A→X HELD(SHARED_EMAIL), due 16 Mar | B→X HELD(SHARED_EMAIL), due 31 Mar | C→Y SENT, sent 16 Mar
        """,
    ),
    Case(
        "C-28",
        "An address that the account is verified with needs no link",
        "Ada's account knew it before the GMC did, Ben's on the same day, Cyd's while it waited, Dee's while its mail "
        "was planned.",
        """
                        | Ada | Ben | Cyd | Dee
        1 Mar           | A   | C   | E   | G
        1 Mar verified  | B   |     |     |
        2 Mar           | B   | D   | F   | H
        2 Mar verified  |     | D   |     |
        3 Mar verified  |     |     | F   |
        16 Mar mail     |     |     |     | planned
        17 Mar verified |     |     |     | H
        20 Mar          | B   | C   | F   | H
        """,
        """
               | Ada                              | Ben                                                      | Cyd                              | Dee
        2 Mar  | A→B SUPPRESSED(ALREADY_VERIFIED) | C→D SUPPRESSED(ALREADY_VERIFIED)                         | E→F WAITING, due 16 Mar          | G→H WAITING, due 16 Mar
        3 Mar  | A→B SUPPRESSED(ALREADY_VERIFIED) | C→D SUPPRESSED(ALREADY_VERIFIED)                         | E→F SUPPRESSED(ALREADY_VERIFIED) | G→H WAITING, due 16 Mar
        16 Mar | A→B SUPPRESSED(ALREADY_VERIFIED) | C→D SUPPRESSED(ALREADY_VERIFIED)                         | E→F SUPPRESSED(ALREADY_VERIFIED) | G→H QUEUED, due 16 Mar
        17 Mar | A→B SUPPRESSED(ALREADY_VERIFIED) | C→D SUPPRESSED(ALREADY_VERIFIED)                         | E→F SUPPRESSED(ALREADY_VERIFIED) | G→H SUPPRESSED(ALREADY_VERIFIED)
        20 Mar | A→B SUPPRESSED(ALREADY_VERIFIED) | C→D SUPPRESSED(ALREADY_VERIFIED); D→C WAITING, due 3 Apr | E→F SUPPRESSED(ALREADY_VERIFIED) | G→H SUPPRESSED(ALREADY_VERIFIED)
        """,
    ),
    Case(
        "C-28",
        "Only the newest verification counts",
        "Ada's account was verified with C, then with B. Ada's return to C is an ordinary change.",
        """
                        | Ada
        1 Mar           | A
        1 Mar verified  | C
        2 Mar           | B
        5 Mar verified  | B
        9 Mar           | C
        """,
        """
              | Ada
        5 Mar | A→B SUPPRESSED(ALREADY_VERIFIED)
        9 Mar | A→B SUPPRESSED(ALREADY_VERIFIED); B→C WAITING, due 23 Mar
        """,
    ),
    Case(
        "C-44",
        "A mail whose answer was lost is never sent again automatically",
        "The doctor may have it. If they use its link they are verified; Ben goes back to their old address instead.",
        """
                        | Ada     | Ben
        1 Mar           | A       | C
        2 Mar           | B       | D
        16 Mar mail     | unknown | unknown
        17 Mar          | B       | C
        18 Mar verified | B       |
        """,
        """
               | Ada                                   | Ben
        16 Mar | A→B HELD(UNKNOWN_OUTCOME), due 16 Mar | C→D HELD(UNKNOWN_OUTCOME), due 16 Mar
        17 Mar | A→B HELD(UNKNOWN_OUTCOME), due 16 Mar | C→D CANCELLED(REVERTED_AFTER_SEND)
        18 Mar | A→B VERIFIED                          | C→D CANCELLED(REVERTED_AFTER_SEND)
        """,
    ),
    Case(
        "C-45",
        "An address that does not accept mail is not tried again",
        "A newer address is an ordinary change, and the old one a closed one.",
        """
                    | Ada     | Ben
        1 Mar       | A       | D
        2 Mar       | B       | E
        16 Mar mail | bounced | bounced
        17 Mar      | C       | D
        """,
        """
               | Ada                                                                | Ben
        16 Mar | A→B BOUNCED, sent 16 Mar                                           | D→E BOUNCED, sent 16 Mar
        17 Mar | A→B SUPERSEDED(NEWER_CHANGE), sent 16 Mar; B→C WAITING, due 31 Mar | D→E CANCELLED(REVERTED_AFTER_SEND), sent 16 Mar
        """,
    ),
    Case(
        "C-45",
        "A mail that the mail service refuses because of us, or for five days, waits for a person",
        "What else holds or ends the change goes first.",
        """
                    | Ada         | Ben      | Cyd
        1 Mar       | A           | C        | E
        2 Mar       | B           | D        | F
        16 Mar mail | refused     | given up | refused
        17 Mar      | B suspended | D        | E
        """,
        """
               | Ada                             | Ben                             | Cyd
        16 Mar | A→B HELD(TRANSPORT), due 16 Mar | C→D HELD(TRANSPORT), due 16 Mar | E→F HELD(TRANSPORT), due 16 Mar
        17 Mar | A→B HELD(SUSPENDED), due 16 Mar | C→D HELD(TRANSPORT), due 16 Mar | E→F CANCELLED(REVERTED)
        """,
    ),
    Case(
        "C-52",
        "A link that a person asks for again goes out again",
        "The change stays the same one. The death of the doctor stops the second mail, not the first.",
        """
                    | Ada     | Ben
        1 Mar       | A       | C
        2 Mar       | B       | D
        16 Mar mail | sent    | sent
        24 Mar mail | planned | planned
        25 Mar      | B       | D deceased
        25 Mar mail | sent    |
        """,
        """
               | Ada                                  | Ben
        23 Mar | A→B UNVERIFIED_EXPIRED, sent 16 Mar  | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        24 Mar | A→B QUEUED, due 16 Mar, sent 16 Mar  | C→D QUEUED, due 16 Mar, sent 16 Mar
        25 Mar | A→B SENT, sent 25 Mar                | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        28 Mar | A→B SENT, sent 25 Mar                | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        29 Mar | A→B UNVERIFIED_EXPIRED, sent 25 Mar  | C→D UNVERIFIED_EXPIRED, sent 16 Mar
        """,
    ),
]

LATE = [
    Case(
        "C-36",
        "An extract that comes late moves the date of a change that was not sent",
        "Ada's came earlier than we thought, Ben's later.",
        """
                             | Ada | Ben
        1 Mar                | A   | C
        2 Mar                | A   | D
        5 Mar (came 12 Mar)  | B   | C
        6 Mar (came 12 Mar)  | B   | D
        8 Mar                | B   | D
        """,
        """
               | Ada                     | Ben
        11 Mar | A→B WAITING, due 22 Mar | C→D WAITING, due 16 Mar
        12 Mar | A→B WAITING, due 19 Mar | C→D CANCELLED(REVERTED); C→D WAITING, due 20 Mar
        19 Mar | A→B DUE, due 19 Mar     | C→D CANCELLED(REVERTED); C→D WAITING, due 20 Mar
        20 Mar | A→B DUE, due 19 Mar     | C→D CANCELLED(REVERTED); C→D DUE, due 20 Mar
        """,
    ),
    Case(
        "C-36",
        "A change that was sent stays as it was sent, whatever comes late",
        "By what is known now the windows of Ada, Ben and Cyd passed the day before their mails, on the same day, and "
        "the day after.",
        """
                             | Ada  | Ben  | Cyd
        1 Mar                | A    | C    | E
        2 Mar                | B    | D    | F
        4 Mar (came 21 Mar)  | A    | D    | F
        5 Mar (came 21 Mar)  | B    | C    | F
        6 Mar (came 21 Mar)  | B    | D    | E
        7 Mar (came 21 Mar)  | B    | D    | F
        20 Mar mail          | sent | sent | sent
        """,
        """
               | Ada                                 | Ben                                 | Cyd
        20 Mar | A→B SENT, sent 20 Mar               | C→D SENT, sent 20 Mar               | E→F SENT, sent 20 Mar
        21 Mar | A→B SENT, sent 20 Mar               | C→D SENT, sent 20 Mar               | E→F SENT(SENT_EARLY), sent 20 Mar
        24 Mar | A→B UNVERIFIED_EXPIRED, sent 20 Mar | C→D UNVERIFIED_EXPIRED, sent 20 Mar | E→F UNVERIFIED_EXPIRED(SENT_EARLY), sent 20 Mar
        """,
    ),
    Case(
        "C-36",
        "A link that should not have gone out at all is reported",
        "A late extract shows that Ada had gone back, that Ben had another address, and that Cyd had died.",
        """
                             | Ada  | Ben  | Cyd
        1 Mar                | A    | C    | F
        2 Mar                | B    | D    | G
        15 Mar (came 17 Mar) | A    | E    | G deceased
        16 Mar mail          | sent | sent | sent
        """,
        """
               | Ada                               | Ben                                                        | Cyd
        16 Mar | A→B SENT, sent 16 Mar             | C→D SENT, sent 16 Mar                                      | F→G SENT, sent 16 Mar
        17 Mar | A→B SENT(SENT_EARLY), sent 16 Mar | C→D SENT(SENT_EARLY), sent 16 Mar; C→E WAITING, due 29 Mar | F→G SENT(SENT_EARLY), sent 16 Mar
        """,
    ),
    Case(
        "C-36",
        "An address that a late extract shows to have been there from the beginning needed no link",
        "Whatever becomes of the registration later, the mail that went out is shown as it was.",
        """
                             | Ada
        1 Mar                | absent
        2 Mar                | A
        28 Feb (came 17 Mar) | A
        16 Mar mail          | sent
        18 Mar               | A erased
        19 Mar               | A
        """,
        """
               | Ada
        16 Mar | none→A SENT, sent 16 Mar
        17 Mar | none→A SENT(SENT_EARLY), sent 16 Mar
        19 Mar | none→A SENT(SENT_EARLY), sent 16 Mar
        """,
    ),
]
