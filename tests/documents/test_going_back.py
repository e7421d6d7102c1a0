"""Issue 12, point 1: 退回 to any step that was done, 取回 of what nobody has opened, 撤回 that loses nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import pages
from documents.actions import create_draft
from documents.agreements import Way
from documents.models import Attachment, Document, Revision, StepRun
from documents.side_acts import SIDE_ACTS
from documents.states import AddresseeKind, Direction, State, StepKind
from documents.workflow import workflow_of
from files.store import keep, land_bytes
from tests.documents.test_routing import countersigned, waiting
from tests.documents.test_whose_act import browser, events
from tests.made import BODY, brought_to, draft, registered, take
from tests.scenarios.owner import unwatched
from units.access import forget_standing, may
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db
K = StepKind


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def head_of(person, document) -> str:
    """What stands above the paper and the acts."""
    page = page_of(person, document)
    return page[: page.index('class="desk"')]


def list_of(person) -> str:
    return browser(person).get(reverse("documents:waiting")).content.decode()


def offered(person, document) -> set[str]:
    forget_standing(person)
    document.refresh_from_db()
    return {step.name for step in workflow_of(document).open_to(person, document)}


def step_uid(document, kind):
    return next(step.uid for step in Way.of(document).earlier if step.kind == kind)


def seen(person, document) -> None:
    assert browser(person).get(document.get_absolute_url()).status_code == 200


def to_be_countersigned(people, units, *codes):
    return take(countersigned(people, units, *codes), "check", people["D07:reviewer"], note="拟同意。")


# 退回


def test_a_return_to_an_earlier_step_asks_it_and_those_after_it_again(people, units):
    document = to_be_countersigned(people, units, "D09")
    take(document, "countersign", people["D09:leader"], note="同意。")
    take(document, "send_back", people["D07:leader"], note="第二段数据请核对。", to=step_uid(document, K.CHECK))
    assert document.state == State.IN_REVIEW and waiting(document) == {("check", "D07", "reviewer")}
    assert "被退回：第二段数据请核对。" in list_of(people["D07:reviewer"])
    head = head_of(people["D07:reviewer"], document)
    assert "<h2>被退回</h2>" in head and "第二段数据请核对。" in head and people["D07:leader"].name in head
    assert not may(people["D07:officer"], "edit", document) and not may(people["D07:reviewer"], "edit", document)
    take(document, "check", people["D07:reviewer"], note="已核对。")
    assert waiting(document) == {("countersign", "D09", "leader")}
    take(document, "countersign", people["D09:leader"], note="同意。")
    take(document, "approve", people["D07:leader"], note="同意发文。")
    assert document.state == State.APPROVED
    reopened = StepRun.objects.filter(run__document=document, reopened_by__isnull=False)
    assert sorted(reopened.values_list("kind", flat=True)) == ["approve", "check", "countersign"]
    assert {step.reopened_by.text for step in reopened} == {"第二段数据请核对。"}
    assert events(document, "send_back").get().detail["returned_to"] == "核稿 区信息委"


def test_a_return_goes_to_the_drafter_unless_a_step_is_chosen_and_only_done_steps_are_offered(people, units):
    document = to_be_countersigned(people, units, "D09")
    page = page_of(people["D09:leader"], document)
    assert "退回至" in page and f"拟稿人 {people['D07:officer'].name}" in page and "核稿 区信息委" in page
    for phrase in pages.usual_phrases("send_back"):
        assert f'data-phrase="{phrase}"' in page
    ahead = StepRun.objects.get(run__document=document, kind=K.APPROVE).uid
    with pytest.raises(Refused, match="尚未办理，或者已经变动"):
        take(document, "send_back", people["D09:leader"], note="请改。", to=ahead)
    address = reverse("documents:act", args=[document.uid, "send_back"])
    for value in ("x", str(document.uid)):
        answer = browser(people["D09:leader"]).post(address, {"send_back-note": "请改。", "send_back-to": value})
        assert answer.status_code == 422
    document.refresh_from_db()
    assert document.state == State.IN_REVIEW
    answer = browser(people["D09:leader"]).post(address, {"send_back-note": "请改。", "send_back-to": "drafter"})
    document.refresh_from_db()
    assert answer.status_code == 302 and document.state == State.DRAFTING


@pytest.mark.parametrize("to_a_step", [False, True])
def test_a_return_by_one_of_parallel_signers_ends_the_others_and_tells_them(people, units, to_a_step):
    document = to_be_countersigned(people, units, "D09", "D15", "D30")
    take(document, "countersign", people["D30:leader"], note="同意。")
    seen(people["D09:leader"], document)
    given = {"to": step_uid(document, K.CHECK)} if to_a_step else {}
    take(document, "send_back", people["D15:leader"], note="与本局职责不符。", **given)
    why = f"因区卫生局 {people['D15:leader'].name}退回而终止"
    ended = Task.objects.of(document).get(kind="countersign", unit=units["D09"])
    assert (ended.outcome, ended.remark) == ("dropped", why)
    assert why in page_of(people["D07:officer"], document)
    assert why in list_of(people["D09:leader"]) and why in head_of(people["D09:leader"], document)
    assert not Task.objects.of(document).filter(kind="notice", unit=units["D30"]).exists()
    SIDE_ACTS.perform("take_note", document, by=people["D09:leader"])
    assert why not in list_of(people["D09:leader"])
    with pytest.raises(Refused, match="没有待您阅知的事项"):
        SIDE_ACTS.perform("take_note", document, by=people["D09:leader"])
    if to_a_step:
        take(document, "check", people["D07:reviewer"], note="已核。")
        assert {code for _, code, _ in waiting(document)} == {"D09", "D15"}  # the archive had agreed to this text


def test_who_never_opened_it_is_told_on_the_page_alone(people, units):
    document = to_be_countersigned(people, units, "D09", "D15")
    take(document, "send_back", people["D15:leader"], note="与本局职责不符。")
    assert not Task.objects.open().filter(kind="notice").exists()
    assert "退回而终止" in page_of(people["D09:leader"], document)


def test_a_withdrawal_tells_who_had_opened_it(people):
    document = brought_to("submit", people)
    seen(people["D07:reviewer"], document)
    take(document, "withdraw", people["D07:officer"], note="再核。")
    assert "撤回而终止" in list_of(people["D07:reviewer"])


def test_a_received_document_goes_back_to_a_step_done_and_to_no_drafter(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:reviewer"], note="拟请领导阅示。")
    with pytest.raises(Refused, match="请选择退回到哪一环节"):
        take(delivery, "send_back", people["D09:leader"], note="主办科室不当。")
    take(delivery, "send_back", people["D09:leader"], note="主办科室不当。", to=step_uid(delivery, K.PROPOSE))
    assert delivery.state == State.REGISTERED and waiting(delivery) == {("propose", "D09", "reviewer")}
    take(delivery, "propose", people["D09:reviewer"], note="改由办公室承办。")
    take(delivery, "instruct", people["D09:leader"], note="同意。")
    take(delivery, "handle", people["D09:officer"])
    take(delivery, "send_back", people["D09:officer"], note="非本人职责。", to=step_uid(delivery, K.INSTRUCT))
    assert delivery.state == State.PROPOSED and waiting(delivery) == {("instruct", "D09", "leader")}
    for step, post in (("instruct", "leader"), ("handle", "officer"), ("report", "officer")):
        take(delivery, step, people[f"D09:{post}"], note="已办。")
    take(delivery, "complete", people["D09:clerk"], retention_code="D10")


# 取回


def incoming(last: str, people):
    delivery = registered(people, kind="for_action")
    for step, post in (("propose", "reviewer"), ("instruct", "leader"), ("handle", "officer"), ("report", "officer")):
        readers = {"readers": (people["D09:archivist"],)} if step == "instruct" else {}
        take(delivery, step, people[f"D09:{post}"], note="请阅办。", **readers)
        if step == last:
            return delivery
    raise LookupError(last)


RETRIEVED = [
    ("submit", "D07:officer", State.DRAFTING, ("redraft", "D07", "person"), "D07:reviewer"),
    ("check", "D07:reviewer", State.IN_REVIEW, ("check", "D07", "reviewer"), "D07:leader"),
    ("approve", "D07:leader", State.IN_REVIEW, ("approve", "D07", "leader"), "D07:clerk"),
    ("propose", "D09:reviewer", State.REGISTERED, ("propose", "D09", "reviewer"), "D09:leader"),
    ("instruct", "D09:leader", State.PROPOSED, ("instruct", "D09", "leader"), "D09:officer"),
    ("handle", "D09:officer", State.INSTRUCTED, ("handle", "D09", "officer"), None),
    ("report", "D09:officer", State.IN_HANDLING, ("report", "D09", "person"), "D09:clerk"),
]


@pytest.mark.parametrize(("step", "sender", "state", "task", "following"), RETRIEVED, ids=lambda one: str(one)[:12])
def test_what_the_next_one_has_not_opened_is_taken_back(people, step, sender, state, task, following):
    document = (incoming if sender.startswith("D09") else brought_to)(step, people)
    others = set(people) & {"D07:clerk", "D07:officer", "D07:reviewer", "D09:clerk", "D09:leader", "D07:leader"}
    assert not [who for who in others - {sender} if "retrieve" in offered(people[who], document)]
    assert "retrieve" in offered(people[sender], document)
    seen(people[sender], document)  # his own looking is nobody's opening
    take(document, "retrieve", people[sender])
    asked = {one for one in waiting(document) if one[0] != "read"}
    assert (document.state, asked) == (state, {task})
    assert "取回" in page_of(people[sender], document)
    if following:
        assert document.title not in list_of(people[following])
    forget_standing(people[sender])
    assert "retrieve" not in offered(people[sender], document) or step in ("handle", "report")
    assert events(document, "retrieve").get().after == state


@pytest.mark.parametrize(("step", "sender", "state", "task", "following"), RETRIEVED, ids=lambda one: str(one)[:12])
def test_what_was_opened_stays_sent(people, step, sender, state, task, following):
    if following is None:  # whoever took it up himself has nobody after him
        return
    document = (incoming if sender.startswith("D09") else brought_to)(step, people)
    before, open_before = document.state, waiting(document)
    seen(people[following], document)
    assert "retrieve" not in offered(people[sender], document)
    answer = browser(people[sender]).post(reverse("documents:act", args=[document.uid, "retrieve"]))
    assert answer.status_code == 422
    at = timezone.localtime(Task.objects.of(document).open().exclude(seen_at=None).first().seen_at)
    assert f"已于 {at:%m-%d %H:%M} 打开，不能取回" in answer.content.decode()
    document.refresh_from_db()
    assert (document.state, waiting(document)) == (before, open_before)


def test_a_countersigner_takes_his_opinion_back_while_the_others_are_still_asked(people, units):
    document = to_be_countersigned(people, units, "D09", "D15")
    take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    take(document, "retrieve", people["D09:leader"])
    assert {("countersign", "D09", "leader"), ("countersign", "D15", "leader")} <= waiting(document)
    for code in ("D09", "D15"):
        take(document, "countersign", people[f"{code}:leader"], note="同意。")
    take(document, "approve", people["D07:leader"], note="同意。")
    text = pages.draft_sheet(document, moment=document.approved_at).text
    assert "经费来源不明" not in text and "取回" not in text
    assert events(document, "countersign").first().opinion == "经费来源不明。"  # the trail keeps what was said


def test_taking_back_a_signature_leaves_nothing_approved(people):
    document = take(brought_to("approve", people), "retrieve", people["D07:leader"])
    assert (document.signatory, document.approved_at, document.document_date, document.content_digest) == (
        None, None, None, "",
    )  # fmt: skip
    take(document, "approve", people["D07:leader"], note="同意发文。")


def test_a_circulation_that_went_out_with_an_instruction_comes_back_with_it_unless_it_was_opened(people):
    delivery = take(incoming("instruct", people), "retrieve", people["D09:leader"])
    assert not Task.objects.of(delivery).open().filter(kind="read").exists()
    other = incoming("instruct", people)
    seen(people["D09:archivist"], other)
    with pytest.raises(Refused, match="打开，不能取回"):
        take(other, "retrieve", people["D09:leader"])


@pytest.mark.parametrize(("last", "who"), [("number", "D07:leader"), ("dispatch", "D07:clerk"), ("seal", "D07:clerk")])
def test_what_is_numbered_sealed_or_dispatched_is_not_taken_back(people, last, who):
    document = brought_to(last, people)
    assert "retrieve" not in offered(people[who], document)
    with pytest.raises(Refused, match="不能取回"):
        take(document, "retrieve", people[who])


def test_a_submission_taken_back_is_the_returned_draft_it_was(people):
    document = brought_to("check", people)
    take(document, "send_back", people["D07:leader"], note="请补充依据。")
    take(document, "submit", people["D07:officer"])
    take(document, "retrieve", people["D07:officer"])
    assert document.was_returned and "被退回：请补充依据。" in list_of(people["D07:officer"])
    take(document, "submit", people["D07:officer"])
    assert waiting(document) == {("approve", "D07", "leader")}  # the reviewer's 同意 still holds


def test_a_withdrawn_draft_is_as_it_was(people, units):
    """Text, files, addressees and the choice of countersigners: nothing is lost by 撤回."""
    officer = people["D07:officer"]
    document = create_draft(
        {"title": "关于做好归档工作的通知", "body": BODY, "contact": "某 62520000"}, unit=units["D07"], by=officer,
        addressees=[(AddresseeKind.MAIN, units["D09"], units["D09"].name), (AddresseeKind.CC, None, "上海市档案局")],
        countersigners=[units["D15"], units["D30"]],
    )  # fmt: skip
    stored = keep(land_bytes("附件".encode(), "附件.txt"))
    Attachment.objects.create(document=document, stored_file=stored, name="附件.txt", title="清单", added_by=officer)

    def whole() -> tuple:
        row = Document.objects.unguarded("a test looks").get(pk=document.pk)
        return (
            row.title, row.body, row.contact, row.doc_type, row.urgency, row.disclosure_attr, row.state,
            list(row.addressees.values_list("kind", "unit", "name", "position")),
            list(row.countersigners.order_by("unit").values_list("unit", flat=True)),
            list(row.attachments.values_list("uid", "name", "title", "stored_file", "removed_at")),
            list(Revision.objects.filter(document=row).values_list("number", "digest")),
        )  # fmt: skip

    before = whole()
    take(document, "submit", officer)
    take(document, "check", people["D07:reviewer"], note="同意。")
    take(document, "withdraw", officer, note="再核。")
    assert whole() == before and may(officer, "edit", document)
    page = browser(officer).get(reverse("documents:edit", args=[document.uid]))
    assert page.context["form"].initial["countersigners"] == [units["D15"].pk, units["D30"].pk]


# who may: one letter a person, written by hand; "x" is offered

WHO = (
    "D07:officer",
    "D07:reviewer",
    "D07:leader",
    "D07:clerk",
    "D07:seal_keeper",
    "D09:leader",
    "D09:clerk",
    "D15:leader",
)
OFFERED = {
    "in check": {"send_back": ".x......", "retrieve": "x.......", "withdraw": "x......."},
    "in countersign": {
        "send_back": ".....x.x", "countersign": ".....x.x", "retrieve": ".x......", "withdraw": "x.......",
    },
    "disagreed": {
        "send_back": ".......x", "countersign": ".......x", "coordinate": "..x.....", "retrieve": ".....x..",
        "withdraw": "x.......",
    },
    "numbered": {"correct": "...x....", "refer_back": "...x...."},
    "referred": {"agree_to_change": "..x.....", "keep_text": "..x....."},
}  # fmt: skip
ROWS = tuple(dict.fromkeys(row for table in OFFERED.values() for row in table))


def at(moment: str, people, units):
    if moment in ("numbered", "referred"):
        document = brought_to("number", people)
        return document if moment == "numbered" else take(document, "refer_back", people["D07:clerk"], note="有误。")
    document = countersigned(people, units, "D09", "D15")
    if moment != "in check":
        take(document, "check", people["D07:reviewer"])
    if moment == "disagreed":
        take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    return document


@pytest.mark.parametrize("moment", OFFERED)
def test_each_act_is_offered_to_those_written_here(people, units, moment):
    document = at(moment, people, units)
    found = {who: offered(people[who], document) & set(ROWS) for who in WHO}
    table = {row: "".join("x" if row in found[who] else "." for who in WHO) for row in ROWS}
    assert {row: line for row, line in table.items() if "x" in line} == OFFERED[moment]


def test_a_leader_returns_an_internal_report_to_its_reviewer(people):
    document = draft(people, to=())
    with unwatched():
        Document._base_manager.filter(pk=document.pk).update(direction=Direction.INTERNAL)
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    take(document, "send_back", people["D07:leader"], note="请核数据。", to=step_uid(document, K.CHECK))
    assert document.state == State.IN_REVIEW and waiting(document) == {("check", "D07", "reviewer")}
    take(document, "check", people["D07:reviewer"])
    take(document, "instruct", people["D07:leader"], note="同意。")
    take(document, "retrieve", people["D07:leader"])
    assert document.state == State.IN_REVIEW and waiting(document) == {("instruct", "D07", "leader")}
