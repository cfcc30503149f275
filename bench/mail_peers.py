"""What yagmail does with the same letters, in a process of its own; prints what it cost as JSON.

    python -m bench.mail_peers kept|send SMTP_PORT MAILS LETTER

`kept` logs in once and gives each letter to the standard library's client on that connection; `send` is yagmail's
own `send()`, which connects anew for every mail. Neither keeps a record of anything.
"""

import json
import resource
import sys
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import yagmail

_FROM = "pcse.noreply@nhs.example"


def main() -> None:
    kind, port, mails, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    letter = message_from_bytes(path.read_bytes(), policy=SMTP)
    client = yagmail.SMTP(
        user=_FROM, password="", host="127.0.0.1", port=port, smtp_ssl=False, smtp_starttls=False, smtp_skip_login=True
    )
    start = time.perf_counter()
    if kind == "kept":
        client.login()
    for number in range(mails):
        (_kept if kind == "kept" else _send)(client, letter, f"d{number}.new@doctor.example")
    client.close()
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime}))


def _kept(client: yagmail.SMTP, letter: EmailMessage, recipient: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = letter["From"], recipient, letter["Subject"]
    message.set_content(_part(letter, "plain"))
    message.add_alternative(_part(letter, "html"), subtype="html")
    client.smtp.send_message(message)


def _send(client: yagmail.SMTP, letter: EmailMessage, recipient: str) -> None:
    # Of one string it makes a plain part and an HTML one.
    client.send(to=recipient, subject=str(letter["Subject"]), contents=yagmail.raw(_part(letter, "plain")))


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    return part.get_content()


if __name__ == "__main__":
    main()
