"""A citizen's filters: counts within the others, no filter passed over, numbers as people type them, no far results."""

import pytest
from django.test import Client
from django.urls import reverse

from archive.search.nearest import weighed
from documents import current
from documents.states import Disclosure
from portal.search import search
from tests.made import accessioned, brought_to, decided
from units.doc_numbers import as_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(people):
    return decided(accessioned(people, title="关于查阅婚姻登记档案的通知"), "open", people)


@pytest.fixture
def offered(people):
    sent = brought_to("dispatch", people, title="关于规范非机动车停放的通告", disclosure_attr=Disclosure.PROACTIVE)
    return current.publish(sent, by=people["D07:clerk"], topic="城市管理", summary="沿街停车的规定")


def get(route: str, **query):
    return Client().get(reverse(f"portal:{route}"), query)


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("route", ["catalogue", "current", "results"])
@pytest.mark.parametrize(
    ("query", "status", "said"),
    [({"unit": "zzz"}, 404, "没有这个单位"), ({"unit": "\x00"}, 404, "没有这个单位"), ({"year": "abc"}, 422, "四位数字"),
     ({"year": "3"}, 422, "四位数字"), ({"kind": "x"}, 404, "没有这个类别")],
)  # fmt: skip
def test_what_is_no_filter_is_told(route, query, status, said, opened):
    page = get(route, **query)
    assert page.status_code == status and said in page.content.decode()
    assert opened.title not in page.content.decode()


def test_counts_are_within_the_other_filters_and_the_chosen_stays(opened):
    page = get("catalogue", year=opened.year)
    assert [(one.code, count) for one, count in page.context["units"]] == [("D07", 1)]
    assert get("catalogue", year=opened.year - 1).context["units"] == []
    chosen = get("catalogue", year=opened.year, unit="D07")
    assert [one.code for one, _ in chosen.context["units"]] == ["D07"]
    shown = text(chosen)
    assert shown.count("取消<") == 2 and "按开放日期排列" in shown and 'name="unit" value="D07"' in shown


def test_the_current_documents_have_a_search_box_and_units(offered):
    page = get("current", unit="D07")
    assert [(one.code, count) for one, count in page.context["units"]] == [("D07", 1)]
    assert 'type="search"' in text(page) and "按公布日期排列" in text(page)


@pytest.mark.parametrize("shape", ["{}{}年{}号", "{}{}-{}", "{} {} {}", "{}{}年第{}号", "{}（{}）{}", "{}{}－{}号"])
def test_a_number_without_brackets_is_read_as_one(shape, opened):
    head, year, number = opened.doc_number.replace("〔", "\x1f").replace("〕", "\x1f").rstrip("号").split("\x1f")
    assert [one.title for one in search(shape.format(head, year, number)).records] == [opened.title]


@pytest.mark.parametrize("shape", ["{1}-{2}号", "〔{1}〕{2}", "[{1}]第{2}号", "{1} {2}号", "{0}【{1}】{2}"])
def test_of_a_number_the_year_and_the_serial_will_do(shape, opened):
    head, year, number = opened.doc_number.replace("〔", "\x1f").replace("〕", "\x1f").rstrip("号").split("\x1f")
    assert [one.title for one in search(shape.format(head, year, number)).records] == [opened.title]


def test_that_a_question_was_read_as_a_number_is_told(opened):
    typed = opened.doc_number.replace("〔", "").replace("〕", "-")
    assert f"按文号“{opened.doc_number}”检索" in text(get("results", q=typed))
    assert "按文号" not in text(get("results", q=opened.doc_number))


@pytest.mark.parametrize(
    "given",
    [
        "婚姻登记2026年4月",
        "20264",
        "2026年4号",
        "长民2026",
        "长民20264号",
        "长民 2026 400000",
        "2026-4",
        "2026 4",
        "2026/4/5",
        "4号",
        "2026-4号文件",
    ],
)
def test_what_is_no_number_is_none(given):
    assert as_number(given) == ""


def test_nonsense_has_no_near_results_and_a_question_has(opened, offered):
    assert search("不存在的鸭嘴兽").nearest == []
    assert search("请问查阅婚姻登记档案要带什么证件").nearest


WEIGHTS = {"存在": 1.0, "扒窃": 6.0}
PASSING = {  # texts, question → the keys that are shown, whether it is said that they have single words only
    "half of it": ([(1, "", "扒窃"), (2, "", "存在")], ["存在", "扒窃"], [1, 2], False),
    "a rare pair in the title": ([(1, "扒窃", "")], ["扒窃", *"甲乙丙丁戊己庚辛"], [1], False),
    "a rare pair in the text": ([(1, "", "扒窃")], ["扒窃", "鸭嘴", "嘴兽", "兽养"], [1], True),
    "a common pair": ([(1, "存在", "存在")], ["存在", "鸭嘴", "嘴兽"], [], False),
    "nothing": ([(1, "", "通知")], ["鸭嘴"], [], False),
}  # fmt: skip


@pytest.mark.parametrize("case", PASSING.values(), ids=PASSING)
def test_what_shares_single_words_with_a_question_is_called_so(case):
    texts, asked, keys, is_far = case
    weights = {pair: WEIGHTS[pair] for pair in asked if pair in WEIGHTS}
    met = weighed(texts, asked, weights, 1000)
    assert ([one.key for one in met.hits], met.is_far) == (keys, is_far)


def test_the_page_says_of_far_results_that_they_are(opened):
    strange = "鸭嘴兽袋鼠考拉大象斑马河马犀牛狐狸鸵鸟蜥蜴"
    asked = [f"电子公文的{strange[:count]}" for count in range(2, len(strange))]  # less and less of it is known
    found = [search(one) for one in asked]
    near = [bool(one.nearest and not one.is_far) for one in found]
    assert near == sorted(near, reverse=True) and near[0] and not near[-1]
    question = next(text for text, one in zip(asked, found, strict=True) if one.is_far)
    assert search(question).nearest
    page = text(get("results", q=question))
    assert "没有找到" in page and "只有个别字词相同，仅供参考" in page and "最接近的是" not in page


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [("", 422, "请输入要检索的"), (" ", 422, "请输入要检索的"), ("字" * 201, 422, "不超过 200 个字"),
     ("词 语" * 60, 422, "一次最多检索"), ("鸭", 200, "单字只查题名、文号的开头，请输入两个以上的字")],
)  # fmt: skip
def test_each_empty_search_gets_a_sentence_that_fits(asked, status, said, opened):
    page = get("results", q=asked)
    assert page.status_code == status and said in page.content.decode()


def test_a_new_search_keeps_the_filter_and_says_where_nothing_is(opened):
    page = text(get("results", q="鸭嘴兽", unit="D09", year="2003"))
    assert 'name="unit" value="D09"' in page and 'name="year" value="2003"' in page
    assert "所选范围内没有找到" in page and page.count("取消<") == 2
