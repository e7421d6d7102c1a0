"""What a citizen finds: open records and current documents, by number, by phrase, by a whole question (issue 11, B)."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from archive.models import CurrentWords
from documents import current
from documents.states import Disclosure
from portal.search import Wanted, search
from tests.cases import Case
from tests.made import accessioned, brought_to, closed, decided

pytestmark = pytest.mark.django_db
BODY = "自2027年1月1日起，沿街商铺门前 停放非机动车，须停入划线区域。\n违者由街道城管中队劝离。"


@pytest.fixture
def opened(people):
    return decided(accessioned(people, title="关于查阅婚姻登记档案的通知"), "open", people)


@pytest.fixture
def offered(people):
    sent = brought_to(
        "dispatch", people, title="关于规范非机动车停放的通告", body=BODY, disclosure_attr=Disclosure.PROACTIVE
    )
    return current.publish(sent, by=people["D07:clerk"], topic="城市管理", summary="沿街停车的规定")


def results(**given):
    return Client().get(reverse("portal:results"), given)


KIND = "公众检索"
CASES = [
    Case(KIND, "须停入划线区域", "正文中的一句", "首页上的现行文件，按正文找不到"),
    Case(KIND, "门前停放非机动车", "正文字间有空格"),
    Case(KIND, "規範非機動車", "繁体"),
    Case(KIND, "街道城管中队 划线", "两个词"),
    Case(KIND, "沿街停车的规定", "内容概述"),
    Case(KIND, "城市管理", "主题"),
    Case(KIND, "2027年1月1日", "日期"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_current_document_is_found_by_what_it_says(case, offered):
    page = results(q=case.given)
    assert [one.title for one in page.context["found"].records] == ["关于规范非机动车停放的通告"]
    assert "现行文件" in page.content.decode() and page.context["found"].kinds == [("current", "现行文件", 1)]


def test_its_snippet_is_the_text_as_written(offered):
    assert "沿街商铺门前 停放非机动车，须停入划线区域。" in search("停放非机动车,须停入").records[0].snippet
    assert "<mark>门前 停放</mark>" in results(q="门前停放").content.decode()


@pytest.mark.parametrize("dress", ["〔{}〕", "[{}]", "（{}）", "【{}】", "［{}］"])
def test_a_number_in_any_brackets(dress, offered, opened):
    for row in (offered.document, opened):
        number = row.doc_number
        year = number[number.index("〔") + 1 : number.index("〕")]
        assert search(number.replace(f"〔{year}〕", dress.format(year))).records[0].doc_number == number


def test_records_and_current_documents_stand_in_one_list(opened, offered):
    found = search("关于")
    assert {one.kind for one in found.records} == {"record", "current"}
    assert [(kind, count) for kind, _, count in found.kinds] == [("record", 1), ("current", 1)]
    for kind in ("record", "current"):
        assert [one.kind for one in search("关于", wanted=Wanted(kind=kind)).records] == [kind]
    assert search("关于", wanted=Wanted(unit=found.units[0][0])).total == 2
    assert search("关于", wanted=Wanted(year=1999)).total == 0
    page = results(q="关于", kind="current").content.decode()
    assert "取消" in page and "婚姻" not in page


def test_what_is_withdrawn_is_not_found_and_comes_back(offered, opened, people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        current.withdraw(offered, by=people["D07:clerk"], reason="内容有误")
        closed(opened, people)
    found = search("关于规范非机动车停放")
    assert found.total == 0 and found.nearest == []
    assert search("婚姻登记档案怎么查").nearest == []
    assert not CurrentWords.objects.get().is_public


def test_a_whole_question_gets_the_nearest(offered, opened):
    found = search("我家门前的非机动车可以停在哪里？")
    assert found.total == 0 and found.nearest[0].title == "关于规范非机动车停放的通告" and found.nearest[0].snippet
    assert search("婚姻登记的档案怎么查阅").nearest[0].title == opened.title
    page = results(q="我家门前的非机动车可以停在哪里？").content.decode()
    assert "没有完全相符的，最接近的是：" in page and "没有找到" not in page and "并不含有所查的全部字词" in page


def test_the_nearest_are_open(people, offered):
    accessioned(people, title="关于非机动车停放的内部请示")
    assert [one.title for one in search("非机动车怎么停放才不会被劝离？").nearest] == ["关于规范非机动车停放的通告"]


def test_one_character_finds_what_begins_with_it(offered, opened):
    found = search("关")
    assert found.is_prefix and found.total == 2
    assert search("车").total == 0


def test_a_page_beyond_the_last_says_so(offered):
    page = results(q="关于", page="1000")
    assert page.status_code == 200 and "没有第 1000 页，共 1 页" in page.content.decode()


def test_the_functions_refuse_what_is_no_question(offered):
    """Whoever speaks to the database as the portal's role gets no further than a visitor."""
    for words in ("[]", "{}", "[[]]", '[[""]]', "[3]", '["电子"]', "[" + ",".join(['["电子"]'] * 11) + "]"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE egov_portal")
            cursor.execute("SELECT portal_search(%s, 'x', '{}', '{}', 20, 0) ->> 'total'", [words])
            assert cursor.fetchone() == ("0",), words
            cursor.execute("RESET ROLE")


@pytest.mark.parametrize("given", ["%L", "%1$s", "'; DROP TABLE x; --", "$q$", "\\", "%%", "a' OR 'a'='a"])
def test_awkward_characters_are_words(given, offered):
    assert search(given).total == 0
    assert results(q=given).status_code == 200
    assert results(q=given, kind=given, unit=given, year=given).status_code == 404
