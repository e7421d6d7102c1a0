"""《电子档案移交接收登记表》 with both sides' seals (DA/T 93—2022, 7 and C.1; practice 1): put, checked by anybody, taken back."""

import io

import pikepdf
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archive.models import Record
from files.store import path_of
from paper.checking import check_seals
from paper.handover_form import SEALED, seal_spots
from paper.pdfa_check import check_pdfa
from tests.paper.sealed import openssl_accepts, pdfsig_accepts, pyhanko_accepts
from tests.transfer.stock import browser, handing_over, inspecting, sealed, signed
from transfer import register_seals, sealed_register
from transfer.models import Batch, RegisterSeal
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.models import AuditEvent, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
FOUR = (
    ("fill_over", "D07:archivist"), ("check_over", "D07:leader"),
    ("fill_in", "D30:accessioner"), ("check_in", "D30:leader"),
)  # fmt: skip


@pytest.fixture
def batch(people) -> Batch:
    """Two records, the register signed by four persons and not sealed."""
    found = handing_over(inspecting(people, 2), people)
    for name, key in FOUR:
        BATCH_SIDE.perform(name, found, by=people[key])
    return found


def asked_of(batch, side: str) -> RegisterSeal:
    return RegisterSeal.objects.unguarded("a test looks").select_related("unit", "batch").get(
        batch=batch, side=side, void_at=None
    )  # fmt: skip


def custodians(batch) -> set[str]:
    rows = Record.objects.unguarded("a test looks").filter(batch_items__batch=batch)
    return set(rows.values_list("custodian__code", flat=True))


def accept(people, batch) -> None:
    BATCH.perform("accept", batch, by=people["D30:accessioner"], note="同意接收。")


def test_custody_changes_with_both_seals_and_not_with_one(people, batch):
    """Shows: 9.8, 9.13"""
    for side, left in (("archive", "移交单位印章、接收单位印章"), ("unit", "移交单位印章")):
        with pytest.raises(Refused, match=f"登记表尚未用印，还缺：{left}。"):
            accept(people, batch)
        assert custodians(batch) == {"D07"}
        asked = asked_of(batch, side)
        register_seals.seal(asked, by=people[f"{asked.unit.code}:seal_keeper"])
    accept(people, batch)
    assert custodians(batch) == {"D30"}
    kept = batch.receipts.get(kind="custody").content["sealed"]
    assert [(one["side"], one["by"]) for one in kept] == [
        ("unit", people["D07:seal_keeper"].name), ("archive", people["D30:seal_keeper"].name),
    ]  # fmt: skip


def test_after_the_last_name_the_page_says_that_the_keepers_are_next(people):
    found = handing_over(inspecting(people, 2), people)
    for name, key in FOUR[:3]:
        BATCH_SIDE.perform(name, found, by=people[key])
    sign = reverse("transfer:side_act", args=[found.uid, FOUR[3][0]])
    page = browser(people[FOUR[3][1]]).post(sign, {f"{FOUR[3][0]}-knows": "on"}, follow=True).content.decode()
    assert "下一步：登记表用印，由" in page and "监印人" in page.partition("下一步：登记表用印，由")[2][:60]


def test_the_keeper_is_asked_seals_and_sees_the_register_alone(people, batch):
    keeper, asked = people["D07:seal_keeper"], asked_of(batch, "unit")
    task = Task.objects.waiting_for(keeper).get(subject_uid=asked.uid)
    assert task.label == "登记表用印"
    client, page = browser(keeper), asked.get_absolute_url()
    assert page in client.get(reverse("documents:waiting")).content.decode()
    shown = client.get(page).content.decode()
    assert "用印</button>" in shown and people["D07:archivist"].name in shown and "第1号事项" not in shown
    followed = client.get(batch.get_absolute_url())  # a link in somebody's message: to what is his, and nothing else
    assert followed.status_code == 302 and followed.headers["Location"] == page
    assert browser(people["D09:seal_keeper"]).get(batch.get_absolute_url()).status_code == 404
    assert client.get(reverse("transfer:register_seal_pdf", args=[asked.uid])).content[:5] == b"%PDF-"
    assert client.post(page).status_code == 302
    event = AuditEvent.objects.of(batch).latest("pk")
    assert (event.verb, event.post, event.detail["side"]) == ("seal_register", "监印人", "unit")
    assert not Task.objects.waiting_for(keeper).exists()
    after = client.get(page).content.decode()
    assert "已用印" in after and "印章有效" in after
    assert client.post(page).status_code == 422  # not twice
    for other in ("D07:archivist", "D07:leader", "D09:seal_keeper", "D30:accessioner", "D30:seal_keeper"):
        assert browser(people[other]).get(page).status_code == 404, other


def test_the_use_stands_in_the_units_book_and_is_struck_when_the_register_is_taken_back(people, batch):
    """Practice 2.1: 用印登记簿 holds every use of a seal, whatever was sealed."""
    keeper, asked = people["D07:seal_keeper"], asked_of(batch, "unit")
    register_seals.seal(asked, by=keeper)
    lines = in_the_book(keeper)
    assert [line[2:4] + line[6:9] for line in lines] == [[
        "移交接收登记表", f"电子档案移交接收登记表：{batch.name}（{batch.issued_no}）", people["D07:leader"].name,
        people["D07:archivist"].name, keeper.name,
    ]] and lines[0][9] == ""  # fmt: skip
    assert in_the_book(people["D30:seal_keeper"]) == []
    BATCH.perform("inspect_again", batch, by=people["D30:accessioner"], note="发现一件缺页。")
    assert in_the_book(keeper)[0][9] == "已收回，此次用印作废"


def in_the_book(keeper) -> list[list[str]]:
    """The lines of this year in the keeper's 用印登记簿, as the workbook has them."""
    year = timezone.localdate().year
    answer = browser(keeper).get(
        reverse("documents:register_workbook", args=["seals"]), {"first": f"{year}-01-01", "last": f"{year}-12-31"}
    )
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    heads = next(place for place, row in enumerate(rows) if row[0] == "序号")
    return [row for row in rows[heads + 1 :] if row[0]]


def test_another_units_keeper_does_not_seal(people, batch):
    asked = asked_of(batch, "unit")
    for who in ("D30:seal_keeper", "D07:archivist", "D09:seal_keeper"):
        with pytest.raises(Refused, match="不是这个单位的监印人"):
            register_seals.seal(asked, by=people[who])
    assert asked_of(batch, "unit").at is None


def test_production_does_not_seal_without_the_units_own_seal(people, batch, settings):
    settings.EGOV_ENV = "production"
    asked = asked_of(batch, "unit")
    with pytest.raises(Refused, match="没有在用的印章"):
        register_seals.seal(asked, by=people["D07:seal_keeper"])
    page = browser(people["D07:seal_keeper"]).get(asked.get_absolute_url()).content.decode()
    assert "没有在用的印章" in page and "用印</button>" not in page
    settings.EGOV_ENV = "demo"
    register_seals.seal(asked, by=people["D07:seal_keeper"])
    assert asked_of(batch, "unit").seal.is_specimen
    settings.EGOV_ENV = "production"
    with pytest.raises(Refused, match="没有在用的印章"):
        register_seals.seal(asked_of(batch, "archive"), by=people["D30:seal_keeper"])


def file_of(person, batch) -> bytes:
    return browser(person).get(reverse("transfer:paper", args=[batch.uid, "register"])).content


def test_anybody_verifies_the_file_alone(people, batch, tmp_path):
    """Both seals, an addition behind the signed bytes, PDF/A, seals inside their cells and not touching."""
    base = register_seals.register_of(batch)
    assert check_pdfa(base) == []
    spots = seal_spots(base, (45.0, 45.0))
    assert len({(one.page, one.y) for one in spots}) == 1 and spots[1].x - spots[0].x > 45
    assert 22.5 < spots[0].y < 297 - 18 - 20 and SEALED
    sealed(batch, people)
    data = file_of(people["D07:archivist"], batch)
    assert data.startswith(base) and data == file_of(people["D30:accessioner"], batch)
    found = check_seals(data)
    assert found.is_valid and [one.signer for one in found.seals] == [batch.unit.name, batch.archive.name]
    with pikepdf.open(io.BytesIO(data)) as opened:
        assert len(opened.pages) == 1
    spoilt = bytearray(data)
    spoilt[len(base) // 2] ^= 1
    assert not check_seals(bytes(spoilt)).is_valid
    accept(people, batch)
    assert file_of(people["D07:archivist"], batch) == data  # as it was sealed, for ever
    kept = batch.receipts.get(kind="custody")
    printed = browser(people["D30:accessioner"]).get(reverse("transfer:receipt_pdf", args=[batch.uid, kept.uid]))
    assert printed.content == data
    root = settings.EGOV_CERTIFICATES_DIR / "authority.pem"
    assert pyhanko_accepts(data, root) == openssl_accepts(data, tmp_path, root) == [True] * 2
    if (told := pdfsig_accepts(data, tmp_path)) is not None:
        assert told == [True] * 2


def test_a_spoilt_register_is_not_accepted(people, batch):
    sealed(batch, people)
    place = path_of(sealed_register.newest(sealed_register.standing_seals(batch)).stored_file)
    data = bytearray(place.read_bytes())
    data[2000] ^= 1
    place.chmod(0o600)
    place.write_bytes(bytes(data))
    with pytest.raises(Refused, match="登记表未通过验章"):
        accept(people, batch)
    assert custodians(batch) == {"D07"}


def test_a_register_taken_back_loses_its_seals_and_the_keepers_their_items(people, batch):
    asked = asked_of(batch, "unit")
    register_seals.seal(asked, by=people["D07:seal_keeper"])
    BATCH.perform("inspect_again", batch, by=people["D30:accessioner"], note="发现一件缺页。")
    assert sealed_register.standing_seals(batch) == {}
    assert not Task.objects.waiting_for(people["D30:seal_keeper"]).exists()
    with pytest.raises(Refused):
        register_seals.seal(asked, by=people["D07:seal_keeper"])
    BATCH.perform("settle", batch, by=people["D30:accessioner"])
    accept(people, signed(batch, people))
    assert batch.seals.unguarded("a test looks").count() == 4 and custodians(batch) == {"D30"}
