"""文字差错 after signing: told word for word, bounded in total, objected to; and each notice has its own 阅知."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import pages, slips, way_shown
from documents.correcting import MOST_LETTERS
from documents.side_acts import SIDE_ACTS
from documents.states import State
from documents.workflow import workflow_of
from tests.made import BODY, brought_to, take
from tests.transfer.stock import browser
from units.models import Task
from units.texts import full_stop
from units.workflow import Refused

pytestmark = pytest.mark.django_db
TITLE = "关于做好电子公文归档工作的通知"


def corrected(document, people, body, note="错字"):
    return take(document, "correct", people["D07:clerk"], note=note, title=TITLE, body=body)


def offered(person, document) -> set[str]:
    return {step.name for step in workflow_of(document).open_to(person, document)}


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def notices_of(person, document) -> list[Task]:
    return list(Task.objects.of(document).open().filter(kind="notice", assignee=person).order_by("pk"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("各单位要落实责任。", "各单位可不落实责任。", "“各单位要落实责任”改为“各单位可不落实责任”"),
        (
            "请一二三四五六七八各单位高度重视此事并及时报告办公室。",
            "请一二三四五六七八各单位十分重视此事并及时报告办公室。",
            "“…四五六七八各单位高度重视此事并及时报…”改为“…四五六七八各单位十分重视此事并及时报…”",
        ),
        ("甲、乙。", "甲、乙和丙。", "“乙”改为“乙和丙”"),
        ("同一", "同一", ""),
        ("甲" * 60, "乙" * 60, "“" + "甲" * 29 + "…”改为“" + "乙" * 29 + "…”"),
    ],
)
def test_the_words_before_and_after_are_named(old, new, told):
    assert slips.told(("", old), ("", new)) == told


def test_the_signer_reads_the_changed_words_and_opens_the_comparison(people):
    document, leader = brought_to("proofread", people), people["D07:leader"]
    corrected(document, people, BODY.replace("明确职责", "明晰职责"))
    told = notices_of(leader, document)[0].remark
    assert "明确职责" in told and "明晰职责" in told and "说明：错字" in told
    page = page_of(leader, document)
    address = f"{reverse('documents:compare', args=[document.uid])}?old=1&amp;new=2"
    assert "明晰职责" in page and address in page


def test_corrections_are_counted_together_however_small_each_is(people):
    document = brought_to("number", people)
    corrected(document, people, BODY + "甲" * (MOST_LETTERS - 5))
    corrected(document, people, BODY + "甲" * (MOST_LETTERS - 5) + "乙" * 5)
    with pytest.raises(Refused, match=f"累计约 {MOST_LETTERS + 1} 个字"):
        corrected(document, people, BODY + "甲" * (MOST_LETTERS - 5) + "乙" * 6)


def test_an_objection_of_the_signer_stops_校对_用印_and_分发_until_he_has_decided(people):
    document, clerk, leader = brought_to("number", people), people["D07:clerk"], people["D07:leader"]
    corrected(document, people, BODY.replace("明确职责", "明晰职责"))
    assert "对文字改正提出异议" in page_of(leader, document)
    for other in ("clerk", "officer", "seal_keeper"):
        assert "object_to_slip" not in {act.name for act in SIDE_ACTS.open_to(people[f"D07:{other}"], document)}
    SIDE_ACTS.perform("object_to_slip", document, by=leader, note="改变了原意。")
    assert not notices_of(leader, document)
    assert "proofread" not in offered(clerk, document)
    page = page_of(clerk, document)
    assert "对文字改正提出异议：改变了原意。请退原签批人复审" in page
    assert re.search(r"<summary>\s*增加抄送", page)  # no other act stands open in the place of the one that waits
    with pytest.raises(Refused, match="改变了原意"):
        take(document, "proofread", clerk)
    with pytest.raises(Refused, match="已提出异议"):
        SIDE_ACTS.perform("object_to_slip", document, by=leader, note="再说一次")
    take(document, "refer_back", clerk, note="请定。")
    take(document, "keep_text", leader, note="按现稿。")
    assert document.state == State.NUMBERED and "proofread" in offered(clerk, document)
    take(document, "proofread", clerk)


def test_nothing_to_object_to_before_a_correction_or_after_it_went_out(people):
    document, leader = brought_to("number", people), people["D07:leader"]
    assert "object_to_slip" not in {act.name for act in SIDE_ACTS.open_to(leader, document)}
    with pytest.raises(Refused):
        SIDE_ACTS.perform("object_to_slip", document, by=leader, note="异议")


def test_one_press_of_阅知_answers_one_notice(people):
    document, leader = brought_to("number", people), people["D07:leader"]
    corrected(document, people, BODY.replace("事项", "事宜"))
    corrected(document, people, BODY.replace("事项", "事务"))
    first, second = notices_of(leader, document)
    client, address = browser(leader), reverse("documents:side_act", args=[document.uid, "take_note"])
    page = client.get(document.get_absolute_url()).content.decode()
    assert f'name="take_note-task" value="{first.pk}"' in page.replace("\n", " ") and "1/2" in page
    assert "Task" not in re.sub(r"<[^>]+>", "", page)  # which notice is meant is sent, not asked
    assert client.post(address, {"take_note-task": first.pk}).status_code == 302
    assert notices_of(leader, document) == [second]
    assert client.post(address, {"take_note-task": first.pk}).status_code == 409  # the same press again
    assert notices_of(leader, document) == [second]
    client.post(address, {"take_note-task": second.pk})
    assert not notices_of(leader, document)


def test_what_a_leader_is_told_of_stands_first_on_his_desk_and_is_not_counted_as_待签批(people):
    document, leader = brought_to("number", people), people["D07:leader"]
    desk = reverse("documents:leader")
    assert "请阅知" not in browser(leader).get(desk).content.decode()
    corrected(document, people, BODY.replace("事项", "事宜"))
    parts = browser(leader).get(desk).context["parts"]
    assert [one["part"].name for one in parts][:2] == ["told", "sign"]
    assert parts[0]["count"] == 1 and parts[1]["count"] == 0


@pytest.mark.parametrize(
    ("text", "full"), [("同意。", "同意。"), ("同意", "同意。"), ("可否？", "可否？"), ("……", "……"), ("好！", "好！")]
)
def test_a_sentence_that_ends_gets_no_second_full_stop(text, full):
    assert full_stop(text) == full


FACTS = [
    ("培训 8 期。", "培训 80 期。", "数字"),
    ("12月10日前报送。", "12月20日前报送。", "数字或日期"),
    ("自10日起施行。", "自10月起施行。", "数字"),
    ("经费8万元。", "经费8亿元。", "数字"),
    ("投入三万元。", "投入五万元。", "数字"),
    ("增长1.5倍。", "增长15倍。", "数字"),
    ("请区民政局办理。", "请区财政局办理。", "收文单位名称（区民政局）"),
    ("高度重视此事。", "不必重视此事。", "增加“不必”"),
    ("要落实责任。", "可不落实责任。", "词语（“要”改为“可、不”）"),
    ("应当报送。", "报送。", "删去“应当”"),
    ("不得外传。", "应当外传。", "“不得”改为“应当”"),
    ("满三年以上的。", "满三年以下的。", "“以上”改为“以下”"),
    ("主耍任务。", "主要任务。", ""),
    ("相映措施。", "相应措施。", ""),
    ("工作做的好。", "工作做得好。", ""),
    ("明确职则。", "明确职责。", ""),
    ("共 8 期，请报送。", "共 8 期；请报送。", ""),
    ("（一）统一领导", "（一）统一领导。", ""),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what"), FACTS)
def test_figures_dates_and_receivers_are_no_slips_of_the_pen(old, new, what):
    found = slips.facts_changed(("标题", old), ("标题", new), ["区民政局"])
    assert (what in found[0]) if what else found == []


def test_a_changed_date_is_the_signers_to_decide_and_nothing_is_written(people):
    document = brought_to("number", people, body=BODY + "12月10日前报送。")
    with pytest.raises(Refused, match=r"“12月10日”改为“12月20日”.*退原签批人复审"):
        corrected(document, people, BODY + "12月20日前报送。", note="改一个错别字")
    document.refresh_from_db()
    assert "12月10日" in document.body and document.revisions.count() == 1


def test_the_machines_difference_stands_beside_the_clerks_words_and_the_drafter_is_told(people):
    document = brought_to("proofread", people)
    corrected(document, people, BODY.replace("明确职责", "明晰职责"), note="改一个错别字")
    assert notices_of(people["D07:officer"], document)[0].remark.startswith(slips.TOLD)
    opinion = document.opinions.get(label=slips.CORRECTED)
    assert opinion.text.startswith("改一个错别字（系统比对：") and "明晰职责" in opinion.text
    assert "明晰职责" in "".join(pages.draft_sheet(document, moment=timezone.now()).text.split())
    take(document, "proofread", people["D07:clerk"])
    way = [(row["label"], row["state"]) for row in way_shown.route_of(document)]
    assert way.index(("改正文字差错", "done")) == way.index(("校对", "done")) + 1  # between the two proofreadings
    page = page_of(people["D07:seal_keeper"], document)
    assert "签发后的文字改正" in page and "明晰职责" in page
