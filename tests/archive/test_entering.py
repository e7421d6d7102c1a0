"""著录一件: no period by silence, and 补充归档 where no year takes it."""

import pytest
from django.urls import reverse

from archive import year_end
from archive.models import Record
from tests.archive.test_desk import values
from tests.forms import send_form
from tests.transfer.stock import browser, stocked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["archive:enter", "archive:paper_alone"])
def test_a_period_is_chosen_and_the_schedule_says_which_before(people, address):
    """The trial: whoever did not touch the field kept the paper for ever."""
    client = browser(people["D07:archivist"])
    form = client.get(reverse(address)).context["form"]
    assert form["retention_code"].value() in (None, "") and form.fields["retention_code"].choices[0] == ("", "请选择")
    typed = values(date="2011-05-06", title="关于召开业务会议的通知", retention_code="", pages=3)
    typed |= {"is_paper_alone": "on"} if address == "archive:enter" else {}
    typed.pop("date_precision")
    asked = send_form(client, reverse(address), typed)
    assert asked.status_code == 422 and "归档建议：" in asked.content.decode()
    assert not Record.objects.unguarded("a test looks").exists()
    assert send_form(client, reverse(address), typed | {"retention_code": "D10"}).status_code == 302


def test_a_late_paper_without_a_fixed_year_is_told_on_the_desk_with_the_way_that_is_open(people, units):
    """The trial: a page of its own, 未能办理, behind a button that was offered."""
    by = people["D07:archivist"]
    stocked(people, 1, year=2011)
    address = f"{reverse('archive:enter')}?unit=D07&late=1"
    page = browser(by).get(address)
    told = page.content.decode()
    assert page.status_code == 200 and "还没有定号的年度" in told and "未能办理" not in told
    assert f'<a href="{reverse("archive:enter")}?unit=D07">著录一件</a>' in told and "归档工作台" in told
    year_end.fix(units["D07"], 2011, by=by, takes_unchecked=True)
    assert "补充归档一件（2011年度）" in browser(by).get(address).content.decode()
