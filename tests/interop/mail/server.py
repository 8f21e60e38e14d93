"""A mail server by aiosmtpd that takes one letter, which Python's own library of e-mail reads.

Usage: server.py starttls|tls FOLDER

Writes FOLDER/ca.pem, prints its port, waits for the letter, prints what it found as JSON, and "agreed" where nothing of the letter is amiss.
"""

import datetime
import email
import email.policy
import ipaddress
import json
import queue
import socket
import ssl
import sys
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOGIN = (b"tea@shop.example", "correct horse ü".encode())


def certificate(folder):
    """Signed by itself, for this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
    made = builder.sign(key, hashes.SHA256())
    pem, private = folder / "ca.pem", folder / "key.pem"
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate_pem = made.public_bytes(serialization.Encoding.PEM)
    pem.write_bytes(certificate_pem)
    context.load_cert_chain(pem, private)
    return context


class Taker:
    """Keeps what came, and whether it came as it should."""

    def __init__(self):
        self.letters = queue.Queue()

    async def handle_DATA(self, server, session, envelope):
        self.letters.put((session.ssl is not None, session.authenticated, envelope))
        return "250 taken"


class Direct(Controller):
    """TLS from the first byte: aiosmtpd does not tell of it in the session."""

    def factory(self):
        return SMTP(self.handler, auth_require_tls=False, **self.SMTP_kwargs)


def authenticate(server, session, envelope, mechanism, given):
    return AuthResult(success=(given.login, given.password) == LOGIN)


def read(content):
    """The letter as Python reads it, and each thing that it finds amiss."""
    letter = email.message_from_bytes(content, policy=email.policy.default)
    defects = [f"{part.get_content_type()}: {defect!r}" for part in letter.walk() for defect in part.defects]
    defects += [f"{name}: {defect!r}" for name, value in letter.items() for defect in getattr(value, "defects", [])]
    lines = content.split(b"\r\n")
    defects += [f"a line of {len(line)} bytes" for line in lines if len(line) > 998]
    if any(b"\n" in line or b"\r" in line for line in lines):
        defects.append("a lone CR or LF")
    attached = {part.get_filename(): part.get_content() for part in letter.iter_attachments()}
    told = {name: str(letter[name]) for name in ("from", "to", "reply-to", "subject", "message-id", "date", "auto-submitted")}
    bodies = {kind: letter.get_body((kind,)).get_content() for kind in ("plain", "html")}
    return {**told, **bodies, "attached": attached}, defects


def free_port():
    """aiosmtpd asks itself at the start whether it listens, and has to know where."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def main(how, folder):
    context, taker, port = certificate(Path(folder)), Taker(), free_port()
    asked = {"authenticator": authenticate, "auth_required": True, "auth_exclude_mechanism": ["LOGIN"] if how == "tls" else ["PLAIN"]}
    if how == "tls":
        server = Direct(taker, "127.0.0.1", port, ssl_context=context, **asked)
    else:
        server = Controller(taker, "127.0.0.1", port, tls_context=context, require_starttls=True, **asked)
    server.start()
    try:
        print(port, flush=True)
        has_started_tls, is_known, envelope = taker.letters.get(timeout=60)
    finally:
        server.stop()
    told, defects = read(envelope.content)
    told["envelope"] = [envelope.mail_from, *envelope.rcpt_tos]
    print(json.dumps(told))
    if how == "starttls" and not has_started_tls:
        defects.append("it came in clear")
    if not is_known:
        defects.append("nobody signed in")
    print("\n".join(defects) or "agreed")


if __name__ == "__main__":
    main(*sys.argv[1:])
