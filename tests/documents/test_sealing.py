"""Issue 13, 3 and practice 2.1: 用印, 印章登记, 联合发文, 代章 and 验章, by the real acts of the units' people."""

import hashlib
import io
from datetime import date
from decimal import Decimal

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from documents import current, pages, seal_book, sealing
from documents.actions import attach
from documents.models import Rendition, UnitSeal
from documents.seal_book import SEALS, SealInput
from documents.states import State
from files.models import PublicationFile
from files.store import land_bytes, path_of
from paper import authority
from paper.checking import check_seals
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.paper.sealed import scan
from tests.paper.test_binding import crafted
from tests.paper.test_seals import outside_identity
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def certificates(settings, tmp_path):
    settings.EGOV_CERTIFICATES_DIR = tmp_path / "certificates"
    return settings.EGOV_CERTIFICATES_DIR


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def entered(people, unit, *, picture=None, **given) -> UnitSeal:
    upload = SimpleUploadedFile("印模.png", scan() if picture is None else picture)
    fields = {"name": unit.name, "approval_number": "长府发〔2026〕3号", "enabled_on": date(2026, 1, 4),
              "diameter": Decimal(45), "imprint": upload} | given  # fmt: skip
    return seal_book.register(SealInput(**fields), unit=unit, by=people[f"{unit.code}:seal_keeper"])


def bytes_of(rendition) -> bytes:
    return path_of(rendition.stored_file).read_bytes()


def proofread_page(document) -> bytes:
    return bytes_of(document.renditions.get(kind=Rendition.Kind.PAGE))


# one seal


def test_what_is_sealed_is_the_proofread_page_with_an_addition_and_goes_out_files_and_is_published_as_such(
    people, units
):
    document = brought_to("dispatch", people, disclosure_attr="proactive")
    (one,) = document.sealings.select_related("rendition", "seal", "by")
    page, sealed = proofread_page(document), bytes_of(one.rendition)
    assert sealed.startswith(page) and len(sealed) > len(page)
    assert hashlib.sha256(page).hexdigest() == document.page_digest == one.before
    assert hashlib.sha256(sealed).hexdigest() == one.after and one.by == people["D07:seal_keeper"]
    delivery = document.deliveries.unguarded("a test looks").select_related("dispatch").get()
    assert delivery.dispatch.rendition_id == one.rendition_id == pages.page_of(delivery).pk
    page_pdf = browser(people["D09:clerk"]).get(reverse("documents:page_pdf", args=[delivery.uid]))
    assert b"".join(page_pdf.streaming_content) == sealed
    current.publish(document, by=people["D07:clerk"], topic="综合", summary="试")
    assert PublicationFile.objects.get().stored_file.sha256 == one.after
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    assert document.record.components.get(role="original").stored_file.sha256 == one.after
    event = AuditEvent.objects.of(document).get(verb="seal")
    assert event.detail["page_digest"] == document.page_digest and event.detail["sealed_digest"] == one.after


def test_a_specimen_is_made_in_the_practice_district_only_and_says_so(people, units, settings):
    document = brought_to("seal", people)
    seal = document.sealings.get().seal
    assert seal.is_specimen and "样章" in seal.name and seal.unit == units["D07"]
    settings.EGOV_ENV = "production"
    other = brought_to("proofread", people, title="关于正式环境用印的通知")
    with pytest.raises(Refused, match="没有在用的印章"):
        take(other, "seal", people["D07:seal_keeper"])
    SEALS.perform("surrender", seal, by=people["D07:seal_keeper"], note="转正式环境。")
    with pytest.raises(Refused, match="没有在用的印章"):
        take(other, "seal", people["D07:seal_keeper"])
    seen = browser(people["D07:seal_keeper"]).get(reverse("documents:detail", args=[other.uid])).content.decode()
    assert "没有在用的印章" in seen and 'class="paper"' not in seen.split("用印位置")[1].split("</section>")[0]
    assert other.sealings.count() == 0 and other.state == State.PROOFREAD
    settings.EGOV_ENV = "demo"
    entered(people, units["D07"])
    assert UnitSeal.objects.get(unit=units["D07"], state="in_use").is_specimen is False
    seal.refresh_from_db()
    assert seal.state == "surrendered"
    settings.EGOV_ENV = "production"
    authority.issue("D07", units["D07"].name)
    take(other, "seal", people["D07:seal_keeper"])
    assert other.state == State.SEALED and other.sealings.get().seal.approval_number == "长府发〔2026〕3号"


def test_in_production_no_certificate_or_a_revoked_one_seals_nothing(people, units, settings):
    entered(people, units["D07"])
    document = brought_to("proofread", people)
    settings.EGOV_ENV = "production"
    with pytest.raises(Refused, match="还没有印章证书"):
        take(document, "seal", people["D07:seal_keeper"])
    authority.revoke(authority.issue("D07", "甲").serial, "key_compromise")
    with pytest.raises(Refused, match="已吊销"):
        take(document, "seal", people["D07:seal_keeper"])
    assert document.sealings.count() == 0 and Task.objects.of(document).open().filter(kind="seal").exists()


def test_dispatch_refuses_a_sealed_page_of_which_a_byte_was_changed(people):
    document = brought_to("seal", people)
    path = path_of(document.sealings.get().rendition.stored_file)
    kept = path.read_bytes()
    path.write_bytes(kept[:-2000] + bytes([kept[-2000] ^ 1]) + kept[-1999:])
    with pytest.raises(Refused, match="与登记的摘要不符"):
        take(document, "dispatch", people["D07:clerk"])
    path.write_bytes(kept)
    take(document, "dispatch", people["D07:clerk"])


def test_dispatch_refuses_a_page_whose_seal_is_of_a_lost_key(people):
    document = brought_to("seal", people)
    authority.revoke(document.sealings.get().certificate, "key_compromise")
    with pytest.raises(Refused, match="未通过验章（证书已吊销）"):
        take(document, "dispatch", people["D07:clerk"])


def test_a_page_that_is_proofread_anew_has_lost_its_seal_and_is_sealed_again(people, units):
    document = brought_to("seal", people)
    take(document, "add_copies_anew", people["D07:clerk"], units=(units["D15"],), consented="局领导同意")
    assert pages.page_of(document) is None and sealing.sealings_of(document) == []
    take(document, "proofread", people["D07:clerk"])
    assert pages.page_of(document).kind == Rendition.Kind.PAGE
    take(document, "seal", people["D07:seal_keeper"])
    assert document.sealings.count() == 2 and len(sealing.sealings_of(document)) == 1
    take(document, "dispatch", people["D07:clerk"])


# the book of seals


def test_the_keeper_enters_suspends_resumes_and_surrenders_a_seal_each_with_an_event(people, units):
    keeper = people["D07:seal_keeper"]
    seal = entered(people, units["D07"])
    with pytest.raises(Refused, match="已有在用的印章"):
        entered(people, units["D07"])
    with pytest.raises(Refused, match="须填写"):
        SEALS.perform("suspend", seal, by=keeper)
    SEALS.perform("suspend", seal, by=keeper, note="印章磨损，送检。")
    second = entered(people, units["D07"], name="区信息委（新）")
    with pytest.raises(Refused, match="已有在用的印章"):
        SEALS.perform("resume", seal, by=keeper, note="送检完毕。")
    SEALS.perform("surrender", second, by=keeper, note="刻制有误，缴回公安机关。")
    SEALS.perform("resume", seal, by=keeper, note="送检完毕。")
    with pytest.raises(Refused, match="不能恢复使用"):
        SEALS.perform("resume", second, by=keeper, note="误操作。")
    assert [one.verb for one in AuditEvent.objects.of(seal).order_by("pk")] == ["register_seal", "suspend", "resume"]
    with pytest.raises(Refused, match="权限"):
        SEALS.perform("suspend", seal, by=people["D07:clerk"], note="不是监印人。")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"approval_number": ""}, "approval_number"), ({"enabled_on": "2999-01-01"}, "enabled_on"),
        ({"diameter": "46"}, "diameter"), ({"diameter": "x"}, "diameter"), ({"imprint": b"nothing"}, "imprint"),
        ({"imprint": scan(ink=(0, 0, 0))}, "imprint"), ({"imprint": None}, "imprint"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_seal_is_said_at_its_field_and_nothing_is_kept(people, units, given, field):
    picture = given.pop("imprint", scan())
    fields = {"unit": units["D07"].pk, "name": "印章", "approval_number": "长〔2026〕1号", "enabled_on": "2026-01-04",
              "diameter": "45"} | given  # fmt: skip
    files = {} if picture is None else {"imprint": SimpleUploadedFile("印模.png", picture)}
    client = browser(people["D07:seal_keeper"])
    answer = client.post(reverse("documents:seals"), fields | files)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {field}
    assert UnitSeal.objects.count() == 0


def test_the_register_shows_the_keepers_own_seals_to_him_alone(people, units):
    seal = entered(people, units["D07"])
    mine, other = browser(people["D07:seal_keeper"]), browser(people["D09:seal_keeper"])
    assert seal.name in mine.get(reverse("documents:seals")).content.decode()
    assert "长府发〔2026〕3号" not in other.get(reverse("documents:seals")).content.decode()
    assert other.get(seal.get_absolute_url()).status_code == 404
    assert other.post(reverse("documents:seal_act", args=[seal.uid, "suspend"])).status_code == 404
    answer = send_form(mine, reverse("documents:seal_act", args=[seal.uid, "suspend"]), {"suspend-note": "送检"})
    assert answer.status_code == 302
    seal.refresh_from_db()
    assert (seal.state, seal.ended_reason) == ("suspended", "送检")


# the certificates' commands


def test_certificates_are_issued_listed_and_revoked_by_command_each_with_an_event(people, units, capsys):
    call_command("certificates", "issue", "D07", "D09")
    call_command("certificates", "issue", "--all")
    call_command("certificates", "list")
    assert f"共 {len(units)} 张" in capsys.readouterr().out
    serial = authority.certificate_of("D07").serial
    call_command("certificates", "revoke", serial, "key_compromise")
    events = AuditEvent.objects.of(units["D07"]).order_by("pk").values_list("verb", flat=True)
    assert list(events) == ["issue_certificate", "revoke_certificate"]
    for wrong in (("issue",), ("issue", "X99"), ("revoke", "77", "superseded"), ("revoke", serial, "superseded")):
        with pytest.raises(CommandError):
            call_command("certificates", *wrong)


def test_a_real_certificate_is_imported_by_command_and_seals(people, units, settings, tmp_path, monkeypatch):
    roots, packed, *_ = outside_identity()
    (tmp_path / "unit.p12").write_bytes(packed)
    (tmp_path / "roots.pem").write_bytes(roots)
    settings.EGOV_TRUSTED_CERTIFICATES = str(tmp_path / "roots.pem")
    monkeypatch.setenv("P12", "secret")
    call_command("certificates", "import", "D07", str(tmp_path / "unit.p12"), "--password-from", "P12")
    document = brought_to("seal", people)
    (found,) = check_seals(bytes_of(pages.page_of(document))).seals
    assert found.is_valid and found.issuer == "某电子政务认证机构"
    with pytest.raises(CommandError, match="不能读写"):
        call_command("certificates", "import", "D07", str(tmp_path / "none.p12"), "--password-from", "P12")


# the page before and after


def test_the_keeper_sees_the_sheet_with_the_seal_in_its_place_and_nobody_else_does(people):
    document = brought_to("proofread", people)
    address = reverse("documents:detail", args=[document.uid])
    seen = browser(people["D07:seal_keeper"]).get(address).content.decode()
    assert "用印位置" in seen and "居中下压区信息委署名" in seen and "样" in seen.split("用印位置")[1]
    assert "用印位置" not in browser(people["D07:clerk"]).get(address).content.decode()
    take(document, "seal", people["D07:seal_keeper"])
    after = browser(people["D07:clerk"]).get(address).content.decode()
    assert "image/svg+xml" in after and "印章有效" in after and "用印位置" not in after


@pytest.mark.parametrize("fault", ["", "changed", "gone", "revoked"])
def test_a_receiver_reads_the_check_in_words(people, fault):
    document = brought_to("dispatch", people)
    one = document.sealings.get()
    path = path_of(one.rendition.stored_file)
    if fault == "changed":
        kept = path.read_bytes()
        path.write_bytes(kept.replace(b"/Producer", b"/producer", 1).replace(b"endobj", b"endobk", 1))
    elif fault == "gone":
        path.unlink()
    elif fault == "revoked":
        authority.revoke(one.certificate, "key_compromise")
    delivery = document.deliveries.unguarded("a test looks").get()
    seen = browser(people["D09:clerk"]).get(reverse("documents:detail", args=[delivery.uid])).content.decode()
    wanted = {"": "印章有效", "changed": "摘要不符", "gone": "不能读取", "revoked": "证书已吊销"}[fault]
    assert wanted in seen.split("验章</h2>")[1] and ("印章有效" in seen) == (not fault)
    if not fault:
        assert "长宁区信息化委员会" in seen and one.certificate in seen and "没有时间戳证明" in seen


def test_anybody_signed_in_has_a_pdf_checked_and_nothing_of_it_is_kept(people):
    """Shows: F-03, 16-5"""
    document = brought_to("seal", people)
    sealed = bytes_of(pages.page_of(document))
    client, address = browser(people["D15:officer"]), reverse("documents:check_seal")
    for data, told, ours in (
        (sealed, "印章有效", True), (sealed.replace(b"endobj", b"endobk", 1), "文件在用印后被改动", False),
        (proofread_page(document), "文件没有电子印章", False), (b"text", "不是 PDF 文件", False),
        (b"%PDF-1.7 broken", "已损坏", False),
    ):  # fmt: skip
        seen = client.post(address, {"file": SimpleUploadedFile("来件.pdf", data)})
        assert seen.status_code == 200 and told in seen.content.decode()
        assert seen.context["is_ours"] is ours
    assert client.post(address).status_code == 422


# attachments bound with the page


def test_an_a4_pdf_attachment_is_bound_named_and_sealed_with_the_page_others_travel_beside(people):
    document = draft(people)
    clerk = people["D07:officer"]
    for name, data in (
        ("实施方案.pdf", crafted(b"0 0 1 rg 100 400 50 50 re f")),
        ("横表.pdf", crafted(box=(0, 0, 842, 595))),
    ):
        attach(document, land_bytes(data, name), by=clerk, name=name, title=name[:-4])
    given = pages.page_input(document)
    assert given.attachments == ("实施方案", "横表")
    assert [(one.title, one.number, len(one.pages)) for one in given.enclosures] == [("实施方案", 1, 1)]
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(document, step, people[f"D07:{post}"])
    sealed = bytes_of(pages.page_of(document))
    assert b"0 0 1 rg 100 400 50 50 re f" in b"".join(streams_of(sealed)) and check_seals(sealed).is_valid


def streams_of(pdf: bytes):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield from (one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream) and "/Subtype" in one
                    and one.Subtype == "/Form")  # fmt: skip
