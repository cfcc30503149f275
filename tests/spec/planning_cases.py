"""The chapters of drawn mailouts and requests, in the order in which `docs/rules.md` prints them."""

from tests.spec.again_cases import AGAIN
from tests.spec.cancelling_cases import CANCELLING
from tests.spec.candidates_cases import CHANGES, FIRST_LINKS, REACH
from tests.spec.holding_cases import FIRST_MAILOUT, VOLUME
from tests.spec.renewing_cases import RENEWING
from tests.spec.resending_cases import RESENDING

#: Runs of the mailout.
MAILOUTS = {
    "Which changes are mailed": CHANGES,
    "Who gets a first link, and which users are mailed": FIRST_LINKS,
    "What is mailed a second time by itself": AGAIN,
    "Which domains are mailed": REACH,
    "Which mails wait for two people": [*VOLUME, *FIRST_MAILOUT],
    "Which mails that wait are cancelled": CANCELLING,
    "Which mails that wait are written anew": RENEWING,
}
#: Requests for another link.
REQUESTS = {"Who gets another link on request": RESENDING}
