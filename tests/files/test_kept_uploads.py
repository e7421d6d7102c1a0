"""What was uploaded is kept over a refusal of another field, in every form that takes files (trial of issue 14)."""

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from archive.models import Record
from archive.states import Carrier
from documents.exchange_forms import DraftForm
from documents.report_forms import ReportForm
from files import kept
from tests.archive.test_correcting import read
from tests.archive.test_desk import values
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from tests.units.test_form_drafts import shown

pytestmark = pytest.mark.django_db
BAD = {"date": "2011-13-45"}


def upload(text: str = "会议纪要的正文", name: str = "纪要.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def tokens(response) -> list[str]:
    return [unescape(one) for one in re.findall(rf'name="{kept.FIELD}"\s+value="([^"]+)"', shown(response))]


def entered(**more) -> dict:
    typed = values(date="2011-05-06") | more
    typed.pop("date_precision")
    return typed


def test_a_bad_date_drops_no_file_and_makes_no_paper_record(people):
    client, address = browser(people["D07:archivist"]), reverse("archive:enter")
    refused = client.post(address, entered(**BAD) | {"files": [upload(), upload("附件一", "附件.txt")]})
    assert refused.status_code == 422 and "已上传：纪要.txt" in shown(refused) and "已上传：附件.txt" in shown(refused)
    done = client.post(address, entered() | {kept.FIELD: tokens(refused)})
    assert done.status_code == 302, done.context["form"].errors
    record = Record.objects.unguarded("a test looks").latest("pk")
    assert record.carrier_mode == Carrier.ELECTRONIC
    assert [one.filename for one in record.components.order_by("seq")] == ["纪要.txt", "附件.txt"]


def test_on_paper_alone_is_ticked_never_what_an_empty_field_means(people):
    client, address = browser(people["D07:archivist"]), reverse("archive:enter")
    before = Record.objects.unguarded("a test looks").count()
    nothing = client.post(address, entered())
    assert nothing.status_code == 422 and "仅有纸质件，没有电子文件" in str(nothing.context["form"].errors["files"])
    both = client.post(address, entered(is_paper_alone="on") | {"files": upload()})
    assert both.status_code == 422 and "is_paper_alone" in both.context["form"].errors
    assert Record.objects.unguarded("a test looks").count() == before
    assert client.post(address, entered(is_paper_alone="on")).status_code == 302
    assert Record.objects.unguarded("a test looks").latest("pk").carrier_mode == Carrier.PAPER


def test_another_file_takes_the_place_of_the_kept_one(people):
    client, address = browser(people["D07:archivist"]), reverse("archive:enter")
    refused = client.post(address, entered(**BAD) | {"files": upload()})
    client.post(address, entered() | {kept.FIELD: tokens(refused), "files": upload("新的正文", "新.txt")})
    record = Record.objects.unguarded("a test looks").latest("pk")
    assert [one.filename for one in record.components.all()] == ["新.txt"]


def test_a_file_that_cannot_be_kept_is_asked_for_in_words(people):
    refused = browser(people["D07:archivist"]).post(
        reverse("archive:enter"), entered(**BAD) | {"files": SimpleUploadedFile("空.txt", b"")}
    )
    assert "文件须重新选择" in shown(refused) and not tokens(refused)


def test_a_kept_file_is_its_senders_alone(people):
    address = reverse("archive:enter")
    refused = browser(people["D07:archivist"]).post(address, entered(**BAD) | {"files": upload()})
    other = send_form(browser(people["D09:archivist"]), address, entered() | {kept.FIELD: tokens(refused)})
    assert other.status_code == 422 and "请返回，重新选择文件" in shown(other)
    forged = send_form(browser(people["D07:archivist"]), address, entered() | {kept.FIELD: "x:y:z"})
    assert forged.status_code == 422


def test_a_replaced_file_is_kept_when_its_reason_was_missing(people):
    filed = take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y").record
    client, address = browser(people["D07:archivist"]), reverse("archive:put_file", args=[filed.uid])
    old = filed.components.order_by("seq").first()
    typed = {"file-replaces": str(old.uid), "file-role": "original", "file-version": filed.version}
    refused = client.post(address, typed | {"file-reason": "", "file-file": upload()})
    assert refused.status_code == 422 and "已上传：纪要.txt" in shown(refused)
    done = client.post(address, typed | {"file-reason": "扫错了", kept.FIELD: tokens(refused)})
    assert done.status_code == 302 and read(filed).components.filter(filename="纪要.txt").exists()


OTHERS = {
    "收文登记": ("D07:clerk", lambda people: reverse("documents:register_outside"), "scans", {"title": ""}),
    "附件": (
        "D07:officer", lambda people: reverse("documents:side_act", args=[draft(people).uid, "attach"]), "attach-file",
        {"attach-title": "附" * 300},
    ),
    "印章": ("D07:seal_keeper", lambda people: reverse("documents:seals"), "imprint", {"name": ""}),
}  # fmt: skip


@pytest.mark.parametrize("who, address, name, typed", OTHERS.values(), ids=OTHERS)
def test_every_other_form_with_a_file_keeps_it_too(people, who, address, name, typed):
    picture = Path(settings.BASE_DIR, "static/js/drafts.js").read_bytes()  # any bytes: the file itself is not at fault
    response = browser(people[who]).post(address(people), typed | {name: SimpleUploadedFile("说明.txt", picture)})
    assert response.status_code == 422
    said = shown(response)
    assert "已上传：说明.txt" in said or "文件须重新选择" in said


def test_every_file_field_is_shown_by_the_one_part_that_keeps_files():
    """A field written out by hand in a template would lose its file in silence."""
    assert "{% kept_files field %}" in Path(settings.BASE_DIR, "templates/parts/field.html").read_text()
    silent = [
        str(path)
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for form in re.findall(r"<form[^>]*multipart/form-data.*?</form>", path.read_text(), re.DOTALL)
        if "parts/field.html" not in form and "{% include form.part %}" not in form
    ]
    assert silent == []
    for part in (DraftForm.part, ReportForm.part):
        assert "parts/field.html" in Path(settings.BASE_DIR, "templates", part).read_text()


def test_nothing_is_kept_of_a_form_that_says_secret(people):
    refused = browser(people["D07:archivist"]).post(
        reverse("archive:enter"), entered(**BAD, security_class="secret") | {"files": upload("秘密的正文")}
    )
    assert not tokens(refused)
