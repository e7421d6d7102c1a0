"""待办 on a telephone: the first document stands on the first screen, the filters are a touch away."""

import pytest
from django.urls import reverse

from tests.browser.helpers import PHONE
from tests.made import brought_to

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]


def test_the_first_document_stands_within_300_px(sign_in, people):
    for title in ("关于甲的通知", "关于乙的通知"):
        brought_to("check", people, title=title)
    page = sign_in(people["D07:leader"])
    page.set_viewport_size(PHONE)
    page.goto(reverse("documents:waiting"))
    assert page.get_by_role("link", name="批量办理").is_visible()
    assert page.locator("tr[data-row]").first.bounding_box()["y"] < 300
    assert not page.locator("form.filters select").first.is_visible()
    page.get_by_label("筛选条件").check()
    assert page.locator("form.filters select").first.is_visible()
