"""The auditor sees what a correction changed and why, under which 档号, and where the one who looked stands; no title."""

import io

import openpyxl
import pytest
from django.apps import apps
from django.db.models import TextField
from django.urls import reverse
from django.utils import timezone

from archive.correction import correct
from archive.models import Record
from oversight.trail_changes import GIVEN, SAID, fields_of
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.audit import log_access
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
TITLE, OLD = "关于梧桐雨巷的通知", "关于青石弄堂的通知"


def look(people, which="events", **query):
    return browser(people["D07:auditor"]).get(reverse("oversight:audit_of", args=[which]), query)


@pytest.fixture
def corrected(people) -> tuple[str, Record]:
    """A record whose title, pages and class were corrected; its code before, and the row."""
    made = stocked(people, 1, retention="D10")[0]
    with unwatched():
        Record._base_manager.filter(pk=made.pk).update(title=OLD)
    row = Record.objects.unguarded("a test looks").get(pk=made.pk)
    before, changes = row.archival_code, {"title": TITLE, "page_count": row.page_count + 4}
    by = people["D07:archivist"]
    row = correct(row, changes=changes, reason="与原件不符", by=by, version=row.version)
    correct(row, changes={"retention_code": "Y"}, reason="期限划错", by=by, version=row.version)
    return before, Record.objects.unguarded("a test looks").get(pk=made.pk)


def test_a_correction_tells_fields_values_and_reason_and_no_title(people, corrected):
    before, record = corrected
    assert record.archival_code != before
    page = look(people, object=record.archival_code, act="更正著录")
    moved, first = page.context["lines"]  # the newest first
    pages = record.page_count
    assert set(first.fields) == {"题名（已更改）", f"页数：{pages - 4} → {pages}"} and first.reason == GIVEN
    assert moved.fields == ("保管期限：10年 → 永久",) and moved.reason == GIVEN
    told = page.content.decode()
    assert GIVEN in told and "与原件不符" not in told and TITLE not in told and OLD not in told
    book = browser(people["D07:auditor"]).get(
        reverse("oversight:audit_workbook", args=["events"]), {"object": record.archival_code, "act": "更正著录"}
    )
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values)
    assert rows[0][-2:] == ("更改内容", "理由") and rows[1][-2:] == ("保管期限：10年 → 永久", GIVEN)
    assert TITLE not in str(rows) and OLD not in str(rows)


def test_a_row_bears_the_code_of_its_time(people, corrected):
    """What was opened as …D10… is not shown as if it had been …Y… then."""
    before, record = corrected
    log_access("view", record, by=people["D07:clerk"])
    lines = look(people, "accesses", object=record.archival_code).context["lines"]
    assert lines[0].shown == record.archival_code
    shown = [line.shown for line in look(people, object=before).context["lines"]]
    assert shown and shown[-1] == f"{before}（现为 {record.archival_code}）"


def test_who_looked_is_shown_with_unit_and_post_as_they_were(people, corrected, units):
    _, record = corrected
    clerk = people["D07:clerk"]
    log_access("download", record, by=clerk)
    line = look(people, "accesses", object=record.archival_code, act="下载").context["lines"][0]
    assert (line.unit, line.post) == (units["D07"].name, "文书")
    clerk.appointments.update(dismissed_at=timezone.now())
    again = look(people, "accesses", object=record.archival_code, act="下载").context["lines"][0]
    assert (again.unit, again.post) == (line.unit, line.post)  # he was in it when he looked


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        (
            "document",
            {"title": ["甲", "乙"], "due_at": ["无", "2026-12-01"]},
            ("标题（已更改）", "办理时限：无 → 2026-12-01"),
        ),
        ("record", {"components": ["甲.pdf", "乙.pdf"]}, ("电子文件（已更改）",)),
        ("record", {"abstract": ["", "甲"]}, ("摘要（已更改）",)),
        ("box", {"shelf": ["", "3 排"]}, ("存放位置：空 → 3 排",)),
        ("box", {"unheard_of": ["", "3 排"]}, ("其他项目（已更改）",)),
        ("record", {"remark": ["", "见《某通知》"]}, ("备注（已更改）",)),
        (
            "document",
            {"sender_number": ["甲〔2026〕1号", "甲〔2026〕2号"]},
            ("来文字号：甲〔2026〕1号 → 甲〔2026〕2号",),
        ),
        (
            "record",
            {"date": ["2025-11-01", "2025-01-01"], "date_precision": ["month", "year"]},
            ("日期：2025-11 → 2025",),
        ),
        ("route", ["第 2 步"], ()),
    ],
)
def test_every_kind_of_change_has_words(kind, changes, told):
    assert fields_of(AuditEvent(object_type=kind, detail={"changes": changes})) == told


def test_no_typed_reason_and_no_free_text_reaches_the_auditor(people):
    """A reason that quotes the title of another document, and a remark that does, on screen and in the workbook."""
    row = stocked(people, 1, retention="D10")[0]
    quoted = "照《关于梧桐雨巷的通知》更正"
    correct(row, changes={"remark": quoted}, reason=quoted, by=people["D07:archivist"], version=row.version)
    page = look(people, object=row.archival_code)
    assert any(line.reason == GIVEN for line in page.context["lines"]) and "梧桐雨巷" not in page.content.decode()
    book = browser(people["D07:auditor"]).get(reverse("oversight:audit_workbook", args=["events"]))
    read = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active.values
    assert "梧桐雨巷" not in str(list(read))


def test_every_text_that_is_shown_is_short():
    """What is named as no free text is a line, in every model whose events tell of it; a title is never among them."""
    told = [model for model in apps.get_models() if getattr(model, "AUDIT_TYPE", "")]
    shown = [field for model in told for field in model._meta.fields if field.name in SAID]
    assert shown and not [field for field in shown if isinstance(field, TextField)]
    assert not [name for name in SAID if "title" in name or "remark" in name or "note" in name]
