"""Issue 12, point 1: after 退回 撤回 取回 收回 作废 退文 and 替换 list and page say who, when and why in one sentence."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from documents import set_back
from documents.exchange_inputs import RecallDeliveriesInput
from documents.exchange_workflow import EXCHANGE
from documents.models import Document
from documents.side_acts import SIDE_ACTS
from documents.workflow import WORKFLOWS
from tests.documents.test_going_back import seen, step_uid, to_be_countersigned
from tests.documents.test_whose_act import browser
from tests.made import brought_to, referred_back, take
from units.models import Task

pytestmark = pytest.mark.django_db
WHEN = r"\d\d-\d\d \d\d:\d\d"


def text_of(person, address: str) -> str:
    """The page as it is read, without its menus."""
    page = browser(person).get(address).content.decode()
    return re.sub(r"\s+", " ", strip_tags(page[page.index("<main") :])).replace("\xa0", " ")


def listed(person, name: str) -> str:
    return text_of(person, reverse(f"documents:{name}"))


def banner(person, document) -> str:
    page = browser(person).get(document.get_absolute_url()).content.decode()
    above = page[page.index("<main") : page.index('class="desk"')]
    return re.sub(r"\s+", " ", strip_tags(above)).replace("\xa0", " ")


def sentence(word: str, who, why: str = "", unit: str = "区信息委") -> re.Pattern:
    before = f"{word}：{why}" if word and why else word or why
    return re.compile(rf"{re.escape(before)}（{unit} {re.escape(who.name)}，{WHEN}）")


def test_every_move_of_the_tables_is_known_as_one_back_or_one_on():
    """A new transition has to say what it is to whoever looks for why a paper came back."""
    moves = {name for table in (*WORKFLOWS.values(), EXCHANGE) for name in table.steps}
    assert moves == set(set_back.MOVES) and not set(set_back.BACK) & set(set_back.ON)


def test_a_withdrawal_is_told_to_drafter_and_reviewers_alike(people, units):
    document = to_be_countersigned(people, units, "D09", "D15")
    take(document, "countersign", people["D15:leader"], note="同意。")
    seen(people["D09:leader"], document)
    drafter = people["D07:officer"]
    take(document, "withdraw", drafter, note="附件要换。")
    told = sentence("已撤回", drafter, "附件要换。")
    assert told.search(listed(drafter, "waiting"))  # his item
    for one in ("D07:reviewer", "D15:leader"):
        assert told.search(listed(people[one], "handled")), one  # who had done his part
    assert told.search(listed(people["D07:clerk"], "under_way"))
    ended = rf"“会签”因区信息委 {drafter.name}撤回而终止：附件要换。（{WHEN}）"
    assert re.search(ended, listed(people["D09:leader"], "waiting"))  # who had opened it
    for one in ("D07:officer", "D07:reviewer", "D09:leader", "D15:leader", "D07:clerk"):
        assert re.search(rf"已撤回 {sentence('', drafter, '附件要换。').pattern}", banner(people[one], document)), one
    edit = browser(drafter).get(reverse("documents:edit", args=[document.uid])).content.decode()
    assert "附件要换。" in edit and "已撤回" in edit
    take(document, "submit", drafter, note="附件已换。")
    assert "已撤回" not in banner(people["D07:reviewer"], document) + listed(people["D07:clerk"], "under_way")


@pytest.mark.parametrize("to_a_step", [False, True])
def test_a_return_is_told_with_name_and_time(people, units, to_a_step):
    document = to_be_countersigned(people, units, "D09", "D15")
    take(document, "countersign", people["D15:leader"], note="同意。")
    given = {"to": step_uid(document, "check")} if to_a_step else {}
    take(document, "send_back", people["D09:leader"], note="依据不足。", **given)
    told = sentence("被退回", people["D09:leader"], "依据不足。", "区民政局")
    assert told.search(listed(people["D07:reviewer" if to_a_step else "D07:officer"], "waiting"))
    assert told.search(listed(people["D15:leader"], "handled"))
    assert told.search(listed(people["D07:clerk"], "under_way"))
    for one in ("D07:officer", "D07:reviewer", "D15:leader"):
        found = banner(people[one], document)
        assert "被退回" in found and "依据不足。" in found and people["D09:leader"].name in found, one


def test_what_was_taken_back_says_by_whom_and_when(people):
    document = brought_to("submit", people)
    drafter = people["D07:officer"]
    take(document, "retrieve", drafter)
    told = sentence("已取回", drafter)
    assert told.search(listed(drafter, "waiting")) and told.search(listed(people["D07:clerk"], "under_way"))
    assert re.search(rf"已取回（区信息委 {drafter.name}，{WHEN}）", banner(drafter, document))
    take(document, "submit", drafter)
    take(document, "check", people["D07:reviewer"], note="同意。")
    take(document, "retrieve", people["D07:reviewer"])
    assert sentence("已取回", people["D07:reviewer"]).search(listed(people["D07:reviewer"], "waiting"))
    assert sentence("已取回", people["D07:reviewer"]).search(listed(drafter, "handled"))


def test_a_voided_document_tells_its_drafter_and_whoever_had_opened_it(people):
    document = brought_to("proofread", people)
    seen(people["D07:seal_keeper"], document)
    clerk = people["D07:clerk"]
    take(document, "void", clerk, note="活动取消。")
    assert sentence("已作废", clerk, "活动取消。").search(listed(people["D07:officer"], "waiting"))
    assert re.search(rf"作废而终止：活动取消。（{WHEN}）", listed(people["D07:seal_keeper"], "waiting"))
    for one in ("D07:officer", "D07:reviewer", "D07:leader", "D07:clerk", "D07:seal_keeper"):
        assert re.search(rf"已作废 {sentence('', clerk, '活动取消。').pattern}", banner(people[one], document)), one
    SIDE_ACTS.perform("take_note", document, by=people["D07:officer"])
    left = Task.objects.of(document).open()
    assert [(one.kind, one.assignee or one.post.kind) for one in left] == [("notice", "seal_keeper")]


def test_who_voids_his_own_returned_draft_is_told_nothing_but_the_page_says_it(people):
    document = referred_back(brought_to("number", people), people)
    drafter = people["D07:officer"]
    assert "被退回" in banner(people["D07:clerk"], document)
    take(document, "discard", drafter, note="不再印发。")
    assert not Task.objects.of(document).open().exists()
    assert sentence("", drafter, "不再印发。").search(banner(people["D07:reviewer"], document))


def at(sent, code: str) -> Document:
    return sent.deliveries.unguarded("a test looks").get(unit__code=code)


def test_a_recall_is_told_at_both_ends(people, units):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    clerk, away = people["D07:clerk"], at(sent, "D15")
    seen(people["D15:clerk"], away)
    given = RecallDeliveriesInput(deliveries=(away.pk,))
    SIDE_ACTS.perform("recall", sent, by=clerk, note="附件有误。", given=given)
    assert sentence("发文单位已收回", clerk, "附件有误。").search(listed(people["D15:clerk"], "waiting"))
    found = banner(people["D15:clerk"], away)
    assert re.search(rf"发文单位已收回 {sentence('', clerk, '附件有误。').pattern}", found)
    for one in ("D07:officer", "D07:reviewer", "D07:leader"):
        assert sentence("", clerk, "收回区卫生局：附件有误。").search(banner(people[one], sent)), one
    assert sentence("已收回", clerk, "收回区卫生局：附件有误。").search(listed(people["D07:officer"], "under_way"))


def test_a_paper_sent_back_is_told_at_both_ends(people):
    sent = brought_to("dispatch", people)
    delivery, clerk = at(sent, "D09"), people["D09:clerk"]
    take(delivery, "return_to_sender", clerk, note="不属本局职责。")
    told = rf"区民政局 {clerk.name}退文：不属本局职责。（{WHEN}）"
    assert re.search(told, listed(people["D07:clerk"], "waiting"))
    found = banner(clerk, delivery)
    assert re.search(rf"已退文 {sentence('', clerk, '不属本局职责。', '区民政局').pattern}", found)


def test_a_long_reason_is_cut_and_never_who_and_when():
    told = set_back.told("被退回", "区信息委 张三", "理" * 400)
    assert len(told) == set_back.LONGEST and re.search(rf"理…（区信息委 张三，{WHEN}）$", told)
