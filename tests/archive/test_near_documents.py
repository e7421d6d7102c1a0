"""A whole question finds documents in progress as well, by the same rule; nonsense finds none."""

import pytest
from django.urls import reverse

from archive.search.narrowing import Narrow
from archive.search.near_documents import near_documents
from tests.archive.test_opening_rounds import browser
from tests.made import brought_to

pytestmark = pytest.mark.django_db
ASKED = "请问沿街商铺门前的非机动车应当停放在哪里"
BODY = "沿街商铺门前停放非机动车，须停入划线区域。"


@pytest.fixture
def sent(people):
    return brought_to("submit", people, title="关于规范非机动车停放的通知", body=BODY)


def found(person, text=ASKED, **narrow) -> list:
    return near_documents(person, text, Narrow(**narrow))


def test_the_nearest_include_documents_in_progress_that_the_person_may_see(people, sent, units):
    assert found(people["D07:officer"]) == [sent]
    assert found(people["D09:officer"]) == [] and found(people["D07:auditor"]) == []
    assert found(people["D07:officer"], "不存在的鸭嘴兽") == []
    assert (
        found(people["D07:officer"], unit=units["D07"]) == [sent]
        and found(people["D07:officer"], unit=units["D09"]) == []
    )
    assert found(people["D07:officer"], kind="no such kind") == []


def test_the_page_says_so_without_a_box_of_nothing(people, sent):
    page = browser(people["D07:officer"]).get(reverse("archive:search"), {"q": ASKED}).content.decode()
    assert sent.title in page and "没有完全相符的，最接近的是：" in page and "没有找到" not in page
    nothing = browser(people["D07:officer"]).get(reverse("archive:search"), {"q": "不存在的鸭嘴兽"}).content.decode()
    assert "没有找到" in nothing and "最接近" not in nothing


def test_it_costs_two_statements_and_a_third_for_what_is_shown(people, sent, django_assert_num_queries):
    person = people["D07:officer"]
    found(person)
    with django_assert_num_queries(3):
        found(person)
    with django_assert_num_queries(2):
        found(person, kind="no such kind")
