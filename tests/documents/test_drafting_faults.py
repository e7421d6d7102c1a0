"""What a newcomer tripped over while drafting: each with the sentence that helps, at the place where it is needed."""

import json
from dataclasses import replace

import pytest
from django.urls import reverse

import paper
from documents import checks, said_before
from documents.comparing import compared
from documents.file_hints import FileHint, hints_of, unscanned
from documents.forms import step_form
from documents.models import Revision
from documents.states import CURRENT_TYPES, USUAL_DIRECTIONS, DocType
from documents.workflow import workflow_of
from paper.checking import NEXT, Checked, CheckedSeal, Verdict
from paper.page import set_document
from tests.documents.test_file_hints import FORMAT, file
from tests.documents.test_preview import ask, typed, words
from tests.made import brought_to, draft, take
from tests.paper.test_layout import GIVEN
from tests.transfer.stock import browser
from units import form_drafts
from units.models import FormDraft, Unit

pytestmark = pytest.mark.django_db


def codes(document) -> dict[str, bool]:
    return {one.code: one.is_refusal for one in checks.problems(checks.of(document))}


# 命令


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({}, False),
        ({"rank": 1}, True),
        ({"rank": 1, "name": "长宁区人民政府办公室"}, False),
        ({"name": "长宁区新泾镇人民政府"}, True),
    ],
)
def test_only_a_government_issues_an_order(fields, may, people):
    if fields:
        Unit.objects.filter(code="D07").update(**fields)
    document = draft(people, doc_type="order", title="长宁区信息化管理办法施行令")
    assert codes(document).get("order-right", False) is not may
    assert codes(document)["order-title"] is False  # told that it is not printed, and no more


def test_who_sends_a_paper_to_nobody_is_told(people):
    assert "不会发给任何单位" in said_before.said_before("dispatch", draft(people, to=(), doc_type="announcement"))
    assert "不会发给" not in said_before.said_before("dispatch", draft(people))


# 拟稿


def test_the_way_follows_the_kind_and_the_title_has_the_cursor(people):
    client = browser(people["D07:officer"])
    form = client.get(reverse("documents:draft")).context["form"]
    usual = json.loads(form.fields["doc_type"].widget.attrs["data-direction"])
    assert {usual[kind] for kind in ("request_for_instruction", "report", "proposal")} == {"up"}
    assert (usual["letter"], usual["notice"], usual["public_notice"]) == ("parallel", "down", "public")
    assert set(CURRENT_TYPES) <= set(usual) and set(USUAL_DIRECTIONS) <= set(DocType)
    assert form.fields["title"].widget.attrs.get("autofocus")
    document = draft(people)
    form = client.get(reverse("documents:edit", args=[document.uid])).context["form"]
    assert not form.fields["title"].widget.attrs.get("autofocus")


def test_files_that_are_chosen_and_not_saved_count_as_attachments(people, units):
    address, body = reverse("documents:preview_new"), "现印发给你们（详见附件2）。"
    assert "还没有添加附件" in ask(browser(people["D07:officer"]), address, typed(units, body=body))
    shown = ask(
        browser(people["D07:officer"]), address, typed(units, body=body, attached_name=["1.计划表.docx", "名单.xlsx"])
    )
    assert "还没有添加附件" not in shown and "现只有" not in shown and "计划表" in words(shown)
    twice = ask(
        browser(people["D07:officer"]), address, typed(units, body=body, attached_name=["名单.docx", "名单.xlsx"])
    )
    assert "有 2 个附件都叫“名单”" in twice


def test_the_preview_shows_the_page_on_which_one_writes(people, units):
    body = "\n".join(["字" * 400] * 20)
    places = [paper.page_of_text(GIVEN, body[:end]) for end in (0, len(body) // 2, len(body))]
    assert places[0] == 1 and places[0] < places[1] < places[2]
    address = reverse("documents:preview_new")
    shown = ask(browser(people["D07:officer"]), address, typed(units, body=body, cursor=len(body) - 5))
    assert f'data-at="{places[2]}"' in shown and f"第 {places[2]}—" in shown
    assert 'data-at="0"' in ask(browser(people["D07:officer"]), address, typed(units, body=body))
    assert 'data-at="1"' in ask(browser(people["D07:officer"]), address, typed(units, body=body, cursor="2"))


def test_drafts_without_a_title_are_told_apart(people, units):
    client = browser(people["D07:officer"])
    fields = [
        {"doc_type": ["letter"], "title": [""], "body": ["现商请贵单位提供有关资料。"]},
        {"doc_type": ["notice"], "title": [""], "body": [""], "main": [str(units["D09"].pk), str(units["D15"].pk)]},
    ]
    for one in fields:
        form = client.get(reverse("documents:draft")).context["form"]
        form_drafts.keep(form.draft.ticket, form_drafts.Typed(one), by=people["D07:officer"])
    assert FormDraft.objects.unguarded("a test looks").count() == 2
    others = client.get(reverse("documents:draft")).context["form"].draft.others
    assert {one["beginning"] for one in others} == {
        "函 · 正文“现商请贵单位提供有关资料”",
        f"通知 · 主送区民政局、{units['D15'].short_name}",
    }


# 送审 and 编号


def test_the_copies_that_the_drafter_gave_stand_at_编号(people):
    document = brought_to("approve", people, print_copies=35)
    form = step_form(workflow_of(document).get("number"), document, people["D07:clerk"])
    assert form["print_copies"].value() == 35


def test_a_reason_that_must_be_given_is_not_called_optional(people):
    document = brought_to("submit", people)
    take(document, "send_back", people["D07:reviewer"], note="请补充。")
    step = workflow_of(document).get("submit")
    form = step_form(step, document, people["D07:officer"])
    assert form.fields["note"].required
    sent = step_form(step, document, people["D07:officer"], {"submit-unchanged": "on", "submit-note": ""})
    assert not sent.is_valid() and "送审说明" in str(sent.errors["note"])
    assert not step_form(step, draft(people), people["D07:officer"]).fields["note"].required


# 对照


def test_the_same_files_of_a_更正件_are_no_change():
    def wording(uid: str, sha256: str, name="名单.pdf") -> Revision:
        kept = {"attachments": [{"uid": uid, "name": name, "title": "", "sha256": sha256}]}
        return Revision(number=1, title="标题", body="正文", fields=kept)

    first = wording("a", "1")
    assert compared(first, wording("b", "1")).places == 0
    assert compared(first, wording("b", "2")).places == 1
    assert compared(first, wording("b", "1", "表.pdf")).places == 1


# 验章 and 附件


def test_whoever_reads_that_a_seal_does_not_hold_reads_what_to_do():
    assert set(NEXT) == set(Verdict) - {Verdict.VALID}
    changed = Checked((CheckedSeal("印章1", Verdict.CHANGED),))
    assert "向发文单位核对" in changed.next_step
    assert Checked((CheckedSeal("印章1", Verdict.VALID),)).next_step == ""


def test_that_no_scanner_is_there_is_said_where_a_file_is_added_and_on_no_paper(people, settings):
    settings.EGOV_CLAMAV_SOCKET = ""
    assert hints_of([file("甲.pdf", FORMAT)]) == [FileHint("归档格式不符合要求。", ("甲.pdf",))]
    page = browser(people["D07:officer"]).get(draft(people).get_absolute_url()).content.decode()
    assert "没有接查毒服务" in page and "附件提示" not in page
    entered = browser(people["D07:clerk"]).get(brought_to("check", people).get_absolute_url()).content.decode()
    outside = browser(people["D07:clerk"]).get(reverse("documents:register_outside")).content.decode()
    for box, page in (("enter_opinion-proof", entered), ("scans", outside)):
        assert "没有接查毒服务" in page.partition(f'id="id_{box}_helptext"')[2][:200], box
    settings.EGOV_CLAMAV_SOCKET = "/run/clamav/clamd.ctl"
    assert unscanned() == "" and "未查毒。" in [one.message for one in hints_of([file("甲.pdf")])]


def test_a_page_before_the_cursor_is_laid_out_as_the_whole_is():
    """The page that is named is the one on which the words stand."""
    body = "\n".join(f"第{n}段" + "字" * 60 for n in range(40))
    for n in (3, 20, 39):
        page = paper.page_of_text(GIVEN, body[: body.index(f"第{n}段") + 3])
        pages = set_document(replace(GIVEN, body=body))
        assert any(run.text.startswith(f"第{n}段") for run in pages[page - 1].runs)
