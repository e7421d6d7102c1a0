"""Issue 12, what the trials by screen left: each as the kind it is one of."""

import ast
import inspect
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from documents import exchange_trail, limit_fields
from documents.exchange_forms import step_form
from documents.limit_fields import DayOffMixin
from documents.models import Attachment, Document
from documents.side_acts import SIDE_ACTS
from documents.states import State
from documents.workflow import OUTGOING, workflow_of
from files.store import path_of
from tests.documents.exchanged import at
from tests.documents.test_whose_act import browser, events
from tests.made import brought_to, draft, registered, take
from units.calendar import WorkingCalendar
from units.models import SavedFilter, Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
FORM_MODULES = (
    "documents.forms", "documents.desk_forms", "documents.exchange_forms", "documents.going_back_forms",
    "documents.co_handling_forms", "documents.bulk_forms", "documents.amend_forms", "documents.limit_fields",
    "documents.offer_forms",
    "archive.forms", "archive.search_forms", "transfer.forms", "units.forms",
)  # fmt: skip
DEMANDS = ("请填写", "请选择", "须填写", "须选择", "须写明", "请至少", "请勾选", "请先勾选")


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


# (a) 撤回 and 取回


def test_撤回_asks_why_and_stands_beside_取回_with_one_sentence_that_tells_them_apart(people):
    document = brought_to("submit", people)
    page = page_of(people["D07:officer"], document)
    assert page.count("取回：对方尚未打开") == 1 and page.index("取回：对方尚未打开") < page.index(
        ">取回<"
    ) < page.index(">撤回<")
    with pytest.raises(Refused):
        take(document, "withdraw", people["D07:officer"])
    assert browser(people["D07:reviewer"]).get(document.get_absolute_url()).status_code == 200  # it was opened
    page = page_of(people["D07:officer"], document)
    assert ">撤回<" in page and ">取回<" not in page and "取回：对方尚未打开" not in page  # only one is possible
    take(document, "withdraw", people["D07:officer"], note="数据有误，再核。")
    assert document.opinions.get(label="撤回").text == "数据有误，再核。"


# (b) 未签收 as a filter of 在办


def test_在办_is_narrowed_to_what_not_all_have_signed_for_and_the_filter_is_kept(people):
    waits, signed = (brought_to("dispatch", people, to=("D09", "D15"), title=f"关于{one}的通知") for one in "甲乙")
    for code in ("D09", "D15"):
        take(at(signed, code), "sign_for", people[f"{code}:clerk"])
    take(at(waits, "D09"), "sign_for", people["D09:clerk"])
    brought_to("number", people, title="关于未发的通知")
    clerk = browser(people["D07:clerk"])
    page = clerk.get(reverse("documents:under_way"), {"receipt": "unsigned"})
    assert [one.title for one in page.context["page"].items] == ["关于甲的通知"]
    kept = {"page": "documents:under_way", "query": "receipt=unsigned", "name": "未签收"}
    clerk.post(reverse("units:save_filter"), kept)
    assert SavedFilter.objects.get().query == "receipt=unsigned"


# (c) who was sent it


def test_the_trail_of_the_sendings_names_the_units_of_each(people, units):
    document = brought_to("approve", people, to=("D09",))
    given = workflow_of(document).steps["add_copies"].input(units=(units["D15"],), consented="经签发人同意")
    workflow_of(document).perform("add_copies", document, by=people["D07:clerk"], given=given)
    for step, post in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    act = SIDE_ACTS.get("send_more")
    SIDE_ACTS.perform(act, document, by=people["D07:clerk"], note="工作需要", given=act.input(units=(units["D01"],)))
    if Task.objects.of(document).open().filter(kind="consent").exists():
        SIDE_ACTS.perform("consent", document, by=people["D07:leader"])
    found = [(one.label, one.names) for one in exchange_trail.sendings_of(document)]
    assert found == [("增加抄送", units["D15"].name), ("分发", "区民政局、区卫生局"), ("补发", "区政府办")]
    page = page_of(people["D07:clerk"], document)
    assert "补发（" in page and "区政府办：工作需要" in page
    trail = browser(people["D07:clerk"]).get(reverse("documents:trail", args=[document.uid])).content.decode()
    assert f"（{units['D15'].name}）" in trail


# (d) scans are uploaded where the paper is registered


def outside(units, **fields):
    return {
        "unit": units["D07"].pk, "sender_name": "上海市信息化委员会", "title": "关于报送材料的通知", "doc_type": "notice",
        "is_open": "on", **fields,
    }  # fmt: skip


def a_file(name: str, data: bytes):
    return SimpleUploadedFile(name, data)


def test_scans_are_uploaded_at_the_registration_form_and_the_first_is_the_text(people, units):
    clerk = browser(people["D07:clerk"])
    page = clerk.get(reverse("documents:register_outside")).content.decode()
    assert 'enctype="multipart/form-data"' in page and page.index("扫描件") < page.index("正文或摘要")
    scans = [a_file("来文.txt", "正文".encode()), a_file("附表.txt", "附表".encode())]
    answer = clerk.post(reverse("documents:register_outside"), outside(units, scans=scans))
    assert answer.status_code == 302
    rows = Attachment.objects.order_by("position")
    assert [(one.name, one.is_main_text) for one in rows] == [("来文.txt", True), ("附表.txt", False)]
    assert path_of(rows[0].stored_file).read_bytes() == "正文".encode()


def test_a_scan_that_cannot_be_kept_is_named_and_nothing_is_registered(people, units):
    clerk = browser(people["D07:clerk"])
    for scans, said in (
        ([a_file("空.txt", b"")], "“空.txt”是空的"),
        ([a_file("程序.exe", b"MZ" + b"\0" * 64)], "“程序.exe”不能作为附件"),
    ):
        answer = clerk.post(reverse("documents:register_outside"), outside(units, scans=scans))
        assert answer.status_code == 422 and said in answer.content.decode()
    wrong = outside(units, title="", scans=[a_file("来文.txt", "正文".encode())])
    assert "扫描件请重新选择" in clerk.post(reverse("documents:register_outside"), wrong).content.decode()
    assert not Document.objects.unguarded("a test looks").exists()


# (f) a saved filter that was deleted comes back


def test_a_deleted_filter_is_put_back_with_its_name(people):
    clerk = browser(people["D07:clerk"])
    kept = {"page": "documents:waiting", "query": "urgency=urgent", "name": "急件"}
    clerk.post(reverse("units:save_filter"), kept)
    clerk.post(reverse("units:remove_filter", args=[SavedFilter.objects.get().uid]))
    page = clerk.get(reverse("documents:waiting")).content.decode()
    assert "恢复常用筛选“急件”" in page
    assert "恢复常用筛选" not in clerk.get(reverse("documents:under_way")).content.decode()  # another list
    clerk.post(reverse("units:save_filter"), kept)
    assert SavedFilter.objects.get().query == "urgency=urgent"
    page = clerk.get(reverse("documents:waiting")).content.decode()
    assert "已恢复常用筛选“急件”" in page and page.count("恢复常用筛选") == 1  # said, and not offered again


# (g) a limit on a day off


def day_off() -> date:
    calendar, day = WorkingCalendar(), timezone.localdate()
    while calendar.is_working(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize(("choice", "moves"), [("move", True), ("keep", False)])
def test_a_limit_on_a_day_off_is_told_and_moved_or_kept_by_choice(people, choice, moves):
    document = registered(people, kind="for_action")
    day, client = day_off(), browser(people["D09:reviewer"])
    address = reverse("documents:act", args=[document.uid, "propose"])
    data = {"version": document.version, "propose-note": "拟。", "propose-due_on": day.isoformat()}
    asked = client.post(address, data)
    text = asked.content.decode()
    assert asked.status_code == 422 and "是休息日：请选择顺延到" in text and "仍为" in text
    assert client.post(address, {**data, "propose-day_off": choice}).status_code == 302
    document.refresh_from_db()
    due = timezone.localdate(document.due_at)
    assert due == (WorkingCalendar().after(day, 1).day if moves else day)


def test_every_form_with_a_typed_limit_asks_about_days_off():
    here = {f"documents.{path.stem}" for path in Path(limit_fields.__file__).parent.glob("*_forms.py")}
    found = {
        name: form
        for module in {*FORM_MODULES, *here}
        for name, form in vars(import_module(module)).items()
        if inspect.isclass(form) and issubclass(form, forms.Form) and "due_on" in getattr(form, "base_fields", ())
    }
    assert {"ProposeForm", "InstructForm", "RegisterForm", "AmendForm", "AskForm", "SuperviseForm"} <= set(found)
    assert [name for name, form in found.items() if not issubclass(form, DayOffMixin)] == []


# (h) what is demanded is never labelled 选填


def demanded() -> list[tuple[type, str]]:
    """(form, field) of every `add_error("field", "请填写…")` in a method of a form of the product."""
    found = []
    for module in map(import_module, FORM_MODULES):
        tree = ast.parse(Path(module.__file__).read_text())
        for one in [node for node in tree.body if isinstance(node, ast.ClassDef)]:
            form = getattr(module, one.name)
            calls = [node for node in ast.walk(one) if isinstance(node, ast.Call)]
            errors = [call for call in calls if getattr(call.func, "attr", "") == "add_error"]
            found += [
                (form, call.args[0].value)
                for call in errors
                if isinstance(call.args[0], ast.Constant) and any(one in ast.unparse(call.args[1]) for one in DEMANDS)
            ]
    return found


def test_a_field_that_a_clean_demands_is_never_labelled_optional():
    rows = [(form, name) for form, name in demanded() if name in form.base_fields]
    assert len(rows) >= 6
    wrong = [
        f"{form.__name__}.{name}"
        for form, name in rows
        if not form.base_fields[name].required and not getattr(form.base_fields[name], "depends", False)
    ]
    assert wrong == []


def test_the_label_of_the_reason_for_the_unsigned_agrees_with_the_refusal(people):
    sent = brought_to("dispatch", people, to=("D09",))
    form = step_form(OUTGOING.steps["complete"], sent, people["D07:clerk"])
    assert form.fields["unsigned_reason"].required
    page = page_of(people["D07:clerk"], sent)
    label = page[page.index("未全部签收即办结的理由") :][:60]
    assert "选填" not in label
    answer = browser(people["D07:clerk"]).post(
        reverse("documents:act", args=[sent.uid, "complete"]), {"version": sent.version}
    )
    assert answer.status_code == 422 and "区民政局尚未签收，可先催办" in answer.content.decode()


def test_what_a_step_demands_of_its_note_or_limit_is_required_in_its_form(people):
    """Of every step of every table: needs_note is the form's `note`; a limit of urgent papers is the form's."""
    document = draft(people, urgency="urgent")
    for step in OUTGOING.steps.values():
        assert step_form(step, document, people["D07:officer"]).fields["note"].required == step.needs_note, step.name
    sent = brought_to("dispatch", people, urgency="urgent")
    delivery = take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    form = step_form(workflow_of(delivery).steps["register"], delivery, people["D09:clerk"])
    assert form.fields["due_on"].required


# (i) 办结 with readers who have not read


def test_办结_names_who_has_not_read_and_does_not_wait(people):
    delivery = registered(people)
    act = SIDE_ACTS.get("circulate")
    readers = (people["D09:archivist"], people["D09:officer"])
    SIDE_ACTS.perform(act, delivery, by=people["D09:clerk"], given=act.input(readers=readers))
    SIDE_ACTS.perform("read", delivery, by=people["D09:officer"])
    page = page_of(people["D09:clerk"], delivery)
    name = people["D09:archivist"].name
    assert f"传阅尚未阅毕：{name}。" in page
    take(delivery, "complete", people["D09:clerk"], retention_code="D10")
    assert delivery.state == State.COMPLETED and events(delivery, "complete").count() == 1
    assert Task.objects.of(delivery).open().filter(kind="read").count() == 1
