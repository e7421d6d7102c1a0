"""A transfer with the keyboard alone: every stop is reached by Tab."""

import pytest

from tests.browser.helpers import enter, tab_to, work
from tests.transfer.stock import accompanied, looked_at, signed, stocked
from transfer.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "portal"]), pytest.mark.browser]
NAME = "2016年度文书档案移交"


def press(page, label: str) -> None:
    tab_to(page, label, tag="BUTTON")
    enter(page)


def follow(page, words: str) -> None:
    tab_to(page, words)
    enter(page)


def test_a_transfer(sign_in, people):
    stocked(people, 3)
    unit = sign_in(people["D07:archivist"])
    follow(unit, "移交批次")
    follow(unit, "编制移交清单")
    tab_to(unit, "name", tag="INPUT")
    unit.keyboard.type(NAME)
    press(unit, "编制移交清单")
    accompanied(Batch.objects.unguarded("a test acts").get(), people["D07:archivist"])
    unit.reload()
    press(unit, "检测移交信息包")
    work()
    leader = sign_in(people["D07:leader"])
    leader.goto("/waiting/")  # on his own desk the link says more than the name
    follow(leader, NAME)
    press(leader, "批准移交")
    unit.reload()
    press(unit, "提交区档案馆")
    work()
    archive = sign_in(people["D30:accessioner"])
    follow(archive, NAME)
    looked_at(Batch.objects.unguarded("a test acts").get(), people)
    press(archive, "办理交接手续")
    signed(Batch.objects.unguarded("a test acts").for_detail().get(), people)
    archive.reload()
    press(archive, "接收")
    assert Batch.objects.unguarded("a test looks").get().state == "accepted"
