"""Issue 13, 3: 印模, the district's certificates, sealing behind the bytes, and 验章 by us and by another tool."""

import io
import itertools
import os
import stat
import warnings
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image

from paper import authority, seals, signing
from paper.checking import Verdict, check_seals
from paper.pdfa_check import check_pdfa
from tests.paper import sealed as made
from tests.paper import test_preflight
from units.workflow import Refused

POINT = 25.4 / 72


@pytest.fixture(autouse=True)
def certificates(settings, tmp_path):
    settings.EGOV_CERTIFICATES_DIR = tmp_path / "certificates"
    return settings.EGOV_CERTIFICATES_DIR


def changed(pdf: bytes, at: int) -> bytes:
    other = bytearray(pdf)
    other[at] ^= 1
    return bytes(other)


# 印模


@pytest.mark.parametrize("given", [{}, {"mode": "RGBA"}, {"kind": "JPEG"}, {"kind": "TIFF"}, {"size": 400}])
def test_an_imprint_becomes_pure_ink_cut_to_its_edge(given):
    with Image.open(io.BytesIO(seals.imprint_of(made.scan(**given)))) as found:
        assert (found.mode, found.size) == ("1", (seals.SIDE, seals.SIDE))
        ink = found.convert("L").point(lambda value: 255 - value).getbbox()
        assert ink[0] <= 3 and ink[1] <= 3 and ink[2] >= seals.SIDE - 3 and ink[3] >= seals.SIDE - 3
        assert 0.02 < found.convert("L").histogram()[0] / seals.SIDE**2 < 0.4


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"no picture", "不能读取"),
        (made.scan(ink=(255, 255, 255)), "没有找到红色印文"),
        (made.scan(ink=(20, 20, 20)), "应为红色"),
        (made.scan(ink=(20, 20, 200)), "没有找到红色印文"),
        (made.scan(size=150), "印模太小"),
        (made.scan(ratio=0.7), "正圆"),
        (made.scan(ground=(120, 10, 10)), "底色"),
        (made.scan(size=6000), "过大"),
        (made.scan(kind="GIF"), "不能读取"),
    ],
    ids=["bytes", "white", "black", "blue", "small", "oval", "dark", "huge", "format"],
)
def test_a_picture_that_is_no_imprint_is_refused_with_what_is_wrong(data, word):
    with pytest.raises(seals.NoImprint, match=word):
        seals.imprint_of(data)


def test_all_faults_of_a_picture_are_told_at_once():
    with pytest.raises(seals.NoImprint) as refusal:
        seals.imprint_of(made.scan(ink=(10, 10, 10), size=200, ratio=0.6))
    assert len(refusal.value.reasons) == 3


# the authority


def test_keys_are_for_the_sites_user_alone_and_never_readable_by_others(certificates):
    authority.issue("D07", "甲委")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [certificates, *certificates.iterdir()]}
    assert modes.pop(certificates.name) == 0o700 and modes.pop(".lock") & 0o077 in (0, 0o44)
    assert {mode & 0o077 for mode in modes.values()} == {0}
    os.chmod(certificates, 0o755)
    with pytest.raises(authority.NoCertificate, match="权限过宽"):
        authority.identity_of("D07", "甲委")


def test_with_a_password_keys_are_written_encrypted(certificates, settings):
    settings.EGOV_CERTIFICATES_PASSWORD = "long enough"
    authority.issue("D07", "甲委")
    assert b"ENCRYPTED" in (certificates / "D07.key.pem").read_bytes()
    assert b"ENCRYPTED" in (certificates / "authority.key.pem").read_bytes()
    assert authority.identity_of("D07", "甲委").key
    settings.EGOV_CERTIFICATES_PASSWORD = "another"
    authority._identity.cache_clear()
    with pytest.raises(authority.NoCertificate, match="不能解开"):
        authority.identity_of("D07", "甲委")


def test_in_production_no_certificate_no_seal_and_a_new_one_ends_the_old(settings):
    settings.EGOV_ENV = "production"
    with pytest.raises(authority.NoCertificate, match="还没有印章证书"):
        authority.identity_of("D07", "甲委")
    first = authority.issue("D07", "甲委")
    assert authority.identity_of("D07", "甲委").issued == first
    second = authority.issue("D07", "甲委")
    assert [(one.serial, one.reason) for one in authority.listed()] == [
        (first.serial, "superseded"),
        (second.serial, ""),
    ]
    authority.revoke(second.serial, "key_compromise")
    with pytest.raises(authority.NoCertificate, match="已吊销"):
        authority.identity_of("D07", "甲委")
    with pytest.raises(Refused, match="已于"):
        authority.revoke(second.serial, "superseded")
    past = authority.issue("D07", "甲委", years=1, moment=datetime.now(UTC) - timedelta(days=400))
    assert past.state(datetime.now(UTC)) == "已过期"
    with pytest.raises(authority.NoCertificate, match="已过期"):
        authority.identity_of("D07", "甲委")


@pytest.mark.parametrize("call", [lambda: authority.revoke("ff", "superseded"), lambda: authority.revoke("ff", "bored"),
                                  lambda: authority.issue("D07", "甲", years=0),
                                  lambda: authority.take_in("D07", "甲", b"x", "")])  # fmt: skip
def test_what_the_authority_cannot_do_is_said(call):
    with pytest.raises(Refused):
        call()
    assert authority.listed() == []


def test_the_revocation_list_is_signed_by_the_authority_and_names_serial_and_reason(certificates):
    one = authority.issue("D07", "甲委")
    authority.revoke(one.serial, "key_compromise")
    found = x509.load_pem_x509_crl((certificates / "revoked.pem").read_bytes())
    root = x509.load_pem_x509_certificate((certificates / "authority.pem").read_bytes())
    assert found.is_signature_valid(root.public_key())
    entry = found.get_revoked_certificate_by_serial_number(int(one.serial, 16))
    assert entry.extensions[0].value.reason == x509.ReasonFlags.key_compromise


# sealing


def test_the_sealed_page_is_the_proofread_one_with_an_addition_and_still_pdf_a():
    """Shows: 16-13"""
    for name in (made.SINGLE, made.ORDER):
        page, sealed = made.sealed(name)
        assert sealed.startswith(page) and check_pdfa(sealed) == []
        assert len(sealed) - len(page) < 40_000
        assert check_seals(sealed).told == "印章有效"


def test_the_seal_stands_where_the_layout_has_it_in_one_red_and_without_transparency():
    _, sealed = made.sealed()
    spot = made.spots()[0]
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        widget = opened.pages[spot.page - 1].Annots[0]
        left, low, right, high = (float(value) * POINT for value in widget.Rect)
        assert right - left == pytest.approx(45.16, abs=0.02) == high - low  # no ink at the edge, where it is shaved
        assert (left + right) / 2 == pytest.approx(spot.x, abs=0.02)
        assert 297 - (low + high) / 2 == pytest.approx(spot.y, abs=0.05)
        drawn = widget.AP.N
        assert b"1 0 0 rg" in drawn.read_bytes()
        side, edge = 45 / POINT, 0.08 / POINT
        assert b"%g 0 0 %g %g %g cm" % (side, side, edge, edge) in drawn.read_bytes()
        picture = drawn.Resources.XObject["/Seal"]
        assert picture.ImageMask and "/SMask" not in picture
        assert int(widget.F) & 4 and not int(widget.F) & 2  # printed, not hidden


def test_three_seals_of_a_joint_issue_are_accepted_by_all_and_refused_by_all_with_one_byte_changed(
    certificates, tmp_path
):
    stages = made.sealed(made.JOINT)
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(stages))
    assert [check_seals(one).told for one in stages] == [
        "文件没有电子印章", "印章有效", "2 枚印章均有效", "3 枚印章均有效"]  # fmt: skip
    last, root = stages[-1], certificates / "authority.pem"
    assert [one.signer for one in check_seals(last).seals] == [name for _, name in made.UNITS]
    assert made.openssl_accepts(last, tmp_path, root) == made.pyhanko_accepts(last, root) == [True] * 3
    broken = changed(last, last.index(b"endobj"))
    assert not check_seals(broken).is_valid
    assert made.openssl_accepts(broken, tmp_path, root) == made.pyhanko_accepts(broken, root) == [False] * 3
    if (told := made.pdfsig_accepts(last, tmp_path)) is None:
        warnings.warn("pdfsig is not installed: openssl alone was the independent tool.", stacklevel=1)
        return
    assert told == [True] * 3 and not any(made.pdfsig_accepts(broken, tmp_path))


def test_no_byte_of_a_sealed_file_can_be_changed_without_being_seen():
    """Every 1/70 of the file, and the signature's own bytes, which no signature covers."""
    _, sealed = made.sealed()
    held = sealed.index(b"/Contents <") + len(b"/Contents <")
    places = [*range(0, len(sealed), len(sealed) // 70), *range(held, held + 2200, 110), held + 9000, len(sealed) - 2]
    assert [at for at in places if check_seals(changed(sealed, at)).is_valid] == []


@pytest.mark.parametrize("added", [b"\n", b"%%EOF\n", b"more"])
def test_bytes_behind_the_last_seal_are_a_change(added):
    assert not check_seals(made.sealed()[-1] + added).is_valid


def test_a_later_revision_that_is_no_seal_is_a_change():
    """Both by a tool that writes anew and by one that adds behind."""
    _, sealed = made.sealed()
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        opened.docinfo["/Title"] = "另一个标题"
        out = io.BytesIO()
        opened.save(out)
    assert not check_seals(out.getvalue()).is_valid
    writer = signing._Writer(io.BytesIO(sealed), strict=False)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[signing.pdf_name("/Rotate")] = signing.generic.NumberObject(90)
    writer.update_container(page)
    grown = io.BytesIO()
    writer.write(grown)
    assert grown.getvalue().startswith(sealed)
    assert check_seals(grown.getvalue()).seals[0].verdict == Verdict.CHANGED


def test_a_field_that_the_first_seal_did_not_make_is_refused():
    _, sealed = made.sealed()
    places = made.spots()
    other = signing.Spot("Seal2", 1, 100, 100, 45)
    with pytest.raises(signing.NotSealed, match="没有为本单位预留"):
        signing.seal_page(sealed, [*places, other], other, made.ink(), authority.identity_of("D30", "乙"))


@pytest.mark.parametrize(
    "pdf", [b"", b"%PDF-1.7\nnothing", b"%PDF-1.7\n" + b"<<" * 4000], ids=["empty", "short", "deep"]
)
def test_what_is_no_pdf_is_neither_sealed_nor_checked(pdf):
    with pytest.raises(signing.NotSealed, match="没有改动"):
        signing.seal_page(pdf, made.spots(), made.spots()[0], made.ink(), authority.identity_of("D07", "甲"))
    assert check_seals(pdf).fault


# 验章 in words


def test_a_revoked_certificate_is_told_and_what_was_sealed_before_stays_valid_unless_the_key_was_lost():
    _, sealed = made.sealed()
    serial = check_seals(sealed).seals[0].serial
    authority.revoke(serial, "cessation_of_operation", moment=datetime.now(UTC) + timedelta(hours=1))
    (later,) = check_seals(sealed).seals
    assert later.is_valid and "用印在前" in later.notes[0]
    authority.issue(*made.UNITS[0])
    _, again = made.sealed()
    authority.revoke(
        check_seals(again).seals[0].serial, "key_compromise", moment=datetime.now(UTC) + timedelta(hours=1)
    )
    (lost,) = check_seals(again).seals
    assert lost.verdict == Verdict.REVOKED and "私钥泄露" in lost.notes[0]


def test_a_certificate_of_nobody_we_know_is_not_believed(settings, tmp_path):
    _, sealed = made.sealed()
    settings.EGOV_CERTIFICATES_DIR = tmp_path / "elsewhere"
    authority.issue("D07", "另一机构的甲")
    (found,) = check_seals(sealed).seals
    assert found.verdict == Verdict.UNKNOWN and not check_seals(sealed).is_valid


def test_a_certificate_that_had_run_out_when_it_sealed_is_told(settings):
    settings.EGOV_ENV = "production"
    issued = authority.issue("D07", "甲委", years=1, moment=datetime.now(UTC) - timedelta(days=400))
    stamp = (settings.EGOV_CERTIFICATES_DIR / "D07.key.pem").stat().st_mtime_ns
    identity = authority._identity(issued, settings.EGOV_CERTIFICATES_DIR, stamp)
    sealed = signing.seal_page(made.page(), made.spots(), made.spots()[0], made.ink(), identity)
    assert check_seals(sealed).seals[0].verdict == Verdict.EXPIRED


def test_what_is_judged_by_missing_is_no_verdict_on_the_file(settings, tmp_path):
    """A root that cannot be read says nothing about the seal: neither valid nor changed."""
    _, sealed = made.sealed()
    settings.EGOV_TRUSTED_CERTIFICATES = str(tmp_path / "nowhere.pem")
    found = check_seals(sealed)
    assert not found.is_valid and not found.seals and "不能读取" in found.told
    (tmp_path / "nowhere.pem").write_bytes(b"no certificate")
    assert "不能读取" in check_seals(sealed).told
    settings.EGOV_TRUSTED_CERTIFICATES = ""
    os.chmod(settings.EGOV_CERTIFICATES_DIR, 0o777)
    assert "权限过宽" in check_seals(sealed).told


def test_without_a_stamp_the_time_is_said_to_be_only_claimed():
    _, sealed = made.sealed()
    (one,) = check_seals(sealed).seals
    assert not one.stamped and "没有时间戳证明" in one.time_told
    assert abs(datetime.now(UTC) - one.at) < timedelta(minutes=1)


def outside_identity() -> tuple[bytes, bytes, rsa.RSAPrivateKey, x509.Certificate]:
    """A root of somebody else (RSA) and a unit's PKCS#12 under it."""
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "某电子政务认证机构")])
    now = datetime.now(UTC)
    root = authority._builder(name, name, root_key.public_key(), now, now + timedelta(days=900), is_root=True)
    root = root.sign(root_key, hashes.SHA256())
    unit = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "长宁区信息化委员会")])
    leaf = authority._builder(unit, name, key.public_key(), now, now + timedelta(days=300), is_root=False)
    leaf = leaf.sign(root_key, hashes.SHA256())
    way = serialization.BestAvailableEncryption(b"secret")
    packed = pkcs12.serialize_key_and_certificates(b"unit", key, leaf, [root], way)
    return root.public_bytes(serialization.Encoding.PEM), packed, root_key, root


def test_a_real_certificate_is_taken_in_believed_by_its_root_and_revoked_by_its_list(settings, tmp_path):
    pem, packed, root_key, root = outside_identity()
    with pytest.raises(Refused, match="口令"):
        authority.take_in("D07", "甲委", packed, "wrong")
    taken = authority.take_in("D07", "甲委", packed, "secret")
    _, sealed = made.sealed()
    assert check_seals(sealed).seals[0].verdict == Verdict.UNKNOWN
    roots = tmp_path / "trusted" / "roots.pem"
    roots.parent.mkdir()
    roots.write_bytes(pem)
    settings.EGOV_TRUSTED_CERTIFICATES = str(roots)
    (found,) = check_seals(sealed).seals
    assert found.is_valid and found.issuer == "某电子政务认证机构" and found.serial == taken.serial
    now = datetime.now(UTC)
    entry = (
        x509.RevokedCertificateBuilder().serial_number(int(taken.serial, 16)).revocation_date(now - timedelta(days=1))
    )
    crl = x509.CertificateRevocationListBuilder().issuer_name(root.subject).last_update(now).next_update(
        now + timedelta(days=9)).add_revoked_certificate(entry.build())  # fmt: skip
    (roots.parent / "one.crl").write_bytes(crl.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
    assert check_seals(sealed).seals[0].verdict == Verdict.REVOKED


@pytest.mark.skipif(
    test_preflight.shutil.which("java") is None or not (test_preflight.FOLDER / "preflight.jar").exists(),
    reason="no PDFBox Preflight here",
)
def test_preflight_finds_the_sealed_twin_valid_with_one_seal_and_with_three(tmp_path):
    for name in (made.SINGLE, made.JOINT):
        path = tmp_path / f"{len(name)}.pdf"
        path.write_bytes(made.sealed(name, "a-1b")[-1])
        assert test_preflight.valid(path), name
