"""Time stamps of an authority outside: openssl's `ts` answers over HTTP, as a real one would (RFC 3161)."""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from paper import signing
from paper.authority import _builder
from paper.checking import Verdict, check_seals
from tests.paper import sealed as made

CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def authority_in(folder) -> None:
    """A root and a time stamping certificate under it, with openssl's configuration."""
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    now = datetime.now(UTC)
    root = _builder(name("时间戳根"), name("时间戳根"), root_key.public_key(), now, now + timedelta(9), is_root=True)
    root = root.sign(root_key, hashes.SHA256())
    stamp = _builder(name("时间戳"), name("时间戳根"), key.public_key(), now, now + timedelta(8), is_root=False)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    stamp = stamp.add_extension(usage, critical=True).sign(root_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "root.pem").write_bytes(root.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(stamp.public_bytes(pem))
    (folder / "tsa.key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text(CONFIG.format(folder=folder))


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "tsa"
    folder.mkdir()
    authority_in(folder)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            (folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            command = ["openssl", "ts", "-reply", "-config", folder / "ts.cnf", "-queryfile", folder / "query",
                       "-out", folder / "reply"]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=20)
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / "reply").read_bytes())

        def log_message(self, *_):
            pass

    running = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/", folder / "root.pem"
    running.shutdown()


def test_a_stamp_is_taken_when_an_authority_is_configured_and_believed_by_its_root(settings, tmp_path, server):
    settings.EGOV_CERTIFICATES_DIR = tmp_path / "certificates"
    settings.EGOV_TIMESTAMP_URL, root = server
    _, sealed = made.sealed()
    (unknown,) = check_seals(sealed).seals
    assert unknown.is_valid and not unknown.stamped  # nobody said that this authority is believed
    settings.EGOV_TRUSTED_CERTIFICATES = str(root)
    (known,) = check_seals(sealed).seals
    assert known.is_valid and known.stamped and known.time_told == "时间有第三方证明（时间戳）"
    assert abs(known.at - datetime.now(UTC)) < timedelta(minutes=1)
    made.authority.revoke(known.serial, "key_compromise", moment=datetime.now(UTC) + timedelta(hours=1))
    (later,) = check_seals(sealed).seals
    assert later.verdict == Verdict.VALID and "用印在前" in later.notes[0]


def test_an_authority_that_does_not_answer_is_a_refusal_and_no_seal_without_a_stamp(settings, tmp_path):
    settings.EGOV_CERTIFICATES_DIR = tmp_path / "certificates"
    settings.EGOV_TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(signing.NotSealed, match="时间戳服务没有应答"):
        made.sealed()
