"""退档 and 补正: to whoever handled it, counted as under repair until he answers, then to be checked once more."""

import pytest

from archive.mending import answer_mend, open_mend_of, open_mend_task, send_back
from archive.models import Record
from tests.made import brought_to, take
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
