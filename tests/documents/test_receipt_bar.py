"""What a sender does while units have not signed stands on top of his page, and goes on after 办结."""

import pytest
from django.urls import reverse

from documents.desk_forms import side_form
from documents.inputs import UrgeInput
from documents.models import Urging
from documents.side_acts import SIDE_ACTS
from documents.urging import Scope
from tests.documents.exchanged import at, browser, page
from tests.forms import send_form
from tests.made import brought_to, take
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def bar_of(shown) -> dict | None:
    return next((one.context for one in shown.context["above"] if one.template == "documents/_receipt_bar.html"), None)


def test_the_bar_counts_and_leads_to_what_can_be_done(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    shown = page(people, "D07:clerk", sent)
    bar, text = bar_of(shown), shown.content.decode()
    assert (bar["counts"]["signed"], bar["counts"]["all"], bar["waiting"]) == (0, 2, 2)
    assert [one["label"] for one in bar["links"]] == ["催未签收的", "收回", "补发", "更正重发"]
    for one in bar["links"]:
        assert f'id="act-{one["name"]}"' in text
    assert "签收 0/2" in text and '<button class="main">办结</button>' not in text
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    take(at(sent, "D15"), "sign_for", people["D15:clerk"])
    assert [one["label"] for one in bar_of(page(people, "D07:clerk", sent))["links"]] == ["补发", "更正重发"]


def test_催办_begins_with_who_has_not_signed(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    form = side_form(SIDE_ACTS.get("urge"), sent)
    assert form["scope"].value() == Scope.UNSIGNED
    assert form["note"].value() == "请尽快签收。" and set(form.phrases) >= {"请尽快签收。", "请尽快办理。"}


@pytest.mark.parametrize(("scope", "said"), [(Scope.UNSIGNED, "请尽快签收。"), (Scope.UNANSWERED, "请尽快办理。")])
def test_催办_with_an_empty_box_says_what_that_group_is_usually_asked(people, scope, said):
    """Two clicks: the link of the bar and the button."""
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    address = reverse("documents:side_act", args=[sent.uid, "urge"])
    data = {"urge-note": "", "urge-scope": scope.value}
    assert send_form(browser(people, "D07:clerk"), address, data).status_code == 302
    assert Urging.objects.get().text == said


def test_催办_is_possible_after_办结_until_all_have_signed(people):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    take(sent, "complete", people["D07:clerk"], retention_code="Y")
    told = SIDE_ACTS.perform("urge", sent, by=people["D07:clerk"], note="请尽快签收。", given=UrgeInput())
    assert "区民政局" in told
    take(at(sent, "D09"), "sign_for", people["D09:clerk"])
    take(at(sent, "D15"), "sign_for", people["D15:clerk"])
    with pytest.raises(Refused, match="无须催办"):
        SIDE_ACTS.perform("urge", sent, by=people["D07:clerk"], note="请尽快签收。", given=UrgeInput())
