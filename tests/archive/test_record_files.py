"""Files are added to a record several at a time, all or none; one file takes the place of one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from archive.models import RecordWords
from archive.states import Role
from tests.archive.test_correcting import read
from tests.made import brought_to, take
from tests.transfer.stock import browser

pytestmark = pytest.mark.django_db


def test_several_files_are_added_to_a_record_at_once_and_one_replaces_one(people):
    filed = read(take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y").record)
    by = people["D07:archivist"]
    client, address = browser(by), reverse("archive:put_file", args=[filed.uid])
    old, before = filed.components.get(role=Role.ORIGINAL), filed.components.count()
    typed = {"file-role": "attachment", "file-reason": "补充", "file-version": filed.version}
    files = [SimpleUploadedFile(f"附件{n}.txt", f"第{n}个".encode()) for n in (1, 2)]
    bad = SimpleUploadedFile("程序.exe", b"MZ" + b"\0" * 64)
    refused = client.post(address, typed | {"file-file": [*files, bad]})
    assert refused.status_code == 422 and "“程序.exe”不能归入" in refused.content.decode()
    both = client.post(
        address, typed | {"file-replaces": str(old.uid)} | {"file-file": [one.open() or one for one in files]}
    )
    assert both.status_code == 422 and "更换时只能选一个文件" in both.content.decode()
    assert read(filed).components.count() == before
    done = client.post(address, typed | {"file-file": [one.open() or one for one in files]}, follow=True)
    said = [str(one) for one in done.context["messages"]]
    assert [f"“附件{n}.txt”已补充归入。" in said for n in (1, 2)] == [True, True]
    row = read(filed)
    assert [one.filename for one in row.components.order_by("seq")][before:] == ["附件1.txt", "附件2.txt"]
    assert "第1个" in RecordWords.objects.get(pk=row.pk).body and "第2个" in RecordWords.objects.get(pk=row.pk).body
