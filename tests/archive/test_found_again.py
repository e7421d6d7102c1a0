"""What was filed is found again however it is typed; what comes nearest where nothing has all words (issue 11, B)."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from archive.backfile.importing import run
from archive.models import BigramCount, Record, RecordText, RecordWords
from archive.search import BadSearch, Narrow, sampling, search
from archive.search.words import around, is_sentence
from archive.words import rewrite_head
from tests.archive.test_backfile import catalogue, text
from tests.cases import Case
from tests.scenarios.owner import unwatched

pytestmark = pytest.mark.django_db

LONG = (
    "为规范全区车辆管理，各单位应当在每年三月底以前报送车辆更新计划。\n\n经审核，\u3000超出编制的车辆一律不予更新；　司机 的 聘用办法另行制定。"
    * 3
)
FILED = [
    ("关于车辆更新的通知", "长信〔2003〕15号", LONG),
    ("关于印发档案管理办法的通知", "长信〔2003〕第016号", "档案应当按年度整理，电子文件随办随归。"),
    ("关于加强民政工作的通知", "长信〔2002〕3号", "一般事项。"),
    ("长宁区人民政府关于道路养护的批复", "长府〔2004〕8号", "同意所报道路养护方案。"),
    ("关于主席令的学习安排", "主席令第七十三号", "学习安排如下。"),
    ("关於臺灣事務辦公室搬遷的函", "长信函[2001]00７号", "臺灣事務辦公室搬遷至新址。"),
    ("王小明任职的通知", "长信任〔二〇〇三〕2号", "王\u200b小明同志任职。⻓宁区⼈事局备案。"),
]


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def filed(units, by, tmp_path) -> dict[str, Record]:
    lines = [
        {"title": title, "doc_number": number, "date": f"200{place}0301", "author": "长宁区人民政府", "file": file}
        for place, (title, number, body) in enumerate(FILED, start=1)
        for file in [text(tmp_path, f"{place}.txt", body)]
    ]
    assert run(catalogue(tmp_path, lines), units["D07"], by=by).filed == len(FILED)
    return {one.title: one for one in Record.objects.unguarded("a test looks")}


CAR, RULES, WELFARE, ROAD, ORDER, TAIWAN, NAMED = (title for title, _, _ in FILED)
KIND = "检索：怎样输入都找得到"
CASES = [
    Case(KIND, "长信（2003）15号", CAR, "圆括号"),
    Case(KIND, "长信[2003]15号", CAR, "方括号"),
    Case(KIND, "长信【2003】１５号", CAR, "方头括号、全角"),
    Case(KIND, "长信〔2003〕第15号", CAR, "多一个第"),
    Case(KIND, "长信〔2003〕015号", CAR, "前导零"),
    Case(KIND, "長信〔2003〕15號", CAR, "繁体"),
    Case(KIND, "长信 〔2003〕 15 号", CAR, "空格隔开，仍是一个文号"),
    Case(KIND, "长信〔2003〕16号", RULES, "档上有第和零"),
    Case(KIND, "16号", RULES, "文号的一部分"),
    Case(KIND, "主席令七十三号", ORDER, "少一个第"),
    Case(KIND, "令第七十三号", ORDER, "文号的一部分"),
    Case(KIND, "长信函〔2001〕7号", TAIWAN, "全角零与括号"),
    Case(KIND, "台湾事务办公室", TAIWAN, "正文是繁体"),
    Case(KIND, "臺灣事務", TAIWAN, "照原样输入"),
    Case(KIND, "王小明", NAMED, "姓名"),
    Case(KIND, "王\u200b小明", NAMED, "带零宽字符"),
    Case(KIND, "长信任〔二○○三〕2号", NAMED, "圆圈作零"),
    Case(KIND, "长信任〔二零零三〕2号", NAMED, "零"),
    Case(KIND, "长宁区人事局备案", NAMED, "正文里是部首字符"),
    Case(KIND, "司机的聘用", CAR, "正文字间有空格"),
    Case(KIND, "车辆管理,各单位", CAR, "半角标点"),
    Case(KIND, "车辆\u00ad更新", CAR, "软连字符"),
    Case(KIND, "更新計劃", CAR, "繁体词"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found_first_however_it_is_typed(case, filed, by):
    """Shows: S-11, F-16"""
    assert search(by, case.given).records[0].title == case.expected


def test_an_archival_code_finds_its_record_first_in_any_dress(filed, by):
    wanted = filed[RULES]
    code = wanted.archival_code
    for typed in (code, code.lower(), code.replace("-", "—"), code.replace("-", "－"), code.replace("·", "•")):
        assert search(by, typed).records[0].pk == wanted.pk, typed
    short = code[: code.rindex("-") + 1] + str(wanted.item_no)
    assert search(by, short).records[0].pk == wanted.pk
    former = Record.objects.unguarded("a test looks").get(pk=wanted.pk)
    former.former_codes = ["Z407-WS·1999-Y-0009"]
    rewrite_head(former)
    assert search(by, "Z407-WS·1999-Y-9").records[0].pk == wanted.pk


def test_words_inserted_are_the_words_that_a_correction_makes(filed):
    columns = ("record_id", "head_n", "text_n", "body")
    inserted = list(RecordWords.objects.order_by("pk").values_list(*columns))
    for record in filed.values():
        rewrite_head(record)
    assert list(RecordWords.objects.order_by("pk").values_list(*columns)) == inserted
    assert {head for _, head, _, _ in inserted} != {""} and len(inserted) == len(FILED)


def test_a_number_is_first_even_when_others_cite_it(units, filed, by, tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    lines = [
        {
            "title": f"关于执行长信〔2003〕15号的情况之{n}",
            "date": "20090301",
            "file": text(folder, f"{n}.txt", f"事项{n}"),
        }
        for n in range(3)
    ]
    assert run(catalogue(folder, lines), units["D07"], by=by).filed == 3
    found = search(by, "长信（2003）15号")
    assert found.total == 4 and found.records[0].title == CAR


def test_the_name_of_a_unit_is_no_hit_of_its_parts(filed, by):
    """民政 stands in 人民政府: in a title, and as the author of every record here."""
    found = search(by, "民政")
    assert found.records[0].title == WELFARE
    assert {one.title for one in found.records} == set(filed)  # still found: the author is text
    assert search(by, "人民政府").records[0].title == ROAD


NAMES = [
    Case("检索：单位名称", "民政", "人民政府、区民政局", value=({"长宁区人民政府", "区民政局", "人民政府"}, ["民政"])),
    Case("检索：单位名称", "人民政府", "无：名称本身是命中", value=({"人民政府"}, ["人民政府"])),
    Case("检索：单位名称", "档案", "档案局", value=({"档案局", "长宁区档案局", "卫生局"}, ["档案"])),
    Case("检索：单位名称", "道路", "无", value=({"档案局"}, ["道路"])),
]


@pytest.mark.parametrize("case", NAMES, ids=str)
def test_names_that_hold_a_word_as_a_part(case):
    names, words = case.value
    expected = [] if case.expected.startswith("无") else case.expected.split("、")
    assert sorted(around(names, words)) == sorted(expected)


SNIPPETS = [
    Case("检索：摘录照原文", "超出编制", "经审核，\u3000超出编制的车辆一律不予更新；　司机 的 聘用"),
    Case("检索：摘录照原文", "司机的聘用", "司机 的 聘用办法另行制定。"),
    Case("检索：摘录照原文", "车辆管理,各", "为规范全区车辆管理，各单位应当在每年三月底以前"),
    Case("检索：摘录照原文", "长信〔2003〕15号", "为规范全区车辆管理，各单位"),
    Case("检索：摘录照原文", "台湾事务", "臺灣事務辦公室搬遷至新址。"),
    Case("检索：摘录照原文", "王小明同志", "王\u200b小明同志任职。⻓宁区"),
]


@pytest.mark.parametrize("case", SNIPPETS, ids=str)
def test_a_snippet_is_cut_from_the_text_as_written(case, filed, by):
    assert case.expected in search(by, case.given).records[0].snippet


def test_the_page_marks_what_is_meant_as_it_is_written(filed, client, by):
    client.force_login(by)
    page = client.get(reverse("archive:search"), {"q": "司机的聘用"}).content.decode()
    assert "<mark>司机 的 聘用</mark>" in page


def test_one_character_finds_what_begins_with_it(filed, by):
    found = search(by, "王")
    assert found.is_prefix and [one.title for one in found.records] == [NAMED]
    assert {one.title for one in search(by, "主").records} == {ORDER}
    assert search(by, "辆").total == 0


QUESTIONS = [
    Case("检索：最接近的结果", "单位的车辆什么时候可以更新？", CAR, "整句提问"),
    Case("检索：最接近的结果", "電子文件怎麼歸檔", RULES, "繁体提问"),
    Case("检索：最接近的结果", "养护道路要哪里同意", ROAD, "词序不同"),
    Case("检索：最接近的结果", "台湾办搬到哪里去了", TAIWAN),
]


@pytest.mark.parametrize("case", QUESTIONS, ids=str)
@pytest.mark.parametrize("sampled", [True, False])
def test_a_question_gets_the_nearest(case, sampled, filed, by):
    if sampled:
        sampling.take()
    found = search(by, case.given)
    assert found.total == 0 and found.records == []
    assert found.nearest[0].title == case.expected and found.nearest[0].snippet


def test_the_nearest_are_called_so(filed, client, by):
    client.force_login(by)
    page = client.get(reverse("archive:search"), {"q": "单位的车辆什么时候可以更新？"}).content.decode()
    assert "最接近的结果" in page and "并不含有所查的全部字词" in page and CAR not in page.split("最接近的结果")[0]
    assert "最接近的结果" not in client.get(reverse("archive:search"), {"q": "车辆更新"}).content.decode()


def test_the_nearest_obey_the_rule_and_the_narrowing(filed, people, units, by):
    question = "单位的车辆什么时候可以更新？"
    assert search(people["D09:archivist"], question).nearest == []
    assert search(by, question, narrow=Narrow(years=(1990, 1991))).nearest == []
    assert search(by, question, narrow=Narrow(unit=units["D09"])).nearest == []


def test_what_is_a_sentence():
    assert is_sentence("家庭承包经营户成员死亡后土地谁来继承") and is_sentence("怎么报销") and is_sentence("能报销吗")
    assert not is_sentence("档案管理办法") and not is_sentence("电子文件 归档 管理 办法 规定 通知")


def test_a_page_beyond_the_last_is_empty_and_says_so(filed, by):
    found = search(by, "长宁", page=1000)
    assert (found.page, found.last_page, found.records, found.has_next) == (1000, 1, [], False)
    assert found.total == len(FILED)


def test_pages_to_the_end_show_every_record_once(filed, by, monkeypatch):
    monkeypatch.setattr("archive.search.exact.SIZE", 2)
    pages = [search(by, "长宁", page=page) for page in range(1, 6)]
    titles = [one.title for found in pages for one in found.records]
    assert sorted(titles) == sorted(filed)
    assert [found.has_next for found in pages] == [True, True, True, False, False]


def test_orders(filed, by):
    by_code = [one.archival_code for one in search(by, "长宁", narrow=Narrow(order="code")).records]
    assert by_code == sorted(by_code)
    by_date = [one.date for one in search(by, "民政", narrow=Narrow(order="date")).records]
    assert by_date == sorted(by_date, reverse=True)


def test_very_frequent_words_are_found_by_trying_the_newest(filed, by, monkeypatch):
    """The same records as by the index, the one called so first, whatever the page's number."""
    sampling.take()
    monkeypatch.setattr("archive.search.exact.DENSE", 2)
    monkeypatch.setattr("archive.search.exact.WALK_CAP", 3)
    monkeypatch.setattr("archive.search.exact.SIZE", 2)
    pages = [search(by, "长宁", page=page) for page in range(1, 6)]
    assert all(found.is_capped and found.count_label == "6+" for found in pages[:3])
    titles = [one.title for found in pages for one in found.records]
    assert sorted(titles) == sorted(filed)
    dates = [one.date for found in pages for one in found.records]
    assert dates == sorted(dates, reverse=True)


def test_the_sample_counts_texts_and_forgets_what_is_gone(filed):
    assert not sampling.is_taken()
    sampling.take()
    counts = dict(BigramCount.objects.values_list("bigram", "texts"))
    assert counts[""] == counts["长宁"] == len(FILED) and counts["车辆"] == 1
    BigramCount.objects.create(bigram="旧字", texts=9, taken_at="2001-01-01T00:00Z")
    sampling.take()
    assert BigramCount.objects.get(bigram="旧字").texts == 0


def test_custody_does_not_touch_the_texts(filed, units):
    """What changes at a transfer stands in a row without a text index: the words' row is not even written."""
    keys = [record.pk for record in filed.values()]
    before = dict(RecordWords.objects.extra(select={"at": "xmin::text || ctid::text"}).values_list("record_id", "at"))
    with unwatched():
        Record._base_manager.filter(pk__in=keys).update(custodian=units["D30"])
    after = dict(RecordWords.objects.extra(select={"at": "xmin::text || ctid::text"}).values_list("record_id", "at"))
    assert before == after and len(after) == len(FILED)
    rows = RecordText.objects.unguarded("a test looks")
    assert rows.filter(custodian=units["D30"]).count() == len(FILED)


REFUSED = [
    Case("检索：不能检索的", "（空）", "请输入", value="  "),
    Case("检索：不能检索的", "只有零宽字符", "请输入", value="\u200b\ufeff"),
    Case("检索：不能检索的", "十一个词", "最多检索 10 个词", value=" ".join("词语" for _ in range(11))),
    Case("检索：不能检索的", "201 个字", "不超过 200 个字", value="字" * 201),
]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_cannot_be_searched_gets_a_sentence(case, by):
    with pytest.raises(BadSearch, match=case.expected):
        search(by, case.value)


@pytest.mark.parametrize(
    "given", ["%", "_", "\\", "'", "%%长_宁\\", "a\x1fb", "a\x00b", "？！", "((", "长 宁 %", "🏛", "\ud800"]
)
def test_awkward_characters_are_searched_as_they_are(given, filed, by):
    assert search(by, given).total <= len(FILED)


def test_relevance_asks_the_search_itself(filed, tmp_path, capsys):
    judged = tmp_path / "judged.tsv"
    judged.write_text(
        "query_id\tquery\ttitle\tgrade\n"
        f"1\t单位的车辆什么时候可以更新？\t{CAR}\t1\n2\t車輛更新\t{CAR}\t1\n3\t养护道路要哪里同意\t{RULES}\t1\n",
        encoding="utf-8",
    )
    call_command("relevance", str(judged), "--unit", "D07", "--json")
    answer = capsys.readouterr().out
    import json

    measured = json.loads(answer)
    assert measured["queries"] == 3 and measured["ndcg10"] >= 2 / 3
    call_command("relevance", str(judged), "--unit", "D09", "--json")
    assert json.loads(capsys.readouterr().out) == {"queries": 3, "ndcg10": 0.0, "recall50": 0.0}
    assert Record.objects.unguarded("a test looks").count() == len(FILED)
