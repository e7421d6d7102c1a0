"""Issue 13, point 1: links 答复 修改 废止 引用 转发, both ways, to whoever may see; and what is shown before signing."""

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from documents import current, linking
from documents.actions import attach
from documents.before_signing import expected_number
from documents.circulation import circulate
from documents.inputs import CirculateInput
from documents.models import CurrentDocument, DocumentLink
from documents.states import Disclosure, LinkKind
from files.store import land_bytes
from tests.documents.test_comparing import browser, get, page_of
from tests.forms import send_form
from tests.made import brought_to, draft, referred_back, registered, take
from units.counters import following
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def add(person, document, other, kind="cites"):
    return send_form(
        browser(person), reverse("documents:link", args=[document.uid]), {"other": str(other.uid), "kind": kind}
    )


@pytest.fixture
def issued(people):
    return brought_to("dispatch", people, title="关于印发管理办法的通知", disclosure_attr=Disclosure.PROACTIVE)


def test_a_draft_finds_what_it_speaks_of_by_number_or_title_and_both_show_it(people, issued):
    citing, drafter = draft(people, title="关于修改管理办法的通知"), people["D07:officer"]
    for words in (issued.doc_number, "管理办法 印发", "印发管理"):
        found = get(drafter, citing, "links", f"?q={words}").content.decode()
        assert str(issued.uid) in found and str(citing.uid) not in found.split("<fieldset")[1], words
    assert add(drafter, citing, issued, "amends").status_code == 302
    assert ">修改</span>" in page_of(drafter, citing) and issued.title in page_of(drafter, citing)
    assert "修改本件" in page_of(people["D07:clerk"], issued)
    event = AuditEvent.objects.of(citing).get(verb="link")
    assert event.actor == drafter and event.detail == {"kind": "amends", "other": str(issued.uid)}


def test_what_one_may_not_see_is_neither_found_nor_linked_nor_told(people, issued):
    foreign = draft(people, unit="D15", title="关于管理办法的函", to=("D01",))
    citing, drafter = draft(people), people["D07:officer"]
    assert str(foreign.uid) not in get(drafter, citing, "links", "?q=管理办法").content.decode()
    assert add(drafter, citing, foreign).status_code == 422 and not citing.links.exists()
    citing.refresh_from_db()
    linking.link(citing, issued, LinkKind.CITES, by=drafter)
    received = issued.deliveries.unguarded("a test looks").get(unit__code="D09")
    told = page_of(people["D09:clerk"], received)
    assert "相关公文" not in told and citing.title not in told


def test_a_receiver_is_shown_his_own_copy_of_the_other_document(people, issued):
    citing = draft(people, title="关于修改管理办法的通知")
    linking.link(citing, issued, LinkKind.AMENDS, by=people["D07:officer"])
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(citing, step, people[f"D07:{post}"], note="同意。")
    first, second = (one.deliveries.unguarded("a test looks").get() for one in (issued, citing))
    assert first.get_absolute_url() in page_of(people["D09:clerk"], second)
    shown = page_of(people["D09:clerk"], first)
    assert "修改本件" in shown and second.get_absolute_url() in shown and citing.get_absolute_url() not in shown


def test_a_link_of_a_received_document_goes_to_the_text_it_delivers(people):
    received = registered(people, title="关于征求管理办法意见的函", doc_type="letter")
    clerk, officer = people["D09:clerk"], people["D09:officer"]
    answer = draft(people, unit="D09", to=("D07",), title="关于管理办法的复函", doc_type="letter")
    with pytest.raises(Refused):  # it was not given to him yet
        linking.link(answer, received, LinkKind.REPLIES, by=officer)
    circulate(received, by=clerk, given=CirculateInput((officer,)))
    assert linking.link(answer, received, LinkKind.REPLIES, by=officer).other == received.issued
    assert received.get_absolute_url() in page_of(officer, answer)
    assert "答复本件" in page_of(clerk, received)


@pytest.mark.parametrize(
    ("kind", "which", "sentence"),
    [
        ("elopes", "issued", "请选择与所选公文的关系"),
        ("cites", "own", "不能与本件自己"),
        ("abolishes", "unsigned", "尚未签发"),
        ("amends", "twice", "已登记修改"),
        ("cites", "voided", "不能引用"),
    ],
)
def test_what_cannot_be_linked_is_a_sentence_and_nothing_is_written(people, issued, kind, which, sentence):
    citing, drafter = draft(people), people["D07:officer"]
    other = {"own": citing, "unsigned": draft(people, title="关于未签发事项的通知")}.get(which, issued)
    if which == "voided":
        other = take(brought_to("number", people, title="关于作废事项的通知"), "void", people["D07:clerk"], note="误编")
    if which == "twice":
        linking.link(citing, other, kind, by=drafter)
    before = DocumentLink.objects.count()
    with pytest.raises(Refused, match=sentence):
        linking.link(citing, other, kind, by=drafter)
    assert add(drafter, citing, other, kind).status_code == 422 and DocumentLink.objects.count() == before


def test_links_are_fixed_when_the_draft_is_sent_and_taken_out_only_before(people, issued):
    citing, drafter = draft(people), people["D07:officer"]
    made = linking.link(citing, issued, LinkKind.CITES, by=drafter)
    take(citing, "submit", drafter)
    address = reverse("documents:unlink", args=[citing.uid, made.uid])
    assert send_form(browser(drafter), address, {}).status_code == 404
    with pytest.raises(Refused):
        linking.link(citing, issued, LinkKind.AMENDS, by=drafter)
    take(citing, "withdraw", drafter, note="再改。")
    assert send_form(browser(drafter), address, {}).status_code == 302
    assert issued.title not in page_of(drafter, citing) and DocumentLink.objects.get().removed_at


def test_who_looks_for_the_paper_he_answers_is_told_the_way(people):
    found = get(people["D07:officer"], draft(people), "links", "?q=没有这样的公文").content.decode()
    assert "请从该来文页面的“起草复文”进入" in found


@pytest.mark.parametrize("query", ["?q=%00", "?q=" + "长" * 200, "?q=%25_", "?q="])
def test_odd_words_are_answered(people, query):
    assert get(people["D07:officer"], draft(people), "links", query).status_code in (200, 422)


def test_an_issued_abolition_leads_to_the_current_document_and_fills_in_its_ground(people, issued):
    offered = current.publish(issued, by=people["D07:clerk"], topic="综合", summary="试")
    ending = draft(people, title="关于废止管理办法的通知")
    linking.link(ending, issued, LinkKind.ABOLISHES, by=people["D07:officer"])
    assert "登记废止或修改" not in page_of(people["D07:clerk"], ending)  # not before it is issued
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):  # fmt: skip
        take(ending, step, people[f"D07:{post}"], note="同意。")
    page = page_of(people["D07:clerk"], ending)
    assert offered.get_absolute_url() in page and "登记废止或修改" in page
    assert "登记废止或修改" not in page_of(people["D07:officer"], ending)
    form = browser(people["D07:clerk"]).get(offered.get_absolute_url()).content.decode()
    assert f"《{ending.title}》（{ending.doc_number}）" in form
    given = current.Abolition(timezone.localdate(), ending.doc_number)
    current.VALIDITY.perform("abolish", offered, by=people["D07:clerk"], note="已有新规定", given=given)
    assert "登记废止或修改" not in page_of(people["D07:clerk"], ending)
    assert CurrentDocument.objects.unguarded("a test looks").get().abolished_on


# 签发前核对


def before(person, document, query: str = "?part") -> str:
    return get(person, document, "before_signing", query).content.decode()


def test_the_number_that_is_expected_is_the_one_that_is_given_and_none_is_taken(people):
    brought_to("number", people)
    document = brought_to("check", people, title="关于第二件事的通知")
    told = expected_number(document)
    assert told.number in before(people["D07:leader"], document) and "预计" in told.note
    assert expected_number(document) == told  # asked twice, nothing taken
    take(document, "approve", people["D07:leader"])
    take(document, "number", people["D07:clerk"])
    assert document.doc_number == told.number
    assert following(f"document:长信:{timezone.localdate().year}") == document.number_seq + 1


def test_a_reserved_number_is_the_expected_one(people):
    document = referred_back(brought_to("number", people), people)
    kept = document.doc_number
    brought_to("number", people, title="关于另一件事的通知")
    assert expected_number(document).number == kept and "保留" in expected_number(document).note


def test_a_letter_is_expected_in_its_own_series(people):
    brought_to("number", people)
    assert expected_number(draft(people, doc_type="letter")).number.startswith("长信函〔")
    assert expected_number(draft(people, doc_type="letter")).number.endswith("〕1号")


def test_period_code_and_disclosure_are_told_with_their_grounds(people):
    document = brought_to("check", people, disclosure_attr="not_disclosed", disclosure_reason="涉及内部工作安排")
    told = before(people["D07:leader"], document)
    assert "预计档号" in told and "Z407-WS" in told and "保管期限" in told and "理由：涉及内部工作安排" in told
    assert "公众看不到本件" in told and 'class="public-face"' not in told
    bare = before(people["D07:leader"], brought_to("check", people, title="关于又一件事的通知"))
    assert "依申请公开" in bare and "未写明理由" not in bare  # only 不予公开 asks for one


def test_the_public_face_is_what_the_portal_will_show(people):
    """By the real rule: the text and 正本; a text attachment is printed with it, any other file stays behind."""
    document = draft(people, disclosure_attr="proactive")
    attach(document, land_bytes("名单如下。".encode(), "名单.txt"), by=people["D07:officer"], name="名单.txt")
    attach(document, land_bytes(b"a,b\n1,2\n", "数据.csv"), by=people["D07:officer"], name="数据.csv")
    told = before(people["D07:officer"], document)
    assert "随正本公开的附件：名单" in told and "不公开的附件（不随正本排印）：数据" in told
    assert document.body.split("\n")[1] in told


def test_it_is_folded_away_on_the_signers_page_and_costs_nothing_until_opened(people):
    document = brought_to("check", people)
    page = page_of(people["D07:leader"], document)
    address = reverse("documents:before_signing", args=[document.uid])
    assert f'data-fetch="{address}"' in page and "预计档号" not in page
    whole = before(people["D07:leader"], document, "")
    assert "<html" in whole and "<html" not in before(people["D07:leader"], document)
    assert get(people["D15:leader"], document, "before_signing").status_code == 404
    take(document, "approve", people["D07:leader"])
    assert get(people["D07:leader"], document, "before_signing").status_code == 404


def test_numbers_and_titles_are_looked_up_by_the_index(people, issued):
    """A scan of all heads is no way to find one title among a million."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for words in ("管理办法", issued.doc_number, "印发 管理办法"):
            assert "documentwords_head_bigrams" in linking.with_heads(words).explain(), words


@pytest.mark.parametrize("rare", [0, 2000])
def test_rare_and_frequent_words_find_the_same(people, issued, monkeypatch, rare):
    monkeypatch.setattr(linking, "RARE", rare)
    citing, drafter = draft(people, title="关于修改管理办法的通知"), people["D07:officer"]
    foreign = draft(people, unit="D15", title="关于管理办法的函", to=("D01",))
    voided = take(brought_to("number", people, title="关于管理办法的另一通知"), "void", people["D07:clerk"], note="误")
    for words, found in (
        ("管理办法", {issued.pk}), (issued.doc_number, {issued.pk}), ("印发 办法", {issued.pk}), ("卫生", set()),
        ("法", {issued.pk}), ("  ", set()), ("%", set()),
    ):  # fmt: skip
        seen = {one.pk for one in linking.candidates(drafter, words, citing)}
        assert seen == found and not seen & {foreign.pk, voided.pk}, words


def test_a_filed_document_is_found_as_an_open_one_is(people, issued):
    for delivery in issued.deliveries.unguarded("a test looks"):
        take(delivery, "sign_for", people[f"{delivery.unit.code}:clerk"])
    take(issued, "complete", people["D07:clerk"])
    assert [one.pk for one in linking.candidates(people["D07:officer"], "印发管理办法", draft(people))] == [issued.pk]
