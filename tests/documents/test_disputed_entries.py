"""补录 that is disputed: what it holds up, who may dispute which entry, what is left of an objection that ended."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import disputes, routing
from documents.models import Document, PaperOpinion, StepRun
from documents.offered import said_instead
from documents.reply_inputs import NotedInput, ObjectInput
from documents.rules import waiting_kinds
from documents.side_acts import SIDE_ACTS
from documents.states import Direction, StepKind, StepState
from tests.documents.test_going_back import seen
from tests.documents.test_paper_conclusions import enter, object_to, offered
from tests.documents.test_paper_of_others import enter as enter_of
from tests.made import brought_to, draft, registered, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import Post, Task
from units.roles import PostKind
from units.workflow import Refused

pytestmark = pytest.mark.django_db
HELD = "对补录的{}提出异议：我没有同意"
K = StepKind


def instructed_on_paper(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:clerk"], note="拟请领导阅示。")
    enter(delivery, people, "agreed", note="请承办人抓紧办理。", by="D09:clerk", leader="D09:leader")
    return delivery


def report_checked_on_paper(people):
    document = draft(people, to=())
    with unwatched():
        Document._base_manager.filter(pk=document.pk).update(direction=Direction.INTERNAL)
    take(document, "submit", people["D07:officer"])
    enter(document, people, "agreed", leader="D07:reviewer")
    return document


def held(document, people, step, who, kind, **given):
    """Refused, and said on the page of whoever has it to do instead of it."""
    sentence = HELD.format(kind)
    with pytest.raises(Refused, match=sentence):
        take(document, step, people[who], note="同意。", **given)
    person = people[who]
    said = said_instead(person, document, waiting_kinds(person, document, {}), [])
    assert any(sentence in one for one in said), said
    assert sentence in browser(person).get(document.get_absolute_url()).content.decode()


def withdrawn(document, people, who):
    SIDE_ACTS.perform("withdraw_objection", document, by=people[who], note="是我批的。", given=ObjectInput())


def told_on(document, people, who) -> list[tuple[str, str]]:
    """(heading, link) of what stands on top of his page about an objection; said once, and the link leads somewhere."""
    page = browser(people[who]).get(document.get_absolute_url())
    text = page.content.decode()
    found = [one for one in page.context["notices"] if disputes.SETTLES in one.lines]
    assert text.count(disputes.SETTLES) == len(found)
    assert all(f'id="{one.url[1:]}"' in text and f'href="{one.url}"' in text for one in found)
    return [(one.heading, one.url) for one in found]


def test_the_top_of_the_page_says_what_ends_an_objection_and_leads_to_it(people):
    document = brought_to("check", people)
    enter(document, people, "agreed", note="同意发文。")
    assert told_on(document, people, "D07:clerk") == []
    object_to(document, people)
    assert told_on(document, people, "D07:clerk") == [("请阅知", "#act-revoke_entry")]
    task = Task.objects.of(document).open().get(kind="notice")
    assert task.remark == "区信息委领导对补录的签发提出异议：我没有同意。"
    SIDE_ACTS.perform("take_note", document, by=people["D07:clerk"], note="", given=NotedInput(task.pk))
    assert told_on(document, people, "D07:clerk") == [("补录有异议", "#act-revoke_entry")]
    assert told_on(document, people, "D07:officer") == [("补录有异议", "#paper-opinions")]
    assert told_on(document, people, "D07:leader") == [("补录有异议", "#act-withdraw_objection")]
    withdrawn(document, people, "D07:leader")
    for who in ("clerk", "officer", "leader"):
        assert told_on(document, people, f"D07:{who}") == [], who
    object_to_again(document)
    for step, post in (("number", "clerk"), ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        PaperOpinion.objects.update(settled_at=timezone.now())
        take(document, step, people[f"D07:{post}"])
        object_to_again(document)
        is_sealed, is_out = document.state == "sealed", document.state == "dispatched"
        clerk = "#paper-opinions" if is_sealed else "#act-revoke_entry"
        assert told_on(document, people, "D07:clerk") == ([] if is_out else [("补录有异议", clerk)]), step
        if is_sealed:
            assert told_on(document, people, "D07:seal_keeper") == [("补录有异议", "#act-unseal")]


def object_to_again(document):
    """As if he had not withdrawn it."""
    PaperOpinion.objects.filter(document=document).update(settled_at=None, settled_by=None, settlement="")


def test_what_was_revoked_or_held_nothing_up_has_no_way_out(people):
    document = brought_to("check", people)
    enter(document, people, "agreed", way="telephone")
    object_to(document, people)  # of what was only heard the step waits for himself
    assert told_on(document, people, "D07:clerk") == told_on(document, people, "D07:officer") == []
    enter(document, people, "agreed", note="同意发文。")
    object_to(document, people)
    assert len(told_on(document, people, "D07:clerk")) == 1
    take(document, "revoke_entry", people["D07:clerk"], note="看错了签批件。")
    assert told_on(document, people, "D07:clerk") == told_on(document, people, "D07:officer") == []


def test_an_objection_to_an_instruction_holds_接办_and_办结_of_what_was_received(people):
    delivery = instructed_on_paper(people)
    object_to(delivery, people, "D09:leader")
    held(delivery, people, "handle", "D09:officer", "批示")
    withdrawn(delivery, people, "D09:leader")
    take(delivery, "handle", people["D09:officer"])
    take(delivery, "report", people["D09:officer"], note="已办。")
    entry = PaperOpinion.objects.get()
    PaperOpinion.objects.filter(pk=entry.pk).update(settled_at=None, settled_by=None)  # as if he objected only now
    held(delivery, people, "complete", "D09:clerk", "批示", retention_code="D10")
    withdrawn(delivery, people, "D09:leader")
    take(delivery, "complete", people["D09:clerk"], retention_code="D10")


def test_an_objection_holds_批示_and_办结_of_a_report(people):
    document = report_checked_on_paper(people)
    object_to(document, people, "D07:reviewer")
    held(document, people, "instruct", "D07:leader", "核稿")
    with pytest.raises(Refused, match=HELD.format("核稿")):
        enter(document, people, "agreed")
    withdrawn(document, people, "D07:reviewer")
    enter(document, people, "agreed")
    object_to(document, people)
    waiting = Task.objects.of(document).open().exclude(kind=K.NOTICE).get()
    assert waiting.kind == K.COMPLETE
    held(document, people, "complete", "D07:officer", "批示", retention_code="D10")
    assert "revoke_entry" in offered(people["D07:clerk"], document)
    withdrawn(document, people, "D07:leader")
    take(document, "complete", people["D07:officer"], retention_code="D10")


def test_what_was_revoked_is_objected_to_no_more(people):
    """By nobody: neither the rule nor the form offers it, and the act refuses it by its key as well."""
    document = brought_to("check", people)
    enter(document, people, "agreed", way="telephone")
    enter(document, people, "agreed", note="同意发文。")
    heard, signed = PaperOpinion.objects.order_by("pk")
    take(document, "revoke_entry", people["D07:clerk"], note="看错了签批件。")
    leader = people["D07:leader"]
    with pytest.raises(Refused, match="已撤销补录"):
        SIDE_ACTS.perform("object", document, by=leader, note="不是我签的。", given=ObjectInput(signed.pk))
    SIDE_ACTS.perform("object", document, by=leader, note="我没有说过。", given=ObjectInput())
    assert [one.pk for one in PaperOpinion.objects.filter(objected_at__isnull=False)] == [heard.pk]
    with pytest.raises(Refused, match="没有补录的意见"):
        SIDE_ACTS.perform("object", document, by=leader, note="再说一次。", given=ObjectInput())


def test_of_a_row_read_the_same_is_said_as_of_those_asked_for(people):
    document = brought_to("check", people)
    for ends in ({}, {"objected_at": "2026-01-01T00:00Z"}, {"revoked": True}):
        enter(document, people, "agreed", way="telephone", note=f"同意{len(ends)}{'；'.join(ends)}。")
        PaperOpinion.objects.filter(pk=PaperOpinion.objects.last().pk).update(**ends)
    rows = list(PaperOpinion.objects.order_by("pk"))
    for stands, is_so in ((PaperOpinion.OPEN, "is_open"), (PaperOpinion.OBJECTED, "is_objected")):
        found = PaperOpinion.objects.filter(**stands).order_by("pk")
        assert list(found) == [one for one in rows if getattr(one, is_so)] != []


def test_each_is_offered_what_was_entered_in_his_own_name(people):
    document = brought_to("submit", people)
    enter(document, people, "agreed", leader="D07:reviewer", note="已核。")
    enter(document, people, "agreed", note="同意发文。")
    for who, own, others in (("reviewer", "已核", "同意发文"), ("leader", "同意发文", "已核")):
        client = browser(people[f"D07:{who}"])
        for act in ("object", "withdraw_objection"):
            page = client.get(document.get_absolute_url()).content.decode()
            box = page.partition(f'name="{act}-entry"')[2].partition("</select>")[0]
            assert own in box and others not in box, (who, act)
            if act == "object":
                for each in ("D07:reviewer", "D07:leader"):
                    if not PaperOpinion.objects.filter(opinion__by=people[each], objected_at__isnull=False).exists():
                        object_to(document, people, each)
                object_done = reverse("documents:side_act", args=[document.uid, "object"])
                assert client.post(object_done, {"object-note": "再说"}).status_code in (404, 409, 422)
        PaperOpinion.objects.update(objected_at=None, objection="")


def test_an_objection_withdrawn_keeps_its_words_when_the_entry_is_revoked(people):
    document = brought_to("check", people)
    enter(document, people, "agreed", note="同意发文。")
    object_to(document, people)
    withdrawn(document, people, "D07:leader")
    before = PaperOpinion.objects.get()
    take(document, "revoke_entry", people["D07:clerk"], note="看错了签批件。")
    after = PaperOpinion.objects.get()
    assert after.revoked and (after.settled_at, after.settled_by, after.settlement) == (
        before.settled_at, people["D07:leader"], "是我批的。",
    )  # fmt: skip
    page = browser(people["D07:clerk"]).get(document.get_absolute_url()).content.decode()
    for by, words, what in (("leader", "是我批的。", "异议已撤回"), ("clerk", "看错了签批件。", "补录已撤销")):
        assert f"{what}（{people[f'D07:{by}'].name}）：{words}" in page


def test_a_refusal_of_会签_without_a_result_is_told_once(people, units):
    document = draft(people)
    document.countersigners.create(unit=units["D09"])
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    for act in (
        lambda: enter_of(document, people, "countersign", "D09:leader", result=""),
        lambda: take(document, "countersign", people["D09:leader"], result=""),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reasons == ["请选择会签结论：同意、同意（附修改意见）或不同意（有分歧）。"]


def test_a_return_on_paper_ends_what_is_open_beside_it_and_tells_who_had_opened_it(people, units):
    """As 退回 by the leader himself does (test_going_back.py)."""
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:reviewer"], note="拟请领导阅示。")
    beside = StepRun.objects.get(
        run__document=delivery, kind=K.INSTRUCT
    )  # a route may not have two, but an old one did
    beside.pk, beside.uid, beside.state = None, uuid.uuid4(), StepState.AHEAD
    beside.post = Post.objects.get(unit=units["D09"], kind=PostKind.REVIEWER)
    beside.save(force_insert=True)
    routing._open(delivery, beside)
    seen(people["D09:reviewer"], delivery)
    enter(delivery, people, "returned", note="请重新拟办。", by="D09:clerk", leader="D09:leader")
    by = f"区民政局 {people['D09:leader'].name}（纸质批示，{people['D09:clerk'].name}补录）"
    why = f"因{by}退回而终止"
    ended = Task.objects.of(delivery).get(kind="instruct", post__kind="reviewer")
    assert (ended.outcome, ended.remark) == ("dropped", why)
    told = Task.objects.of(delivery).open().get(kind="notice", post__kind="reviewer")
    assert why in told.remark
    assert not Task.objects.of(delivery).open().filter(kind="instruct").exists()
    take(delivery, "propose", people["D09:reviewer"], note="重新拟办。")
    assert Task.objects.of(delivery).open().filter(kind="instruct").count() == 2


def test_a_refusal_entered_tells_the_leader_and_an_objection_to_it_tells_the_drafter(people):
    document = brought_to("check", people)
    enter(document, people, "returned", note="暂不发文。")
    told = Task.objects.of(document).open().get(kind="notice", assignee=people["D07:leader"])
    assert "补录了您的签发意见：暂不发文。" in told.remark
    redraft = Task.objects.of(document).open().get(kind="redraft")
    assert f"{people['D07:leader'].name}（纸质签批，{people['D07:clerk'].name}补录）" in redraft.remark
    object_to(document, people)
    sentence = HELD.format("签发")
    redraft.refresh_from_db()
    assert sentence in redraft.remark and "不作修改、重新送审" in redraft.remark
    for who in ("clerk", "officer", "leader"):
        page = browser(people[f"D07:{who}"]).get(document.get_absolute_url())
        found = [one for one in page.context["notices"] if disputes.ends_return(document) in one.lines]
        assert len(found) == 1, who
    page = browser(people["D07:officer"]).get(reverse("documents:edit", args=[document.uid])).content.decode()
    assert sentence in page
    take(document, "submit", people["D07:officer"])
    assert Task.objects.of(document).open().get(kind="approve").post.kind == "leader"  # who had agreed is not asked
    assert disputes.of_return(document) is None


def test_an_objection_to_a_refusal_of_a_received_paper_tells_who_does_it_over(people):
    delivery = registered(people, kind="for_action")
    take(delivery, "propose", people["D09:reviewer"], note="拟请领导阅示。")
    enter(delivery, people, "returned", note="请重新拟办。", by="D09:clerk", leader="D09:leader")
    object_to(delivery, people, "D09:leader")
    task = Task.objects.of(delivery).open().get(kind="propose")
    assert HELD.format("批示") in task.remark and disputes.ends_return(delivery) in task.remark
