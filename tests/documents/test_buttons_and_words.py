"""What the trials of the document desk found: buttons that can only be refused, and words that mislead."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdfium2 import PdfDocument

from documents import pages
from documents.inputs import CoHandler
from documents.models import Urging
from documents.side_acts import SIDE_ACTS
from documents.states import Direction
from documents.workflow import WORKFLOWS
from paper.ledger import Ledger, LedgerLine, render_ledger
from tests.documents.test_whose_act import browser
from tests.made import brought_to, draft, registered, take
from units.access import forget_standing
from units.delegations import delegate
from units.models import SavedFilter
from units.templatetags.egov import dated
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


# 1. what can only be refused is not offered; the page says why, or who is awaited


def test_分发_is_offered_once_the_paper_is_sealed_before_that_it_says_who_is_awaited(people):
    document = brought_to("proofread", people)
    clerk = people["D07:clerk"]
    page = page_of(clerk, document)
    assert 'id="act-dispatch"' not in page and "待用印 · 区信息委 监印人" in page
    with pytest.raises(Refused, match="须先用印再分发"):  # the rule is the same
        take(document, "dispatch", clerk)
    assert "待用印 ·" not in page_of(people["D07:seal_keeper"], document)  # his own act stands there
    take(document, "seal", people["D07:seal_keeper"])
    page = page_of(clerk, document)
    assert 'id="act-dispatch"' in page and "待用印" not in page


def test_what_needs_no_seal_is_offered_for_分发_at_once(people):
    document = brought_to("proofread", people, to=(), doc_type="minutes", title="区信息委主任办公会议纪要")
    assert 'id="act-dispatch"' in page_of(people["D07:clerk"], document)


def deputy_of_the_leader(people, who: str, **fields) -> None:
    leader, today = people["D07:leader"], timezone.localdate()
    post = leader.appointments.get().post
    delegate(
        leader, people[who], post, by=leader, starts_on=today, ends_on=today + timedelta(8), reason="出差", **fields
    )
    forget_standing(people[who])


def test_签发_is_not_offered_to_a_deputy_on_his_own_draft_and_the_page_says_why(people):
    document = brought_to("check", people)
    document.held_by = people["D07:reviewer"]  # after a 转办
    document.save(state_change=True)
    deputy_of_the_leader(people, "D07:reviewer")
    page = page_of(people["D07:reviewer"], document)
    assert 'id="act-approve"' not in page and "代理人不得签发本人修改的文稿" in page
    page = page_of(people["D07:leader"], document)
    assert 'id="act-approve"' in page and "代理人不得签发" not in page


def test_核稿_is_not_offered_on_ones_own_draft_and_the_page_says_whom_to_ask(people):
    document = brought_to("submit", people)
    document.held_by = people["D07:reviewer"]
    document.save(state_change=True)
    page = page_of(people["D07:reviewer"], document)
    assert 'id="act-check"' not in page and "不得审核本人拟制或修改的文稿，请由文书转办" in page


def test_催办_is_offered_when_somebody_else_can_be_urged(people):
    own = draft(people)
    assert "催办" not in page_of(people["D07:officer"], own)
    assert "<summary>催办</summary>" in page_of(people["D07:clerk"], own)  # he urges the drafter
    assert "<summary>催办</summary>" in page_of(people["D07:officer"], brought_to("submit", people))


# 2. what is undone or sent back is given a reason, and the box is called so


def test_every_step_that_undoes_asks_for_its_reason_by_name():
    undoes = {
        (step.name, step.note_name)
        for table in WORKFLOWS.values()
        for step in table.steps.values()
        if step.needs_note and step.danger
    }
    assert {
        ("void", "作废理由"), ("discard", "作废理由"), ("send_back", "退回理由"), ("withdraw", "撤回理由"),
        ("return_to_sender", "退文理由"), ("refer_back", "退回复审的理由"), ("drop_addressees", "减少的理由"),
    } <= undoes  # fmt: skip
    assert {name for name, label in undoes if "理由" not in label} == {"correct"}  # it asks 改了哪里


@pytest.mark.parametrize(
    ("last", "who", "name", "label"),
    [
        ("number", "clerk", "void", "作废理由"),
        ("seal", "leader", "void_sealed", "作废理由"),
        ("submit", "officer", "withdraw", "撤回理由"),
    ],
)
def test_the_box_of_such_a_step_and_its_refusal_name_the_reason(people, last, who, name, label):
    document, person = brought_to(last, people), people[f"D07:{who}"]
    page = page_of(person, document)
    box = page[page.index(f'id="act-{name}"') :]
    assert label in box[: box.index("</form>")] and ">意见" not in box[: box.index("</form>")]
    with pytest.raises(Refused, match=f"{label[:2]}须填写理由。"):
        take(document, name, person)


# 3. 批示 and 拟办: the words, then who does it


def form_of(page: str, name: str) -> str:
    found = page[page.index(f'id="act-{name}"') :]
    return found[: found.index("</form>")]


def test_words_come_before_the_other_fields_at_拟办_and_批示(people):
    document = registered(people, kind="for_action")
    form = form_of(page_of(people["D09:reviewer"], document), "propose")
    assert form.index('name="propose-note"') < form.index('class="phrases"') < form.index("propose-lead_officer")
    take(document, "propose", people["D09:reviewer"], note="拟请阅示。")
    form = form_of(page_of(people["D09:leader"], document), "instruct")
    assert form.index('name="instruct-note"') < form.index("instruct-lead_officer") < form.index("instruct-readers")
    assert form.count('name="instruct-note"') == 1
    form = form_of(page_of(people["D07:reviewer"], brought_to("submit", people)), "send_back")
    assert form.index("send_back-to") < form.index('name="send_back-note"')  # elsewhere as before


# 5. who leads the handling urges those who help; 办结 begins with what was reported


def shared_out(people):
    document = registered(people, kind="for_action")
    helper = people["D09:clerk"]
    given = {"lead_officer": people["D09:officer"], "co_handlers": (CoHandler(person=helper),)}
    take(document, "propose", people["D09:reviewer"], note="拟请阅示。", **given)
    take(document, "instruct", people["D09:leader"], note="请办。", **given)
    return take(document, "handle", people["D09:officer"]), helper


def test_the_lead_urges_协办_and_nobody_without_a_part_does(people):
    document, helper = shared_out(people)
    page = page_of(people["D09:officer"], document)
    assert "可先催办" in page and "<summary>催办</summary>" in page
    assert "已催办" in SIDE_ACTS.perform("urge", document, by=people["D09:officer"], note="请今日反馈。")
    assert [one.task.assignee for one in Urging.objects.all()] == [helper]
    with pytest.raises(Refused):
        SIDE_ACTS.perform("urge", document, by=people["D09:archivist"], note="请今日反馈。")


def test_办结_begins_with_the_result_that_the_lead_reported(people):
    document, helper = shared_out(people)
    take(document, "assist", helper, note="无不同意见。")
    take(document, "report", people["D09:officer"], note="已于本周办妥。")
    form = form_of(page_of(people["D09:clerk"], document), "complete")
    box = form[form.index('name="complete-result"') :]
    assert "已于本周办妥。" in box[: box.index("</textarea>")]


# 6. why a draft came back stands on top while it is changed


def test_the_reason_of_a_return_stands_on_the_editing_page(people):
    document = brought_to("submit", people)
    address, drafter = reverse("documents:edit", args=[document.uid]), browser(people["D07:officer"])
    take(document, "send_back", people["D07:reviewer"], note="依据不足，请补充。")
    page = drafter.get(address).content.decode()
    assert page.index("被退回") < page.index("依据不足，请补充。") < page.index('id="draft-form"')
    untouched = drafter.get(reverse("documents:edit", args=[draft(people).uid])).content.decode()
    assert "被退回" not in untouched


# 7. a 签报 asks for something: 同意 is the usual word


def test_同意_is_a_usual_phrase_for_the_批示_of_a_签报_alone():
    assert pages.usual_phrases("instruct", Direction.INTERNAL)[0] == "同意。"
    assert "同意。" not in pages.usual_phrases("instruct", Direction.INCOMING)
    assert "同意。" not in pages.usual_phrases("propose", Direction.INTERNAL)
    of_a_report = [one for kind in ("check", "instruct") for one in pages.usual_phrases(kind, Direction.INTERNAL)]
    assert not [one for one in of_a_report if "拟办" in one or "审签" in one]  # it is 批示, and nobody proposes


# 8. words that say what was done


def test_a_filter_put_back_is_told_as_put_back(people):
    clerk = browser(people["D07:clerk"])
    kept = {"page": "documents:waiting", "query": "urgency=urgent", "name": "急件"}

    def told(address, data) -> str:
        return clerk.post(address, data, follow=True).content.decode()

    assert "已保存常用筛选“急件”" in told(reverse("units:save_filter"), kept)
    clerk.post(reverse("units:remove_filter", args=[SavedFilter.objects.get().uid]))
    assert "已恢复常用筛选“急件”" in told(reverse("units:save_filter"), kept)
    clerk.post(reverse("units:remove_filter", args=[SavedFilter.objects.get().uid]))
    assert "已保存常用筛选“加急”" in told(reverse("units:save_filter"), kept | {"name": "加急"})  # another one


def test_choosing_many_is_left_by_退出批量(people):
    page = browser(people["D07:clerk"]).get(reverse("documents:waiting"), {"select": "1"}).content.decode()
    assert "取消勾选" not in page
    for _ in "ab":
        brought_to("approve", people)
    page = browser(people["D07:clerk"]).get(reverse("documents:under_way"), {"select": "1"}).content.decode()
    assert "退出批量" in page and "取消勾选" not in page


# 9. a number is not broken before its 号, on the screen and on paper


def test_no_line_begins_with_号_in_the_register_on_screen(people):
    number = brought_to("number", people).doc_number
    page = browser(people["D07:clerk"]).get(reverse("documents:register", args=["issued"])).content.decode()
    head, seq = number.split("〕")
    assert f'{head}〕<span class="when">{seq}</span>' in page
    assert dated("长信委〔2026〕第3期 · 2026-11-24") == (
        '长信委〔2026〕<span class="when">第3期</span>\u00a0· <span class="when">2026-11-24</span>'
    )
    assert dated("关于12号线的通知") == "关于12号线的通知"  # no number of a document


def test_no_line_begins_with_号_in_the_register_on_paper():
    rows = [LedgerLine((f"{'长' * n}信委办〔2026〕{10**m}号",)) for n in range(1, 9) for m in range(1, 5)]
    columns = (("发文字号", 22), ("标题", 251))
    lines = tuple(LedgerLine((*one.cells, "关于工作的通知")) for one in rows)
    pdf = render_ledger(Ledger("发文登记簿", "2026年", "", columns, lines), moment=timezone.now()).pdf
    text = "\n".join(one.get_textpage().get_text_bounded() for one in PdfDocument(pdf))
    assert "号" in text and not [line for line in text.splitlines() if line.strip().startswith("号")]
