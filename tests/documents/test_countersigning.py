"""Issue 12, point 1: what a countersigner says, 协调, and who is asked again when a draft comes back."""

import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from documents import pages
from documents.actions import save_draft
from documents.models import Attachment, Document, StepRun
from documents.states import AddresseeKind, State, StepState
from files.store import keep, land_bytes
from tests.documents.test_going_back import head_of, list_of, offered, page_of, step_uid, to_be_countersigned
from tests.documents.test_routing import waiting
from tests.documents.test_whose_act import also, browser
from tests.made import BODY, brought_to, take
from units import form_drafts, handover
from units.form_drafts import Ticket
from units.models import Task
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("result", ["agreed_with_changes", "disagreed"])
@pytest.mark.parametrize("note", ["", "同意。", "同意。同意，无修改意见。", " 同意，无修改意见 \n同意"])
def test_what_is_wanted_is_written_out(people, units, result, note):
    document = to_be_countersigned(people, units, "D09")
    with pytest.raises(Refused, match="请在意见中写明"):
        take(document, "countersign", people["D09:leader"], note=note, result=result)


def test_a_disagreeing_phrase_is_offered_and_no_word_is_put_into_the_box(people, units):
    document = to_be_countersigned(people, units, "D09")
    page = page_of(people["D09:leader"], document)
    box = page[page.index('name="countersign-note"') :]
    assert box[box.index(">") + 1 : box.index("</textarea>")].strip() == "" and "意见<span" not in page
    phrase = pages.usual_phrases("countersign")[-1]
    assert f'data-phrase="{phrase}"' in page
    take(document, "countersign", people["D09:leader"], note=f"同意。{phrase}", result="disagreed")


def test_a_countersign_without_or_with_an_unknown_result_is_refused(people, units):
    document = to_be_countersigned(people, units, "D09")
    address = reverse("documents:act", args=[document.uid, "countersign"])
    for data in ({}, {"countersign-result": "returned"}):
        assert browser(people["D09:leader"]).post(address, {"countersign-note": "意见", **data}).status_code == 422
    with pytest.raises(Refused, match="请选择会签结论"):
        take(document, "countersign", people["D09:leader"], note="意见", result="coordinated")


def test_a_disagreement_is_an_opinion_and_bars_signing_until_it_is_coordinated(people, units):
    """RT-11."""
    document = to_be_countersigned(people, units, "D09", "D15")
    take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    assert waiting(document) == {("countersign", "D15", "leader"), ("notice", "D07", "person")}
    assert "区民政局会签不同意（有分歧）：经费来源不明。" in list_of(people["D07:officer"])
    take(document, "countersign", people["D15:leader"], note="建议第三条改为试行。", result="agreed_with_changes")
    assert "同意（附修改意见）：建议第三条改为试行。" in list_of(people["D07:officer"])
    with pytest.raises(Refused) as refusal:
        take(document, "approve", people["D07:leader"], note="同意。")
    assert f"区民政局（{people['D09:leader'].name}）会签不同意，分歧尚未协调" in refusal.value.reasons[0]
    assert len(refusal.value.reasons) == 1
    assert "会签有分歧：区民政局" in head_of(people["D07:leader"], document)
    take(document, "coordinate", people["D07:leader"], note="已与民政局商定由部门预算列支。", result="coordinated")
    opinion = document.opinions.get(label="协调：经协调，意见一致")
    assert (opinion.result, opinion.by) == ("coordinated", people["D07:leader"])
    assert "会签有分歧" not in head_of(people["D07:leader"], document)
    take(document, "approve", people["D07:leader"], note="同意发文。")
    assert document.state == State.APPROVED
    text = pages.draft_sheet(document, moment=document.approved_at).text
    assert "会签 不同意（有分歧）：" in text and "会签 协调：经协调，意见一致：" in text


def test_whoever_has_to_coordinate_is_led_to_it_first_and_then_to_signing(people, units):
    document = to_be_countersigned(people, units, "D09")
    take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    brought_to("check", people, title="关于另一事项的通知")
    leader = people["D07:leader"]
    assert "有分歧：区民政局会签不同意，须先协调" in list_of(leader)
    client = browser(leader)
    page = client.get(document.get_absolute_url())
    assert [one["label"] for one in page.context["bar"]] == ["去协调", "去签发", "去退回"]
    assert [row["step"].name for row in page.context["panels"][0].context["acts"] if row["open"]] == ["coordinate"]
    form = page.context["panels"][0].context["acts"][0]["form"]
    other = Ticket(leader.pk, form.draft.ticket.form, form.draft.ticket.page, document.uid)  # of an earlier window
    form_drafts.keep(other, MultiValueDict({"coordinate-note": ["商定由部门预算列支。"]}), by=leader)
    untouched = {
        "approve-note": "",
        "form_ticket": page.context["panels"][0].context["acts"][1]["form"].draft.signed,
    }
    assert client.post(reverse("documents:act", args=[document.uid, "approve"]), untouched).status_code == 422
    sent = {
        "coordinate-note": "商定由部门预算列支。",
        "coordinate-result": "coordinated",
        "form_ticket": form.draft.signed,
    }
    answer = client.post(reverse("documents:act", args=[document.uid, "coordinate"]), sent, follow=True).text
    assert "本件仍待您办理：签发。" in answer and "下一件" not in answer and "尚未提交" not in answer
    assert "有分歧" not in list_of(leader)


def test_coordination_is_the_drafting_units_leaders_and_only_of_a_disagreement(people, units):
    document = to_be_countersigned(people, units, "D09", "D15")
    assert "coordinate" not in offered(people["D07:leader"], document)
    with pytest.raises(Refused, match="没有待协调的会签分歧"):
        take(document, "coordinate", people["D07:leader"], note="已协调。", result="decided")
    take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    for who in ("D07:officer", "D07:clerk", "D07:reviewer", "D09:leader", "D15:leader"):
        assert "coordinate" not in offered(people[who], document)
        with pytest.raises(Refused):
            take(document, "coordinate", people[who], note="已协调。", result="decided")
    with pytest.raises(Refused, match="请选择协调结果"):
        take(document, "coordinate", people["D07:leader"], note="已协调。", result="agreed")
    take(document, "coordinate", people["D07:leader"], note="报请区领导同意按现稿。", result="decided")
    take(document, "countersign", people["D15:leader"], note="职责不清。", result="disagreed")
    with pytest.raises(Refused, match="区卫生局"):  # one that came after the coordination
        take(document, "approve", people["D07:leader"], note="同意。")


def test_a_disagreement_that_was_asked_again_of_somebody_else_is_settled_by_his_opinion(people, units):
    document = to_be_countersigned(people, units, "D09")
    also(people["D15:leader"], units["D09"], "leader")
    take(document, "countersign", people["D09:leader"], note="经费来源不明。", result="disagreed")
    for times in (1, 2):
        take(document, "send_back", people["D07:leader"], note="请再核。", to=step_uid(document, "check"))
        take(document, "check", people["D07:reviewer"])
        task = Task.objects.of(document).open().get(kind="countersign")
        if times == 1:  # the second time it is his already
            handover.hand_over([task], people["D15:leader"], unit=units["D09"], by=people["D09:leader"])
        take(document, "countersign", people["D15:leader"], note="同意。")
        assert StepRun.objects.filter(run__document=document, kind="countersign").count() == times + 1
    take(document, "approve", people["D07:leader"], note="同意发文。")


def test_countersigners_of_another_unit_see_it_because_they_take_part(people, units):
    document = to_be_countersigned(people, units, "D09")
    assert document.title in list_of(people["D09:leader"])
    for who, status in (("D09:leader", 200), ("D09:clerk", 404), ("D15:leader", 404)):
        assert browser(people[who]).get(document.get_absolute_url()).status_code == status


# who is asked again


def changed(document, people, what: str) -> None:
    officer, row = people["D07:officer"], Document.objects.unguarded("a test looks").get(pk=document.pk)
    rows = [(one.kind, one.unit, one.name) for one in row.addressees.all()]
    own = [one.unit for one in row.countersigners.all()]
    fields = (
        {"title": "关于做好归档工作的补充通知"} if what == "标题" else {"body": BODY + "改"} if what == "正文" else {}
    )
    if what == "抄送":
        rows.append((AddresseeKind.CC, None, "上海市档案局"))
    if what == "附件":
        stored = keep(land_bytes("附件".encode(), "附件.txt"))
        Attachment.objects.create(document=row, stored_file=stored, name="附件.txt", added_by=officer)
    save_draft(row, fields, by=officer, version=row.version, addressees=rows, countersigners=own)


@pytest.mark.parametrize("what", ["标题", "正文", "抄送", "附件"])
def test_after_a_substantive_change_all_who_agreed_are_asked_again(people, units, what):
    document = to_be_countersigned(people, units, "D09", "D15")
    take(document, "countersign", people["D09:leader"], note="同意。")
    take(document, "send_back", people["D15:leader"], note="请改。")
    assert "文稿未改" in head_of(people["D07:officer"], document)
    changed(document, people, what)
    head = head_of(people["D07:officer"], document)
    assert "<h2>正文已改</h2>" in head and f"会签 区民政局（{people['D09:leader'].name}）" in head
    take(document, "submit", people["D07:officer"])
    assert "正文已改" in head_of(people["D07:reviewer"], document)
    assert waiting(document) == {("check", "D07", "reviewer")}
    take(document, "check", people["D07:reviewer"], note="同意。")
    assert waiting(document) == {("countersign", "D09", "leader"), ("countersign", "D15", "leader")}


@pytest.mark.parametrize("back", ["send_back", "withdraw"])
def test_an_unchanged_draft_passes_by_those_who_agreed_to_it(people, units, back):
    """domain 1.7: a substantive change re-opens the countersign; without one an opinion holds."""
    document = to_be_countersigned(people, units, "D01", "D09", "D15")
    take(document, "countersign", people["D01:leader"], note="宜改为试行。", result="agreed_with_changes")
    take(document, "countersign", people["D09:leader"], note="同意。")
    take(document, back, people["D15:leader" if back == "send_back" else "D07:officer"], note="请说明。")
    head = head_of(people["D07:officer"], document)
    assert "文稿未改" in head and "不再重复办理：核稿 区信息委" in head and "正文已改" not in head
    assert ("（被退回）" in head) == (back == "send_back")
    ahead = page_of(people["D07:officer"], document)
    ahead = ahead[ahead.index("以后的流转") :]
    ahead = ahead[: ahead.index("</section>")]
    assert "区民政局" not in ahead and "核稿" not in ahead and "区卫生局" in ahead and "签发" in ahead
    assert "文稿未改" not in head_of(people["D15:leader"], document)
    take(document, "submit", people["D07:officer"], note="已与卫生局说明，未改。")
    page = page_of(people["D15:leader"], document)
    assert "送审说明" in page and "已与卫生局说明，未改。" in page
    assert "文稿未改" in page and "<h2>文稿未改" not in page
    assert waiting(document) >= {("countersign", "D01", "leader"), ("countersign", "D15", "leader")}
    assert ("countersign", "D09", "leader") not in waiting(document)
    skipped = StepRun.objects.filter(run__document=document, state=StepState.SKIPPED)
    assert {(step.kind, step.result, step.done_by) for step in skipped} == {
        ("check", "agreed", people["D07:reviewer"]), ("countersign", "agreed", people["D09:leader"]),
    }  # fmt: skip
    take(document, "countersign", people["D01:leader"], note="同意。")
    take(document, "countersign", people["D15:leader"], note="同意。")
    take(document, "approve", people["D07:leader"], note="同意。")


def test_an_opinion_holds_over_several_returns_until_the_text_changes(people, units):
    document = brought_to("check", people)
    for _ in range(2):
        take(document, "send_back", people["D07:leader"], note="请说明。")
        take(document, "submit", people["D07:officer"])
        assert waiting(document) == {("approve", "D07", "leader")}
    take(document, "send_back", people["D07:leader"], note="请改。")
    changed(document, people, "正文")
    take(document, "submit", people["D07:officer"])
    assert waiting(document) == {("check", "D07", "reviewer")}
