"""A mail service that misbehaves as its script says, and keeps a ledger of what it took responsibility for.

It runs in its own process, so that it outlives a sender that is killed:

    with running_server({"rcpt": "550 5.1.1 nobody"}) as server:       # ends it, by its pid
        Server(server.host, server.port, "", None, "none", None)
        ...
        server.ledger()                      # list[Taken]: what it stored since the last `play`
        server.events("auth")                # list[dict]: connection, command, auth, mail
        server.play({"dot": "drop"}, tls="starttls", certificate="expired")   # another script, same process

Or by hand: `python -m tests.faults.smtp_server FOLDER`, which reads FOLDER/script.json, prints its port, and
runs until it is killed. The script is read again at each connection and at each MAIL.

Script: {phase: what to do, or a list of such}. Phases, in order of a mail:

    banner ehlo starttls auth mail rcpt data body dot stored replied rset quit

`dot` comes before the letter is in the ledger, `stored` after it but before the 250, `replied` after the 250.
What to do is a text or a dict:

    "550 5.1.1 nobody"   answer this. At `mail`, `rcpt`, `data`, `dot`, `rset` that replaces what would be done
    "drop"               close the connection            "rst"      reset it
    "421"                say 421 and close               "garbage"  answer with what is no reply
    "stall"              {"do": "stall", "seconds": s}: say nothing for s seconds (default: until the client goes),
                         then go on as if nothing had been
    "slow"               {"do": "slow", "text": "250 ok", "seconds": s}: one byte each s seconds
    "inject"             at `starttls`: 220 and another reply in the same piece, before encryption

and in a dict also which mails are meant (connections, at banner, ehlo, starttls and auth), all that are given
holding together: "every": n (every n-th), "only": [1, 5], "first": n, "to": a regular expression for the recipient,
"from" one for the sender (both at rcpt and later). At `body`, "after": n reads n bytes of the letter first. The first
that matches counts.

Keywords of `running_server` and `play`: tls none / starttls / tls / stripped (as an attacker: STARTTLS not
offered, AUTH offered); certificate good / self-signed / wrong-host / expired / wrong-ca; tls_version "1.0";
login (user, password); xoauth2 (user, regular expression for the tokens that are taken), and challenge False to refuse
a token without a challenge; extensions; helo_only; greylist seconds for each new pair of addresses; most_connections at
the same time; most_mails on one connection. CA file of the good certificate: `server.ca_file`.

The ledger is FOLDER/ledger.jsonl: one line for each stored letter, synced to the disk before the 250 is sent.
`server.letter(taken)` is the letter itself.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.faults.smtp_service import Taken, serve

__all__ = ["RunningServer", "Taken", "running_server"]

_ROOT = Path(__file__).parents[2]


class RunningServer:
    """The other end of the process: plays scripts to it and reads its ledger."""

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.pid = 0
        self._version = 0
        self._since: dict[str, int] = {}

    @property
    def ca_file(self) -> Path:
        from tests.faults.certificates import certificates

        return certificates() / "good-ca.pem"

    def play(self, script: dict[str, Any] | None = None, **options: Any) -> None:
        """From now on behave like this; ledger, events and counts begin anew. Connections go on by the new script."""
        self._version += 1
        if options.get("tls") in ("tls", "starttls"):
            from tests.faults.certificates import certificates

            options["certificate"] = str(certificates() / f"{options.get('certificate', 'good')}.pem")
        new = self.folder / "script.json.new"
        new.write_text(json.dumps({"version": self._version, "rules": script or {}, **options}))
        new.replace(self.folder / "script.json")
        for name in ("ledger.jsonl", "events.jsonl"):
            self._since[name] = len(self._lines(name, 0))

    def ledger(self) -> list[Taken]:
        return [Taken(**line) for line in self._lines("ledger.jsonl", self._since["ledger.jsonl"])]

    def events(self, kind: str) -> list[dict[str, Any]]:
        lines = self._lines("events.jsonl", self._since["events.jsonl"])
        return [line for line in lines if line["event"] == kind]

    def commands(self) -> list[str]:
        return [event["line"] for event in self.events("command")]

    def letter(self, taken: Taken) -> bytes:
        return (self.folder / f"{taken.sha256}.eml").read_bytes()

    def _lines(self, name: str, since: int) -> list[dict[str, Any]]:
        path = self.folder / name
        whole = path.read_text().split("\n")[:-1] if path.exists() else []
        return [json.loads(line) for line in whole[since:]]


@contextmanager
def running_server(script: dict[str, Any] | None = None, **options: Any) -> Iterator[RunningServer]:
    """A server in its own process that is ready to be connected to; ended with the block."""
    with tempfile.TemporaryDirectory(prefix="gpsync-smtp-") as folder:
        server = RunningServer(Path(folder))
        server.play(script, **options)
        command = [sys.executable, "-W", "ignore", "-m", "tests.faults.smtp_server", folder]
        with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
            server.pid = process.pid
            try:
                assert process.stdout is not None
                server.port = int(process.stdout.readline())
                yield server
            finally:
                process.kill()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        serve(sys.argv[1])
