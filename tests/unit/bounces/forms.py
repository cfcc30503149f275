"""The forms in which mail systems give a refusal back: reports by the standard, and letters in forms of their own."""

from collections.abc import Callable

from tests.unit.bounces.shapes import RECIPIENT, RETURN_PATH, block, dsn, per_recipient, plain, returned_headers


def report(status: str | None, said: str) -> bytes:
    """A report whose fields tell everything."""
    return dsn(per_recipient(status, said=said))


def report_by_letter(status: str | None, said: str) -> bytes:
    """A report whose fields tell no reason; it stands in the part for people."""
    words = f"An error happened for these recipients:\n\n{RECIPIENT}: {said}"
    return dsn(per_recipient(status, said=""), words=words)


def exim(said: str) -> bytes:
    """As Exim writes it."""
    headers = f"""
        From: Mail Delivery System <Mailer-Daemon@mx.example>
        To: {RETURN_PATH}
        Auto-Submitted: auto-replied
        X-Failed-Recipients: {RECIPIENT}
        Subject: Mail delivery failed: returning message to sender
    """
    body = """
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {recipient}
            SMTP error from remote mail server after RCPT TO:<{recipient}>:
            host mx.surgery.example [192.0.2.1]: {said}

        ------ This is a copy of the message, including all the headers. ------

        {returned}
    """
    return _letter(headers, body, said)


def qmail(said: str) -> bytes:
    """As qmail writes it."""
    headers = f"""
        From: MAILER-DAEMON@mx.example
        To: {RETURN_PATH}
        Subject: failure notice
    """
    body = """
        Hi. This is the qmail-send program at mx.example.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <{recipient}>:
        192.0.2.1 does not like recipient.
        Remote host said: {said}
        Giving up on 192.0.2.1.

        --- Below this line is a copy of the message.

        {returned}
    """
    return _letter(headers, body, said)


def sendmail(said: str) -> bytes:
    """As sendmail wrote it before there were reports."""
    headers = f"""
        From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>
        To: {RETURN_PATH}
        Subject: Returned mail: see transcript for details
    """
    body = """
        The original message was received at Mon, 30 Nov 2026 09:00:00 GMT
        from relay.pcse.example [192.0.2.9]

           ----- The following addresses had permanent fatal errors -----
        <{recipient}>

           ----- Transcript of session follows -----
        ... while talking to mx.surgery.example.:
        >>> RCPT To:<{recipient}>
        <<< {said}

           ----- Original message follows -----

        {returned}
    """
    return _letter(headers, body, said)


def postfix(said: str) -> bytes:
    """As Postfix writes to people."""
    headers = f"""
        From: MAILER-DAEMON@mx.example (Mail Delivery System)
        To: {RETURN_PATH}
        Subject: Undelivered Mail Returned to Sender
    """
    body = """
        This is the mail system at host mx.example.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

                           The mail system

        <{recipient}>: host mx.surgery.example[192.0.2.1] said: {said}
            (in reply to RCPT TO command)

        Received: by mx.example; Mon, 30 Nov 2026 09:00:00 +0000
        {returned}
    """
    return _letter(headers, body, said)


def opensmtpd(said: str) -> bytes:
    """As OpenSMTPD writes it; no library knows it."""
    headers = f"""
        From: Mailer Daemon <MAILER-DAEMON@mx.example>
        To: {RETURN_PATH}
        Subject: Delivery status notification: error
    """
    body = """
        Hi!

        This is the MAILER-DAEMON, please DO NOT REPLY to this email.

        An error has occurred while attempting to deliver a message for
        the following list of recipients:

        {recipient}: {said}

        Below is a copy of the original message:

        {returned}
    """
    return _letter(headers, body, said)


def courier(said: str) -> bytes:
    """As Courier writes it."""
    headers = f"""
        From: "Courier mail server at mx.example" <postmaster@mx.example>
        To: {RETURN_PATH}
        Subject: NOTICE: mail delivery status.
    """
    body = """
        This is a delivery status notification from mx.example,
        running the Courier mail server.

        UNDELIVERABLE MAIL

        Your message to the following recipients cannot be delivered:

        <{recipient}>:
            mx.surgery.example [192.0.2.1]:
        >>> RCPT TO:<{recipient}>
        <<< {said}

        ---------------------------------------------------------------------------

        If your message was also sent to additional recipients, their delivery
        status is not included in this report.

        Return-Path: <{return_path}>
        {returned}
    """
    return _letter(headers, body, said)


def exchange(said: str) -> bytes:
    """As Exchange writes to people."""
    headers = f"""
        From: Microsoft Outlook <postmaster@tenant.example>
        To: {RETURN_PATH}
        Subject: Undeliverable: Please confirm your email address
    """
    body = """
        Delivery has failed to these recipients or groups:

        {recipient}<mailto:{recipient}>

        Diagnostic information for administrators:

        Generating server: EX1.tenant.example

        {recipient}
        mx.surgery.example
        Remote Server returned '{said}'

        Original message headers:

        {returned}
    """
    return _letter(headers, body, said)


def domino(said: str) -> bytes:
    """As Domino and Notes write it."""
    headers = f"""
        From: Postmaster@mx.example
        To: {RETURN_PATH}
        Subject: DELIVERY FAILURE: {said.encode("ascii", "replace").decode()[:60]}
    """
    body = """
        Your message

          Subject: Please confirm your email address

        was not delivered to:

          {recipient}

        because:

          {said}

        ------- Returned Message --------
        {returned}
    """
    return _letter(headers, body, said)


#: Every form of a letter.
LETTERS: tuple[Callable[[str], bytes], ...] = (exim, qmail, sendmail, postfix, opensmtpd, courier, exchange, domino)


def _letter(headers: str, body: str, said: str) -> bytes:
    text = block(body).format(recipient=RECIPIENT, said=said, returned=returned_headers(), return_path=RETURN_PATH)
    return plain(block(headers) + '\nContent-Type: text/plain; charset="utf-8"', text)
