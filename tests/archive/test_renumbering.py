"""重新编号 as the archivist meets it: the answer reaches him, the new year tells old and new codes, and it is offered only
where it can be done."""

import pytest
from django.db import transaction
from django.urls import reverse

from archive import bulk_amend, custody, year_end
from archive.bulk_amend import FILL, Amendment
from archive.correction import correct
from archive.models import PaperLoan, Record
from archive.twins import lending, owing
from tests.forms import send_form
from tests.kept import lent
from tests.transfer.stock import browser, stocked
from units.models import Task
from units.reading import READ
from units.workflow import Refused

pytestmark = pytest.mark.django_db
YEAR = 2011


def read(record) -> Record:
    return Record.objects.unguarded("a test looks").select_related("unit", "fonds").get(pk=record.pk)


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def leader(people):
    return people["D07:leader"]


@pytest.fixture
def asked(people, units, by):
    """A year of three, fixed, whose renumbering was asked for."""
    stocked(people, 3, year=YEAR)
    row = year_end.fix(units["D07"], YEAR, by=by, takes_unchecked=True)
    year_end.ask_to_renumber(row, by=by, reason="期限划错")
    return row


def page_of(client, row) -> str:
    answer = client.get(row.get_absolute_url())
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def answered(row, leader, **sent):
    return send_form(browser(leader), reverse("archive:decide_renumbering", args=[row.uid]), sent)


def test_the_archivist_reads_why_it_was_not_agreed_to(asked, by, leader):
    assert answered(asked, leader, decision="decline", note="先把到期鉴定办完").status_code == 302
    (task,) = Task.objects.of(asked).open()
    assert (task.kind, task.post.kind, task.remark) == (READ, "archivist", f"{leader.name}不同意：先把到期鉴定办完")
    client = browser(by)
    assert asked.get_absolute_url() in client.get(reverse("documents:reading")).content.decode()
    assert "先把到期鉴定办完" in page_of(client, asked) and "阅毕" in page_of(client, asked)
    address = reverse("archive:read_renumbering", args=[asked.uid])
    assert send_form(browser(leader), address, {}).status_code == 422
    assert send_form(client, address, {}).status_code == 302
    assert not Task.objects.of(asked).open().exists() and "阅毕" not in page_of(client, asked)


def test_an_answer_is_out_of_date_once_it_is_asked_again(asked, by, leader):
    year_end.decide(asked, by=leader, agreed=False, note="理由不充分")
    year_end.ask_to_renumber(asked, by=by, reason="期限划错，附清单")
    assert [one.kind for one in Task.objects.of(asked).open()] == [year_end.ASKED]


def test_what_was_agreed_to_tells_the_leaders_words(asked, leader):
    assert answered(asked, leader, decision="agree", note="只改期限").status_code == 302
    (task,) = Task.objects.of(asked).open()
    assert (task.kind, task.remark) == (year_end.AGREED, f"{leader.name}已同意：只改期限（报请理由：期限划错）")


def test_a_refusal_without_its_reason_is_asked_for_at_its_field(asked, leader):
    answer = answered(asked, leader, decision="decline")
    told = answer.content.decode()
    assert answer.status_code == 422 and "不同意的，请填写理由。" in told and "未能办理" not in told
    assert answer.context["decide_form"].errors["note"] and 'name="decision"' in told
    long = answered(asked, leader, decision="decline", note="长" * 201)
    assert long.status_code == 422 and "长" * 201 in long.content.decode()
    assert Task.objects.of(asked).open().get().kind == year_end.ASKED


def test_the_year_fixed_again_lists_old_and_new_codes(asked, by, leader, units, monkeypatch):
    year_end.decide(asked, by=leader, agreed=True)
    pairs = []
    for record in Record.objects.unguarded("a test looks").filter(year=YEAR).order_by("item_no"):
        row = correct(read(record), changes={"retention_code": "D30"}, reason="期限划错", by=by, version=record.version)
        pairs.append((record.archival_code, row.archival_code))
    again = year_end.fix(units["D07"], YEAR, by=by, takes_unchecked=True)
    client = browser(by)
    page, before = page_of(client, again), page_of(client, asked)
    assert all(code in page and code in before for pair in pairs for code in pair)
    assert asked.get_absolute_url() in page and again.get_absolute_url() in before and "期限划错" in page
    assert "请在" not in before  # nothing is asked for any more
    monkeypatch.setattr(year_end, "SHOWN", 2)
    page = page_of(client, again)
    assert pairs[1][0] in page and f">{pairs[2][0]}<" not in page
    assert f'<a href="{asked.get_absolute_url()}#codes">全部 3 件</a>' in page


def test_where_all_was_transferred_it_is_not_offered_and_the_reason_stands(people, units, by):
    rows = stocked(people, 1, year=YEAR)
    row = year_end.fix(units["D07"], YEAR, by=by, takes_unchecked=True)
    client = browser(by)
    assert "报请重新编号" in page_of(client, row)
    with transaction.atomic():
        custody.freeze([one.pk for one in rows], by=by)
    page = page_of(client, row)
    assert "报请重新编号" not in page and f"不能重新编号：{YEAR}年度正在移交 1 件，档号不能再变动。" in page


def test_what_was_transferred_meanwhile_can_only_be_declined(asked, people, by, leader):
    with transaction.atomic():
        custody.freeze([Record.objects.unguarded("a test looks").filter(year=YEAR).first().pk], by=by)
    page = page_of(browser(leader), asked)
    assert 'value="agree"' not in page and 'value="decline"' in page and "正在移交 1 件" in page
    with pytest.raises(Refused, match="档号不能再变动"):
        year_end.decide(asked, by=leader, agreed=True)


def test_many_whose_code_would_change_are_told_what_is_lent(people, units, by):
    """The sentence is the one of a single correction."""
    out, here = stocked(people, 2, year=YEAR)
    owing.register_paper([out.uid], by=by)
    lent(read(out), people)
    client, warned = browser(by), "归还时请换归档章"
    assert warned in client.get(reverse("archive:correct", args=[out.uid])).content.decode()
    sent = {"keys": f"{out.uid},{here.uid}", "how": "fill", "reason": "统一", "step": "preview"}
    page = send_form(client, reverse("archive:bulk"), sent | {"field": "retention_code", "retention_code": "D30"})
    assert [line["record"].pk for line in page.context["lines"] if line["loan"]] == [out.pk]
    assert page.content.decode().count(warned) == 1
    page = send_form(client, reverse("archive:bulk"), sent | {"field": "author", "value": "某局"})
    assert page.status_code == 200 and warned not in page.content.decode()
    rows = [read(one) for one in (out, here)]
    amendment = Amendment("retention_code", FILL, "D30")
    done = bulk_amend.apply(
        [one.pk for one in rows], amendment, unit=units["D07"], by=by, reason="统一",
        digest=bulk_amend.preview(rows, amendment).digest,
    )  # fmt: skip
    address = reverse("archive:bulk_done", args=[done.uid])
    assert client.get(address).content.decode().count(warned) == 1  # undone, the code changes again
    lending.take_back(PaperLoan.objects.get(), by=by)
    assert warned not in client.get(address).content.decode()
