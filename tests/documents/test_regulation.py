"""The rules of 行文 as remarks, each with its article (domain 1.5; 《党政机关公文处理工作条例》)."""

from dataclasses import replace

import pytest

from documents import checks
from documents.checks import problems
from documents.regulation import ABOVE, BELOW, BESIDE, Party, party
from documents.states import AddresseeKind
from tests.documents.test_checks import GOOD, REQUEST, page, request
from tests.made import draft

MAIN, CC = AddresseeKind.MAIN, AddresseeKind.CC


def to(of, *parties: Party):
    return replace(of, parties=parties)


def report(body: str):
    return replace(request(title="关于归档工作的报告", body=body), doc_type="report")


DECISION = replace(page(title="关于表彰先进的决定"), doc_type="decision")
STREET = Party(MAIN, "华阳路街道办事处", BESIDE, True)
# code, the draft, whether it bars 送审, words of the sentence
CASES = [
    ("RT-02", to(REQUEST, Party(CC, "某街道", BELOW)), True, ("不得抄送下级机关", "某街道", "第十五条第一项")),
    ("RT-02", request(main_recipients="区政府、区委"), True, ("只能主送一个", "第十五条第一项")),
    ("RT-15", to(REQUEST, Party(MAIN, "区民政局", BESIDE)), False, ("用函", "第八条第十四项")),
    ("main-direction", to(report("工作情况。"), Party(MAIN, "区民政局", BESIDE)), False, ("不是本单位的上级", "第十五条第一项")),
    ("main-direction", to(GOOD, Party(MAIN, "区政府", ABOVE)), False, ("下行文主送了上级机关区政府", "第十四条")),
    ("RT-08", to(DECISION, Party(MAIN, "各单位")), False, ("抄送发文机关的直接上级", "第十六条第一项")),
    ("RT-09", to(DECISION, STREET), False, ("经区政府同意", "第十六条第二项")),
    ("RT-05", report("工作已完成。妥否，请批示。"), True, ("夹带请示事项", "妥否", "第十五条第四项")),
    ("RT-05", report("经费不足，请予批准。"), True, ("夹带请示事项", "第十五条第四项")),
    ("RT-05", report("恳请区政府协调解决。"), False, ("像是请示事项", "第十五条第四项")),
    ("one-matter", request(title="关于增设机房以及追加经费的请示"), False, ("一文一事", "第十五条第四项")),
    ("one-matter", request(body="一、机房\n请批准增设。\n二、经费\n请予以拨付。"), False, ("一文一事", "第十五条第四项")),
    ("request-asks", request(body="拟增设机房一处。"), False, ("请示语", "第八条第十一项")),
    ("kind-direction", replace(GOOD, routing_direction="up"), False, ("通知不作上行文", "第八条第八项")),
    ("kind-direction", replace(page(title="关于某事的函"), doc_type="letter"), False, ("平行", "第八条第十四项")),
    ("kind-direction", replace(DECISION, routing_direction="up"), False, ("决定不作上行文", "第八条第二项")),
    ("kind-seldom", replace(page(title="关于某事的公告"), doc_type="announcement"), False, ("区级机关一般不用", "第八条第五项")),
    ("main-unusual", replace(page(title="关于某事的通告"), doc_type="public_notice"), False, ("不写主送机关", "第九条第八项")),
    ("title-type", page(title="关于做好归档工作"), False, ("文种“通知”", "第九条第七项")),
    ("title-kinds", request(title="关于增设机房的请示报告"), False, ("不是文种", "第八条")),
    ("title-twice", page(title="转发某局关于归档的通知的通知"), False, ("重复", "第九条第七项")),
    ("no-attachment", page(body="详见附件。"), False, ("还没有添加附件", "第九条第十项")),
    ("no-attachment", page(body="名单见附件3。", attachments=("名单", "表")), False, ("提到附件3，现只有 2 个", "第九条第十项")),
    ("note-typed", page(body="特此通知。\n附件：名单", attachments=("名单",)), False, ("由系统", "第九条第十项")),
    ("signature-typed", page(body="特此通知。\n长宁区信息化委员会\n2026年11月25日"), False, ("由系统排印", "第九条第十一项")),
    ("signature-typed", page(body="特此通知。\n二〇二六年十一月二十五日"), False, ("由系统排印", "第十二项")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "given", "bars", "words"), CASES, ids=[f"{n}-{one[0]}" for n, one in enumerate(CASES)]
)
def test_a_rule_is_said_with_its_article(code, given, bars, words):
    found = [one for one in problems(given) if one.code == code]
    assert len(found) == 1 and found[0].is_refusal == bars
    assert all(word in found[0].message for word in (*words, "条例"))


@pytest.mark.parametrize(
    "given",
    [
        to(REQUEST, Party(MAIN, "区政府", ABOVE), Party(CC, "区委", ABOVE)),
        to(GOOD, Party(MAIN, "区档案局", BESIDE), STREET),
        to(DECISION, replace(STREET, kind=CC), Party(CC, "区政府", ABOVE)),
        replace(to(DECISION, STREET, Party(CC, "区委", ABOVE)), is_general_office=True),
        to(
            replace(DECISION, page=replace(DECISION.page, body="经区政府同意，现决定如下。")),
            STREET,
            Party(CC, "区政府", ABOVE),
        ),
        report("上半年已报请审批三项，均已完成。特此报告，请审阅。"),
        request(title="关于调整张江路和虹桥路绿化的请示", body="拟调整。妥否，请批示。"),
        page(body="名单见附件2。", attachments=("名单", "表")),
        page(title="关于印发办法的通知（试行）"),
        page(body="会期为2026年11月25日。"),
    ],
)
def test_what_is_right_is_not_remarked(given):
    ours = {code for code, *_ in CASES}
    assert [one.message for one in problems(given) if one.code in ours] == []


def test_a_report_inside_the_unit_is_no_document_of_the_regulation():
    given = replace(
        page(title="关于增设机房", main_recipients="", body="拟请审批。恳请协调解决。"), direction="internal"
    )
    assert [one.code for one in problems(given)] == []


@pytest.mark.django_db
def test_who_stands_above_is_read_from_the_table_of_units(people, units):
    assert party(MAIN, "甲", units["D07"], units["D01"]).relation == ABOVE
    assert party(MAIN, "甲", units["D01"], units["D07"]).relation == BELOW
    assert party(MAIN, "甲", units["D07"], units["D09"]).relation == BESIDE
    assert party(MAIN, "上海市档案局", units["D07"], None).relation == ""
    document = draft(people, to=("D01",), doc_type="report", routing_direction="up", title="关于某事的报告", unit="D09")
    document.addressees.create(kind=CC, unit=units["D15"], name=units["D15"].name, position=2)
    assert "RT-02" not in {one.code for one in problems(checks.of(document))}
