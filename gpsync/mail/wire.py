"""Commands and replies on the connection to the mail service, against one deadline.

The standard library's client waits its full time-out again for every byte, takes any text for a reply, and takes a
reply that came before its command for the reply to that command. For most uses that is well enough; here a
false 250 is a doctor who is never mailed.
"""

import re
import socket
import ssl
from time import monotonic

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
#: Bytes of a reply, all its lines together, after which it is garbage.
_LONGEST_REPLY = 65_536
#: Bytes handed to the socket at once: each piece has the whole patience.
_PIECE = 16_384


class Lost(Exception):
    """The connection broke, was too slow, or gave garbage. The text holds nothing that the other side said."""


class Unsent(Lost):
    """It was found broken before the first byte of what was to be sent."""


class OutOfTurn(Unsent):
    """Something had arrived that nobody had asked for: replies cannot be matched to commands any more."""


class TimedReplies:
    """Replaces sending and reading in the standard library's client, for the login and everything after it.

    `until` is the monotonic instant at which all must be over, `patience` the seconds for one reply or piece.
    `refusal` is the last reply that was a refusal.
    """

    sock: socket.socket
    until: float
    patience: float
    refusal: tuple[int, bytes] | None = None
    _waiting: bytes = b""

    def send(self, s: str | bytes) -> None:
        """Send a command or a piece of a letter. Raises Lost, and Unsent when nothing has left."""
        data = s.encode("ascii") if isinstance(s, str) else s
        try:
            self.listen()
            for start in range(0, len(data), _PIECE):
                self._wait_at_most(self.until)
                self.sock.sendall(data[start : start + _PIECE])
        except OSError:
            self._hang_up()
            raise Lost("The connection to the mail service broke.") from None
        except Lost:
            self._hang_up()
            raise

    def listen(self) -> None:
        """Raise Unsent if the other side has hung up or has said something that nobody asked for."""
        try:
            self.sock.settimeout(0)
            self._waiting = self._waiting or self.sock.recv(_PIECE)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            raise Unsent("The connection to the mail service was broken.") from None
        # 421, closing down, may come at any moment; no bytes at all are the end of the connection.
        if not self._waiting or self._waiting.startswith(b"421"):
            raise Unsent("The mail service closed the connection.")
        raise OutOfTurn("The mail service answered before it was asked.")

    def getreply(self) -> tuple[int, bytes]:
        """The code and the text of the next reply, its lines separated by line feeds. Raises Lost."""
        try:
            code, text = self._reply(min(self.until, monotonic() + self.patience))
        except Lost:
            self._hang_up()
            raise
        if code >= 400:
            self.refusal = (code, text)
        return code, text

    def _reply(self, until: float) -> tuple[int, bytes]:
        lines: list[bytes] = []
        codes: set[bytes] = set()
        size = 0
        while True:
            line = self._line(until)
            size += len(line)
            found = _LINE.fullmatch(line)
            if not found or size > _LONGEST_REPLY:
                raise Lost("The mail service answered with something that is not a reply.")
            codes.add(found[1])
            lines.append((found[3] or b"").strip())
            if found[2] != b"-":
                break
        if len(codes) > 1:
            raise Lost("The mail service answered with two codes at once.")
        return int(codes.pop()), b"\n".join(lines)

    def _line(self, until: float) -> bytes:
        while b"\n" not in self._waiting:
            self._waiting += self._received(until)
            if len(self._waiting) > _LONGEST_REPLY:
                raise Lost("The mail service answered with a line that never ends.")
        line, self._waiting = self._waiting.split(b"\n", 1)
        return line.removesuffix(b"\r")

    def _received(self, until: float) -> bytes:
        self._wait_at_most(until)
        try:
            data = self.sock.recv(_PIECE)
        except OSError:
            raise Lost("The mail service did not answer in time, or the connection broke.") from None
        if not data:
            raise Lost("The mail service closed the connection without an answer.")
        return data

    def _wait_at_most(self, until: float) -> None:
        left = min(until, monotonic() + self.patience) - monotonic()
        if left <= 0:
            raise Lost("The mail service took too long.")
        self.sock.settimeout(left)

    def _hang_up(self) -> None:
        self.sock.close()
