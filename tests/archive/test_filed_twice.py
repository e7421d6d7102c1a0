"""Back and 归档 again: the same form files one item; a second item like it asks for a word (practice 1: 重份)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from archive.models import Record
from tests.archive.test_desk import values
from tests.forms import send_form
from tests.transfer.stock import browser
from units import sent_once

pytestmark = pytest.mark.django_db
ALIKE = "已有同题名、同日期的一件（档号 "


def rows():
    return Record.objects.unguarded("a test looks")


def typed(**more) -> dict:
    found = values(date="2011-05-06") | more
    found.pop("date_precision")
    return found


def alone_typed(**more) -> dict:
    return {
        "title": "关于迟到文件的函", "author": "区信息委", "doc_number": "", "date": "2011-05-06", "year": "2011",
        "retention_code": "Y", "class_code": "BGS", "pages": "3", "remark": "",
    } | more  # fmt: skip


class Form:
    """著录一件 or 纸质文件归档 as it stands on the screen, sent as often as somebody presses."""

    def __init__(self, client, name: str) -> None:
        self.client, self.name = client, name
        page = client.get(reverse(name))
        self.ticket = page.context["form"].draft.signed

    def send(self, words: str = "正文", **more):
        if self.name == "archive:paper_alone":
            return send_form(self.client, reverse(self.name), alone_typed(**more) | {"form_ticket": self.ticket})
        data = typed(**more) | {"form_ticket": self.ticket, "files": SimpleUploadedFile("a.txt", words.encode())}
        return self.client.post(reverse(self.name), data)


@pytest.fixture(params=["archive:enter", "archive:paper_alone"])
def shown(request, people):
    client = browser(people["D07:archivist"])
    return lambda: Form(client, request.param)


def test_the_same_form_twice_is_one_item(shown):
    form = shown()
    first, second = form.send(), form.send()
    assert (first.status_code, second.status_code) == (302, 302) and first["Location"] == second["Location"]
    assert rows().count() == 1
    assert sent_once.TOLD in form.client.get(second["Location"]).content.decode()


def test_the_same_form_with_another_title_is_another_item(shown):
    form = shown()
    form.send()
    assert form.send(title="关于另一事项的函").status_code == 302 and rows().count() == 2


@pytest.mark.parametrize("anew", [True, False], ids=["another form", "the same form changed"])
def test_a_second_one_of_title_date_and_year_asks(shown, anew):
    form = shown()
    form.send()
    again = shown() if anew else form
    refused = again.send(remark="第二份")
    assert refused.status_code == 422 and ALIKE in refused.content.decode() and rows().count() == 1
    assert 'name="is_another"' in refused.content.decode()
    assert again.send(remark="第二份", is_another="on").status_code == 302 and rows().count() == 2


def test_another_day_or_year_is_no_double_and_undated_ones_are(shown):
    shown().send()
    assert shown().send(date="2011-05-07").status_code == 302
    assert shown().send(date="").status_code == 302
    assert "日期同为不详" in shown().send(date="").content.decode()


@pytest.mark.parametrize("number", ["长信[2011]12号", "长信（２０１１）第０１２号"])
def test_a_second_one_of_a_number_asks(shown, number):
    shown().send(doc_number="长信〔2011〕12号")
    again = shown()
    refused = again.send(title="关于另一事项的通知", doc_number=number)
    assert refused.status_code == 422 and "已有同文号的一件（档号 " in refused.content.decode()
    assert again.send(title="关于另一事项的通知", doc_number=number, is_another="on").status_code == 302


def test_a_number_without_its_maker_is_none(shown):
    shown().send(doc_number="12号")
    assert shown().send(title="关于另一事项的通知", doc_number="12号").status_code == 302


def test_other_files_in_the_same_form_are_no_repetition(people):
    form = Form(browser(people["D07:archivist"]), "archive:enter")
    form.send()
    refused = form.send(words="另一份正文")
    assert refused.status_code == 422 and ALIKE in refused.content.decode()


def test_another_unit_is_not_told(people):
    Form(browser(people["D07:archivist"]), "archive:paper_alone").send()
    other = Form(browser(people["D09:archivist"]), "archive:paper_alone")
    page = other.client.get(reverse("archive:paper_alone"))
    data = alone_typed() | {"form_ticket": page.context["form"].draft.signed, "unit": "D09"}
    assert send_form(other.client, reverse("archive:paper_alone"), data).status_code == 302
    assert set(rows().values_list("unit__code", "date")) == {("D07", date(2011, 5, 6)), ("D09", date(2011, 5, 6))}
