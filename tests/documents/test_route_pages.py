"""The clerk's pages of routes, and what 送审 leaves to choose: nothing typed is lost, buttons do everything."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from documents.models import Route, RouteRun
from documents.states import Addressed, Direction, StepKind
from tests.documents.test_route_editing import named
from tests.documents.way import after_signing, route_of, saved, step, waiting
from tests.forms import send_form
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from units import form_drafts
from units import people as actions
from units.actions import system_user
from units.delegations import delegate
from units.models import Appointment, AuditEvent, Post
from units.roles import PostKind

pytestmark = pytest.mark.django_db
K, A, P = StepKind, Addressed, PostKind


def edit_of(route: Route) -> str:
    return reverse("documents:edit_route", args=[route.uid])


def fields_of(client: Client, address: str) -> dict:
    """What a browser would send of the editor as it stands."""
    return values_of(client.get(address).context["form"])


def values_of(form) -> dict:
    found = {}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            found[field.html_name] = "on" if value is True else str(value)
    return found


@pytest.fixture
def clerk(people):
    return browser(people["D07:clerk"])


def test_the_list_shows_what_is_in_force_and_what_was_retired(clerk, people, units):
    saved(after_signing(1), people, units["D07"], default=False, name="简易发文", flow="down")
    other = saved(after_signing(1), people, units["D07"], default=False, name="旧发文")
    send_form(clerk, reverse("documents:route_act", args=[other.uid, "retire"]), {})
    page = clerk.get(reverse("documents:routes")).content.decode()
    assert re.search(r"简易发文</a>.*?下行文", page, re.S) and "已停用（1）" in page
    assert page.index("默认发文路线") < page.index("简易发文") < page.rindex("旧发文")


def test_rows_are_added_moved_and_taken_out_by_buttons_and_nothing_typed_is_lost(clerk, units):
    address = edit_of(route_of(units["D07"]))
    events = AuditEvent.objects.count()
    data = fields_of(clerk, address) | {"name": "  改到一半的名称", "limit-1": "两天"}
    added = send_form(clerk, address, data | {"do": "add:1"})
    assert added.status_code == 200
    form = added.context["form"]
    assert (form.count, form["kind-2"].value(), form["kind-3"].value()) == (9, None, "countersign")
    assert form["limit-1"].value() == "两天" and form["name"].value() == "  改到一半的名称"
    assert b"autofocus" in added.content and b'class="error"' not in added.content
    moved = send_form(clerk, address, values_of(form) | {"kind-2": "review", "who-2": "post:leader", "do": "up:2"})
    form = moved.context["form"]
    assert [form[f"kind-{n}"].value() for n in (1, 2, 3)] == ["review", "check", "countersign"]
    assert form["limit-2"].value() == "两天"
    down = send_form(clerk, address, values_of(form) | {"do": "down:1"}).context["form"]
    assert [down[f"kind-{n}"].value() for n in (1, 2)] == ["check", "review"]
    out = send_form(clerk, address, values_of(down) | {"do": "remove:2"}).context["form"]
    assert out.count == 8 and out["kind-2"].value() == "countersign"
    for odd in ("add:99", "up:x", "fly:1", "", "remove:-1"):
        assert send_form(clerk, address, values_of(out) | {"do": odd}).status_code == 200
    assert AuditEvent.objects.count() == events and Route.objects.filter(unit=units["D07"]).count() == 3


def test_every_finding_stands_at_its_row_at_once(clerk, units):
    address = edit_of(route_of(units["D07"]))
    data = fields_of(clerk, address) | {
        "name": "",
        "who-1": "drafter",
        "limit-3": "0",
        "urgent-4": "a",
        "beside-5": "on",
    }
    refused = send_form(clerk, address, data | {"do": "save"})
    assert refused.status_code == 422
    told = {name: list(errors) for name, errors in refused.context["form"].errors.items()}
    assert told == {
        "name": ["“路线名称”不能为空，请填写。"],
        "who-1": ["第1步“核稿”不能由拟稿人本人办理。"],
        "limit-3": ["请填写 1 以上的整数。"],
        "urgent-4": ["请填写 1 以上的整数。"],
        "beside-4": ["第4步的“编号”不能与其他环节并行。"],
        "beside-5": ["第4步的“校对”不能与其他环节并行。"],
        "kind-5": ["“校对”须在“编号”之后。"],
    }
    page = refused.content.decode()
    assert 'value="0"' in page and 'value="a"' in page and 'href="#id_who-1"' in page
    assert route_of(units["D07"]).version == 1


def test_a_route_is_edited_tried_and_saved(clerk, people, units):
    first, office = named(people, "甲", P.REVIEWER), people["D07:reviewer"]
    address = edit_of(route_of(units["D07"]))
    data = fields_of(clerk, address)
    added = send_form(clerk, address, data | {"do": "add:1"}).context["form"]
    data = values_of(added) | {
        "who-1": f"person:{office.pk}", "limit-1": "2", "urgent-1": "8",
        "kind-2": "check", "who-2": f"person:{first.pk}", "beside-2": "on", "limit-2": "2",
    }  # fmt: skip
    chosen = {"try-urgency": "urgent", "try-flow": "down", "try-countersigners": [str(units["D15"].pk)]}
    trial = send_form(clerk, address, data | chosen | {"do": "try"})
    assert trial.status_code == 200
    places = trial.context["places"]
    assert [box.names for box in places[0].boxes] == ["区信息委核稿人", "人员甲"]
    assert [box.limit for box in places[0].boxes] == ["8小时", "2个工作日"]
    assert [box.who for box in places[1].boxes] == ["区卫生局 领导"]
    assert "走得通" in trial.content.decode() and route_of(units["D07"]).version == 1
    done = send_form(clerk, address, data | {"do": "save"})
    now = route_of(units["D07"])
    assert done.status_code == 302 and done.url == now.get_absolute_url() and now.version == 2
    page = clerk.get(done.url).content.decode()
    assert "第2版" in page and "增：第1步核稿 区信息委 人员甲，限2个工作日" in page and "同时办理" in page
    assert list(now.steps.values_list("position", flat=True)) == [1, 1, 2, 3, 4, 5, 6, 7, 8]
    again = fields_of(clerk, edit_of(now))
    assert again["who-2"] == f"person:{first.pk}" and again["beside-2"] == "on" and "beside-3" not in again


def test_a_saved_route_is_told_to_whoever_had_the_older_page(clerk, people, units):
    old = route_of(units["D07"])
    data = fields_of(clerk, edit_of(old)) | {"name": "我的改名"}
    saved(after_signing(1), people, units["D07"])
    late = send_form(clerk, edit_of(old), data | {"do": "save"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "已由区信息委文书改为第2版" in page and 'value="我的改名"' in page
    shown = clerk.get(old.get_absolute_url()).content.decode()
    assert "这是以前的版本" in shown and "修改和试走" not in shown


def test_a_new_route_starts_from_the_default_and_holds_other_units_posts(clerk, people, units):
    address = reverse("documents:create_route", args=["internal"])
    data = fields_of(clerk, address) | {"name": "经费签报"}
    added = send_form(clerk, address, data | {"do": "add:1"}).context["form"]
    data = values_of(added) | {"kind-2": "countersign", "who-2": "post:leader", "unit-2": str(units["D15"].pk)}
    wrong = send_form(clerk, address, data | {"who-2": f"person:{people['D07:leader'].pk}", "do": "save"})
    assert wrong.context["form"].errors["unit-2"][0].startswith("其他单位的环节只能选岗位")
    assert send_form(clerk, address, data | {"do": "save"}).status_code == 302
    made = Route.objects.get(name="经费签报")
    assert (made.direction, made.is_default, made.version) == (Direction.INTERNAL, False, 1)
    assert made.steps.get(kind=K.COUNTERSIGN).unit == units["D15"]
    assert clerk.get(reverse("documents:create_route", args=["nowhere"])).status_code == 404
    assert clerk.get(address + "?unit=D09").status_code == 404


def test_the_drafter_sees_the_way_and_chooses(people, units):
    other = named(people, "甲", P.REVIEWER)
    saved([step(1, K.CHECK, A.CHOICE, P.REVIEWER, limit_value=2), *after_signing(2)], people, units["D07"], name="默认")
    saved(after_signing(1), people, units["D07"], default=False, name="简易发文")
    document, drafter = draft(people), browser(people["D07:officer"])
    page = drafter.get(document.get_absolute_url()).content.decode()
    assert "可选的流转路线" in page and "区信息委核稿人、人员甲" in page and "区信息委领导" in page
    send = reverse("documents:act", args=[document.uid, "submit"])
    default = route_of(units["D07"])
    data = {"submit-note": "", "submit-route": str(default.uid), "version": "1"}
    refused = send_form(drafter, send, data)
    field = f"who-{default.pk}-1"
    assert refused.status_code == 422
    form = refused.context["failed"]
    assert form.errors == {field: ["请选择核稿由谁办理。"]}
    assert send_form(drafter, send, data | {f"submit-{field}": str(other.pk)}).status_code == 302
    assert waiting(document) == {("check", "D07", "人员甲")}
    assert RouteRun.objects.get(document=document).route == default


def test_the_drafter_is_told_who_is_away(people, units):
    """The words of issue 12, point 2: 张三11-20至11-28由李四代理; a vacant post is named as well."""
    today = timezone.localdate()
    delegate(
        people["D07:leader"], people["D07:archivist"], Post.objects.get(unit__code="D07", kind="leader"),
        by=people["D07:clerk"], starts_on=today, ends_on=today + timedelta(8), reason="出差",
    )  # fmt: skip
    actions.dismiss(Appointment.objects.get(user=people["D07:seal_keeper"]), by=system_user(), reason="调离")
    document = draft(people)
    page = browser(people["D07:officer"]).get(document.get_absolute_url()).content.decode()
    assert f"区信息委领导{today:%m-%d}至{today + timedelta(8):%m-%d}由区信息委档案员代理" in page
    assert "走不通：区信息委监印人岗位目前无人" in page


def test_an_older_version_is_not_edited(clerk, people, units):
    old = route_of(units["D07"])
    saved(after_signing(1), people, units["D07"])
    assert clerk.get(edit_of(old)).url == old.get_absolute_url()


def test_a_route_edited_under_the_drafters_page_is_told_and_shown_anew(people, units):
    document, drafter = draft(people), browser(people["D07:officer"])
    old = route_of(units["D07"])
    saved(after_signing(1), people, units["D07"])
    send = reverse("documents:act", args=[document.uid, "submit"])
    data = {"submit-note": "", "submit-route": str(old.uid), "version": "1"}
    refused = send_form(drafter, send, data)
    assert refused.status_code == 422 and "已被文书修改或停用" in refused.content.decode()
    now = str(route_of(units["D07"]).uid)
    assert refused.context["failed"]["route"].value() == now
    assert send_form(drafter, send, data | {"submit-route": now}).status_code == 302


def test_the_registrar_sees_the_incoming_way(people, units):
    sent = brought_to("dispatch", people)
    delivery = sent.deliveries.unguarded("a test looks").get()
    take(delivery, "sign_for", people["D09:clerk"])
    page = browser(people["D09:clerk"]).get(delivery.get_absolute_url()).content.decode()
    assert "以后的流转" in page and "区民政局核稿人" in page


def test_rows_typed_and_not_sent_come_back(clerk, people, units):
    """Nothing typed is lost: the kept form has a row more than the saved route."""
    address = edit_of(route_of(units["D07"]))
    form = clerk.get(address).context["form"]
    typed = values_of(form) | {"rows": "9", "kind-9": "complete", "who-9": "post:clerk", "name": "未提交的名称"}
    kept = MultiValueDict({name: [value] for name, value in typed.items()})
    assert form_drafts.keep(form_drafts.read(form.draft.signed), kept, by=people["D07:clerk"])
    again = clerk.get(address).context["form"]
    assert (again.count, again["name"].value(), again["kind-9"].value()) == (9, "未提交的名称", "complete")
    assert "kind-10" not in again.fields
