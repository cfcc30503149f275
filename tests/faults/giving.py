"""A mail, and the giving of it."""

from gpsync.bounces.replies import verdict_of
from gpsync.mail.handover import hand_over
from gpsync.mails import Outgoing
from gpsync.rules import Phase

LETTER = b"Message-ID: <v1.m1.1@pcse.example>\r\nSubject: Hello\r\n\r\nDear Dr Example\r\n"
#: Far more than the sockets of both sides buffer.
LONG = LETTER + b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n" * 150_000
MAIL = Outgoing("bounces+v1.m1.1@pcse.example", "ada@doctor.example", "v1.m1.1", LETTER)
#: The phases in which the mail service answers, by their names in its script.
PHASES = {"mail": Phase.SENDER, "rcpt": Phase.RECIPIENT, "data": Phase.DATA, "dot": Phase.DOT}


def give(smtp, mail=MAIL, intend=lambda: True):
    return hand_over(smtp, mail, intend, verdict_of)
