"""A small IMAP server on loopback, over TLS, that knows what a reader of bounces says."""

import base64
import re
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """The server's one mailbox: messages by uid, which of them were read, and every command it was told."""

    messages: dict[int, bytes]
    user: str = "bounces@pcse.example"
    password: str = 'let "me" in'
    folder: str = "INBOX"
    seen: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    hang_up_at: str = ""
    read_only: bool = False
    #: Tokens that are taken instead of a password; whether a permission for the mailbox goes with them.
    tokens: set[str] = field(default_factory=set)
    may_open: bool = True
    encrypted: bool = True


class _Handler(socketserver.StreamRequestHandler):
    box: Box

    def handle(self):
        self._write("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            self.box.said.append(rest)
            if self.box.hang_up_at and self.box.hang_up_at in rest:
                return
            self._write(f"{tag} {self._answer(rest)}")

    def _write(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def _answer(self, rest):
        box = self.box
        word = rest.split()[0].upper()
        if word == "CAPABILITY":
            self._write("* CAPABILITY IMAP4rev1 AUTH=PLAIN" + (" AUTH=XOAUTH2" if box.tokens else ""))
        elif word == "AUTHENTICATE":
            return self._by_token()
        elif word == "LOGIN":
            quoted = box.password.replace('"', '\\"')
            return "OK welcome" if rest == f'LOGIN {box.user} "{quoted}"' else f"NO {box.user} is not welcome"
        elif word == "SELECT":
            if rest.split(" ", 1)[1].strip('"') != box.folder:
                return "NO no such folder"
            if not box.may_open:
                return "BAD User is authenticated but not connected."
            self._write(f"* {len(box.messages)} EXISTS")
            return "OK [READ-ONLY] done" if box.read_only else "OK [READ-WRITE] done"
        elif word == "LOGOUT":
            self._write("* BYE")
        elif word == "UID":
            self._uid(*rest.split(" ", 3)[1:])
        return "OK done"

    def _by_token(self):
        """XOAUTH2: a token that is not taken is answered with a challenge, and refused after an empty answer."""
        self._write("+ ")
        said = base64.b64decode(self.rfile.readline()).decode()
        if said in {f"user={self.box.user}\x01auth=Bearer {token}\x01\x01" for token in self.box.tokens}:
            return "OK AUTHENTICATE completed."
        self._write("+ " + base64.b64encode(b'{"status":"400","schemes":"Bearer"}').decode())
        self.box.said.append(f"after challenge {self.rfile.readline()!r}")
        return "NO AUTHENTICATE failed."

    def _uid(self, command, what, how=""):
        box = self.box
        if command == "SEARCH":
            found = set(box.messages) - (box.seen if what == "UNSEEN" else set())
            self._write("* SEARCH " + " ".join(str(uid) for uid in sorted(found)))
        elif command == "FETCH":
            size = int(re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", how).group(1))
            content = box.messages[int(what)][:size]
            head = f"* 1 FETCH (UID {what} BODY[]<0> {{{len(content)}}}\r\n"
            self.wfile.write(head.encode() + content + b")\r\n")
        elif command == "STORE":
            assert how == r"+FLAGS.SILENT (\Seen)"
            box.seen.add(int(what))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request, client_address):
        """A client that does not trust the certificate hangs up; that is its right."""


@contextmanager
def imap_server(box, certificate):
    """Serve `box` with a trustme certificate; gives the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    handler = type("Handler", (_Handler,), {"box": box})

    class Encrypted(_Server):
        def get_request(self):
            plain, address = super().get_request()
            if not box.encrypted:
                return plain, address
            # The handshake is the client's first read or write, so that a refused one hurts its own thread only.
            return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    with Encrypted(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
