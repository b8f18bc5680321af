"""Certificates made with openssl for tests of TLS: an authority, and what it signs."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl")


def _run(*arguments: object) -> None:
    assert OPENSSL is not None
    subprocess.run([OPENSSL, *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """An authority in a folder of its own; `ca` is the text of its certificate."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.key, self.cert = folder / "ca.key", folder / "ca.crt"
        _run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 30,
             "-keyout", self.key, "-out", self.cert, "-subj", "/CN=test authority")  # fmt: skip
        self.ca = self.cert.read_text()

    def sign(self, name: str, *, hosts: str = "DNS:localhost,IP:127.0.0.1", usages: str = "serverAuth") -> Path:
        """A folder with tls.crt, tls.key and ca.crt, as cert-manager's Secret has them."""
        made = self.folder / name
        made.mkdir()
        request, extra = made / "request", made / "extra"
        extra.write_text(f"subjectAltName={hosts}\nextendedKeyUsage={usages}\n")
        _run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", made / "tls.key",
             "-out", request, "-subj", f"/CN={name}")  # fmt: skip
        _run("x509", "-req", "-in", request, "-CA", self.cert, "-CAkey", self.key, "-CAcreateserial", "-days", 30,
             "-extfile", extra, "-out", made / "tls.crt")  # fmt: skip
        (made / "ca.crt").write_text(self.ca)
        return made

    def trusted(self, certificate: Path | None = None) -> ssl.SSLContext:
        """What a client needs that trusts the authority, and shows a certificate."""
        context = ssl.create_default_context(cafile=str(self.cert))
        if certificate is not None:
            context.load_cert_chain(certificate / "tls.crt", certificate / "tls.key")
        return context


def mounted(certificate: Path, folder: str) -> dict[str, str]:
    """The files of a certificate as `Configured.put` wants them."""
    return {f"tls/{folder}/{name}": (certificate / name).read_text() for name in ("tls.crt", "tls.key", "ca.crt")}


def fingerprint(certificate: Path) -> str:
    """The SHA-256 of the public key, as nats-server pins it: of the whole SubjectPublicKeyInfo in DER."""
    assert OPENSSL is not None
    name = str(certificate / "tls.crt")
    public = subprocess.run([OPENSSL, "x509", "-in", name, "-noout", "-pubkey"], check=True, capture_output=True).stdout
    der = subprocess.run(
        [OPENSSL, "pkey", "-pubin", "-outform", "der"], input=public, check=True, capture_output=True
    ).stdout
    return hashlib.sha256(der).hexdigest()
