"""The drawn cases of the reminder, in the order in which `docs/rules.md` prints them."""

from tests.spec.drawing import Case

REMINDERS = [
    Case(
        "C-51",
        "A reminder may go out from the seventh day after the last day of an unused link until the thirtieth",
        "The last day of Ada's link is 19 March. What ran out long ago is not mailed because the setting was turned "
        "on.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | sent
        """,
        """
               | Ada
        19 Mar | none
        20 Mar | none
        25 Mar | none
        26 Mar | reminder
        27 Mar | reminder
        17 Apr | reminder
        18 Apr | reminder
        19 Apr | none
        """,
    ),
    Case(
        "C-51",
        "There is never a third mail",
        "Ada's reminder has gone out, Ben's is planned, Cyd's was cancelled before it was handed over, Dee's was "
        "lost, and Eve's bounced.",
        """
                    | Ada  | Ben     | Cyd       | Dee     | Eve
        1 Mar       | A    | C       | E         | G       | I
        2 Mar       | B    | D       | F         | H       | J
        16 Mar mail | sent | sent    | sent      | sent    | sent
        26 Mar mail | sent | planned | cancelled | unknown | bounced
        """,
        """
               | Ada      | Ben      | Cyd      | Dee      | Eve
        25 Mar | none     | none     | none     | none     | none
        26 Mar | none     | none     | reminder | none     | none
        27 Mar | none     | none     | reminder | none     | none
        4 Apr  | none     | none     | reminder | none     | none
        5 Apr  | none     | none     | reminder | none     | none
        6 Apr  | none     | none     | reminder | none     | none
        """,
    ),
    Case(
        "C-51",
        "The days are those of the mail that has gone out",
        "Ada's first mail was cancelled, so the link ran out on 23 March.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | cancelled
        20 Mar mail | sent
        """,
        """
               | Ada
        26 Mar | none
        29 Mar | none
        30 Mar | reminder
        31 Mar | reminder
        """,
    ),
    Case(
        "C-51",
        "Who is verified is not reminded",
        "Ada is the day before, Ben on the day, and Cyd the day after.",
        """
                        | Ada  | Ben  | Cyd
        1 Mar           | A    | C    | E
        2 Mar           | B    | D    | F
        16 Mar mail     | sent | sent | sent
        25 Mar verified | B    |      |
        26 Mar verified |      | D    |
        27 Mar verified |      |      | F
        """,
        """
               | Ada  | Ben  | Cyd
        25 Mar | none | none | none
        26 Mar | none | none | reminder
        27 Mar | none | none | none
        """,
    ),
    Case(
        "C-51",
        "A first mail that did not arrive, or may not have, is not reminded of",
        "It bounced, its answer was lost, or it waits for a person.",
        """
                    | Ada     | Ben     | Cyd     | Dee
        1 Mar       | A       | C       | E       | G
        2 Mar       | B       | D       | F       | H
        16 Mar mail | bounced | unknown | refused | given up
        """,
        """
               | Ada  | Ben  | Cyd  | Dee
        25 Mar | none | none | none | none
        26 Mar | none | none | none | none
        27 Mar | none | none | none | none
        """,
    ),
    Case(
        "C-51",
        "Who asked for a link is not reminded, whenever they asked",
        "A link on request is better than a reminder. Ada asked before the window had passed, Ben after the mail, and "
        "nobody asked for Cyd.",
        """
                    | Ada             | Ben             | Cyd
        1 Mar       | A               | C               | E
        2 Mar       | B               | D               | F
        16 Mar mail | sent on request | sent            | sent
        17 Mar mail |                 | sent on request |
        """,
        """
               | Ada  | Ben  | Cyd
        26 Mar | none | none | reminder
        27 Mar | none | none | reminder
        28 Mar | none | none | reminder
        """,
    ),
    Case(
        "C-51",
        "Another address is not reminded of the one before",
        "Ada has taken another one on the day before, Ben on the day, Cyd has gone back, and Dee has none any more.",
        """
                    | Ada  | Ben  | Cyd  | Dee
        1 Mar       | A    | C    | E    | G
        2 Mar       | B    | D    | F    | H
        16 Mar mail | sent | sent | sent | sent
        25 Mar      | X    | D    | E    | blank
        26 Mar      | X    | Y    | E    | blank
        """,
        """
               | Ada  | Ben  | Cyd  | Dee
        25 Mar | none | none | none | none
        26 Mar | none | none | none | none
        27 Mar | none | none | none | none
        """,
    ),
    Case(
        "C-51",
        "What holds a first link holds a reminder while it lasts",
        "Ada is suspended, Ben's row was quarantined, Cyd is gone from the register, and Dee is erased: restored, Dee "
        "has a new window.",
        """
                    | Ada         | Ben         | Cyd    | Dee
        1 Mar       | A           | C           | E      | G
        2 Mar       | B           | D           | F      | H
        16 Mar mail | sent        | sent        | sent   | sent
        24 Mar      | B suspended | quarantined | absent | H erased
        25 Mar      | B suspended | quarantined | absent | H erased
        27 Mar      | B           | D           | F      | H
        """,
        """
               | Ada      | Ben      | Cyd      | Dee
        26 Mar | none     | none     | none     | none
        27 Mar | reminder | reminder | reminder | none
        28 Mar | reminder | reminder | reminder | none
        """,
    ),
    Case(
        "C-51",
        "After a death that was taken back nobody is reminded",
        "A person decides.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | sent
        24 Mar      | B deceased
        25 Mar      | B
        """,
        """
               | Ada
        24 Mar | none
        26 Mar | none
        27 Mar | none
        """,
    ),
    Case(
        "C-51",
        "An address that was away since must stand for the whole window again",
        "Ada's was blank in two extracts and is back on 24 March, so its window passes on 7 April. Ben's blank was a "
        "glitch.",
        """
                    | Ada   | Ben
        1 Mar       | A     | C
        2 Mar       | B     | D
        16 Mar mail | sent  | sent
        22 Mar      | blank | D
        23 Mar      | blank | blank
        24 Mar      | B     | D
        """,
        """
               | Ada      | Ben
        26 Mar | none     | reminder
        6 Apr  | none     | reminder
        7 Apr  | reminder | reminder
        8 Apr  | reminder | reminder
        """,
    ),
    Case(
        "C-51",
        "A link that should not have gone out yet is not reminded of",
        "A late extract shows that Ada's window had not passed. Until it came nobody could know.",
        """
                             | Ada
        1 Mar                | A
        2 Mar                | B
        5 Mar (came 27 Mar)  | A
        6 Mar                | B
        16 Mar mail          | sent
        """,
        """
               | Ada
        26 Mar | reminder
        27 Mar | none
        28 Mar | none
        """,
    ),
]

#: Where no reminder is wanted.
AFTER_RETURN = [
    Case(
        "C-51",
        "A mail that came back undelivered is followed by another one, on the days of a reminder",
        "The last day of its link is 19 March. Ben's mail arrived, and no reminder is wanted.",
        """
                    | Ada      | Ben
        1 Mar       | A        | C
        2 Mar       | B        | D
        16 Mar mail | returned | sent
        """,
        """
               | Ada    | Ben
        19 Mar | none   | none
        25 Mar | none   | none
        26 Mar | again  | none
        27 Mar | again  | none
        17 Apr | again  | none
        18 Apr | again  | none
        19 Apr | none   | none
        """,
    ),
    Case(
        "C-51",
        "It is mailed again once, and never a second time",
        "Ada's second mail arrived, Ben's came back too, Cyd's is planned, Dee's was cancelled before it was handed "
        "over, Eve's was lost, and Fay's first one arrived.",
        """
                    | Ada      | Ben      | Cyd      | Dee       | Eve      | Fay
        1 Mar       | A        | C        | E        | G         | I        | K
        2 Mar       | B        | D        | F        | H         | J        | L
        16 Mar mail | returned | returned | returned | returned  | returned | sent
        26 Mar mail | sent     | returned | planned  | cancelled | unknown  | returned
        """,
        """
               | Ada  | Ben  | Cyd  | Dee   | Eve  | Fay
        26 Mar | none | none | none | again | none | none
        27 Mar | none | none | none | again | none | none
        5 Apr  | none | none | none | again | none | none
        6 Apr  | none | none | none | again | none | none
        """,
    ),
    Case(
        "C-51",
        "Nobody is mailed again who has a link by another way, or needs none",
        "Ada was verified, Ben asked for the link that came back, Cyd asked since, Dee has another address, Eve is "
        "back at the old one, and Fay's address is dead.",
        """
                        | Ada      | Ben                 | Cyd             | Dee      | Eve      | Fay
        1 Mar           | A        | C                   | E               | G        | I        | K
        2 Mar           | B        | D                   | F               | H        | J        | L
        16 Mar mail     | returned | returned on request | returned        | returned | returned | bounced
        18 Mar mail     |          |                     | sent on request |          |          |
        20 Mar verified | B        |                     |                 |          |          |
        20 Mar          | B        | D                   | F               | X        | I        | L
        """,
        """
               | Ada  | Ben  | Cyd  | Dee  | Eve  | Fay
        25 Mar | none | none | none | none | none | none
        26 Mar | none | none | none | none | none | none
        27 Mar | none | none | none | none | none | none
        28 Mar | none | none | none | none | none | none
        """,
    ),
    Case(
        "C-51",
        "What holds a first link holds the mail after one that came back, while it lasts",
        "Ada is suspended, Ben's row was quarantined, Cyd is gone from the register, and Dee has died.",
        """
                    | Ada         | Ben         | Cyd      | Dee
        1 Mar       | A           | C           | E        | G
        2 Mar       | B           | D           | F        | H
        16 Mar mail | returned    | returned    | returned | returned
        24 Mar      | B suspended | quarantined | absent   | H deceased
        25 Mar      | B suspended | quarantined | absent   | H deceased
        27 Mar      | B           | D           | F        | H deceased
        """,
        """
               | Ada   | Ben   | Cyd   | Dee
        26 Mar | none  | none  | none  | none
        27 Mar | again | again | again | none
        28 Mar | again | again | again | none
        """,
    ),
    Case(
        "C-51",
        "An address that was away since its mail came back must stand for the whole window again",
        "Ada's was blank in two extracts and is back on 24 March, so its window passes on 7 April.",
        """
                    | Ada
        1 Mar       | A
        2 Mar       | B
        16 Mar mail | returned
        22 Mar      | blank
        23 Mar      | blank
        24 Mar      | B
        """,
        """
               | Ada
        26 Mar | none
        6 Apr  | none
        7 Apr  | again
        8 Apr  | again
        """,
    ),
    Case(
        "C-51",
        "What a late extract shows to have been early is not mailed again",
        "Until it came nobody could know.",
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
        26 Mar | again
        27 Mar | none
        28 Mar | none
        """,
    ),
]
