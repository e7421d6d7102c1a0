"""Issue 12, point 2: a route, or a step of it, for one 文种: in the editor, the picture, the trial and at 送审."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import route_picture, route_trial, routes
from documents.models import Route, RouteRun
from documents.route_editing import Impossible
from documents.route_plan import Subject, steps_of
from documents.states import Addressed, Direction, DocType, StepKind
from tests.documents.test_route_pages import edit_of, fields_of, values_of
from tests.documents.way import after_signing, kinds_gone, route_of, saved, step, waiting
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from units.roles import PostKind

pytestmark = pytest.mark.django_db
K, A, P = StepKind, Addressed, PostKind
ASKING = {"doc_type": DocType.REQUEST, "routing_direction": "up", "contact": "人员甲 62345678"}


def asking(people, **fields):
    return draft(people, title="关于解决防汛经费的请示", to=("D01",), **{**ASKING, **fields})


def test_another_route_for_a_request_than_for_a_notice(people, units):
    checked = [step(1, K.CHECK, post=P.REVIEWER), step(2, K.REVIEW, post=P.LEADER), *after_signing(3)]
    own = saved(checked, people, units["D07"], default=False, name="请示路线", doc_type=DocType.REQUEST)
    notice, request = draft(people), asking(people)
    pages = [browser(people["D07:officer"]).get(one.get_absolute_url()).content.decode() for one in (request, notice)]
    assert ["部门审核" in page.partition("以后的流转")[2].partition("</section>")[0] for page in pages] == [True, False]
    for one in (notice, request):
        take(one, "submit", people["D07:officer"])
    assert RouteRun.objects.get(document=request).route == own and "review" in kinds_gone(request)
    assert RouteRun.objects.get(document=notice).route == route_of(units["D07"])


def test_a_route_of_another_kind_is_not_to_be_chosen(people, units):
    own = saved(after_signing(1), people, units["D07"], default=False, name="请示路线", doc_type=DocType.REQUEST)
    send = {"submit-note": "", "submit-route": str(own.uid), "version": "1"}
    notice = draft(people)
    address = reverse("documents:act", args=[notice.uid, "submit"])
    assert send_form(browser(people["D07:officer"]), address, send).status_code == 422
    notice.refresh_from_db()
    assert notice.state == "drafting"


def test_a_step_for_one_kind_is_passed_by_the_others(people, units):
    steps = [step(1, K.REVIEW, post=P.LEADER, doc_type=DocType.REQUEST), *after_signing(2)]
    route = saved(steps, people, units["D07"])
    box = route_picture.of_route(steps_of(route), units["D07"])[0].boxes[0]
    assert box.condition == "请示" and "第1步部门审核 区信息委 领导，用于请示" in route.changes[1]
    for kind, first in ((DocType.REQUEST, "review"), (DocType.NOTICE, "approve"), ("", "approve")):
        subject = Subject(units["D07"], Direction.OUTGOING, doc_type=kind)
        tried = route_trial.try_out(steps_of(route), subject, start=timezone.now())
        assert tried[0].planned.kind == first, kind
    for document, first in ((asking(people), "review"), (draft(people), "approve")):
        take(document, "submit", people["D07:officer"])
        assert {kind for kind, *_ in waiting(document)} == {first}


def test_a_received_request_has_a_way_of_its_own(people, units):
    unit = units["D09"]
    steps = [one for one in steps_of(route_of(unit, Direction.INCOMING))]
    steps[0].post = P.CLERK
    named = {"direction": Direction.INCOMING, "default": False, "name": "来文请示"}
    saved(steps, people, unit, doc_type=DocType.REQUEST, **named)
    for kind, post in ((DocType.REQUEST, "clerk"), (DocType.NOTICE, "reviewer")):
        fields = ASKING if kind == DocType.REQUEST else {}
        sent = brought_to("dispatch", people, title=f"关于{kind.label}", **fields)
        delivery = sent.deliveries.unguarded("a test looks").get()
        take(delivery, "sign_for", people["D09:clerk"])
        take(delivery, "register", people["D09:clerk"], handling_kind="for_action")
        assert waiting(delivery) == {("propose", "D09", post)}


def test_the_validator_names_the_kinds_for_which_something_is_wrong(people, units):
    unit, whole = units["D07"], after_signing(1)
    whole[0].doc_type = DocType.REQUEST
    found = routes.faults(Direction.OUTGOING, whole, unit)
    assert "其他文种：缺少“签发”环节。" in found and not any(one.startswith("请示") for one in found)
    assert routes.faults(Direction.OUTGOING, whole, unit, [("", "up", DocType.REQUEST)]) == []
    two = [step(1, K.APPROVE, post=P.LEADER, doc_type=DocType.REQUEST, flow="up"), *after_signing(1)]
    assert "请示（上行文）：“签发”只能有一个环节，现有2个。" in routes.faults(Direction.OUTGOING, two, unit)
    never = [step(1, K.REVIEW, post=P.LEADER, doc_type=DocType.NOTICE), *after_signing(2)]
    cases = routes.cases_of(Route(doc_type=DocType.REQUEST), never)
    assert routes.faults(Direction.OUTGOING, never, unit, cases) == [
        "第1步“部门审核”的条件与路线的条件不能同时成立，永远走不到。"
    ]


def test_a_default_route_has_no_kind_and_a_report_inside_has_none_either(people, units):
    with pytest.raises(Impossible, match="默认路线不能限定条件"):
        saved(after_signing(1), people, units["D07"], doc_type=DocType.REQUEST)
    steps = steps_of(route_of(units["D07"], Direction.INTERNAL))
    steps[1].doc_type = DocType.REQUEST
    with pytest.raises(Impossible) as refusal:
        saved(steps, people, units["D07"], direction=Direction.INTERNAL)
    at = [(one.field, one.line) for one in refusal.value.findings if "签报不分文种" in one.message]
    assert at == [("doc_type", 2)]
    steps[1].doc_type, steps[1].flow = "", "up"  # and stays in the unit: it goes no way among units
    with pytest.raises(Impossible, match="签报不分行文方向"):
        saved(steps, people, units["D07"], direction=Direction.INTERNAL)


def test_the_clerk_lays_it_down_tries_it_and_saves_it(people, units):
    clerk = browser(people["D07:clerk"])
    address = reverse("documents:create_route", args=["outgoing"])
    form = clerk.get(address).context["form"]
    data = values_of(form) | {"name": "请示路线", "doc_type": "request_for_instruction", "doc_type-1": "notice"}
    refused = send_form(clerk, address, data | {"do": "save"})
    assert refused.status_code == 422 and "永远走不到" in refused.content.decode()
    data["doc_type-1"] = "request_for_instruction"
    tried = send_form(clerk, address, data | {"do": "try", "try-doc_type": "request_for_instruction"})
    assert tried.context["places"][0].boxes[0].label == "核稿" and "走得通" in tried.content.decode()
    other = send_form(clerk, address, data | {"do": "try", "try-doc_type": "notice"})
    assert other.context["places"][0].boxes[0].label != "核稿"
    wrong = send_form(clerk, address, data | {"do": "save", "doc_type": "poem"})
    assert wrong.status_code == 422 and wrong.context["form"].errors["doc_type"]
    assert send_form(clerk, address, data | {"do": "save"}).status_code == 302
    made = Route.objects.get(name="请示路线")
    assert (made.doc_type, made.steps.get(kind=K.CHECK).doc_type, made.condition_shown) == (
        "request_for_instruction", "request_for_instruction", "请示",
    )  # fmt: skip
    again = fields_of(clerk, edit_of(made))
    assert again["doc_type"] == again["doc_type-1"] == "request_for_instruction"
    assert "用于请示" in clerk.get(made.get_absolute_url()).content.decode()
    inside = clerk.get(reverse("documents:create_route", args=["internal"])).context["form"]
    assert not any(name.startswith("doc_type") for name in inside.fields)
