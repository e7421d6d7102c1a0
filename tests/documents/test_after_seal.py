"""用印: what must not be sealed goes back, a leader voids what is sealed, what an act undoes is said before."""

import pytest

from documents import pages, sealing
from documents.after_seal import WHO_ELSE, WHO_VOIDS
from documents.models import Addressee
from documents.states import State
from documents.workflow import workflow_of
from tests.documents.test_joint_issue import joint
from tests.documents.way import waiting
from tests.made import brought_to, take
from tests.transfer.stock import browser
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def offered(person, document) -> set[str]:
    return {step.name for step in workflow_of(document).open_to(person, document)}


def page_of(person, document) -> str:
    return browser(person).get(document.get_absolute_url()).content.decode()


def form_of(page: str, name: str) -> str:
    found = page[page.index(f'id="act-{name}"') :]
    return found[: found.index("</form>")]


# 退回 by the 监印人


def test_a_page_that_must_not_be_sealed_goes_back_to_校对_with_the_reason(people):
    document, keeper = brought_to("proofread", people), people["D07:seal_keeper"]
    before = pages.page_of(document)
    take(document, "return_unsealed", keeper, note="成文日期与定稿不一致。", to="proofread")
    assert document.state == State.NUMBERED and waiting(document) == {("proofread", "D07", "clerk")}
    assert document.page_digest == "" and document.sealings.count() == 0
    assert "被退回：成文日期与定稿不一致。" in browser(people["D07:clerk"]).get("/waiting/").content.decode()
    assert AuditEvent.objects.of(document).get(verb="return_unsealed").post == "监印人"
    for step, post in (("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    assert before is not None and document.state == State.DISPATCHED


@pytest.mark.parametrize("decision", ["keep_text", "agree_to_change"])
def test_or_to_the_signer_who_decides_and_nothing_is_sealed_meanwhile(people, decision):
    document, keeper = brought_to("proofread", people), people["D07:seal_keeper"]
    take(document, "return_unsealed", keeper, note="内容不宜以本局名义发。", to="signer")
    assert document.state == State.PROOFREAD and waiting(document) == {("reapprove", "D07", people["D07:leader"].name)}
    assert "return_unsealed" not in offered(keeper, document)
    with pytest.raises(Refused, match="已退原签批人复审"):
        take(document, "seal", keeper)
    assert "内容不宜以本局名义发。" in page_of(people["D07:leader"], document)
    take(document, decision, people["D07:leader"], note="已核。")
    assert document.state == (State.PROOFREAD if decision == "keep_text" else State.DRAFTING)
    assert ("seal" in offered(keeper, document)) == (decision == "keep_text")


@pytest.mark.parametrize("given", [{}, {"to": "drafter"}, {"to": "proofread", "note": ""}])
def test_a_return_without_aim_or_reason_changes_nothing(people, given):
    document = brought_to("proofread", people)
    with pytest.raises(Refused):
        take(document, "return_unsealed", people["D07:seal_keeper"], **({"note": "不符"} | given))
    assert document.state == State.PROOFREAD and waiting(document) == {("seal", "D07", "seal_keeper")}


def test_who_may_return_what_waits_for_the_seal(people):
    document = brought_to("proofread", people)
    may = {who for who, person in people.items() if "return_unsealed" in offered(person, document)}
    assert may == {"D07:seal_keeper"}


def test_the_second_issuers_keeper_returns_and_the_first_ones_seal_falls(people, units):
    document = joint(people, units, "D09")
    take(document, "seal", people["D07:seal_keeper"])
    assert "return_unsealed" not in offered(people["D07:seal_keeper"], document)
    take(document, "return_unsealed", people["D09:seal_keeper"], note="署名有误。", to="proofread")
    assert waiting(document) == {("proofread", "D07", "clerk")} and sealing.sealings_of(document) == []
    take(document, "proofread", people["D07:clerk"])
    for code in ("D07", "D09"):
        assert waiting(document) == {("seal", code, "seal_keeper")}
        take(document, "seal", people[f"{code}:seal_keeper"])
    assert document.state == State.SEALED
    take(document, "dispatch", people["D07:clerk"])


def test_a_slip_found_between_two_seals_is_sealed_anew_by_both(people, units):
    document = joint(people, units, "D09")
    take(document, "seal", people["D07:seal_keeper"])
    body = document.body.replace("提高认识", "提高认知")
    take(document, "correct", people["D07:clerk"], note="认识改认知", title=document.title, body=body)
    take(document, "proofread", people["D07:clerk"])
    for code in ("D07", "D09"):
        take(document, "seal", people[f"{code}:seal_keeper"])
    assert document.state == State.SEALED


# 撤销用印 by the 监印人


def test_a_seal_put_wrongly_is_taken_off_by_its_keeper_and_the_book_says_why(people):
    document, keeper = brought_to("seal", people), people["D07:seal_keeper"]
    assert {who for who, one in people.items() if "unseal" in offered(one, document)} == {"D07:seal_keeper"}
    with pytest.raises(Refused, match="理由"):
        take(document, "unseal", keeper)
    take(document, "unseal", keeper, note="盖错印章。")
    assert (document.state, document.page_digest, document.sealed_at) == (State.NUMBERED, "", None)
    assert waiting(document) == {("proofread", "D07", "clerk")} and sealing.sealings_of(document) == []
    assert AuditEvent.objects.of(document).get(verb="unseal").opinion == "盖错印章。"
    assert "用印已撤销，请重新校对" in browser(people["D07:clerk"]).get("/waiting/").content.decode()
    book = browser(keeper).get("/documents/registers/seals/").content.decode()
    assert "撤销用印：盖错印章。" in book
    for step, post in (("proofread", "clerk"), ("seal", "seal_keeper"), ("dispatch", "clerk")):
        take(document, step, people[f"D07:{post}"])
    assert document.state == State.DISPATCHED and len(sealing.sealings_of(document)) == 1


def test_all_seals_of_a_joint_issue_fall_together(people, units):
    document = joint(people, units, "D09")
    for code in ("D07", "D09"):
        take(document, "seal", people[f"{code}:seal_keeper"])
    assert "unseal" in offered(people["D07:seal_keeper"], document)
    take(document, "unseal", people["D07:seal_keeper"], note="版记有误。")
    take(document, "proofread", people["D07:clerk"])
    assert waiting(document) == {("seal", "D07", "seal_keeper")}


def test_who_holds_a_sealed_paper_reads_who_may_do_what(people):
    document = brought_to("seal", people)
    assert WHO_ELSE in page_of(people["D07:clerk"], document)
    page = page_of(people["D07:seal_keeper"], document)
    assert "不再发出的，请报请本单位领导在本页作废" in page and SEALED.format("撤销用印", AGAIN) in form_of(
        page, "unseal"
    )


def test_addressees_are_changed_after_用印_only_with_the_page(people, units):
    """The page and the list of whom it goes to cannot differ: the seal falls, and nothing goes out before the next."""
    document = brought_to("seal", people)
    given = {"units": (units["D15"],), "consented": "局领导同意"}
    take(document, "add_copies_anew", people["D07:clerk"], note="说明", **given)
    with pytest.raises(Refused):
        take(document, "dispatch", people["D07:clerk"])
    take(document, "proofread", people["D07:clerk"])
    with pytest.raises(Refused):
        take(document, "dispatch", people["D07:clerk"])
    take(document, "seal", people["D07:seal_keeper"])
    assert units["D15"].name in pages.page_input(document).cc_recipients
    take(document, "dispatch", people["D07:clerk"])
    assert document.deliveries.unguarded("a test looks").filter(unit=units["D15"]).exists()


# 作废


def test_a_sealed_paper_is_voided_by_a_leader_and_the_clerk_is_told_who(people):
    document = brought_to("seal", people)
    assert "void" not in offered(people["D07:clerk"], document)
    with pytest.raises(Refused) as refusal:
        take(document, "void", people["D07:clerk"], note="印错")
    assert refusal.value.reasons == [WHO_VOIDS] and document.state == State.SEALED
    may = {who for who, person in people.items() if {"void", "void_sealed"} & offered(person, document)}
    assert may == {"D07:leader"}
    take(document, "void_sealed", people["D07:leader"], note="印错")
    assert document.state == State.VOIDED
    assert waiting(document) == {("notice", "D07", people["D07:officer"].name)}  # its drafter is told


def test_one_of_two_seals_is_a_seal(people, units):
    document = joint(people, units, "D09")
    assert "void" in offered(people["D07:clerk"], document)
    take(document, "seal", people["D07:seal_keeper"])
    with pytest.raises(Refused, match="由本单位领导作废"):
        take(document, "void", people["D07:clerk"], note="印错")
    assert "void_sealed" in offered(people["D07:leader"], document)


@pytest.mark.parametrize("last", ["approve", "number", "proofread"])
def test_what_bears_no_seal_stays_the_clerks_to_void(people, last):
    document = brought_to(last, people)
    assert "void_sealed" not in offered(people["D07:leader"], document)
    take(document, "void", people["D07:clerk"], note="不再发")
    assert document.state == State.VOIDED


# what falls is said before the act

SEALED = "本件已加盖印章：{}后现有印章随之作废，须{}、用印。"
PROOFREAD = "本件已校对：{}后须{}、用印。"
AGAIN, RESIGN = "重新校对", "由原签批人重新签发，再重新校对"


@pytest.mark.parametrize(
    ("last", "name", "words"),
    [
        ("seal", "add_copies_anew", SEALED.format("增加抄送", AGAIN)),
        ("seal", "drop_addressees", SEALED.format("减少主送、抄送", RESIGN)),
        ("proofread", "add_copies_anew", PROOFREAD.format("增加抄送", AGAIN)),
        ("proofread", "drop_addressees", PROOFREAD.format("减少主送、抄送", RESIGN)),
        ("proofread", "correct", PROOFREAD.format("改正文字差错", AGAIN)),
        ("number", "add_copies_anew", ""),
        ("number", "correct", ""),
        ("approve", "drop_addressees", ""),
    ],
)
def test_each_act_that_changes_the_page_says_what_has_to_be_done_again(people, last, name, words):
    page = page_of(people["D07:clerk"], brought_to(last, people))
    form = form_of(page, name)
    assert (words in form) if words else ("后须" not in form and "随之作废" not in form)


def test_acts_that_leave_the_page_as_it_is_warn_of_nothing_and_the_others_are_all_named(people, units):
    """By doing: after which acts on a proofread page is there no page, and do just those warn?"""
    given = {
        "add_copies_anew": {"units": (units["D15"],), "consented": "局领导同意"}, "correct": {"title": "关于做好归档工作的通知"},
        "return_unsealed": {"to": "proofread"},
    }  # fmt: skip
    falls = set()
    for name, who in (
        ("add_copies_anew", "clerk"), ("drop_addressees", "clerk"), ("correct", "clerk"), ("refer_back", "clerk"),
        ("return_unsealed", "seal_keeper"),
    ):  # fmt: skip
        document = brought_to("proofread", people, to=("D09", "D15", "D30") if name == "drop_addressees" else ("D09",))
        data = dict(given.get(name, {}))
        if name == "correct":
            data["body"] = document.body
        if name == "drop_addressees":
            data["addressees"] = (Addressee.objects.filter(document=document).last().pk,)
        words = "后须" in form_of(page_of(people[f"D07:{who}"], document), name)
        take(document, name, people[f"D07:{who}"], note="说明", **data)
        assert words == (not document.page_digest), name
        if not document.page_digest:
            falls.add(name)
    assert falls == {"add_copies_anew", "drop_addressees", "correct", "return_unsealed"}
