"""What was concluded on paper is chosen, never guessed: a refusal goes back, an objection holds the paper."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import after_forms, conclusions, exchange_forms, on_paper
from documents.desk_forms import side_form
from documents.models import PaperOpinion
from documents.reply_inputs import EnterInput, ObjectInput
from documents.side_acts import SIDE_ACTS
from documents.states import StepKind
from documents.workflow import workflow_of
from tests.documents.test_paper_opinions import paper
from tests.made import brought_to, registered, take
from tests.transfer.stock import browser
from transfer import media_forms
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
NO = "不同意发文，内容须重新研究。"


def enter(document, people, result, *, note="同意。", by="D07:clerk", leader="D07:leader", way="paper"):
    task = on_paper.items_of(document).first()
    upload = paper() if way == "paper" else None
    given = EnterInput(task.pk, people[leader], way, timezone.now(), upload, result)
    told = SIDE_ACTS.perform("enter_opinion", document, by=people[by], note=note, given=given)
    document.refresh_from_db()
    return told


def offered(person, document) -> set[str]:
    names = {step.name for step in workflow_of(document).open_to(person, document)}
    return names | {act.name for act in SIDE_ACTS.open_to(person, document)}


@pytest.mark.parametrize("last", ["submit", "check"])
@pytest.mark.parametrize("result", ["", "disagreed", "approved"])
def test_nothing_is_entered_without_a_conclusion_of_its_step(last, result, people):
    """核稿 and 签发 alike, on paper and by telephone."""
    document = brought_to(last, people)
    leader = {"submit": "D07:reviewer", "check": "D07:leader"}[last]
    for way in ("paper", "telephone"):
        with pytest.raises(Refused, match="结论"):
            enter(document, people, result, leader=leader, way=way)
    assert not PaperOpinion.objects.exists()


def test_every_step_that_concludes_something_is_asked_and_reading_is_not():
    for kind in (StepKind.REVIEW, StepKind.CHECK, StepKind.COUNTERSIGN, StepKind.APPROVE, StepKind.INSTRUCT):
        for direction in ("outgoing", "incoming", "internal"):
            assert len(conclusions.of(kind, direction)) > 1
    assert conclusions.of(StepKind.READ, "incoming") == {}
    assert set(on_paper.OWN) | {StepKind.COUNTERSIGN} == {
        kind for kind in StepKind if conclusions.of(kind, "outgoing")
    } | {StepKind.READ}


def test_a_refusal_on_paper_signs_nothing_and_goes_back_to_the_drafter(people):
    document = brought_to("check", people)
    enter(document, people, "returned", note=NO)
    assert (document.state, document.signatory, document.was_returned) == ("drafting", None, True)
    opinion = document.opinions.get(kind="approve")
    assert (opinion.by, opinion.result, opinion.label) == (people["D07:leader"], "returned", "退回")
    again = Task.objects.of(document).open().get(kind="redraft")
    assert again.assignee == people["D07:officer"] and NO.rstrip("。") in again.remark
    assert "number" not in offered(people["D07:clerk"], document)


def test_a_received_paper_goes_back_to_the_step_before(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:clerk"], note="拟请领导阅示。")
    enter(delivery, people, "returned", note="请重新拟办。", by="D09:clerk", leader="D09:leader")
    assert delivery.state == "registered" and Task.objects.of(delivery).open().filter(kind="propose").exists()


def test_what_was_said_by_telephone_keeps_its_conclusion_and_moves_nothing(people):
    document = brought_to("check", people)
    enter(document, people, "returned", note="再研究一下。", way="telephone")
    opinion = document.opinions.get(kind="approve")
    assert (document.state, opinion.label, opinion.result) == ("in_review", "签发：退回修改", "")


def test_the_form_presets_neither_way_nor_conclusion_and_asks_about_a_contradiction(people):
    document = brought_to("check", people)
    form = side_form(SIDE_ACTS.get("enter_opinion"), document)
    assert form.fields["result"].initial is None and form.fields["way"].initial is None
    assert [label for _, label in form.fields["result"].choices] == ["同意签发", "退回修改"]
    task, now = on_paper.items_of(document).get(), timezone.localtime()
    data = {
        "whose": f"{task.pk}:{people['D07:leader'].pk}", "way": "paper", "given_on": f"{now:%Y-%m-%d}",
        "given_clock": f"{now:%H:%M}", "note": NO, "proof": paper(),
    }  # fmt: skip
    client, address = browser(people["D07:clerk"]), reverse("documents:side_act", args=[document.uid, "enter_opinion"])

    def post(**more):
        sent = {**data, "proof": paper(), **more}
        return client.post(address, {f"enter_opinion-{name}": value for name, value in sent.items()})

    assert "请选择签发结论：同意签发或退回修改。" in post().content.decode()
    asked = post(result="agreed")
    assert asked.status_code == 422 and "意见写的是不同意" in asked.content.decode()
    document.refresh_from_db()
    assert document.state == "in_review"
    assert post(result="returned").status_code == 302
    document.refresh_from_db()
    assert document.state == "drafting"


def signed_on_paper(people):
    document = brought_to("check", people)
    enter(document, people, "agreed", note="同意发文。")
    return document


def object_to(document, people, who="D07:leader", note="我没有同意。"):
    SIDE_ACTS.perform("object", document, by=people[who], note=note, given=ObjectInput())


@pytest.mark.parametrize("after", ["", "number", "proofread", "seal"])
def test_an_objection_holds_whatever_comes_next_until_he_withdraws_it(after, people):
    document = signed_on_paper(people)
    ways = [("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")]
    done = [step for step, _ in ways].index(after) + 1 if after else 0
    for step, post in ways[:done]:
        take(document, step, people[f"D07:{post}"])
    object_to(document, people)
    step, post = ways[done]
    with pytest.raises(Refused, match="对补录的签发提出异议：我没有同意"):
        take(document, step, people[f"D07:{post}"])
    assert "withdraw_objection" not in offered(people["D07:clerk"], document)
    assert "withdraw_objection" in offered(people["D07:leader"], document)
    SIDE_ACTS.perform(
        "withdraw_objection", document, by=people["D07:leader"], note="核对过扫描件，是我签的。", given=ObjectInput()
    )
    take(document, step, people[f"D07:{post}"])
    assert PaperOpinion.objects.get().settlement == "核对过扫描件，是我签的。"


def test_an_objection_to_an_opinion_before_signing_holds_the_signature(people):
    document = brought_to("submit", people)
    enter(document, people, "agreed", leader="D07:reviewer")
    object_to(document, people, "D07:reviewer")
    with pytest.raises(Refused, match="对补录的核稿提出异议"):
        take(document, "approve", people["D07:leader"], note="同意。")
    take(document, "revoke_entry", people["D07:clerk"], note="补录有误。")
    assert document.state == "in_review" and Task.objects.of(document).open().filter(kind="check").exists()
    take(document, "check", people["D07:reviewer"], note="同意。")
    take(document, "approve", people["D07:leader"], note="同意。")


@pytest.mark.parametrize("after", [(), ("number",), ("number", "proofread")])
def test_撤销补录_asks_the_leader_himself_and_keeps_the_number(after, people):
    document = signed_on_paper(people)
    for step in after:
        take(document, step, people["D07:clerk"])
    number = document.doc_number
    object_to(document, people)
    assert "revoke_entry" in offered(people["D07:clerk"], document)
    take(document, "revoke_entry", people["D07:clerk"], note="看错了签批件。")
    assert (document.state, document.signatory, document.approved_at) == ("in_review", None, None)
    assert (document.doc_number, document.page_digest) == (number, "")
    waiting = Task.objects.of(document).open().get(kind="approve")
    assert "补录已撤销" in waiting.remark
    page = browser(people["D07:leader"]).get(document.get_absolute_url()).content.decode()
    assert "补录已撤销" in page
    take(document, "approve", people["D07:leader"], note="同意。")
    for step, post in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    assert document.state == "dispatched" and (not number or document.doc_number == number)


def test_nothing_is_taken_back_that_closed_no_step_or_bears_a_seal(people):
    document = brought_to("check", people)
    assert "revoke_entry" not in offered(people["D07:clerk"], document)
    enter(document, people, "agreed", way="telephone")
    assert "revoke_entry" not in offered(people["D07:clerk"], document)
    take(document, "approve", people["D07:leader"], note="同意。")
    assert "revoke_entry" not in offered(people["D07:clerk"], document)
    sealed = signed_on_paper(people)
    for step, post in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper")):
        take(sealed, step, people[f"D07:{post}"])
    assert "revoke_entry" not in offered(people["D07:clerk"], sealed)


def test_a_new_way_is_free_of_an_old_objection(people):
    document = brought_to("check", people)
    enter(document, people, "returned", note=NO)
    object_to(document, people)
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk")):
        if step == "check" and not Task.objects.of(document).open().filter(kind="check").exists():
            continue
        take(document, step, people[f"D07:{post}"], note="同意。")
    assert document.state == "numbered"


WORDS = [
    ("不同意发文，内容须重新研究。", True), ("退回修改。", True), ("不宜以本委名义发文。", True), ("经研究，不同意。", True),
    ("暂缓发文。", True), ("建议退回重拟。", True), ("同意。", False), ("同意发文。请退回复印件一份。", False), ("", False),
    ("原则同意，不得擅自扩大范围。", False), ("已阅，无不同意见。", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_no"), WORDS)
def test_which_words_are_asked_about(text, is_no):
    assert conclusions.refuses(text) is is_no


STEPS = [("submit", "check", "reviewer"), ("check", "approve", "leader")]


@pytest.mark.parametrize(("last", "step", "post"), STEPS)
def test_a_refusal_with_the_button_of_agreement_is_asked_about_once(last, step, post, people):
    document = brought_to(last, people)
    client, address = browser(people[f"D07:{post}"]), reverse("documents:act", args=[document.uid, step])
    asked = client.post(address, {f"{step}-note": NO, "version": document.version})
    assert asked.status_code == 422 and "是否改为退回" in asked.content.decode()
    assert NO in asked.content.decode() and f'name="{step}-despite"' in asked.content.decode()
    sent = {f"{step}-note": NO, f"{step}-despite": "on", "version": document.version}
    assert client.post(address, sent).status_code == 302


def test_no_opinion_stands_in_a_box_before_it_is_anybodys(people):
    """核稿 and 签发, one by one and many at once; an empty 签发 is a 签发 without words."""
    for last, step, post in STEPS:
        document = brought_to(last, people)
        page = browser(people[f"D07:{post}"]).get(document.get_absolute_url())
        forms = {row["step"].name: row["form"] for one in page.context["panels"] for row in one.context.get("acts", ())}
        assert not forms[step]["note"].value(), step
    take(document, "approve", people["D07:leader"], note="")
    assert document.opinions.get(kind="approve").text == "" and document.state == "approved"


def test_no_choice_that_states_a_fact_is_made_beforehand():
    """原件的去向、寄送方式、是否参加、抽检不合格数: the first that stands there would be signed as true."""
    for form, name in (
        (exchange_forms.DisposeForm, "how"), (after_forms.AnswerForm, "attends"), (after_forms.EnterForm, "way"),
        (media_forms.CheckForm, "wrong"),
    ):  # fmt: skip
        assert form.base_fields[name].initial is None and form.base_fields[name].required, name
    for form in (exchange_forms.NoteSendingForm, exchange_forms.OutsideBodyForm):
        assert form.base_fields["way"].choices[0] == ("", "请选择")
