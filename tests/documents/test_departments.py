"""Issue 12, points 1, 3, 7: 分办, 传阅 and 转办 find the people of a 处室; one without anybody is told, not passed over."""

import pytest
from django.urls import reverse

from documents.circulation import readers_of
from documents.inputs import CirculateInput
from documents.side_acts import SIDE_ACTS
from tests.documents.test_bulk import many
from tests.documents.test_circulation import send
from tests.documents.test_co_handling import act
from tests.documents.test_whose_act import browser
from tests.documents.way import waiting
from tests.made import registered, take
from units.models import Appointment, Department
from units.workflow import Refused

pytestmark = pytest.mark.django_db
EMPTY = "办公室目前没有人员，不能选；由系统管理员在“人员与岗位”的任职中写明科室"


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def test_a_department_of_nobody_is_told_where_one_is_chosen(people, rooms):
    document = registered(people, kind="for_action")
    page = page_of(people["D09:reviewer"], document)
    assert "综合科" in page and EMPTY in page.partition('id="act-propose"')[2].partition("</form>")[0]
    take(document, "propose", people["D09:reviewer"], note="拟请领导阅示。")
    assert EMPTY in page_of(people["D09:leader"], document).partition('id="act-instruct"')[2].partition("</form>")[0]
    assert EMPTY in page_of(people["D09:clerk"], document).partition('id="act-circulate"')[2].partition("</form>")[0]
    several = {"act": "circulate", "document": [document.uid]}
    assert EMPTY in browser(people["D09:clerk"]).post(reverse("documents:many"), several).content.decode()


def test_where_nobody_is_in_any_department_the_box_of_people_says_it(people, units):
    document = registered(people, kind="for_action")
    form = page_of(people["D09:clerk"], document).partition('id="act-circulate"')[2].partition("</form>")[0]
    assert EMPTY in form and "处室（全体人员）" not in form
    Department.objects.filter(unit=units["D09"]).update(valid_to="2020-01-01")  # one that is no more is not missed
    assert EMPTY not in page_of(people["D09:clerk"], document)


def test_a_department_of_nobody_is_never_asked(people, units, rooms):
    document, office = registered(people, kind="for_action"), Department.objects.get(unit=units["D09"], name="办公室")
    with pytest.raises(Refused, match="办公室目前没有人员，请改选"):
        send(document, people["D09:clerk"], departments=(office, rooms["救助科"]))
    assert not readers_of(document)
    address = reverse("documents:side_act", args=[document.uid, "circulate"])
    answer = browser(people["D09:clerk"]).post(address, {"circulate-departments": [office.pk]})
    assert answer.status_code == 422 and not readers_of(document)
    lead = {"note": "拟请阅。", "lead_officer": f"d{office.pk}"}
    assert act(document, people["D09:reviewer"], "propose", **lead).status_code == 422
    Appointment.objects.filter(department=rooms["救助科"]).update(ends_on="2020-01-01", starts_on="2019-01-01")
    with pytest.raises(Refused, match="救助科目前没有人员"):
        SIDE_ACTS.perform(
            "circulate", document, by=people["D09:clerk"], given=CirculateInput(departments=(rooms["救助科"],))
        )


def test_a_paper_given_to_a_department_is_handed_on_within_it(people, rooms):
    document = registered(people, kind="for_action")
    lead = {"note": "拟请救助科办理。", "lead_officer": f"d{rooms['救助科'].pk}"}
    assert act(document, people["D09:reviewer"], "propose", **lead).status_code == 302
    take(document, "instruct", people["D09:leader"], note="同意。", lead_department=rooms["救助科"])
    assert waiting(document) == {("handle", "D09", "乙"), ("handle", "D09", "丙")}
    take(document, "handle", rooms["乙"])
    assert waiting(document) == {("report", "D09", "乙")}
    many(people["D09:clerk"], "hand_over", [document], person=rooms["丙"].pk, note="乙外出。")
    assert waiting(document) == {("report", "D09", "丙")} and "丙" in page_of(people["D09:leader"], document)
    send(document, people["D09:clerk"], departments=(rooms["救助科"],))
    assert {str(one.who) for one in readers_of(document)} == {"乙", "丙"}
    take(document, "report", rooms["丙"], note="已办理。")
    document.refresh_from_db()
    assert document.department == rooms["救助科"] and document.lead_officer == rooms["丙"]
