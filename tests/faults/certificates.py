"""Certificates of mail services, good and bad."""

import atexit
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import trustme


@lru_cache
def certificates() -> Path:
    """A folder of certificates for 127.0.0.1 and localhost, good and bad, made once for each test process."""
    folder = Path(tempfile.mkdtemp(prefix="gpsync-certificates-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    names = ("127.0.0.1", "localhost")
    yesterday = datetime.now(UTC) - timedelta(days=1)
    good, other, alone = trustme.CA(), trustme.CA(), trustme.CA()
    made = {
        "good": good.issue_cert(*names),
        "wrong-host": good.issue_cert("mail.example"),
        "expired": good.issue_cert(*names, not_before=yesterday - timedelta(days=9), not_after=yesterday),
        "wrong-ca": other.issue_cert(*names),
    }
    for kind, certificate in made.items():
        certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{kind}.pem"))
    alone.private_key_pem.write_to_path(str(folder / "self-signed.pem"))
    alone.cert_pem.write_to_path(str(folder / "self-signed.pem"), append=True)
    good.cert_pem.write_to_path(str(folder / "good-ca.pem"))
    return folder
