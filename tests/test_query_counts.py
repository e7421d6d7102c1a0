"""Pages cost the same number of queries for one row and for three."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.made import brought_to, draft, take

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 3])
def documents(people, request):
    return [
        brought_to("submit", people, title=f"关于第{number}项电子公文工作的通知") for number in range(request.param)
    ]


def browser(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("units:healthz"))
    return client


@pytest.mark.parametrize(
    ("who", "route", "count"),
    [("reviewer", "documents:waiting", 10), ("clerk", "documents:under_way", 10), ("officer", "documents:handled", 10)],
)
def test_work_lists(documents, people, who, route, count, django_assert_num_queries):
    client = browser(people[f"D07:{who}"])
    with django_assert_num_queries(count):
        assert len(client.get(reverse(route)).context["page"].items) == len(documents)


def test_the_document_page(documents, people, django_assert_num_queries):
    client = browser(people["D07:reviewer"])
    with django_assert_num_queries(27):
        assert client.get(documents[0].get_absolute_url()).status_code == 200


@pytest.fixture(params=[1, 3])
def filed(people, request):
    found = []
    for number in range(request.param):
        document = brought_to("dispatch", people, title=f"关于第{number}项电子公文工作的通知")
        take(document, "complete", people["D07:clerk"], retention_code="Y")
        found.append(document.record)
    return found


def test_filed_list_record_page_and_search(filed, people, django_assert_num_queries):
    client = browser(people["D07:archivist"])
    with django_assert_num_queries(10):
        assert len(client.get(reverse("archive:filed")).context["page"].items) == len(filed)
    with django_assert_num_queries(16):
        assert client.get(filed[0].get_absolute_url()).status_code == 200
    with django_assert_num_queries(13):
        assert client.get(reverse("archive:search"), {"q": "电子公文工作"}).context["found"].total == len(filed)


def test_counters_equal_their_lists(people):
    for number in range(3):
        draft(people, title=f"关于第{number}件事的通知")
    page = browser(people["D07:officer"]).get(reverse("documents:waiting"))
    counts = {item["label"]: item["count"] for group in page.context["nav"] for item in group["items"]}
    assert counts["待办"] == len(page.context["page"].items) == 3
