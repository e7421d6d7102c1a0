"""改为归档: what was received, or is internal, and was completed as 不归档 is filed as it would have been then."""

from datetime import timedelta

import pypdfium2 as pdfium
import pytest
from django.utils import timezone

from archive.models import Record
from documents.models import Document
from files.store import path_of
from tests.documents.moments import handled, inside
from tests.made import take
from tests.scenarios.owner import unwatched
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
KINDS = (("收文", handled("report"), "D09"), ("签报", inside("instruct"), "D07"))


def words_of(stored) -> str:
    with pdfium.PdfDocument(path_of(stored)) as opened:
        return "".join(page.get_textpage().get_text_bounded() for page in opened)


def left_out_long_ago(people, units, brought, unit: str) -> Document:
    document = brought(people, units)
    take(document, "complete", people[f"{unit}:clerk"], not_to_file="NF-2")
    with unwatched():
        Document._base_manager.filter(pk=document.pk).update(completed_at=timezone.now() - timedelta(days=40))
    document.refresh_from_db()
    return document


@pytest.mark.parametrize(("kind", "brought", "unit"), KINDS, ids=[one[0] for one in KINDS])
def test_it_is_filed_with_its_sheet_of_the_day_of_completion(people, units, kind, brought, unit):
    document = left_out_long_ago(people, units, brought, unit)
    completed = document.completed_at
    take(document, "file_after_all", people[f"{unit}:clerk"], note="上级要求归档。", retention_code="D30")
    record = Record.objects.unguarded("a test looks").get(document=document)
    assert (document.state, document.completed_at, record.completed_at) == ("completed", completed, completed)
    assert record.components.count() == record.component_count > 1
    sheets = record.components.filter(role__in=("handling_sheet", "draft_sheet"))
    told = "".join(words_of(one.stored_file) for one in sheets)
    assert "上级要求归档" not in told  # it is no opinion on the paper
    if kind == "收文":
        day = timezone.localdate(completed)
        assert f"{day.year}年{day.month}月{day.day}日" in told.replace(" ", "") or str(day) in told
        assert "已办理" in told


def test_who_may_not_and_what_was_filed_is_refused(people, units):
    document = left_out_long_ago(people, units, handled("report"), "D09")
    for who in ("D09:officer", "D09:archivist", "D07:clerk"):
        with pytest.raises(Refused):
            take(document, "file_after_all", people[who], note="应归档。", retention_code="Y")
    with pytest.raises(Refused, match="保管期限"):
        take(document, "file_after_all", people["D09:clerk"], note="应归档。", retention_code="X")
    take(document, "file_after_all", people["D09:clerk"], note="应归档。", retention_code="Y")
    with pytest.raises(Refused, match="已经归档"):
        take(document, "file_after_all", people["D09:clerk"], note="应归档。", retention_code="Y")
    assert not Task.objects.of(document).open().exists()
