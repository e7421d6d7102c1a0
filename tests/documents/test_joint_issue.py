"""Issue 13, 2 and 3, and practice 2.1: 联合发文 and 代章, by the real acts of the units' people."""

import pytest
from django.db import transaction
from django.urls import reverse

from documents import issuers, pages, sealing
from documents.actions import create_draft, save_draft
from documents.models import Issuer, Sealing
from documents.side_acts import SIDE_ACTS
from documents.states import AddresseeKind, RoutingDirection, State
from documents.way_shown import route_of
from paper.checking import check_seals
from paper.sheets import cells_of
from tests.documents.test_sealing import browser, bytes_of, proofread_page
from tests.forms import send_form
from tests.made import BODY, draft, take
from tests.paper.sealed import openssl_accepts
from units.models import Task
from units.workflow import Act, Nothing, Refused, Stale

pytestmark = pytest.mark.django_db


def joint(people, units, *others, title="关于联合开展档案检查的通知", upto="proofread", **fields):
    """D07 with `others`, drafted and brought through the countersigning of each."""
    document = create_draft(
        {"title": title, "body": BODY, "co_issuers": [units[code] for code in others], **fields},
        unit=units["D07"], by=people["D07:officer"], addressees=[(AddresseeKind.MAIN, units["D01"], units["D01"].name)],
    )  # fmt: skip
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    for code in others:
        take(document, "countersign", people[f"{code}:leader"])
    for step, post in (("approve", "leader"), ("number", "clerk"), ("proofread", "clerk")):
        take(document, step, people[f"D07:{post}"])
        if step == upto:
            break
    return document


# 联合发文


def test_three_units_issue_together_with_one_number_three_signatories_and_three_seals(
    people, units, settings, tmp_path
):
    document = joint(people, units, "D09", "D15", doc_type="report", routing_direction=RoutingDirection.UP,
                     title="关于档案检查情况的报告")  # fmt: skip
    given = pages.page_input(document)
    assert given.signatures == tuple(units[code].name for code in ("D07", "D09", "D15"))
    assert given.co_marks == (units["D09"].name, units["D15"].name) and document.number_prefix == "长信"
    assert given.signatories == tuple(people[f"{code}:leader"].name for code in ("D07", "D09", "D15"))
    for number, code in enumerate(("D07", "D09", "D15"), start=1):
        assert document.state == State.PROOFREAD
        waiting = Task.objects.of(document).open().filter(kind="seal").select_related("unit")
        assert [task.unit.code for task in waiting] == [code]
        take(document, "seal", people[f"{code}:seal_keeper"])
        assert len(check_seals(bytes_of(pages.page_of(document))).seals) == number
    assert document.state == State.SEALED and document.sealed_at
    sealed = bytes_of(pages.page_of(document))
    assert sealed.startswith(proofread_page(document))
    found = check_seals(sealed)
    assert found.is_valid and [one.code for one in found.seals] == ["D07", "D09", "D15"]
    assert openssl_accepts(sealed, tmp_path, settings.EGOV_CERTIFICATES_DIR / "authority.pem") == [True] * 3
    take(document, "dispatch", people["D07:clerk"])
    book = browser(people["D15:seal_keeper"]).get(reverse("documents:register", args=["seals"])).content.decode()
    assert document.title in book and "区信息委主办" in book and "长宁区卫生局（样章）" in book
    assert "长宁区民政局（样章）" not in book


def test_a_unit_seals_once_and_in_its_turn(people, units):
    document = joint(people, units, "D09")
    with pytest.raises(Refused):
        take(document, "seal", people["D09:seal_keeper"])
    take(document, "seal", people["D07:seal_keeper"])
    with pytest.raises(Refused, match="已经盖好"):
        take(document, "seal", people["D07:seal_keeper"])
    with pytest.raises(Refused, match="须先用印"):
        take(document, "dispatch", people["D07:clerk"])
    seen = browser(people["D09:seal_keeper"]).get(reverse("documents:detail", args=[document.uid])).content.decode()
    assert "居中下压区民政局署名" in seen and "已用印：区信息委" in seen
    assert Sealing.objects.filter(document=document).count() == 1


def test_a_seal_on_a_page_that_another_has_sealed_meanwhile_is_refused(people, units):
    """Compare and swap on the last digest: what was signed on before is the last page no more."""
    document, keeper = joint(people, units, "D09"), people["D07:seal_keeper"]
    slow = Act(keeper, Nothing())
    slow.prepared = sealing.prepare(document, slow)
    take(document, "seal", keeper)
    with pytest.raises(Stale, match="有变"), transaction.atomic():
        sealing.seal(document, slow)
    assert Sealing.objects.filter(document=document).count() == 1


def test_a_joint_issue_is_signed_when_every_unit_has_and_a_changed_list_asks_them_again(people, units):
    document = create_draft(
        {"title": "关于联合检查的通知", "body": BODY, "co_issuers": [units["D09"]]}, unit=units["D07"],
        by=people["D07:officer"], addressees=[(AddresseeKind.MAIN, units["D01"], units["D01"].name)],
    )  # fmt: skip
    assert list(document.countersigners.values_list("unit__code", flat=True)) == ["D09"]
    before = document.revisions.count()
    save_draft(
        document, {"co_issuers": [units["D09"], units["D15"]]}, by=people["D07:officer"], version=document.version,
        addressees=[(AddresseeKind.MAIN, units["D01"], units["D01"].name)],
    )  # fmt: skip
    assert document.revisions.count() == before + 1
    assert [one.unit.code for one in document.issuers.order_by("position")] == ["D07", "D09", "D15"]
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"])
    take(document, "countersign", people["D09:leader"])
    assert issuers.all_have_signed(document, None) == [
        "联合发文单位区卫生局尚未会签同意，不能签发；请拟稿人核对流转路线是否有会签环节。"
    ]
    with pytest.raises(Refused):
        take(document, "approve", people["D07:leader"])
    take(document, "countersign", people["D15:leader"])
    take(document, "approve", people["D07:leader"])
    assert [one.signatory for one in document.issuers.order_by("position")][1:] == [
        people["D09:leader"], people["D15:leader"]]  # fmt: skip


def test_the_correction_of_a_joint_issue_is_one_of_the_same_units(people, units):
    document = joint(people, units, "D09", seal_unit=units["D15"], seal_authority="长府办函〔2026〕6号")
    for code in ("D15", "D09"):
        take(document, "seal", people[f"{code}:seal_keeper"])
    take(document, "dispatch", people["D07:clerk"])
    SIDE_ACTS.perform("correct", document, by=people["D07:clerk"], note="附件有误。")
    rows = document.corrections.unguarded("a test looks").get().issuers.order_by("position")
    assert [(one.unit.code, one.seal_unit and one.seal_unit.code) for one in rows] == [("D07", "D15"), ("D09", None)]


def test_the_draft_form_offers_issuers_and_refuses_what_cannot_be(people, units):
    client = browser(people["D07:officer"])
    fields = {
        "unit": units["D07"].pk, "doc_type": "notice", "title": "关于联合检查的通知", "body": BODY, "main": [units["D01"].pk],
        "routing_direction": "down", "security_class": "public", "disclosure_attr": "on_request", "print_copies": "1",
    }  # fmt: skip
    answer = send_form(client, reverse("documents:draft"), fields | {"co_issuers": [units["D09"].pk, units["D15"].pk]})
    assert answer.status_code == 302
    assert [one.unit.code for one in Issuer.objects.order_by("position")] == ["D07", "D09", "D15"]
    edit = client.get(answer["Location"] + "edit/").content.decode()
    assert "联合发文与代章" in edit
    for wrong, field in (
        ({"co_issuers": [units["D07"].pk]}, "co_issuers"), ({"seal_unit": units["D09"].pk}, "seal_authority"),
        ({"seal_unit": units["D07"].pk, "seal_authority": "批件"}, "seal_unit"),
        ({"seal_unit": units["D09"].pk, "seal_authority": "批件", "co_issuers": [units["D09"].pk]}, "seal_unit"),
    ):  # fmt: skip
        refused = send_form(client, reverse("documents:draft"), fields | wrong)
        assert refused.status_code == 422 and field in refused.context["form"].errors, wrong


# 代章


def test_another_units_seal_stands_in_under_written_authority_put_by_its_own_keeper(people, units):
    document = draft(people, to=("D01",), title="关于代章事项的通知", co_issuers=[], seal_unit=units["D09"],
                     seal_authority="长府办函〔2026〕6号")  # fmt: skip
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk")):  # fmt: skip
        take(document, step, people[f"D07:{post}"])
    assert pages.page_input(document).issuer_signature == f"{units['D07'].name}（代章）"
    task = Task.objects.of(document).open().get(kind="seal")
    assert task.unit == units["D09"] and "长府办函〔2026〕6号" in task.remark
    with pytest.raises(Refused):
        take(document, "seal", people["D07:seal_keeper"])
    take(document, "seal", people["D09:seal_keeper"])
    one = document.sealings.get()
    assert (one.seal.unit, one.for_unit, one.authority) == (units["D09"], units["D07"], "长府办函〔2026〕6号")
    assert check_seals(bytes_of(one.rendition)).seals[0].code == "D09" and document.state == State.SEALED
    take(document, "dispatch", people["D07:clerk"])


def test_each_unit_s_seal_book_has_a_line_a_seal_with_its_own_approver_and_keeper_the_same_for_every_reader(
    people, units
):
    document = joint(people, units, "D09")
    for code in ("D07", "D09"):
        take(document, "seal", people[f"{code}:seal_keeper"])
    for code, other in (("D07", "D09"), ("D09", "D07")):
        seen = {}
        for post in ("clerk", "seal_keeper", "leader"):
            answer = browser(people[f"{code}:{post}"]).get(reverse("documents:register", args=["seals"]))
            seen[post] = [tuple(cell["text"] for cell in line["cells"]) for line in answer.context["lines"]]
        assert seen["clerk"] == seen["seal_keeper"] == seen["leader"]
        (line,) = seen["clerk"]
        assert document.title in line and people[f"{code}:leader"].name in line
        assert people[f"{code}:seal_keeper"].name in line
        assert people[f"{other}:leader"].name not in line and people[f"{other}:seal_keeper"].name not in line


def test_a_use_of_the_seal_that_fell_stays_in_the_book_and_is_struck(people):
    document = draft(people)
    for step, post in (("submit", "officer"), ("check", "reviewer"), ("approve", "leader"), ("number", "clerk"),
                       ("proofread", "clerk")):  # fmt: skip
        take(document, step, people[f"D07:{post}"])
    take(document, "seal", people["D07:seal_keeper"])
    book = reverse("documents:register", args=["seals"])
    assert [one["is_struck"] for one in browser(people["D07:clerk"]).get(book).context["lines"]] == [False]
    take(document, "void_sealed", people["D07:leader"], note="印错")
    (line,) = browser(people["D07:clerk"]).get(book).context["lines"]
    assert line["is_struck"] and "作废：印错" in line["cells"][-1]["text"]


def test_the_host_s_own_register_names_who_issued_with_it(people, units):
    joint(people, units, "D09", "D15")
    answer = browser(people["D07:clerk"]).get(reverse("documents:register", args=["issued"]))
    assert "联合发文，会同：区民政局、区卫生局" in answer.content.decode()


def test_a_joint_issue_names_every_body_on_phone_sheet_way_and_seal_s_place(people, units):
    document = joint(people, units, "D09", "D15", upto="number")
    client = browser(people["D07:clerk"])
    page = client.get(document.get_absolute_url()).content.decode()
    article = page[page.index('class="reading"') :]
    article = article[: article.index("</article>")]
    assert all(units[code].name in article for code in ("D07", "D09", "D15"))
    ahead = [row["who"] for row in route_of(document) if row["state"] == "ahead" and row["kind"] == "seal"]
    assert ahead == ["区信息委 监印人", "区民政局 监印人", "区卫生局 监印人"]
    cells = {label: value for label, value, _ in cells_of(pages.filled_sheet(document))}
    assert cells["联合发文"] == "、".join(units[code].name for code in ("D07", "D09", "D15"))
    take(document, "proofread", people["D07:clerk"])
    place = browser(people["D07:seal_keeper"]).get(document.get_absolute_url()).content.decode()
    assert "联合发文，依次用印：区信息委、区民政局、区卫生局" in place
    ahead = [row["who"] for row in route_of(document) if row["state"] == "ahead" and row["kind"] == "seal"]
    assert ahead == ["区民政局 监印人", "区卫生局 监印人"]


def test_the_way_before_送审_says_whose_seals_follow(people, units):
    document = create_draft(
        {"title": "关于联合检查的通知", "body": BODY, "co_issuers": [units["D09"]]}, unit=units["D07"],
        by=people["D07:officer"], addressees=[(AddresseeKind.MAIN, units["D01"], units["D01"].name)],
    )  # fmt: skip
    page = browser(people["D07:officer"]).get(document.get_absolute_url()).content.decode()
    assert "联合发文，其后依次用印：区民政局" in page


def test_one_unit_s_own_paper_has_no_line_of_联合发文(people):
    document = draft(people)
    assert "联合发文" not in {label for label, _, _ in cells_of(pages.filled_sheet(document))}
