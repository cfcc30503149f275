"""The process of `smtp_server`, which says how it is used: one thread for each connection."""

import base64
import hashlib
import json
import os
import re
import socket
import ssl
import struct
import threading
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_EXTENSIONS = ("SIZE 10485760", "8BITMIME", "PIPELINING", "ENHANCEDSTATUSCODES", "DSN")
#: How Exchange Online ends its refusals, and what it and others say in a challenge.
_EXCHANGE = "[LO2P265CA0001.GBRP265.PROD.OUTLOOK.COM 2026-11-30T09:00:00.000Z 08DE0000000000AB]"
_NOT_TAKEN = b'{"status":"401","schemes":"Bearer","scope":"https://outlook.office365.com/"}'
_AT_CONNECTION = ("banner", "ehlo", "starttls", "auth")


@dataclass(frozen=True)
class Taken:
    """One letter for which the mail service took responsibility, or would have, had its 250 arrived."""

    message_id: str
    sha256: str
    sender: str
    recipients: list[str]
    size: int
    connection: int
    mail: int
    tls: bool
    options: list[str]
    at: float


class _Gone(Exception):
    """This connection is over."""


class _House:
    """What all connections share: the script, the counts and the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.script: dict[str, Any] = {"version": 0}
        self.connections = self.connected = self.mails = 0
        self.first_seen: dict[tuple[str, str], float] = {}
        self.used: dict[str, int] = defaultdict(int)
        self._ledger = os.open(folder / "ledger.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._events = os.open(folder / "events.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def read_script(self) -> None:
        script = json.loads((self.folder / "script.json").read_text())
        with self.lock:
            if script["version"] != self.script["version"]:
                self.script, self.connections, self.connected, self.mails = script, 0, 0, 0
                self.first_seen.clear()
                self.used.clear()

    def number(self, what: str) -> int:
        with self.lock:
            setattr(self, what, getattr(self, what) + 1)
            return int(getattr(self, what))

    def store(self, letter: bytes, taken: Taken) -> None:
        with self.lock:
            (self.folder / f"{taken.sha256}.eml").write_bytes(letter)
            os.write(self._ledger, json.dumps(asdict(taken)).encode() + b"\n")
            os.fsync(self._ledger)

    def note(self, event: str, **details: Any) -> None:
        with self.lock:
            os.write(self._events, json.dumps({"event": event, **details}).encode() + b"\n")

    def is_greylisted(self, sender: str, recipient: str) -> bool:
        seconds = self.script.get("greylist", 0)
        with self.lock:
            seen = self.first_seen.setdefault((sender, recipient), time.monotonic())
        return bool(seconds) and time.monotonic() - seen < seconds


class _Connection:
    def __init__(self, house: _House, plain: socket.socket) -> None:
        self.house = house
        self.socket = plain
        self.waiting = b""
        self.tls = False
        self.authenticated = False
        self.number = house.number("connections")
        self.mail = self.mails_here = 0
        self.sender: str | None = None
        self.recipients: list[str] = []
        self.options: list[str] = []

    # The conversation

    def talk(self) -> None:
        self.house.note("connection", number=self.number)
        if self.house.script.get("tls") == "tls":
            self.encrypt()
        most = self.house.script.get("most_connections", 0)
        if most and self.house.connected > most:
            raise self.farewell("421 4.7.0 too many connections")
        self.answer("banner", "220 mail.example ESMTP")
        while True:
            line = self.line().decode("latin-1")
            verb = line.split(" ")[0].upper()
            self.house.note("command", line=line, connection=self.number, tls=self.tls)
            handler = getattr(self, f"on_{verb.lower()}", None)
            if handler is None:
                self.say("500 5.5.1 unknown command")
            else:
                handler(line)

    def on_ehlo(self, line: str) -> None:
        script = self.house.script
        if script.get("helo_only"):
            self.say("502 5.5.1 not implemented")
            return
        offers = list(script.get("extensions", _EXTENSIONS))
        mode = script.get("tls", "none")
        if mode == "starttls" and not self.tls:
            offers.append("STARTTLS")
        if script.get("login") and (self.tls or mode in ("none", "stripped")):
            offers.append("AUTH PLAIN LOGIN")
        if script.get("xoauth2") and (self.tls or mode in ("none", "stripped")):
            offers.append("AUTH LOGIN XOAUTH2")
        lines = ["mail.example greets you", *offers]
        self.answer("ehlo", "\r\n".join([*(f"250-{one}" for one in lines[:-1]), f"250 {lines[-1]}"]))

    def on_helo(self, line: str) -> None:
        self.answer("ehlo", "250 mail.example")

    def on_starttls(self, line: str) -> None:
        if self.answer("starttls", "220 2.0.0 go ahead"):
            self.encrypt()

    def on_auth(self, line: str) -> None:
        _, kind, *given = line.split(" ")
        self.house.note("auth", tls=self.tls, connection=self.number, way=kind.upper())
        if self.house.script.get("xoauth2"):
            self.by_token(kind.upper(), given)
            return
        if kind.upper() == "PLAIN":
            words = self.decoded(given[0] if given else self.ask("334 ")).split("\0")[1:]
        else:
            user = self.decoded(given[0] if given else self.ask("334 VXNlcm5hbWU6"))
            words = [user, self.decoded(self.ask("334 UGFzc3dvcmQ6"))]
        if words != list(self.house.script.get("login", [])):
            self.say("535 5.7.8 authentication failed")
        else:
            self.authenticated = self.answer("auth", "235 2.7.0 welcome")

    def by_token(self, kind: str, given: list[str]) -> None:
        """As Exchange Online: no passwords; a token that is not taken is answered with a challenge first."""
        if kind != "XOAUTH2":
            self.say(f"535 5.7.139 Authentication unsuccessful, basic authentication is disabled. {_EXCHANGE}")
            return
        user, pattern = self.house.script["xoauth2"]
        said = self.decoded(given[0] if given else self.ask("334 "))
        found = re.fullmatch(r"user=([^\x01]*)\x01auth=Bearer ([^\x01]*)\x01\x01", said)
        token = found.group(2) if found else ""
        self.house.note("token", token=token, connection=self.number)
        if found and found.group(1) == user and re.fullmatch(pattern, token):
            self.authenticated = self.answer("auth", "235 2.7.0 Authentication successful")
            return
        if self.house.script.get("challenge", True):
            self.house.note("after challenge", line=self.ask(f"334 {base64.b64encode(_NOT_TAKEN).decode()}"))
        self.answer("auth", f"535 5.7.3 Authentication unsuccessful {_EXCHANGE}")

    def on_mail(self, line: str) -> None:
        self.house.read_script()
        script = self.house.script
        self.mail = self.house.number("mails")
        self.mails_here += 1
        if script.get("most_mails") and self.mails_here > script["most_mails"]:
            raise self.farewell("421 4.7.0 too many mails on this connection")
        if (script.get("login") or script.get("xoauth2")) and not self.authenticated:
            self.say("530 5.7.0 authentication required")
        elif self.answer("mail", "250 2.1.0 ok"):
            self.sender, *self.options = _path(line)

    def on_rcpt(self, line: str) -> None:
        recipient, *options = _path(line)
        if self.sender is None:
            self.say("503 5.5.1 MAIL first")
        elif self.house.is_greylisted(self.sender, recipient):
            self.say("450 4.2.0 greylisted, try again later")
        elif self.answer("rcpt", "250 2.1.5 ok", recipient):
            self.recipients.append(recipient)
            self.options += options

    def on_data(self, line: str) -> None:
        if not self.recipients:
            self.say("503 5.5.1 RCPT first")
            return
        if not self.answer("data", "354 go ahead"):
            return
        letter = self.letter()
        if self.does("dot"):
            taken = self.taken(letter)
            self.house.store(letter, taken)
            if self.answer("stored", f"250 2.0.0 Ok: queued as Q{taken.mail}N{taken.connection}"):
                self.does("replied")
        self.clear()

    def on_rset(self, line: str) -> None:
        if self.answer("rset", "250 2.0.0 ok"):
            self.clear()

    def on_noop(self, line: str) -> None:
        self.say("250 2.0.0 ok")

    def on_quit(self, line: str) -> None:
        self.answer("quit", "221 2.0.0 bye")
        raise _Gone

    # The letter

    def letter(self) -> bytes:
        """The letter without dot stuffing; acts as the script says for `body` while it arrives."""
        rule = self.rule("body")
        received = b"\r\n"
        end = b"\r\n.\r\n"
        while end not in received:
            if rule and len(received) - 2 >= rule.get("after", 0):
                self.act(rule)
                rule = None
                continue
            # Not a byte more than the script wants to see.
            most = rule["after"] - len(received) + 2 if rule else 65_536
            if not self.waiting:
                self.waiting = self.piece(most)
            received, self.waiting = received + self.waiting[:most], self.waiting[most:]
        whole, rest = received.split(end, 1)
        self.waiting = rest + self.waiting
        return (whole + b"\r\n").replace(b"\r\n.", b"\r\n")[2:]

    def taken(self, letter: bytes) -> Taken:
        found = re.search(rb"^Message-ID:\s*(\S+)", letter, re.IGNORECASE | re.MULTILINE)
        return Taken(
            message_id=found.group(1).decode() if found else "",
            sha256=hashlib.sha256(letter).hexdigest(),
            sender=self.sender or "",
            recipients=self.recipients,
            size=len(letter),
            connection=self.number,
            mail=self.mail,
            tls=self.tls,
            options=self.options,
            at=time.time(),
        )

    def clear(self) -> None:
        self.sender, self.recipients, self.options = None, [], []

    # The script

    def rule(self, phase: str, recipient: str | None = None) -> dict[str, Any] | None:
        rules = self.house.script.get("rules", {}).get(phase, [])
        for one in rules if isinstance(rules, list) else [rules]:
            rule = one if isinstance(one, dict) else {"do": one}
            if self.is_meant(rule, phase, [recipient] if recipient else self.recipients):
                return rule
        return None

    def is_meant(self, rule: dict[str, Any], phase: str, recipients: list[str]) -> bool:
        number = self.number if phase in _AT_CONNECTION else self.mail
        if "every" in rule and number % rule["every"]:
            return False
        if "only" in rule and number not in rule["only"]:
            return False
        if "from" in rule and not re.search(rule["from"], self.sender or ""):
            return False
        if "to" in rule and not any(re.search(rule["to"], one) for one in recipients):
            return False
        if "first" in rule:
            with self.house.lock:
                self.house.used[phase] += 1
                return self.house.used[phase] <= rule["first"]
        return True

    def does(self, phase: str) -> bool:
        """Do what the script says, if it says anything; whether to go on as usual."""
        rule = self.rule(phase)
        return rule is None or self.act(rule)

    def answer(self, phase: str, usual: str, recipient: str | None = None) -> bool:
        """Answer as usual or as the script says; whether the answer was a yes."""
        rule = self.rule(phase, recipient)
        if rule is not None and not self.act(rule):
            return str(rule.get("text", rule["do"]))[:3] == usual[:3]
        self.say(usual)
        return True

    def act(self, rule: dict[str, Any]) -> bool:
        """Do what a rule says; whether the usual is still to be done."""
        action = rule["do"]
        if action == "drop":
            raise _Gone
        if action == "rst":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise _Gone
        if action == "421":
            raise self.farewell("421 4.3.2 closing down")
        if action == "stall":
            self.stall(rule.get("seconds"))
            return True
        if action == "slow":
            for letter in f"{rule['text']}\r\n".encode():
                time.sleep(rule["seconds"])
                self.socket.sendall(bytes([letter]))
        elif action == "inject":
            self.say("220 2.0.0 go ahead\r\n250-mail.example\r\n250 AUTH PLAIN")
            self.encrypt()
        else:
            self.say("\x00\x80nonsense" if action == "garbage" else action)
        return False

    def stall(self, seconds: float | None) -> None:
        """Say nothing for so long, or until the other side hangs up."""
        self.socket.settimeout(seconds)
        try:
            piece = self.socket.recv(65_536)
        except TimeoutError:
            self.socket.settimeout(None)
            return
        if not piece:
            raise _Gone
        self.waiting += piece

    # Bytes

    def say(self, text: str) -> None:
        self.socket.sendall(text.encode("latin-1") + b"\r\n")

    def ask(self, text: str) -> str:
        self.say(text)
        return self.line().decode("latin-1")

    def decoded(self, text: str) -> str:
        return base64.b64decode(text).decode("latin-1")

    def farewell(self, text: str) -> _Gone:
        self.say(text)
        return _Gone()

    def line(self) -> bytes:
        while b"\r\n" not in self.waiting:
            self.waiting += self.piece()
        line, self.waiting = self.waiting.split(b"\r\n", 1)
        return line

    def piece(self, most: int = 65_536) -> bytes:
        piece = self.socket.recv(most)
        if not piece:
            raise _Gone
        return piece

    def encrypt(self) -> None:
        script = self.house.script
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(script["certificate"])
        if script.get("tls_version") == "1.0":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1
        self.waiting = b""
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.tls = True


def _path(line: str) -> list[str]:
    """The address and the options of MAIL or RCPT."""
    found = re.match(r"\w+ (?:FROM|TO):<([^>]*)>\s*(.*)", line, re.IGNORECASE)
    return [found.group(1), *found.group(2).split()] if found else [""]


def _serve(house: _House, plain: socket.socket) -> None:
    house.read_script()
    version = house.script["version"]
    house.number("connected")
    connection = _Connection(house, plain)
    try:
        connection.talk()
    except (_Gone, OSError):
        return
    finally:
        connection.socket.close()
        with house.lock:
            house.connected -= house.script["version"] == version


def serve(folder: str) -> None:
    """Listen on a free port, print it, and serve until the process is ended."""
    house = _House(Path(folder))
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            plain, _ = listener.accept()
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_serve, args=(house, plain), daemon=True).start()
