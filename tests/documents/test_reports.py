"""签报 from the screen: drafted, changed and begun anew as what it is, with the fields that it has."""

import dataclasses

import pytest
from django.urls import reverse

from documents import actions, checks, linking
from documents.going_back_notices import WAY_OUT
from documents.models import Document
from documents.said_before import said_before
from documents.states import AddresseeKind, Direction
from tests.forms import send_form
from tests.made import draft
from tests.transfer.stock import browser as client_of
from units import form_drafts
from units.workflow import Refused

pytestmark = pytest.mark.django_db
ISSUED_ONLY = (
    "doc_type",
    "routing_direction",
    "main",
    "cc",
    "co_issuers",
    "disclosure_attr",
    "print_copies",
    "seal_unit",
)


def page_of(tabs) -> str:
    return next(address for label, address, *_ in tabs if label == "签报")


def typed(units, **more) -> dict:
    return {
        "unit": units["D07"].pk, "direction": "internal", "title": "关于购置设备的签报", "security_class": "public",
        "body": "拟购置扫描仪一台，请批示。", **more,
    }  # fmt: skip


@pytest.fixture
def officer(people):
    return client_of(people["D07:officer"])


@pytest.fixture
def report(officer, units) -> Document:
    address = page_of(officer.get(reverse("documents:draft")).context["tabs"])
    assert send_form(officer, address, typed(units)).status_code == 302
    return newest()


def newest() -> Document:
    return Document.objects.unguarded("a test looks").order_by("-pk").first()


def names(page) -> set[str]:
    return set(page.context["form"].fields)


def test_the_page_of_拟稿_has_a_tab_for_it_with_the_fields_that_it_has(officer):
    page = officer.get(page_of(officer.get(reverse("documents:draft")).context["tabs"]))
    assert names(page).isdisjoint(ISSUED_ONLY) and {"title", "body", "countersigners", "attached"} <= names(page)
    text = page.content.decode()
    assert (
        "主送单位" not in text and "文种" not in text and "公开属性" not in text and 'aria-current="page">签报' in text
    )


def test_what_is_saved_is_a_签报_and_goes_to_the_leader(officer, report, people):
    assert report.direction == Direction.INTERNAL and report.drafted_by == people["D07:officer"]
    page = officer.get(report.get_absolute_url()).content.decode()
    assert "签报单" in page and "批示" in page and "存为范本" not in page


def test_修改_shows_the_same_form_and_keeps_it_a_签报(officer, report, units):
    address = reverse("documents:edit", args=[report.uid])
    page = officer.get(address)
    assert names(page).isdisjoint(ISSUED_ONLY) and "主送单位" not in page.content.decode()
    sent = typed(
        units, title="关于购置两台设备的签报", version=report.version, doc_type="circular", main=[units["D09"].pk]
    )
    assert send_form(officer, address, sent).status_code == 302
    report.refresh_from_db()
    assert (report.title, report.doc_type) == ("关于购置两台设备的签报", "notice")
    assert not report.addressees.exists()


def test_by_rule_it_has_no_文种_and_no_receivers(people, units):
    by, outsider = people["D07:officer"], (AddresseeKind.MAIN, units["D09"], "区民政局")
    fields = {"title": "关于用车的签报", "body": "请批示。", "doc_type": "circular", "co_issuers": [units["D09"]]}
    made = actions.create_draft(
        fields, unit=units["D07"], by=by, direction=Direction.INTERNAL, addressees=[outsider]
    )  # fmt: skip
    assert made.doc_type == "notice" and not made.addressees.exists() and not made.issuers.exists()
    actions.save_draft(made, fields, by=by, version=made.version, addressees=[outsider])
    made.refresh_from_db()
    assert made.doc_type == "notice" and not made.addressees.exists() and not made.issuers.exists()


def test_begun_from_a_签报_it_is_one(officer, report, units):
    address = f"{reverse('documents:draft')}?base={report.uid}"
    page = officer.get(address)
    assert names(page).isdisjoint(ISSUED_ONLY) and not page.context["tabs"]
    assert [name for name, *_ in page.context["start"].parts] == ["title", "body"]
    form = page.context["form"]
    sent = typed(units, title=form.initial["title"], direction=form["direction"].value(), form_ticket=form.draft.signed)
    assert send_form(officer, address, sent).status_code == 302
    assert newest().pk != report.pk and newest().direction == Direction.INTERNAL


def test_no_pattern_is_made_of_it(people, report):
    clerk = client_of(people["D07:clerk"])
    assert clerk.get(f"{reverse('documents:patterns')}?from={report.uid}").status_code == 404


def test_its_preview_is_no_red_head_of_a_通知_and_asks_for_no_receiver(officer, units):
    page = send_form(officer, reverse("documents:preview_new"), typed(units))
    assert names(page).isdisjoint(ISSUED_ONLY)
    assert not [one for one in page.context["preview"].remarks if "主送" in one.message]


def test_without_a_title_it_is_asked_for_one_of_a_签报(report):
    report.title = ""
    assert "“关于××的签报”" in checks.problems(checks.of(report))[0].message


def test_a_发文_stays_one(officer, people):
    page = officer.get(reverse("documents:edit", args=[draft(people).uid]))
    assert set(ISSUED_ONLY) <= names(page)


def test_待发_leads_to_the_form_that_was_left(officer, people, units):
    page = officer.get(page_of(officer.get(reverse("documents:draft")).context["tabs"]))
    kept = form_drafts.typed_of((name, [str(value)]) for name, value in typed(units).items())
    form_drafts.keep(page.context["form"].draft.ticket, kept, by=people["D07:officer"])
    ((count, label, address),) = officer.get(reverse("documents:drafts")).context["unsaved"]
    assert (count, label) == (1, "签报") and officer.get(address).context["form"].draft.others


def test_nothing_is_said_of_it_that_only_what_is_issued_has(officer, report, people):
    """No 发文字号, no 签发, no 发文稿纸: neither in the form nor on its page."""
    page = officer.get(f"{reverse('documents:draft')}?base={report.uid}").content.decode()
    assert "意见和附件不带入。" in page and "发文字号" not in page and "署名和日期" not in page
    assert "发文字号" not in said_before("delete", report) and "不能恢复；只在操作记录" in said_before("delete", report)
    assert "不占发文字号" in said_before("delete", draft(people))
    given = dataclasses.replace(checks.of(report), people=(("拟稿人", "\U000300ab"),))
    assert [one.message for one in checks.can_be_set(given)][-1].endswith("签报单上以〓和字符编码代替。")
    with pytest.raises(Refused, match="是签报，不印发，没有可以废止的文件"):
        linking.link(draft(people), report, "abolishes", by=people["D07:officer"])


def test_a_纪要_bears_no_name_at_its_end(people):
    page = checks.of(draft(people, doc_type="minutes", body="会议议定两项。\n2026年11月26日"))
    assert "纪要不署名，成文日期由系统排印，正文末尾的" in "".join(one.message for one in checks.problems(page))


def test_a_disagreement_does_not_bar_批示(report):
    assert WAY_OUT[report.direction].endswith("也可直接批示。")
