"""退档 and 补正: to whoever handled it, counted as under repair until he answers, then to be checked once more."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from archive import desk
from archive.appraisal import holds
from archive.checking import accept
from archive.correct_forms import initial_of
from archive.correction import NewVersion
from archive.mending import answer_mend, answer_of, open_mend_of, open_mend_task, send_back, under_repair
from archive.models import Record, RecordGrant
from files.store import land_bytes
from oversight.models import FilingFact
from tests.forms import send_form
from tests.made import brought_to, take
from tests.transfer.stock import browser
from units.access import may
from units.models import AuditEvent
from units.workflow import Refused, Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(people) -> Record:
    document = take(brought_to("dispatch", people), "complete", people["D07:clerk"], retention_code="Y")
    return Record.objects.unguarded("a test looks").select_related("document", "unit").get(document=document)


def test_a_record_sent_back_waits_for_whoever_handled_it(people, filed):
    task = send_back(filed, by=people["D07:archivist"], reason="成文日期有误", field="date", version=filed.version)
    assert (task.kind, task.assignee, task.remark) == ("mend", people["D07:officer"], "日期：成文日期有误")
    assert may(people["D07:officer"], "mend", filed) and not may(people["D07:clerk"], "mend", filed)
    with pytest.raises(Refused, match="已退回补正"):
        send_back(filed, by=people["D07:archivist"], reason="又有误", version=filed.version)
    row = answer_mend(filed, by=people["D07:officer"], answer="已核实，应为 11 月 3 日")
    assert open_mend_of(row) is None and row.checked_at is None
    told = list(AuditEvent.objects.of(row).values_list("verb", "opinion"))[-2:]
    assert told == [("send_back", "成文日期有误"), ("answer_mend", "已核实，应为 11 月 3 日")]


def test_nobody_but_the_archivist_sends_back_and_nobody_but_the_holder_answers(people, filed):
    with pytest.raises(Refused, match="不能退档"):
        send_back(filed, by=people["D07:clerk"], reason="有误", version=filed.version)
    with pytest.raises(Refused, match="退档须填写理由"):
        send_back(filed, by=people["D07:archivist"], reason=" ", version=filed.version)
    with pytest.raises(Stale):
        send_back(filed, by=people["D07:archivist"], reason="有误", version=filed.version - 1)
    send_back(filed, by=people["D07:archivist"], reason="有误", version=filed.version)
    with pytest.raises(Refused, match="没有待您补正"):
        answer_mend(filed, by=people["D07:archivist"], answer="好")


def test_what_is_returned_twice_is_one_repair_with_both_reasons(people, filed):
    first = open_mend_task(filed, "页数不符", people["D30:accessioner"], "page_count", post="archivist")
    again = open_mend_task(filed, "缺附件", people["D30:accessioner"])
    assert again.pk == first.pk and again.remark == "页数：页数不符；缺附件"
    assert again.assignee is None and again.post.kind == "archivist"


def facts(record) -> tuple:
    """Days of repair as the filing rate counts them."""
    return FilingFact.objects.values_list("repair_from", "repair_to").get(document_id=record.document_id)


def test_the_filing_rate_counts_it_as_returned_and_no_batch_takes_it_until_it_is_answered(people, filed):
    today = timezone.localdate()
    rows = Record.objects.unguarded("a test looks")
    send_back(filed, by=people["D07:archivist"], reason="缺附件", version=filed.version)
    assert facts(filed) == ([today], None) and rows.filter(under_repair(), pk=filed.pk).exists()
    new = NewVersion("附件.txt", land_bytes("补来的附件".encode(), "附件.txt"), "attachment")
    answer_mend(filed, by=people["D07:officer"], answer="附上", files=(new,))
    assert facts(filed) == ([today], [today]) and not rows.filter(under_repair(), pk=filed.pk).exists()
    assert filed.components.filter(filename="附件.txt").exists()


def test_the_field_asked_for_is_put_right_where_it_is_answered(people, filed):
    """The trial: 答复补正 offered a file but not the title that was wrong, and the record dropped out of the batch."""
    send_back(filed, by=people["D07:archivist"], reason="与原件不符", field="title", version=filed.version)
    client, address = browser(people["D07:officer"]), reverse("archive:answer_mend", args=[filed.uid])
    assert 'name="mend-title"' in client.get(address).content.decode()
    assert send_form(client, address, {"mend-answer": "已改", "mend-title": ""}).status_code == 422
    done = send_form(client, address, {"mend-answer": "按原件改正", "mend-title": "关于改过题名的通知"})
    assert done.status_code == 302
    row = Record.objects.unguarded("a test looks").get(pk=filed.pk)
    assert row.title == "关于改过题名的通知" and open_mend_of(row) is None and row.checked_at is None
    assert list(AuditEvent.objects.of(row).values_list("verb", flat=True))[-2:] == ["correct_record", "answer_mend"]


def test_a_date_asked_for_is_answered_with_its_precision_and_a_code_is_not(people, filed):
    open_mend_task(filed, "日期有误", people["D30:accessioner"], "date", post="archivist")
    open_mend_task(filed, "期限有误", people["D30:accessioner"], "retention_code")
    by = people["D07:archivist"]
    client, address = browser(by), reverse("archive:answer_mend", args=[filed.uid])
    shown = client.get(address).content.decode()
    assert 'name="mend-date"' in shown and 'name="mend-retention_code"' not in shown
    page = client.post(address, {"mend-answer": "已改", "mend-date": "2025-11"}, follow=True)
    assert "已答复，请核对。" in page.content.decode()  # he is the archivist himself
    row = Record.objects.unguarded("a test looks").get(pk=filed.pk)
    assert row.date_precision == "month" and row.archival_code == filed.archival_code


def test_the_tab_of_the_returned_says_why(people, filed):
    by = people["D07:archivist"]
    send_back(filed, by=by, reason="成文日期有误", field="date", version=filed.version)
    shown = browser(by).get(reverse("archive:desk"), {"tab": "returned"}).content.decode()
    assert "日期：成文日期有误" in shown and people["D07:officer"].name in shown


def test_a_correction_of_what_was_sent_back_says_that_the_answer_is_missing(people, filed):
    by = people["D07:archivist"]
    send_back(filed, by=by, reason="与原件不符", field="title", version=filed.version)
    typed = initial_of(filed) | {"title": "改过的题名", "reason": "与原件不符", "version": filed.version}
    answer = send_form(browser(by), reverse("archive:correct", args=[filed.uid]), typed)
    told = [str(one) for one in get_messages(answer.wsgi_request)]
    assert any("退回补正尚未答复" in one for one in told)


def test_whoever_has_the_repair_sees_the_record_and_answers_on_his_page(people, filed):
    other = people["D07:seal_keeper"]
    task = send_back(filed, by=people["D07:archivist"], reason="缺附件", version=filed.version, to=other)
    client = browser(other)
    assert client.get(filed.get_absolute_url()).status_code == 200
    page = client.get(reverse("archive:answer_mend", args=[filed.uid]))
    assert "缺附件" in page.content.decode()
    assert send_form(client, page.request["PATH_INFO"], {"mend-answer": ""}).status_code == 422
    assert send_form(client, page.request["PATH_INFO"], {"mend-answer": "已补"}).status_code == 302
    task.refresh_from_db()
    assert task.done_by == other and client.get(page.request["PATH_INFO"]).status_code == 404


def answered(people, record) -> Record:
    send_back(record, by=people["D07:archivist"], reason="成文日期有误", field="date", version=record.version)
    return answer_mend(record, by=people["D07:officer"], answer="已核实，应为 11 月 3 日")


def test_an_answer_is_the_archivists_item_until_he_has_looked(people, filed):
    """The trial: “已答复，待档案员核对”, and nothing said so to the archivist."""
    by, row = people["D07:archivist"], answered(people, filed)
    told = f"{people['D07:officer'].name}答复：已核实，应为 11 月 3 日"
    assert told in browser(by).get(reverse("documents:waiting")).content.decode()
    own = Record.objects.allowing("view", by)
    assert not desk.records_of(desk.BY_KEY["returned"], row.unit, own).exists()
    assert [tab.key for tab in desk.TABS if tab.rows and desk.records_of(tab, row.unit, own).exists()] == ["unchecked"]
    shown = browser(by).get(reverse("archive:desk"), {"tab": "unchecked"}).content.decode()
    assert "补正已答复" in shown and told in shown
    assert told in browser(by).get(row.get_absolute_url()).content.decode()
    accept([row.pk], by=by)
    assert answer_of(row) is None and row.title not in browser(by).get(
        reverse("archive:desk"), {"tab": "returned"}
    ).content.decode()  # fmt: skip


def test_many_are_not_checked_over_an_answer_that_nobody_has_read(people, filed):
    by, row = people["D07:archivist"], answered(people, filed)
    again = take(brought_to("dispatch", people, title="关于另一事项的通知"), "complete", people["D07:clerk"])
    other = Record.objects.unguarded("a test looks").get(document=again)
    address, typed = reverse("archive:check_many"), {"unit": "D07", "tab": "unchecked", "all": "1"}
    answer = send_form(browser(by), address, typed)
    told = [str(one) for one in get_messages(answer.wsgi_request)]
    assert any(f"“{row.title}”的补正已答复，请逐件打开" in one for one in told)
    row.refresh_from_db(), other.refresh_from_db()
    assert row.checked_at is None and other.checked_at is not None
    assert "请逐件打开" in send_form(browser(by), address, typed).content.decode()  # nothing else is left


def test_an_answer_that_does_not_do_is_sent_back_once_more(people, filed):
    row = answered(people, filed)
    send_back(row, by=people["D07:archivist"], reason="仍不符", version=row.version)
    assert answer_of(row) is None and open_mend_of(row) is not None


def test_the_archivists_own_answer_is_no_item_for_himself(people, filed):
    open_mend_task(filed, "题名有误", people["D30:accessioner"], post="archivist")
    assert answer_of(answer_mend(filed, by=people["D07:archivist"], answer="已改")) is None


def test_what_is_internal_of_a_record_is_not_told_to_who_only_consults_it(people, units, filed):
    """The trial: another unit's officer with a grant read who of the unit had to mend what."""
    send_back(filed, by=people["D07:archivist"], reason="成文日期有误", version=filed.version)
    holds.place([filed.archival_code], by=people["D07:archivist"], reason="巡视需要")
    today, stranger = timezone.localdate(), people["D09:officer"]
    RecordGrant.objects.create(record=filed, user=stranger, reason="查考", starts_on=today, ends_on=today,
                               granted_by=people["D07:archivist"])  # fmt: skip
    shown = browser(stranger).get(filed.get_absolute_url())
    text = shown.content.decode().partition("管理过程")[0]
    assert shown.status_code == 200 and "已退回补正" not in text and "巡视需要" not in text
    for who in ("D07:archivist", "D07:leader", "D07:officer"):
        text = browser(people[who]).get(filed.get_absolute_url()).content.decode()
        assert "已退回补正" in text and "巡视需要" in text, who
