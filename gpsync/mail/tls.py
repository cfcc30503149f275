"""Why an encrypted connection cannot be made: a sentence for the person who can fix it.

Nothing that the other side said is repeated; OpenSSL's own words about a certificate are.
"""

import re
import ssl

# OpenSSL's numbers (X509_V_ERR_…), which Python passes on without names.
_NOT_YET_VALID, _EXPIRED = 9, 10
_OTHER_NAME = (62, 64)
_UNKNOWN_AUTHORITY = (2, 18, 19, 20, 21, 24, 27, 28)

#: What a client meets where the other side sends plain text, or speaks older versions only.
_PLAIN_TEXT = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST")
_TOO_OLD = ("TLSV1_ALERT_PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_INSUFFICIENT_SECURITY")
_REASON = re.compile(r"[A-Z0-9_]{1,60}")


def is_broken_off(error: OSError | ValueError) -> bool:
    """Whether the other side hung up or was too slow: that says nothing about its certificate."""
    return isinstance(error, TimeoutError | ssl.SSLEOFError | ssl.SSLZeroReturnError)


def speaks_plain_text(error: ssl.SSLError) -> bool:
    """Whether the other side answered without any encryption."""
    return _reason(error) in _PLAIN_TEXT


def tls_problem(error: ssl.SSLError, where: str, host_setting: str, ca_setting: str) -> str:
    """What is wrong with the encryption that `where` (host and port) offers, and what to do.

    The settings are those that name the host and the certificates to trust.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {where} {_certificate(error, host_setting, ca_setting)}"
    reason = _reason(error)
    if reason in _PLAIN_TEXT:
        return f"{where} does not speak TLS from the first byte: check the port."
    if reason in _TOO_OLD:
        return f"{where} does not speak TLS 1.2 or later: gpsync uses nothing older; its operator must upgrade it."
    named = reason if _REASON.fullmatch(reason) else "no checked certificate"
    return f"No safe connection to {where} can be made ({named}): ask its operator."


def _reason(error: ssl.SSLError) -> str:
    """OpenSSL's name for it; an error that is our own judgement has none."""
    return getattr(error, "reason", None) or ""


def _certificate(error: ssl.SSLCertVerificationError, host_setting: str, ca_setting: str) -> str:
    if error.verify_code == _EXPIRED:
        return "has expired: its operator must renew it."
    if error.verify_code == _NOT_YET_VALID:
        return "is not valid yet: check this machine's clock."
    if error.verify_code in _OTHER_NAME:
        return f"is for another name: write the host in {host_setting} as the certificate names it."
    if error.verify_code in _UNKNOWN_AUTHORITY:
        return (
            f"comes from an authority that is not trusted here ({error.verify_message}): if it is the right one, "
            f"put that authority's certificate into the file that {ca_setting} names."
        )
    return f"is not valid ({error.verify_message}): ask its operator."
