"""What stands of the findings on a record: each sentence once, and nothing of a file that was replaced."""

import pytest

from archive.correction import NewVersion, change_file
from archive.models import InspectionRun
from archive.states import Role, Stage
from files.store import land_bytes
from tests.transfer.stock import browser, stocked

pytestmark = pytest.mark.django_db


def test_findings_are_told_once_and_go_with_the_file_they_are_about(people):
    """Fault: what a batch had found was told of the new file, and three times of the old one."""
    (record,), by = stocked(people, 1), people["D07:archivist"]
    old = record.components.get(role=Role.ORIGINAL)
    for stage in (Stage.TRANSFER, Stage.TRANSFER, Stage.FILING):
        run = InspectionRun.objects.create(stage=stage, plan_version="x", tool_version="x", operator=by)
        record.findings.create(run=run, item_code="YJ-3-8", verdict="warn", target=old.filename, message="格式不合。")
    assert browser(by).get(record.get_absolute_url()).text.count("格式不合。") == 1
    record.refresh_from_db()
    new = NewVersion("正本.txt", land_bytes("更正后的正文。".encode(), "正本.txt"), Role.ORIGINAL, old)
    change_file(record, new, by=by, reason="扫错了文件", version=record.version)
    assert "格式不合。" not in browser(by).get(record.get_absolute_url()).text
