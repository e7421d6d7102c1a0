"""The page beside the text while typing: the layout of the PDF, bounded, kept nowhere, for who may edit (issue 13)."""

import gc
import re
import time
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from documents import exchange_actions
from documents import preview as previewing
from documents.actions import attach
from documents.models import Document, Revision
from files.store import land_bytes
from tests.made import BODY, brought_to, draft
from units.models import AccessLog, AuditEvent, FormDraft

pytestmark = pytest.mark.django_db
PART = {"HTTP_X_EGOV_PART": "page"}


@pytest.fixture
def at(people):
    def enter(who: str) -> Client:
        client = Client()
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def typed(units, **fields) -> str:
    data = {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "关于做好归档工作的通知", "routing_direction": "down",
        "security_class": "public", "main": [units["D09"].pk], "body": BODY, "disclosure_attr": "on_request",
        "print_copies": "1",
    }  # fmt: skip
    return urlencode({**data, **fields}, doseq=True)


def ask(client, address: str, content: str, **more) -> str:
    response = client.post(address, content, content_type="application/x-www-form-urlencoded", **{**PART, **more})
    assert response.status_code == 200
    return response.content.decode()


def words(shown: str) -> str:
    """What the painted page says: a mark stands in an element of its own."""
    return re.sub(r"\s*<[^>]+>\s*", "", shown)


def traces() -> list[int]:
    """Everything that an act or a saving leaves."""
    rows = Document.objects.unguarded("a test looks"), FormDraft.objects.unguarded("a test looks")
    return [*(one.count() for one in rows), *(
        model.objects.count() for model in (Revision, AuditEvent, AccessLog, Document.history.model)
    )]  # fmt: skip


def test_what_stands_in_the_form_is_painted_as_the_page_and_nothing_is_kept(at, units):
    before = traces()
    shown = ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, main_outside="上海市档案局"))
    assert shown.count("<svg") == 2 and "长宁区信息化委员会文件" in shown
    assert (
        "长宁区民政局、上海市档案局：" in words(shown) and "未发现问题" not in shown
    )  # BODY addresses 各有关单位 by itself
    assert traces() == before


def test_a_draft_is_shown_with_what_is_typed_over_it(at, people, units):
    document = draft(people)
    before = traces()
    address = reverse("documents:preview", args=[document.uid])
    shown = ask(at("D07:officer"), address, typed(units, title="关于改过的事项的通知", main=[units["D15"].pk]))
    assert "关于改过的事项的通知" in words(shown) and "长宁区卫生局：" in words(shown) and document.title not in shown
    assert traces() == before
    document.refresh_from_db()
    assert (document.version, document.title) == (1, "关于做好电子公文归档工作的通知")


def test_a_bound_attachment_is_shown_and_a_long_one_is_told(at, people, units):
    document, by = draft(people), people["D07:officer"]
    attach(document, land_bytes("附件的内容。".encode(), "名单.txt"), by=by, name="名单.txt")
    address = reverse("documents:preview", args=[document.uid])
    shown = words(ask(at("D07:officer"), address, typed(units)))
    assert "附件：名单" in shown and "附件的内容。" in shown and "附件较长" not in shown
    attach(document, land_bytes(("很长的附件。\n" * 6000).encode(), "长.txt"), by=by, name="长.txt")
    shown = words(ask(at("D07:officer"), address, typed(units)))
    assert "附件的内容。" not in shown and "附件较长，没有排出" in shown


@pytest.mark.parametrize(("who", "status"), [("D07:clerk", 404), ("D09:officer", 404), ("D07:leader", 404)])
def test_only_who_may_edit_the_draft_sees_a_preview_of_it(at, people, who, status):
    document = draft(people)
    for route in ("preview", "word"):
        assert (
            at(who).post(reverse(f"documents:{route}", args=[document.uid]), "", content_type="text/plain").status_code
            == status
        )


def test_a_wrong_form_is_shown_as_far_as_it_is_right_with_its_faults_beside(at, units):
    shown = ask(
        at("D07:officer"), reverse("documents:preview_new"), typed(units, title="", print_copies="x", doc_type="report")
    )
    assert "“标题”不能为空" in shown and "0 至 9999" in shown and "<svg" in shown
    assert shown.count("标题为空") == 0  # said once, in the words of the form


def test_an_empty_form_is_not_scolded_and_not_praised(at, units):
    shown = ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, title="", body="", main=[]))
    assert "须更正" not in shown and "未发现问题" not in shown and "在这里提示" in shown and "<svg" in shown


def test_remarks_come_with_the_article(at, units):
    shown = ask(
        at("D07:officer"), reverse("documents:preview_new"),
        typed(units, doc_type="report", title="关于工作的报告", routing_direction="up", body="工作已经完成。妥否，请批示。", paper="0"),
    )  # fmt: skip
    assert "报告中不得夹带请示事项" in shown and "条例第十五条第四项" in shown and "<svg" not in shown


def test_a_secret_class_is_neither_shown_nor_kept(at, units):
    before = traces()
    shown = ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, security_class="secret"))
    assert "涉密公文不得在本系统拟制" in shown and "归档工作" not in shown and traces() == before


LONG = (
    "\n".join(["各单位要认真落实电子公文归档的各项要求。" * 20] * 180),  # some 75,000 characters
    "\n".join(["单位\t件数"] * 30_000),
    "字" * 190_000,
)


@pytest.fixture
def frozen():
    """What thousands of tests have left in this process is not walked by the collector while a page is timed."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("long", LONG, ids=["120 pages", "a table of 30,000 rows", "one line"])
def test_a_text_without_end_is_answered_in_bounded_time_and_size(at, units, long, frozen):
    client, address = at("D07:officer"), reverse("documents:preview_new")
    ask(client, address, typed(units))
    started = time.monotonic()
    shown = ask(client, address, typed(units, body=long))
    assert time.monotonic() - started < 3  # on a machine that several tests share
    assert shown.count("<svg") == previewing.SHEETS and "正文较长，只排出前" in shown and len(shown) < 1_000_000
    last = ask(client, address, typed(units, body=long, sheet="9999"))
    assert last.count("<svg") in range(1, previewing.SHEETS + 1)


def test_pages_are_turned(at, units):
    body = "\n".join(["各单位要认真落实电子公文归档的各项要求。" * 10] * 12)
    client, address = at("D07:officer"), reverse("documents:preview_new")
    first = ask(client, address, typed(units, body=body))
    assert 'value="4"' in first and 'aria-label="第1页"' in first
    assert 'aria-label="第4页"' in ask(client, address, typed(units, body=body, sheet="4"))
    assert 'aria-label="第1页"' in ask(client, address, typed(units, body=body, sheet="-3"))


def test_without_a_script_the_button_gives_the_form_back_with_its_page(at, units):
    client = at("D07:officer")
    before = traces()
    response = client.post(
        reverse("documents:preview_new"),
        typed(units, note="内部使用", title=""),
        content_type="application/x-www-form-urlencoded",
    )
    page = response.content.decode()
    assert response.status_code == 200 and 'value="内部使用"' in page and BODY.split("\n")[1] in page and "<svg" in page
    assert "请更正以下内容" not in page and 'action="/documents/draft/"' in page and traces() == before
    assert (
        client.get(reverse("documents:preview_new") + "?draft=x")["Location"] == reverse("documents:draft") + "?draft=x"
    )


def test_who_issues_together_is_shown_while_it_is_typed(at, people, units):
    """联合发文: names in the head and signatures at the end, of a new draft and over what was saved."""
    fields = {"co_issuers": [units["D09"].pk, units["D15"].pk], "routing_direction": "up", "doc_type": "report",
              "title": "关于归档情况的报告", "main": [units["D01"].pk]}  # fmt: skip
    before = traces()
    shown = words(ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, **fields)))
    for code in ("D09", "D15"):
        assert shown.count(units[code].name) >= 2, code
    assert traces() == before
    document = draft(people)
    address = reverse("documents:preview", args=[document.uid])
    alone = words(ask(at("D07:officer"), address, typed(units)))
    assert units["D15"].name not in alone
    assert units["D15"].name in words(ask(at("D07:officer"), address, typed(units, co_issuers=[units["D15"].pk])))
    assert not document.issuers.exists()


def test_whose_seal_stands_in_is_shown_while_it_is_typed(at, units):
    fields = {"seal_unit": units["D15"].pk, "seal_authority": "长府办函〔2026〕6号"}
    assert "（代章）" in words(ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, **fields)))


LATER = {  # what is set on the page after the draft, by the kind of paper
    "notice": "发文字号、成文日期和印章在后面的环节排上。",
    "informal_letter": "发文字号、成文日期和印章在后面的环节排上。",
    "minutes": "发文字号、成文日期在后面的环节排上；纪要不用印。",
    "internal_material": "发文字号、成文日期在后面的环节排上；内部资料不用印。",
    "order": "令号、成文日期和签名章在后面的环节排上。",
}


@pytest.mark.parametrize("kind", LATER)
def test_what_the_page_still_lacks_is_said_by_its_kind(at, units, kind):
    shown = ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, doc_type=kind))
    assert {one for one in LATER.values() if one in shown} == {LATER[kind]}


def test_a_签报_lacks_nothing_and_a_更正件_keeps_what_it_has(at, people, units):
    fields = {"direction": "internal", "title": "关于购置设备的签报"}
    shown = ask(at("D07:officer"), reverse("documents:preview_new"), typed(units, **fields))
    assert "签报不编发文字号，不用印。" in shown and "在后面的环节" not in shown
    sent = brought_to("dispatch", people)
    exchange_actions.correct(sent, by=people["D07:clerk"], note="第二条日期有误")
    made = sent.corrections.unguarded("a test looks").get()
    shown = ask(at("D07:clerk"), reverse("documents:preview", args=[made.uid]), typed(units))
    assert "发文字号、成文日期沿用原件；印章在后面的环节排上。" in shown
