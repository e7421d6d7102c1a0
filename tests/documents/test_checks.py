"""What would fail later is said at saving and refused at 送审, all at once, and never after a number is taken."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents import checks
from documents.checks import Draft, problems
from documents.models import Document
from documents.pages import Beside
from documents.states import AddresseeKind
from paper import PageInput
from tests.cases import Case
from tests.made import brought_to, draft, registered, take
from units.models import AuditEvent
from units.workflow import Refused

BODY = "为规范办理，现通知如下。\n一、统一思想。\n二、按期办结。\n特此通知。"
PAGE = PageInput(
    form="standard", issuing_mark="长宁区信息化委员会文件", doc_number="", title="关于做好电子公文归档工作的通知", body=BODY,
    main_recipients="区档案局", issuer_signature="长宁区信息化委员会", printing_agency="长宁区信息化委员会",
    document_date=date(2026, 11, 25),
)  # fmt: skip
GOOD = Draft("outgoing", "notice", "down", PAGE)
REQUEST = Draft(
    "outgoing",
    "request_for_instruction",
    "up",
    replace(PAGE, title="关于增设机房的请示", body="拟增设机房。妥否，请批示。"),
    contact="某 62520000",
)


def page(**fields) -> Draft:
    return replace(GOOD, page=replace(PAGE, **fields))


def request(**fields) -> Draft:
    changes = {name: fields.pop(name) for name in list(fields) if name in Draft.__dataclass_fields__}
    return replace(REQUEST, page=replace(REQUEST.page, **fields), **changes)


KIND = "送审前检查"
CASES = [
    Case(KIND, "正文含 😀", "指出第 2 行和该字", "曾在签发、编号之后才失败，号已用掉", page(body="第一行。\n各单位😀请照办。"),
         ("glyph", "正文第2行", "U+1F600", "各单位😀请照办")),
    Case(KIND, "标题含 𲎯", "指出标题", value=page(title="关于\U000323af同志任职的通知"), wanted=("glyph", "“标题”", "U+323AF")),
    Case(KIND, "主送含自造字", "指出主送机关", value=page(main_recipients="\ue123街道"), wanted=("glyph", "主送机关", "U+E123")),
    Case(KIND, "附注含泰文", "指出附注", value=page(note="ก"), wanted=("glyph", "附注", "U+0E01")),
    Case(KIND, "附件名称含 🈲", "指出附件名称", value=page(attachments=("🈲目录",)), wanted=("glyph", "附件名称", "U+1F232")),
    Case(KIND, "黑体标题中的 😀", "指出该行", value=page(body="一、要求😀\n正文。"), wanted=("glyph", "正文第1行")),
    Case(KIND, "标题 300 字", "首页排不下正文", value=page(title="关于" + "字" * 296 + "通知"), wanted=("too-long", "标题过长")),
    Case(KIND, "抄送 120 个机关", "版记排不下", value=page(cc_recipients="、".join(["某某街道办事处"] * 120)),
         wanted=("too-long", "抄送机关过多")),
    Case(KIND, "二十一列的表", "指出行号和列数", value=page(body="如下：\n" + "\n".join(["\t".join("甲" * 21)] * 2)),
         wanted=("table-too-wide", "正文第2行", "21 列")),
    Case(KIND, "正文以横排表格结束", "表后另起一段，或改作附件",
         value=page(body="如下：\n" + "\n".join(["\t".join("甲" * 18)] * 2)),
         wanted=("ends-in-a-turned-table", "横排表格结束")),
    Case(KIND, "正文为空", "请填写正文", value=page(body=" \n "), wanted=("no-body", "正文为空")),
    Case(KIND, "没有主送机关", "至少选择一个", value=page(main_recipients=""), wanted=("no-main", "主送机关")),
    Case(KIND, "请示没有主送", "至少选择一个", value=request(main_recipients=""), wanted=("no-main", "主送机关")),
    Case(KIND, "请示主送两个", "只能主送一个（RT-02）", value=request(main_recipients="区政府、区委"), wanted=("RT-02", "只能主送一个")),
    Case(KIND, "请示没有联系人", "请填写联系人和电话", value=request(contact=" "), wanted=("no-contact", "联系人和电话")),
    Case(KIND, "请示选了下行", "请改为上行", value=request(routing_direction="down"), wanted=("direction", "上行")),
    Case(KIND, "上行文签发后无签发人", "退回重新签发", value=request(is_signed=True), wanted=("no-signatory", "签发人")),
    Case(KIND, "请示主送某区长", "不得主送个人（RT-06）", value=request(main_recipients="某某区长"), wanted=("RT-06", "领导者个人")),
    Case(KIND, "报告夹带请示", "RT-05", value=replace(request(title="关于某事的报告", body="当否，请批示。"), doc_type="report"),
         wanted=("RT-05", "夹带请示")),
    Case(KIND, "批复无请示", "RT-14", value=replace(page(title="关于某事的批复"), doc_type="reply_to_request"),
         wanted=("RT-14", "对应一份请示")),
    Case(KIND, "不予公开无理由", "写明理由", value=replace(GOOD, disclosure_attr="not_disclosed"), wanted=("no-reason", "理由")),
    Case(KIND, "正文单独一行 秘密★1年", "拒绝", value=page(body=f"秘密★1年\n{BODY}"), wanted=("secret-mark", "“正文”", "秘密★")),
    Case(KIND, "附件名【机密】名单", "拒绝", value=page(attachments=("【机密】名单",)), wanted=("secret-mark", "附件名称")),
    Case(KIND, "签报含 😀", "指出该字", value=replace(page(body="拟请审批😀。", main_recipients=""), direction="internal"),
         wanted=("glyph", "U+1F600")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_bars_a_draft_is_found_with_its_place(case):
    code, *words = case.wanted
    found = [one for one in problems(case.value) if one.is_refusal]
    assert [one.code for one in found] == [code]
    assert all(word in found[0].message for word in words), found[0].message


ADVICE = [
    Case(KIND, "标题末尾没有文种", "提示", value=page(title="关于做好归档工作"), wanted="title-type"),
    Case(KIND, "标题末尾有句号", "提示", value=page(title="关于做好归档工作的通知。"), wanted="title-mark"),
    Case(KIND, "正文首行又写主送机关", "提示", value=page(body=f"各有关单位：\n{BODY}"), wanted="recipients-typed"),
    Case(KIND, "正文首行与标题相同", "提示", value=page(body=f"{GOOD.page.title}\n{BODY}"), wanted="title-typed"),
    Case(
        KIND,
        "正文首两行是标题和主送",
        "提示",
        value=page(body=f"{GOOD.page.title}\n各有关单位：\n{BODY}"),
        wanted="recipients-typed",
    ),
    Case(
        KIND,
        "正文首行与所选主送相同",
        "提示",
        value=page(body=f"{GOOD.page.main_recipients}\n{BODY}"),
        wanted="recipients-typed",
    ),
    Case(
        KIND,
        "附件不能排入版面",
        "提示理由",
        value=replace(GOOD, beside=(Beside("报名表", 2, "字体没有嵌入"),)),
        wanted="beside-the-page",
    ),
    Case(KIND, "详见附件而无附件", "提示", value=page(body="要求详见附件。"), wanted="no-attachment"),
    Case(
        KIND,
        "拟稿人姓名无字形",
        "可以送审，提示稿纸上以〓代替",
        value=replace(GOOD, people=(("拟稿人", "\U000323af"),)),
        wanted="glyph",
    ),
    Case(KIND, "××× 未填", "提示", value=page(body="请于××日前报送。"), wanted="placeholder"),
]


@pytest.mark.parametrize("case", ADVICE, ids=str)
def test_what_is_unusual_is_advice_and_bars_nothing(case):
    found = problems(case.value)
    assert case.wanted in [one.code for one in found]
    assert [one for one in found if one.is_refusal] == []


def test_a_good_draft_has_no_findings_and_all_faults_come_at_once():
    assert problems(GOOD) == problems(REQUEST) == []
    bad = replace(request(title="", main_recipients="", body="😀"), contact="", routing_direction="down")
    assert [one.code for one in problems(bad)] == [
        "no-title",
        "no-main",
        "direction",
        "no-contact",
        "request-asks",
        "glyph",
    ]


def test_a_body_of_200000_characters_is_judged_quickly_and_reported_shortly():
    found = problems(page(body="\n".join(["字" * 99 + chr(0x1F600 + n % 60) for n in range(2000)])))
    assert len(found) <= checks.MOST + 1
    assert f"还有 {2000 - checks.MOST} 行" in found[-1].message


pytestmark = pytest.mark.django_db


def test_the_draft_is_saved_its_faults_are_shown_and_submission_refuses_them_all(people):
    document = draft(people, body="第一行😀\n第二行🈲", title="关于某事的通知")
    visitor = Client()
    visitor.force_login(people["D07:officer"], backend="django.contrib.auth.backends.ModelBackend")
    shown = visitor.get(document.get_absolute_url()).content.decode()
    assert "送审前请核对" in shown and "U+1F600" in shown and "U+1F232" in shown
    with pytest.raises(Refused) as refusal:
        take(document, "submit", people["D07:officer"])
    assert len(refusal.value.reasons) == 2
    document.refresh_from_db()
    assert (document.state, document.doc_number) == ("drafting", "")


def test_a_glyph_lost_after_signing_is_refused_before_a_number_is_taken(people):
    document = brought_to("approve", people)
    Document.objects.unguarded("a font that went away, as a changed text").filter(pk=document.pk).update(note="😀")
    with pytest.raises(Refused, match="U\\+1F600"):
        take(document, "number", people["D07:clerk"])
    document.refresh_from_db()
    assert (document.state, document.doc_number, document.number_seq) == ("approved", "", None)
    other = brought_to("number", people)
    assert other.number_seq == 1


def test_a_request_prints_whom_to_ask(people):
    document = draft(
        people, to=("D01",), title="关于增设机房的请示", doc_type="request_for_instruction", routing_direction="up",
        contact="某 62520000", note="此件不公开",
    )  # fmt: skip
    assert checks.of(document).page.note == "此件不公开；联系人和电话：某 62520000"


@pytest.fixture
def at(people):
    def browser(key: str) -> Client:
        made = Client()
        made.force_login(people[key], backend="django.contrib.auth.backends.ModelBackend")
        return made

    return browser


def secrecy_events() -> int:
    return AuditEvent.objects.filter(verb="secrecy_refused").count()


def test_a_typed_mark_stores_nothing_but_an_event_and_the_text_stays_in_the_form(at, units):
    data = {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "关于某事的通知", "routing_direction": "down",
        "security_class": "public", "main": [units["D09"].pk], "body": "第一段\n机 密 ★ 10年",
        "disclosure_attr": "on_request", "print_copies": "1",
    }  # fmt: skip
    answer = at("D07:officer").post(reverse("documents:draft"), data)
    assert answer.status_code == 422
    assert "“正文”带有密级标志（机密★）" in str(answer.context["form"].errors["body"])
    assert "第一段" in answer.content.decode()
    assert not Document.objects.unguarded("a test looks").exists()
    assert secrecy_events() == 1


def test_an_incoming_paper_with_a_mark_or_without_a_glyph_is_refused_at_registration(at, units):
    data = {"unit": units["D09"].pk, "sender_name": "市某局", "doc_type": "notice", "title": "关于某事的通知（秘密）"}
    answer = at("D09:clerk").post(reverse("documents:register_outside"), data)
    assert (answer.status_code, secrecy_events()) == (422, 1)
    answer = at("D09:clerk").post(reverse("documents:register_outside"), {**data, "title": "关于😀的通知"})
    assert "U+1F600" in str(answer.context["form"].errors["title"])
    assert not Document.objects.unguarded("a test looks").exists()


def test_an_opinion_no_font_can_show_is_refused_when_it_is_given_not_at_filing(at, people):
    document = draft(people)
    take(document, "submit", people["D07:officer"])
    answer = at("D07:reviewer").post(
        reverse("documents:act", args=[document.uid, "check"]), {"check-note": "同意👍", "version": document.version}
    )
    assert answer.status_code == 422
    assert "没有可用字形" in answer.content.decode() and not document.opinions.exists()
    received = registered(people)
    answer = at("D09:clerk").post(
        reverse("documents:act", args=[received.uid, "complete"]), {"complete-result": "已办👍", "complete-note": ""}
    )
    assert answer.status_code == 422 and "U+1F44D" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "title", "words"),
    [("【机密】名单.txt", "", "密级标志"), ("名单😀.txt", "", "U+1F600"), ("名单.txt", "目录🈲", "U+1F232")],
)
def test_an_attachment_is_refused_for_its_name_when_it_is_added(at, people, name, title, words):
    document = draft(people)
    answer = at("D07:officer").post(
        reverse("documents:side_act", args=[document.uid, "attach"]),
        {"attach-file": SimpleUploadedFile(name, "内容".encode()), "attach-title": title},
    )
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not document.attachments.exists()
    assert secrecy_events() == (1 if words == "密级标志" else 0)


def test_an_upward_report_to_two_units_is_refused_for_both_of_its_rows(people):
    document = draft(people, to=("D09", "D01"), routing_direction="up", title="关于某事的报告", doc_type="report")
    assert document.addressees.filter(kind=AddresseeKind.MAIN).count() == 2
    assert [one.code for one in problems(checks.of(document)) if one.is_refusal] == ["RT-02"]


def test_the_button_tidies_and_saves_without_javascript(at, units):
    data = {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "关于某事的通知", "routing_direction": "down",
        "security_class": "public", "main": [units["D09"].pk], "body": "　　各单位:\r\n\r\n请于2026 年 4 月前办结.\r\n",
        "disclosure_attr": "on_request", "print_copies": "1",
    }  # fmt: skip
    assert at("D07:officer").post(reverse("documents:draft"), {**data, "tidy": "1"}).status_code == 302
    assert Document.objects.unguarded("a test looks").get().body == "各单位：\n请于2026年4月前办结。"
    assert at("D07:officer").post(reverse("documents:draft"), data).status_code == 302
    kept = Document.objects.unguarded("a test looks").latest("pk").body
    assert kept == "　　各单位:\n\n请于2026 年 4 月前办结."  # saving alone changes nothing
