"""Back-up registers of DA/T 99, media of the archive, and accessions of other sources."""

import json
import shutil
from datetime import timedelta
from io import StringIO

import pypdfium2 as pdfium
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from paper.pdfa_check import check_pdfa
from tests.transfer.stock import browser, inspecting, taken_over
from transfer import export, other_sources
from transfer.holding import media
from transfer.holding.tables import TABLES, text_of
from transfer.models import Accession, Copy, MediumCheck, StorageMedium
from transfer.states import MediumState
from units.models import AuditEvent, Task, Unit
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(people):
    batch = inspecting(people, 2)
    taken_over(batch, people)
    return batch


@pytest.fixture
def medium(held, people):
    client = browser(people["D30:accessioner"])
    answer = client.post(reverse("transfer:register_medium"), filled(held))
    assert answer.status_code == 302, answer.context["form"].errors
    return StorageMedium.objects.unguarded("a test looks").get()


def filled(batch, **changed) -> dict:
    return {
        "kind": "disk", "model": "", "capacity": "2000", "role": "sealed", "way": "full", "place": "库房 3 号柜",
        "written_on": timezone.localdate().isoformat(), "batches": batch.issued_no, "number": "",
    } | changed  # fmt: skip


def table(key: str) -> list[dict]:
    return TABLES[key].lines([Unit.objects.get(code="D30").pk])


def test_a_medium_is_registered_with_number_contents_and_digests(held, medium, people):
    """Shows: E-12, 19.1-6"""
    (content,) = medium.contents.select_related("part")
    assert medium.number == f"{held.fonds.code}-WS-2016-YP1" and content.sha256 == content.part.sha256
    client = browser(people["D30:inspector"])
    page, digests = (
        client.get(medium.get_absolute_url()),
        client.get(reverse("transfer:medium_digests", args=[medium.uid])),
    )
    assert content.sha256 in page.text and "登记检测结果" not in page.text  # the inspector reads
    assert digests.text == f"{content.sha256}  {held.issued_no}/{content.part.filename}\n"
    assert AuditEvent.objects.of(medium).get().verb == "register_medium"
    (line,) = table("media")
    assert (text_of(line["number"]), line["state"], line["checked_on"]) == (medium.number, "在库", None)
    assert set(MediumState.labels) == {"在库", "已注销"} and "借" not in page.text  # offline media are not lent


def test_labels_of_a_medium_and_its_box_are_printed(medium, people):
    """Shows: 9.14, E-13"""
    pdf = browser(people["D30:inspector"]).get(reverse("transfer:medium_label", args=[medium.uid])).content
    assert check_pdfa(pdf) == []
    with pdfium.PdfDocument(pdf) as opened:
        told = "".join(opened[0].get_textpage().get_text_bounded().split())
        assert len(opened) == 1
    assert told.count(medium.number) == 2
    for word in ("起止档号", "数据量", "密级公开", "保管期限永久", "存入日期", "运行环境", "载体类型硬磁盘"):
        assert word in told, word
    assert browser(people["D09:archivist"]).get(
        reverse("transfer:medium_label", args=[medium.uid])
    ).status_code == 404  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"batches": "D07-无此批次"}, "没有已接收的批次"),
        ({"capacity": "0.000000001"}, "超过载体容量"),
        ({"capacity": "很大"}, "以 GB 计的数"),
        ({"written_on": "2999-01-01"}, "不能晚于今天"),
        ({"kind": ""}, "请选择"),
        ({"place": "\x00"}, ""),
    ],
)
def test_a_medium_that_cannot_be_true_is_refused(held, people, changed, told):
    answer = browser(people["D30:accessioner"]).post(reverse("transfer:register_medium"), filled(held, **changed))
    assert answer.status_code == 422 and told in answer.text
    assert not StorageMedium.objects.unguarded("a test looks").exists()


def test_the_program_reads_a_mounted_medium_and_a_fault_asks_for_everything(held, medium, tmp_path):
    """Shows: E-16, A.2"""
    export.export_package(held, tmp_path)
    out = StringIO()
    call_command("check_medium", medium.number, str(tmp_path), sample=True, json=True, stdout=out)
    assert json.loads(out.getvalue()) == {"medium": medium.number, "looked_at": 1, "wrong": []}
    first = MediumCheck.objects.get()
    assert first.program and first.wrong == 0
    shutil.rmtree(tmp_path / held.issued_no)
    with pytest.raises(CommandError, match="1 个信息包与登记不符"):
        call_command("check_medium", medium.number, str(tmp_path), all=True, stdout=StringIO())
    assert Task.objects.of(medium).open().get().label == "备份载体检测不合格"
    with pytest.raises(CommandError, match="不是文件夹"):
        call_command("check_medium", medium.number, str(tmp_path / "none"), all=True)
    assert [line["remark"] for line in table("checks") if line["way"].startswith("离线")] == [first.program] * 2


def test_a_check_by_hand_says_so_and_needs_its_sample(medium, people):
    client, address = browser(people["D30:accessioner"]), reverse("transfer:check_medium", args=[medium.uid])
    given = {
        "checked_on": timezone.localdate().isoformat(), "looked_at": "2", "wrong": "0", "medium_result": "外观完好",
        "data_result": "可读取",
    }  # fmt: skip
    too_many = client.post(address, given)
    assert too_many.status_code == 422 and "不多于载体上的 1 个" in too_many.text
    assert client.post(address, given | {"looked_at": "1"}).status_code == 302
    (line,) = [line for line in table("checks") if line["way"].startswith("离线")]
    assert line["remark"] == "人工检测，结果为手工登记" and line["checked_by"] == people["D30:accessioner"].name
    assert browser(people["D07:archivist"]).post(address, given | {"looked_at": "1"}).status_code == 404


def test_media_are_due_by_their_kind(medium, people):
    """Shows: E-16"""
    assert media.open_due() == 0
    StorageMedium.objects.unguarded("a test goes on in time").update(
        written_on=timezone.localdate() - timedelta(days=740)
    )
    assert (media.open_due(), media.open_due()) == (1, 0)
    assert Task.objects.of(medium).open().get().label == "备份载体到期检测"
    StorageMedium.objects.unguarded("a test changes the kind").update(kind="disc")
    medium.refresh_from_db()
    assert media.due_on(medium, None) > timezone.localdate()  # optical discs every four years


def test_a_set_counts_only_when_it_is_whole_and_proved(held, medium, people):
    """Shows: E-12, 16-20"""
    (line,) = table("sets")
    assert (line["holdings"], line["second"], line["sealed"], line["sets"]) == ("1/1 合格", "1/1 合格", "0/1 合格", 2)
    assert line["told"] == "完整且已核验的 2 套（在线 2、离线 0），应有 3 套：请制作离线载体并登记检测，补足 1 套"
    assert "2 套（在线 2、离线 0）" in line["told"]
    media.note_check(
        medium, by=people["D30:accessioner"], checked_on=timezone.localdate(), looked_at=1, wrong=0, medium_result="完好",
        data_result="一致",
    )  # fmt: skip
    (line,) = table("sets")
    assert (line["sets"], line["told"]) == (3, "")
    registered = table("backups")
    assert sorted(line["place"] for line in registered) == sorted(["馆藏", "第二存放地", "库房 3 号柜"])
    assert [line["seq"] for line in registered] == [1, 2, 3]


def test_a_medium_is_retired_only_while_its_contents_are_safe_elsewhere(held, medium, people):
    by = people["D30:accessioner"]
    Copy.objects.update(state="damaged")
    with pytest.raises(Refused, match="没有核验合格的副本"):
        media.retire(medium, by=by, reason="到期")
    Copy.objects.exclude(verified_at=None).update(state="sound")
    client = browser(by)
    assert client.post(reverse("transfer:retire_medium", args=[medium.uid]), {"reason": ""}).status_code == 422
    assert (
        client.post(reverse("transfer:retire_medium", args=[medium.uid]), {"reason": "已复制，物理销毁"}).status_code
        == 302
    )
    (line,) = table("destroyed")
    assert (line["by"], line["offline"], line["online"]) == (by.name, "已复制，物理销毁", "未销毁，在线副本照存")
    with pytest.raises(Refused, match="已注销"):
        media.retire(medium, by=by, reason="再一次")


# ------------------------------------------------------- other sources


def entered(**changed) -> dict:
    return {
        "source": "deposited", "received_on": timezone.localdate().isoformat(), "giver": "某企业", "title": "厂史资料",
        "count": "12", "size": "0.5", "fonds_code": "Z900", "years": "1986—1992", "category": "文书", "retention": "永久",
        "codes": "", "place": "库房", "paper_no": "寄存协议3号", "remark": "",
    } | changed  # fmt: skip


def test_what_came_in_another_way_stands_in_the_register(held, people):
    """Shows: F-09"""
    client, address = browser(people["D30:accessioner"]), reverse("transfer:other_accessions")
    assert client.post(address, entered()).status_code == 302
    out = StringIO()
    call_command("register", unit="D30", kind="accession", json=True, stdout=out)
    lines = {line["source"]: line for line in json.loads(out.getvalue())}
    assert {one.partition("（")[0] for one in lines} == {"移交", "寄存"}
    kept = lines["寄存"]
    year = timezone.localdate().year
    assert (kept["batch_no"], kept["count"], kept["gigabytes"]) == (f"ZJ{year}-0001", 12, 0.5)
    assert "未经所有人同意不开放" in kept["remark"] and "手工登记" in kept["remark"]
    row = Accession.objects.unguarded("a test looks").get()
    void = reverse("transfer:void_accession", args=[row.uid])
    assert client.post(void, {"reason": ""}).status_code in (409, 422)
    assert client.post(void, {"reason": "重复登记"}).status_code == 302
    assert "重复登记" in client.get(address).text
    assert other_sources.lines([row.archive]) == []
    # the number of a void line is not given again; a size that was not typed is unknown, on every way out
    assert client.post(address, entered(size="")).status_code == 302
    assert [line["gigabytes"] for line in other_sources.lines([row.archive])] == [""]
    out = StringIO()
    call_command("register", unit="D30", kind="accession", json=True, stdout=out)
    assert [line["gigabytes"] for line in json.loads(out.getvalue()) if line["source"] == "寄存"] == [None]
    book = client.get(reverse("transfer:register_workbook", args=["accession"]))
    assert book.status_code == 200 and len(b"".join(book.streaming_content))
    numbers = Accession.objects.unguarded("a test looks").order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [f"ZJ{year}-0001", f"ZJ{year}-0002"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"paper_no": ""}, "须填写协议号"), ({"received_on": "2999-01-01"}, "不能晚于今天"), ({"count": "-1"}, "不小于 0"),
        ({"source": "移交"}, "请从列表中选择"), ({"size": "1e99"}, "以 GB 计"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_its_reason(people, changed, told):
    answer = browser(people["D30:accessioner"]).post(reverse("transfer:other_accessions"), entered(**changed))
    assert answer.status_code in (409, 422) and told in answer.text
    assert not Accession.objects.unguarded("a test looks").exists()


def test_only_the_archive_enters(people):
    address = reverse("transfer:other_accessions")
    assert browser(people["D07:archivist"]).get(address).status_code == 404
    reader = browser(people["D30:inspector"])
    assert "登记一批" not in reader.get(address).text
    assert reader.post(address, entered()).status_code in (403, 404, 409, 422)
    assert not Accession.objects.unguarded("a test looks").exists()


def test_a_holding_without_anything_to_convert_says_so(people):
    """Fault: only 请选择 stood there."""
    inspecting(people, 1)
    page = browser(people["D30:accessioner"]).get(reverse("transfer:draft_conversion")).content.decode()
    assert "馆藏中目前没有本平台能转换的格式" in page
