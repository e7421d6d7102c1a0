"""补发, 收回 and 退文 (docs/rules/exchange.md; issue 12, point 8)."""

import pytest
from django.urls import reverse

from documents import chores, exchange, exchange_actions, pages
from documents.actions import take_note
from documents.exchange_inputs import RecallDeliveriesInput, SendInput, TasksInput
from documents.models import OutsideDelivery
from documents.states import AddresseeKind
from documents.workflow import workflow_of
from tests.documents.exchanged import at, browser, more, page, recall, state_at, tasks
from tests.forms import send_form
from tests.made import brought_to, draft, take
from units.models import AuditEvent, Task, Unit, UnitSuccession
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(people):
    return brought_to("dispatch", people, to=("D09", "D15"))


def test_the_first_sending_is_a_row_with_the_page_that_went_out(sent, people):
    sending = sent.dispatches.get()
    assert (sending.kind, sending.by, sending.reason, sending.consented_by) == (
        "initial",
        people["D07:clerk"],
        "",
        None,
    )
    assert sending.rendition.based_on.stored_file.sha256 == sent.page_digest  # as sealed of the proofread page
    rows = sent.deliveries.unguarded("a test looks")
    assert {one.dispatch_id for one in rows} == {sending.pk}
    assert pages.page_of(at(sent, "D09")) == sending.rendition


def test_within_the_approved_scope_it_goes_at_once(sent, people, units):
    """A returned or recalled addressee, and a unit in the place of one that was addressed."""
    recall(sent, people, at(sent, "D09"))
    UnitSuccession.objects.create(predecessor=units["D15"], successor=units["D01"], happened_on="2026-01-01")
    assert more(sent, units, people, "D09", "D01", note="补正后再发") == "已补发区民政局、区政府办"
    assert state_at(sent, "D09") == ["recalled", "delivered"] and state_at(sent, "D01") == ["delivered"]
    sending = sent.dispatches.get(kind="additional")
    assert (sending.reason, sending.consented_by) == ("补正后再发", None)
    assert not tasks(sent, "consent")


def test_a_name_for_many_covers_whoever_belongs_to_it_and_有关_nobody(people, units):
    document = draft(people)
    document.addressees.create(kind=AddresseeKind.MAIN, name="各委办局", position=2)
    document.addressees.create(kind=AddresseeKind.CC, name="各有关街道", position=3)
    street = Unit(name="某街道办事处", short_name="某街道", category=Unit.Category.SUBDISTRICT, pk=999)
    assert exchange.beyond_scope(document, [units["D15"], street], ["各委办局", "市某局"]) == ([street], ["市某局"])


def test_beyond_it_the_signer_is_asked_and_it_goes_when_he_agrees(sent, people, units):
    told = more(sent, units, people, "D30", names=("市档案局",), note="请档案部门掌握")
    assert "不在原批准范围内" in told
    assert state_at(sent, "D30") == [] and not sent.dispatches.filter(kind="additional").exists()
    (task,) = tasks(sent, "consent")
    assert task.assignee == people["D07:leader"] and "区档案局、市档案局" in task.remark
    exchange_actions.consent(sent, by=people["D07:leader"], note="同意补发。")
    sending = sent.dispatches.get(kind="additional")
    assert (sending.consented_by, sending.reason) == (people["D07:leader"], "请档案部门掌握")
    assert state_at(sent, "D30") == ["delivered"]
    assert OutsideDelivery.objects.get(dispatch=sending).name == "市档案局"
    assert sent.opinions.filter(label="同意补发", text="同意补发。").exists() and not tasks(sent, "consent")
    with pytest.raises(Refused, match="没有待您同意"):
        exchange_actions.consent(sent, by=people["D07:leader"])


def test_declined_nothing_goes_out_and_the_reason_stands_under_the_table(sent, people, units):
    more(sent, units, people, "D30")
    with pytest.raises(Refused, match="正待原签批人同意"):
        more(sent, units, people, "D30")
    exchange_actions.decline(sent, by=people["D07:leader"], note="不属其职责。")
    assert state_at(sent, "D30") == []
    assert "不属其职责。" in page(people, "D07:clerk", sent).content.decode()


def test_only_its_signer_consents_and_only_the_dispatching_clerk_sends(sent, people, units):
    more(sent, units, people, "D30")
    for who in ("D07:clerk", "D09:leader", "D07:officer"):
        with pytest.raises(Refused):
            exchange_actions.consent(sent, by=people[who])
    for who in ("D07:officer", "D09:clerk", "D07:leader"):
        with pytest.raises(Refused):
            exchange_actions.send_more(sent, by=people[who], note="试", given=SendInput((units["D30"],)))
    assert state_at(sent, "D30") == []


def test_who_has_it_is_not_sent_it_twice_and_a_completed_one_may_still_be_sent(sent, people, units):
    before = sent.dispatches.count()
    with pytest.raises(Refused, match="区民政局已有这份公文"):
        more(sent, units, people, "D09")
    assert sent.dispatches.count() == before
    recall(sent, people, at(sent, "D15"))
    take(sent, "complete", people["D07:clerk"], note="不再等待。", retention_code="Y")
    more(sent, units, people, "D15")
    assert state_at(sent, "D15") == ["recalled", "delivered"]
    draft_of_his = draft(people)
    with pytest.raises(Refused, match="不能补发"):
        more(draft_of_his, units, people, "D15")


def test_only_final_text_and_attachments_travel(sent, people):
    answer = page(people, "D09:clerk", at(sent, "D09")).content.decode()
    assert "进一步规范电子公文办理" in answer or "<svg" in answer
    assert "同意发文" not in answer and "历次稿本" not in answer
    client = browser(people, "D09:clerk")
    trail = client.get(reverse("documents:trail", args=[at(sent, "D09").uid])).content.decode()
    assert "历次稿本" not in trail and "核稿" not in trail


def test_recalled_from_all_who_have_not_signed_the_signed_ones_are_named_and_stay(sent, people):
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    told = recall(sent, people)
    assert told == "已从区卫生局收回；区民政局已经签收，不能收回，仍由其保存"
    assert state_at(sent, "D09") == ["signed_for"] and state_at(sent, "D15") == ["recalled"]
    gone = at(sent, "D15")
    assert (gone.ended_note, gone.ended_by) == ("附件有误", people["D07:clerk"]) and gone.ended_at
    (told_of,) = Task.objects.of(gone).open()
    assert (told_of.kind, told_of.post.kind) == ("notice", "clerk")
    assert told_of.remark.startswith(f"发文单位已收回：附件有误（区信息委 {people['D07:clerk'].name}，")
    take_note(gone, by=people["D15:clerk"])
    assert not Task.objects.of(gone).open().exists()
    assert AuditEvent.objects.of(sent).get(verb="recall").detail["kept"] == ["长宁区民政局"]
    with pytest.raises(Refused):
        recall(sent, people)


def test_the_receiver_reads_that_it_was_recalled_and_no_text(sent, people):
    gone = at(sent, "D15")
    recall(sent, people, gone)
    answer = page(people, "D15:clerk", gone).content.decode()
    assert "发文单位已收回" in answer and "附件有误" in answer and "阅知" in answer
    assert "<svg" not in answer and "进一步规范" not in answer
    client = browser(people, "D15:clerk")
    assert client.get(reverse("documents:page_pdf", args=[gone.uid])).status_code == 404
    gone.refresh_from_db()
    assert workflow_of(gone).open_to(people["D15:clerk"], gone) == []


def test_what_was_recalled_is_found_again_among_what_has_ended(sent, people):
    """The receiver has read the notice and nothing waits any more: asked later, he can still show that it came."""
    delivery = at(sent, "D15")
    recall(sent, people, delivery)
    listed = browser(people, "D15:clerk").get(reverse("documents:completed")).content.decode()
    assert delivery.get_absolute_url() in listed and "已收回" in listed
    waiting = browser(people, "D15:clerk").get(reverse("documents:under_way")).content.decode()
    assert delivery.get_absolute_url() not in waiting


def test_what_everybody_gave_back_is_left_to_its_clerk(people):
    document = brought_to("dispatch", people)
    recall(document, people)
    assert chores.complete_ready() == "没有待办结的公文"
    assert [task.post.kind for task in tasks(document, "complete")] == ["clerk"]


def test_chosen_ones_are_recalled_by_the_page(sent, people):
    data = {"recall-deliveries": [at(sent, "D15").pk], "recall-note": "附件有误"}
    answer = send_form(browser(people, "D07:clerk"), reverse("documents:side_act", args=[sent.uid, "recall"]), data)
    assert answer.status_code == 302
    assert (state_at(sent, "D15"), state_at(sent, "D09")) == (["recalled"], ["delivered"])


def test_an_empty_list_recalls_from_nobody(sent, people):
    address = reverse("documents:side_act", args=[sent.uid, "recall"])
    answer = send_form(browser(people, "D07:clerk"), address, {"recall-note": "附件有误"})
    assert answer.status_code == 422 and "请勾选要收回的单位" in answer.content.decode()
    assert (state_at(sent, "D15"), state_at(sent, "D09")) == (["delivered"], ["delivered"])
    send_form(browser(people, "D07:clerk"), address, {"recall-note": "附件有误", "recall-everybody": "on"})
    assert (state_at(sent, "D15"), state_at(sent, "D09")) == (["recalled"], ["recalled"])


def test_a_stranger_recalls_nothing(sent, people):
    for who in ("D09:clerk", "D07:officer", "D07:leader"):
        with pytest.raises(Refused):
            exchange_actions.recall(sent, by=people[who], note="试", given=RecallDeliveriesInput())
    assert state_at(sent, "D09") == ["delivered"]


def test_a_return_lands_at_the_sender_with_unit_person_and_reason(sent, people, units):
    take(at(sent, "D09"), "return_to_sender", people["D09:clerk"], note="非本局职责。")
    take(at(sent, "D15"), "return_to_sender", people["D15:clerk"], note="缺附件。")
    first, second = tasks(sent, "take_back")
    assert (
        first.remark.startswith(f"区民政局 {people['D09:clerk'].name}退文：非本局职责。（")
        and "缺附件" in second.remark
    )
    answer = page(people, "D07:clerk", sent).content.decode()
    assert first.remark in answer and "缺附件。" in answer and "退文 2" in answer
    told = exchange_actions.take_back(
        sent, by=people["D07:clerk"], note="已改送。", given=TasksInput((first.pk,))
    )  # fmt: skip
    assert told == "1件退文已处理" and [task.pk for task in tasks(sent, "take_back")] == [second.pk]
    more(sent, units, people, "D15", note="补齐附件")
    assert state_at(sent, "D15") == ["returned_to_sender", "delivered"]
    with pytest.raises(Refused, match="已由他人处理"):
        exchange_actions.take_back(sent, by=people["D07:clerk"], given=TasksInput((first.pk,)))
