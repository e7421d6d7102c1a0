"""发文登记簿 of a number that a 更正件 goes on with: the line leads to it, 备注 tells what came of both."""

import pytest
from django.urls import reverse

from documents.exchange_inputs import DispatchInput
from documents.workflow import workflow_of
from tests.documents.exchanged import at, browser, correction, more, recall
from tests.made import STEPS, brought_to, take

pytestmark = pytest.mark.django_db


def test_the_line_of_a_corrected_number_leads_to_what_is_valid(people, units):
    sent = brought_to("dispatch", people, to=("D09", "D15"))
    recall(sent, people, at(sent, "D15"))
    made = correction(sent, by=people["D07:clerk"])
    for step, post in STEPS:
        take(made, step, people["D07:clerk"] if step == "submit" else people[f"D07:{post}"], note="同意。")
    more(made, units, people, "D15")
    html = browser(people, "D07:clerk").get(reverse("documents:register", args=["issued"])).content.decode()
    main = html.split("<main")[1]
    assert made.get_absolute_url() in main and sent.get_absolute_url() not in main
    for words in ("更正重发：新印发日期", "收回：区卫生局", "补发：区卫生局"):
        assert words in main
    assert workflow_of(made).steps["dispatch"].input is DispatchInput
