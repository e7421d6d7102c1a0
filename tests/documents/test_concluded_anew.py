"""A conclusion is of one opinion: what was chosen, and not sent, for another is chosen anew; the words stay."""

import pytest
from django.urls import reverse
from django.utils import timezone

from documents import on_paper
from documents.models import PaperOpinion
from documents.states import StepKind
from tests.documents.test_paper_opinions import paper
from tests.made import brought_to, draft, take
from tests.units.test_form_drafts import autosave, inside, shown
from units.models import Task

pytestmark = pytest.mark.django_db
WORDS = "请按修改意见印发。"
AGAIN = "不是就现在这一环节填的，请重新填写"


def form_on(page, name: str):
    """The form of a side act that has a panel of its own."""
    found = [one.context.get("form") for one in page.context["panels"]]
    return next(one for one in found if one is not None and one.prefix == name)


def form_of_step(page, name: str):
    rows = [row for one in page.context["panels"] for row in one.context.get("acts", ())]
    return next(row["form"] for row in rows if row["step"].name == name)


def typed(document, kind: str, leader, **more) -> dict:
    task, now = on_paper.items_of(document).get(kind=kind), timezone.localtime()
    data = {
        "whose": f"{task.pk}:{leader.pk}", "way": "paper", "result": "agreed", "given_on": f"{now:%Y-%m-%d}",
        "given_clock": f"{now:%H:%M}", "note": WORDS, **more,
    }  # fmt: skip
    return {f"enter_opinion-{name}": value for name, value in data.items()}


def kept(client, document, data: dict):
    """Typed on the page of the document, and not sent."""
    form = form_on(client.get(document.get_absolute_url()), "enter_opinion")
    autosave(client, {"form_ticket": form.draft.signed, **data})


def values(form) -> dict:
    names = ("whose", "result", "given_on", "given_clock", "note")
    return {name: form[name].value() for name in names if form[name].value()}


def test_what_was_typed_for_the_opinion_that_still_waits_comes_back_whole(people):
    document, client = brought_to("submit", people), inside(people["D07:clerk"])
    data = typed(document, "check", people["D07:reviewer"])
    kept(client, document, data)
    page = client.get(document.get_absolute_url())
    found = values(form_on(page, "enter_opinion"))
    assert found == {name: data[f"enter_opinion-{name}"] for name in found} and len(found) == 5
    assert "已恢复您" in shown(page) and AGAIN not in shown(page)


def test_what_was_typed_for_another_opinion_concludes_nothing_of_the_next(people):
    """He signed himself meanwhile: nobody's 同意, nor its day, is put into the form of whoever is asked now."""
    document, client = brought_to("submit", people), inside(people["D07:clerk"])
    kept(client, document, typed(document, "check", people["D07:reviewer"]))
    take(document, "check", people["D07:reviewer"], note="已核。")
    page = client.get(document.get_absolute_url())
    form = form_on(page, "enter_opinion")
    assert values(form) == {"note": WORDS}
    assert [value for value, _ in form.fields["whose"].choices] == ["", form.fields["whose"].choices[1][0]]
    assert f"“谁的意见”、“签发结论”、“签批日期”、“签批时间”{AGAIN}" in shown(page)


def test_a_conclusion_chosen_before_anybody_was_is_nobodys(people):
    document, client = brought_to("submit", people), inside(people["D07:clerk"])
    kept(client, document, typed(document, "check", people["D07:reviewer"], whose=""))
    form = form_on(client.get(document.get_absolute_url()), "enter_opinion")
    assert set(values(form)) == {"given_on", "given_clock", "note"}


def test_a_form_sent_for_a_step_that_is_over_comes_back_without_its_conclusion(people):
    document, client = brought_to("submit", people), inside(people["D07:clerk"])
    data = typed(document, "check", people["D07:reviewer"], note="不同意。", despite="on")
    take(document, "check", people["D07:reviewer"], note="已核。")
    address = reverse("documents:side_act", args=[document.uid, "enter_opinion"])
    refused = client.post(address, data | {"enter_opinion-proof": paper()})
    form = form_on(refused, "enter_opinion")
    assert refused.status_code == 422 and "所选环节已经办理" in shown(refused)
    assert set(values(form)) == {"whose", "note"} and not form["despite"].value()
    box = shown(refused).partition('name="enter_opinion-whose"')[2].partition("</select>")[0]
    assert 'value=""' in box and "selected" not in box
    now = typed(document, "approve", people["D07:leader"], result="")
    again = client.post(address, now | {"enter_opinion-proof": paper()})
    assert again.status_code == 422 and "请选择签发结论" in shown(again) and not PaperOpinion.objects.exists()
    done = client.post(address, now | {"enter_opinion-result": "agreed", "enter_opinion-proof": paper()})
    assert done.status_code == 302


def asked_to_countersign(people, units):
    document = draft(people)
    document.countersigners.create(unit=units["D09"])
    take(document, "submit", people["D07:officer"])
    take(document, "check", people["D07:reviewer"], note="同意。")
    return document


def test_a_result_of_会签_chosen_for_an_earlier_draft_is_chosen_anew_for_this_one(people, units):
    document, client = asked_to_countersign(people, units), inside(people["D09:leader"])
    form = form_of_step(client.get(document.get_absolute_url()), "countersign")
    autosave(client, {"form_ticket": form.draft.signed, "countersign-result": "agreed", "countersign-note": WORDS})
    form = form_of_step(client.get(document.get_absolute_url()), "countersign")
    assert (form["result"].value(), form["note"].value()) == ("agreed", WORDS)
    take(document, "withdraw", people["D07:officer"], note="改稿。")
    take(document, "submit", people["D07:officer"])
    if Task.objects.of(document).open().filter(kind=StepKind.CHECK).exists():
        take(document, "check", people["D07:reviewer"], note="同意。")
    page = client.get(document.get_absolute_url())
    form = form_of_step(page, "countersign")
    assert (form["result"].value(), form["note"].value()) == (None, WORDS)
    assert f"“会签结论”{AGAIN}" in shown(page)


def test_a_result_of_协调_chosen_before_the_last_disagreement_is_chosen_anew(people, units):
    document, client = asked_to_countersign(people, units), inside(people["D07:leader"])
    take(document, "countersign", people["D09:leader"], result="disagreed", note="职责不清。")
    form = form_of_step(client.get(document.get_absolute_url()), "coordinate")
    autosave(client, {"form_ticket": form.draft.signed, "coordinate-result": "coordinated", "coordinate-note": WORDS})
    assert form_of_step(client.get(document.get_absolute_url()), "coordinate")["result"].value() == "coordinated"
    take(document, "withdraw", people["D07:officer"], note="改稿。")
    take(document, "submit", people["D07:officer"])
    if Task.objects.of(document).open().filter(kind=StepKind.CHECK).exists():
        take(document, "check", people["D07:reviewer"], note="同意。")
    take(document, "countersign", people["D09:leader"], result="disagreed", note="仍不清。")
    form = form_of_step(client.get(document.get_absolute_url()), "coordinate")
    assert (form["result"].value(), form["note"].value()) == (None, WORDS)
