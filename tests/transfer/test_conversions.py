"""格式转换与迁移 through its eight steps: from the table of risks to table A.3 and the new backup (GB/T 18894—2016)."""

import io
import re
from zipfile import ZipFile

import pikepdf
import pypdfium2 as pdfium
import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from archive.models import Component
from archive.states import Role
from files.store import path_of
from paper.pdfa_check import check_pdfa
from tests.scenarios.owner import unwatched
from tests.transfer.pictures import in_other_colours, jp2, jpeg, pictured, tiff
from tests.transfer.stock import browser
from transfer.conversion_workflow import CONVERSION, Figures
from transfer.conversions import choosing, drafting, running
from transfer.holding.tables import TABLES, text_of
from transfer.models import ConversionMigration, ConvertedItem
from transfer.states import ConversionState, ConvertedState, Method
from units import jobs
from units.actions import system_user
from units.job_workflow import JOB, Attempt
from units.models import AuditEvent, Job, Task, Unit
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WORDS = {
    "mandate": "年度工作计划", "department": "信息技术科", "source": "", "need": "图像须有版式件", "risk": "转换可能失真",
    "plan": "逐个转换并核对",
}  # fmt: skip
JPEG = "fmt/43|image/jpeg"
ENTERS, LEADS = "D30:accessioner", "D30:leader"


def drafted(people, chosen: str = JPEG, method: str = "pdfa", **changed) -> ConversionMigration:
    answer = browser(people[ENTERS]).post(
        reverse("transfer:draft_conversion"), WORDS | {"chosen": chosen, "method": method} | changed
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return found()


def found() -> ConversionMigration:
    return ConversionMigration.objects.unguarded("a test looks").order_by("-pk").first()


def acted(people, row: ConversionMigration, *steps: str, who: str = ENTERS, **given) -> ConversionMigration:
    """The steps on the page, each with its note, and what the worker then does."""
    for step in steps:
        address = reverse("transfer:act_conversion", args=[row.uid, step])
        sent = {"version": row.version, f"{step}-note": f"{step} 已办"} | given
        answer = browser(people[who]).post(address, sent)
        assert answer.status_code == 302, (step, answer.status_code, answer.context["refused"])
        for job in Job.objects.of(row).filter(state="queued"):
            jobs.run_now(job)
        row.refresh_from_db()
    return row


def ran(people, row: ConversionMigration) -> ConversionMigration:
    acted(people, row, "propose")
    acted(people, row, "approve", who=LEADS)
    return acted(people, row, "try_out", "carry_out")


def test_a_conversion_goes_its_eight_steps_and_the_originals_stay(people):
    """Shows: F-11, 16-21, 19.1-7, A.3"""
    sources = pictured(people, ("正本.jpg", jpeg(10)), ("照片.jpg", jpeg(20)))
    before = {one.pk: path_of(one.stored_file).read_bytes() for one in sources}
    row = drafted(people)
    assert (row.items.count(), row.target, row.source) == (2, "PDF/A-2b（ISO 19005-2）", "JPEG 图像（fmt/43）")
    ran(people, row)
    assert (row.state, row.before_count, row.after_count) == (ConversionState.RAN, 2, 2)
    assert row.trial.startswith("试转 2 个文件，合格 2 个") and row.result == "应转换 2 个文件，已转换 2 个"
    for item in row.items.select_related("made__stored_file", "source__stored_file", "source__record"):
        made, pdf = item.made, path_of(item.made.stored_file).read_bytes()
        assert path_of(item.source.stored_file).read_bytes() == before[item.source_id]  # byte for byte
        assert made.derived_from == item.source and made.role == Role.CONVERTED and not made.is_original
        assert (item.source_sha256, item.made_sha256) == (item.source.stored_file.sha256, made.stored_file.sha256)
        assert check_pdfa(pdf) == [] and made.stored_file.format_id == "fmt/477" and made.filename.endswith(".pdf")
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert opened.pages[0].Resources.XObject.P.read_raw_bytes() == before[item.source_id]  # not packed anew
        event = AuditEvent.objects.of(item.source.record).filter(verb="convert_file").get()
        assert event.label == "格式转换" and event.actor == people[ENTERS] and row.number in event.opinion
        assert item.source.record.page_count == 1  # the same page once more
    acted(people, row, "evaluate", "report")
    acted(people, row, "review", who=LEADS)
    acted(people, row, "back_up")
    assert row.state == ConversionState.CLOSED and not Task.objects.of(row).open().exists()
    assert row.backup == "back_up 已办" and row.backed_up_by == people[ENTERS]


def test_form_list_and_workbook_say_what_was_done(people):
    """Shows: A.3"""
    pictured(people, ("正本.jpg", jpeg(10)))
    row = ran(people, drafted(people))
    acted(people, row, "evaluate", "report")
    acted(people, row, "review", who=LEADS)
    client = browser(people["D30:inspector"])
    address = reverse("transfer:conversion_pdf", args=[row.uid])
    form, files = told(client.get(address).content), told(client.get(f"{address}?list").content)
    for word in (
        "电子档案格式转换与迁移登记表", "单位名称", "管理授权年度工作计划", "责任部门信息技术科", "管理类型格式转换", "源格式或系统描述",
        "目标格式或系统描述", "完成情况", "操作前1个", "操作后1个", "操作起止时间", f"操作者{people[ENTERS].name}",
        f"填表人{people[ENTERS].name}", f"审核人{people[LEADS].name}", "单位（签章）",
    ):  # fmt: skip
        assert word in form, word
    item = row.items.get()
    assert item.source_sha256 in files and item.made_sha256 in files
    book = client.get(reverse("transfer:conversion_workbook", args=[row.uid]))
    with ZipFile(io.BytesIO(b"".join(book.streaming_content))) as opened:
        strings = "".join(opened.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    assert item.source_sha256 in strings and item.made_sha256 in strings and "管理授权" in strings
    (line,) = TABLES["conversions"].lines([row.archive_id])
    assert (text_of(line["number"]), line["kind"], line["before"], line["after"], line["state"]) == (
        row.number, "格式转换", 1, 1, "待备份",
    )  # fmt: skip


def told(pdf: bytes) -> str:
    assert check_pdfa(pdf) == []
    with pdfium.PdfDocument(pdf) as opened:
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in opened)


def test_the_person_who_proposes_does_not_approve_and_who_fills_in_does_not_review(people):
    """Shows: 19.1-7"""
    pictured(people, ("正本.jpg", jpeg(10)))
    row = acted(people, drafted(people), "propose")
    client = browser(people[ENTERS])
    assert client.post(reverse("transfer:act_conversion", args=[row.uid, "approve"]), {}).status_code == 404
    task = Task.objects.of(row).open().get()
    assert (task.kind, task.post.kind, task.unit.code) == ("approve_conversion", "leader", "D30")
    with unwatched():
        ConversionMigration.objects.unguarded("a test spoils").update(proposed_by=people[LEADS])
    with pytest.raises(Refused, match="提请人和此人不能是同一人"):
        CONVERSION.perform("approve", row, by=people[LEADS], note="同意")
    acted(people, row, "send_back", who=LEADS)
    assert row.state == ConversionState.DRAFT
    address = reverse("transfer:amend_conversion", args=[row.uid])
    answer = client.post(address, WORDS | {"version": row.version, "source": "JPEG", "plan": "改后的方案"})
    row.refresh_from_db()
    assert answer.status_code == 302 and (row.plan, row.source) == ("改后的方案", "JPEG")


def test_what_cannot_be_converted_says_why_and_is_tried_again(people):
    """A damaged original and a picture that would change: named, nothing kept; the sound one goes on.

    Shows: F-11
    """
    sources = pictured(people, ("好.jpg", jpeg(10)), ("坏.jpg", jpeg(20)), ("印刷色.jpg", in_other_colours(30)))
    place = path_of(sources[1].stored_file)
    sound = place.read_bytes()
    row = drafted(people)
    place.chmod(0o600)
    place.write_bytes(sound + b"\0")
    ran(people, row)
    assert row.result == "应转换 3 个文件，已转换 1 个，未转换 2 个"
    causes = dict(row.items.values_list("source__filename", "cause"))
    assert row.trial.startswith("试转 3 个文件，合格 1 个。") and "均已核对" not in row.trial
    assert causes["好.jpg"] == "" and "数字摘要不一致" in causes["坏.jpg"] and "图像会改变" in causes["印刷色.jpg"]
    page = browser(people[ENTERS]).get(row.get_absolute_url()).content.decode()
    assert "未转换 2 个" in page and causes["坏.jpg"] in page and "重试未转换的" in page
    place.write_bytes(sound)
    made = row.items.get(source__filename="好.jpg").made
    row.items.filter(source__filename="印刷色.jpg").update(cause="上次的原因")
    acted(people, row, "again")
    assert row.result == "应转换 3 个文件，已转换 2 个，未转换 1 个"
    again = dict(row.items.values_list("source__filename", "cause"))  # the done one stays, both others were tried
    assert row.items.get(source__filename="好.jpg").made == made and row.items.get(source__filename="坏.jpg").made
    assert again == {"好.jpg": "", "坏.jpg": "", "印刷色.jpg": causes["印刷色.jpg"]}
    assert Component.objects.filter(role=Role.CONVERTED).count() == 2


def test_a_worker_that_was_killed_goes_on_and_does_nothing_twice(people):
    pictured(people, ("一.jpg", jpeg(10)), ("二.jpg", jpeg(20)), ("三.jpg", jpeg(30)))
    row = acted(people, drafted(people), "propose")
    acted(people, row, "approve", who=LEADS)
    acted(people, row, "try_out")
    CONVERSION.perform("carry_out", row, by=people[ENTERS])
    marks = []

    def killed(done, total):
        marks.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.carry_out(row, killed)
    kept = set(row.items.filter(state=ConvertedState.DONE).values_list("made_id", flat=True))
    assert len(kept) == 2 and marks == [(1, 3), (2, 3)]
    running.carry_out(row, lambda done, total: marks.append((done, total)))
    assert marks[2:] == [(3, 3)] and Component.objects.filter(role=Role.CONVERTED).count() == 3
    assert kept < set(row.items.values_list("made_id", flat=True))


def test_what_is_not_at_rest_is_neither_taken_nor_changed(people):
    one, other = pictured(people, ("一.jpg", jpeg(10)), ("二.jpg", jpeg(20)))
    row = drafted(people)
    with unwatched():
        type(one.record)._base_manager.filter(pk=one.record_id).update(state="in_transfer")
    ran(people, row)
    cause = row.items.get(source=one).cause
    assert "正在移交" in cause and row.items.get(source=other).state == ConvertedState.DONE
    client, address = browser(people[ENTERS]), reverse("transfer:draft_conversion")
    assert client.post(address, WORDS | {"chosen": JPEG, "method": "pdfa"}).status_code == 422


def test_pages_of_a_tiff_and_a_jpeg_2000_without_loss(people):
    many, one = pictured(people, ("传真.tif", tiff(3)), ("照片.jp2", jp2(90)))
    row = ran(people, drafted(people, chosen="fmt/353|image/tiff"))
    with pdfium.PdfDocument(path_of(row.items.get().made.stored_file)) as opened:
        assert len(opened) == 3
    assert many.stored_file.pages == row.items.get().made.pages == 3
    row = ran(people, drafted(people, chosen=f"{one.stored_file.format_id}|image/jp2", method="tiff"))
    made = row.items.get().made
    assert made.filename == "照片.tif" and made.stored_file.format_id == "fmt/353"
    with Image.open(path_of(one.stored_file)) as old, Image.open(path_of(made.stored_file)) as new:
        assert old.tobytes() == new.tobytes()


def test_what_is_over_for_one_undertaking_is_left_to_the_next(people, monkeypatch):
    pictured(people, *((f"{name}.jpg", jpeg(shade)) for shade, name in enumerate("一二三", start=40)))
    monkeypatch.setattr(drafting, "MOST", 2)
    monkeypatch.setattr(choosing, "MOST", 2)
    sent = WORDS | {"chosen": JPEG, "method": "pdfa"}
    page = browser(people[ENTERS]).post(reverse("transfer:draft_conversion"), sent, follow=True).content.decode()
    assert "共 2 个文件；一次最多 2 个，其余 1 个请另行拟订" in page and found().items.count() == 2
    assert drafted(people).items.count() == 1


def test_what_is_converted_or_taken_is_not_offered_again(people):
    pictured(people, ("一.jpg", jpeg(10)))
    row = drafted(people)
    client, address = browser(people[ENTERS]), reverse("transfer:draft_conversion")
    sent = WORDS | {"chosen": JPEG, "method": "pdfa"}
    assert "没有这种格式的、尚未转换的文件" in client.post(address, sent).content.decode()  # another has it in hand
    acted(people, row, "drop")
    assert row.state == ConversionState.DROPPED
    row = ran(people, drafted(people))
    assert row.number.endswith("-002") and "没有这种格式的" in client.post(address, sent).content.decode()
    refused = client.post(address, sent | {"method": Method.TIFF})
    assert refused.status_code == 422 and "不能用这一方法" in refused.content.decode()
    files = client.get(reverse("transfer:holding_files"), {"format": "fmt/43", "mime": "image/jpeg"}).content.decode()
    assert f"{address}?format=fmt%2F43&amp;mime=image%2Fjpeg" in files


def migrated(people) -> ConversionMigration:
    answer = browser(people[ENTERS]).post(
        reverse("transfer:draft_migration"), WORDS | {"source": "磁盘阵列甲", "target": "磁盘阵列乙"}
    )
    assert answer.status_code == 302
    return found()


def test_a_migration_is_registered_by_hand_and_says_so(people):
    """Shows: 16-21, 19.1-7"""
    row = acted(people, migrated(people), "propose")
    acted(people, row, "approve", who=LEADS)
    page = browser(people[ENTERS]).get(row.get_absolute_url()).content.decode()
    assert "登记测试结果" in page and "开始测试" not in page
    with pytest.raises(Refused, match="请登记其测试和实施结果"):
        CONVERSION.perform("try_out", row, by=people[ENTERS])
    acted(people, row, "note_trial")
    now = timezone.localtime()
    given = {"before_count": "120", "after_count": "120", "before_size": "1.5", "after_size": "1.5"}
    given |= {"started_at": f"{now:%Y-%m-%d} 00:00", "finished_at": f"{now:%Y-%m-%d} 00:00"}
    acted(people, row, "note_result", **{f"note_result-{name}": value for name, value in given.items()})
    assert (row.state, row.after_count, row.before_bytes) == (ConversionState.RAN, 120, 1_500_000_000)
    assert not ConvertedItem.objects.exists() and not Job.objects.of(row).exists()
    form = told(browser(people[LEADS]).get(reverse("transfer:conversion_pdf", args=[row.uid])).content)
    assert "数字为手工登记" in form and "管理类型迁移" in form and "操作前120个" in form


def test_times_of_a_migration_are_in_order(people):
    row = acted(people, migrated(people), "propose")
    acted(people, row, "approve", who=LEADS)
    acted(people, row, "note_trial")
    now = timezone.now()
    for begun, ended in ((now, now - timezone.timedelta(hours=1)), (None, None), (now, now.replace(year=2999))):
        with pytest.raises(Refused, match="起止时间应有先后"):
            CONVERSION.perform("note_result", row, by=people[ENTERS], note="完成", given=Figures(begun, ended))


@pytest.mark.parametrize("year", ["0001", "0206"])
def test_a_slip_of_the_year_is_a_sentence(people, year):
    """Fault: year 1 was kept, and lies before the first moment that can be read again."""
    row = acted(people, migrated(people), "propose")
    acted(people, row, "approve", who=LEADS)
    acted(people, row, "note_trial")
    given = {"before_count": "1", "after_count": "1", "before_size": "1", "after_size": "1", "note": "完成"}
    given |= {"started_at": f"{year}-01-01 00:00", "finished_at": "2026-01-01 00:00"}
    sent = {f"note_result-{name}": value for name, value in given.items()} | {"version": row.version}
    answer = browser(people[ENTERS]).post(reverse("transfer:act_conversion", args=[row.uid, "note_result"]), sent)
    row.refresh_from_db()
    assert (answer.status_code, row.state, row.started_at) == (422, ConversionState.TRIED, None)
    assert "年份" in answer.content.decode()


@pytest.mark.parametrize("who", ["D07:archivist", "D07:leader", "D30:appraiser"])
def test_nobody_else_drafts_or_acts(people, who):
    row, client = migrated(people), browser(people[who])
    assert client.post(reverse("transfer:draft_migration"), WORDS).status_code in (403, 404)
    assert client.post(reverse("transfer:act_conversion", args=[row.uid, "propose"]), {}).status_code == 404
    row.refresh_from_db()
    assert row.state == ConversionState.DRAFT and Unit.objects.get(code="D30") == row.archive


def test_a_file_is_converted_once_though_two_undertakings_have_it(people):
    """The first cannot read it, the second takes and converts it once it is mended, and then the first tries again."""
    (source,) = pictured(people, ("一.jpg", jpeg(10)))
    place = path_of(source.stored_file)
    sound = place.read_bytes()
    place.chmod(0o600)
    place.write_bytes(sound + b"\0")
    first = ran(people, drafted(people))
    place.write_bytes(sound)
    second = ran(people, drafted(people))
    assert (first.items.get().state, second.items.get().state) == (ConvertedState.FAILED, ConvertedState.DONE)
    acted(people, first, "again")
    assert (first.items.get().state, first.items.get().cause) == (ConvertedState.FAILED, "文件已转换过，没有再转。")
    assert Component.objects.filter(role=Role.CONVERTED, derived_from=source).count() == 1


def test_what_waits_for_one_way_is_free_for_another(people):
    (one,) = pictured(people, ("照片.jp2", jp2(90)))
    for method in (Method.TIFF, Method.PDFA):
        row = drafted(people, chosen=f"{one.stored_file.format_id}|image/jp2", method=method)
        assert (row.method, row.items.get().source) == (method, one)


def test_of_what_was_dropped_no_step_is_at_hand_or_done(people):
    row = acted(people, migrated(people), "propose", "drop")
    page = browser(people[ENTERS]).get(row.get_absolute_url())
    assert {one["state"] for one in page.context["stages"]} == {"open"}


def failed_for_good(row: ConversionMigration) -> Job:
    """The job of `row` once the worker has given it up."""
    job = Job.objects.of(row).first()
    JOB.perform("claim", job, by=system_user())
    JOB.perform("fail", job, by=system_user(), given=Attempt(job.attempt, "磁盘已满"))
    return job


def test_what_the_worker_could_not_do_stays_on_a_desk(people):
    """A test that failed for good is dropped, but not while it runs; so is the work of the second taken up again."""
    pictured(people, ("一.jpg", jpeg(10)))
    row = acted(people, drafted(people), "propose")
    acted(people, row, "approve", who=LEADS)
    CONVERSION.perform("try_out", row, by=people[ENTERS])
    client = browser(people[ENTERS])
    assert [one["step"].name for one in client.get(row.get_absolute_url()).context["acts"]] == []
    with pytest.raises(Refused, match="正在后台测试"):
        CONVERSION.perform("drop", row, by=people[ENTERS], note="不再转换")
    failed_for_good(row)
    assert waiting_for(row) == ("test_conversion", "accessioner")
    assert [one["step"].name for one in client.get(row.get_absolute_url()).context["acts"]] == ["drop"]
    acted(people, row, "drop")
    assert row.state == ConversionState.DROPPED and not Task.objects.of(row).open().exists()

    row = acted(people, drafted(people), "propose")
    acted(people, row, "approve", who=LEADS)
    acted(people, row, "try_out")
    CONVERSION.perform("carry_out", row, by=people[ENTERS])
    job = failed_for_good(row)
    assert (row.state, waiting_for(row)) == (ConversionState.RUNNING, ("run_conversion", "accessioner"))
    jobs.retry(job, by=people[ENTERS])
    jobs.run_now(job)
    row.refresh_from_db()
    assert (row.state, waiting_for(row)) == (ConversionState.RAN, ("evaluate_conversion", "accessioner"))


def waiting_for(row: ConversionMigration) -> tuple[str, str]:
    task = Task.objects.of(row).open().get()
    return task.kind, task.post.kind


def test_a_danger_act_that_comes_back_is_not_folded(people):
    row = acted(people, migrated(people), "propose")
    client = browser(people[ENTERS])
    assert folded(client.get(row.get_absolute_url())) == [True]
    answer = client.post(reverse("transfer:act_conversion", args=[row.uid, "drop"]), {"version": row.version})
    assert answer.status_code == 422 and folded(answer) == [False]


def folded(answer) -> list[bool]:
    acts = re.findall(r'<details class="box danger"([^>]*)>', answer.content.decode())
    return ["open" not in words.split() for words in acts]
