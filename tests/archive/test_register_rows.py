"""The four rows of the month's register for every mix of files, verdicts and ticks: 合格 is said of the whole only."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import monthly
from archive.register_rows import ROWS, Examined, Files, carriers, said, techniques
from archive.states import Carrier
from archive.twins import alone
from tests.archive.test_desk import filed
from tests.transfer.stock import browser, stocked

ROW = {one.label: one for one in ROWS}
GOOD, BAD = {"1-2": [1, 0, 0], "2-3": [1, 0, 0], "3-2": [1, 0, 0]}, {"3-2": [1, 1, 0]}
WITH_PROCESS = GOOD | {"2-5": [1, 0, 0]}


def standing(*, codes=(), settled=()):
    return SimpleNamespace(
        newest=SimpleNamespace(sample=["一件", "又一件"]), open=tuple(codes), codes=list(codes), settled=tuple(settled)
    )


WELL, FAULTY, MENDED = standing(), standing(codes=("Z407-0001",)), standing(settled=("一次",))


@pytest.mark.parametrize(
    ("label", "found", "ticks", "words"),
    [
        ("真实性检验", Examined(0, 0, []), {}, "无归档"),
        ("真实性检验", Examined(3, 3, []), {}, "未检"),
        ("真实性检验", Examined(2, 0, [GOOD, GOOD]), {}, "合格（软件检测 2 件）"),
        ("真实性检验", Examined(98, 79, [GOOD] * 19), {}, "部分未检（软件检测 19 件，未检 79 件）"),
        ("真实性检验", Examined(98, 79, [GOOD] * 19, 79, GOOD), {}, "合格（软件检测 98 件）"),
        ("真实性检验", Examined(98, 79, [GOOD] * 19, 70, GOOD), {}, "部分未检（软件检测 89 件，未检 9 件）"),
        ("病毒检验", Examined(98, 79, [GOOD] * 19, 79, GOOD), {}, "未检"),
        ("可用性检验", Examined(1, 0, [GOOD]), {}, "部分未检（软件检测 1 件，人工抽查未登记：内容数据的可读性检测）"),
        ("可用性检验", Examined(1, 0, [GOOD]), {"3-4": WELL}, "合格（软件检测 1 件，人工抽查 2 件）"),
        ("可用性检验", Examined(1, 0, [GOOD]), {"3-4": FAULTY},
         "不合格（软件检测 1 件，人工抽查 2 件，人工抽查不合格：内容数据的可读性检测（Z407-0001））"),
        ("可用性检验", Examined(2, 0, [GOOD, BAD]), {"3-4": WELL}, "不合格 1 件（软件检测 2 件，人工抽查 2 件）"),
        ("可用性检验", Examined(1, 0, [GOOD]), {"3-4": MENDED},
         "合格（软件检测 1 件，人工抽查 2 件，人工抽查此前不合格、已改正：内容数据的可读性检测）"),
        ("可用性检验", Examined(2, 0, []), {"3-4": WELL}, "部分未检（未检 2 件，人工抽查 2 件）"),
        ("可靠性检验", Examined(5, 5, [GOOD] * 5), {}, "不适用（没有在本系统办理的文件）"),
        ("可靠性检验", Examined(5, 3, [WITH_PROCESS] * 2), {}, "合格（软件检测 2 件，不适用 3 件）"),
        ("可靠性检验", Examined(5, 3, [WITH_PROCESS]), {}, "部分未检（软件检测 1 件，未检 1 件，不适用 3 件）"),
    ],
)  # fmt: skip
def test_a_row_says_what_was_examined(label, found, ticks, words):
    assert said(ROW[label], found, ticks) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Examined(0, 0, []), "无归档"),
        (Examined(18, 0, []), "不适用（在线归档，无载体）"),
        (Examined(98, 80, []), "未检（离线归档 80 件，系统没有载体验看的记载；在线归档 18 件，无载体）"),
        (Examined(80, 80, []), "未检（离线归档 80 件，系统没有载体验看的记载）"),
    ],
)
def test_what_came_offline_is_not_called_online(found, words):
    assert carriers(found) == words


def test_the_software_is_told_in_words():
    files = Files([("application/pdf", 12, 1, 12), ("application/msword", 3, 1, 2)])
    assert techniques(files, ["2.0"]) == (
        "文件格式：PDF 文件 12 个、旧版 Word 或 WPS 文档 3 个；须用特定软件打开的 3 个，其中 2 个没有记载形成软件；"
        "四性检测按 DA/T 70—2018 A.1，检测程序版本 2.0"
    )
    assert techniques(Files([]), []) == "没有电子文件"


@pytest.mark.django_db
def test_paper_alone_is_not_counted_among_electronic_files(people, units):
    by, today = people["D07:archivist"], timezone.localdate()
    given = alone.PaperAlone("关于旧事的通知", "某单位", "", None, today.year, "D30", "BGS", 4)
    record = alone.register(units["D07"], given, by=by)
    content = monthly.filled(units["D07"], today.year, today.month)
    assert record.carrier_mode == Carrier.PAPER and (content["items"], content["paper"]) == (0, 1)
    assert dict(content["checks"])["真实性检验"] == "无归档" and content["method"] == ""
    filed(people)
    stocked(people, 2)
    content = monthly.filled(units["D07"], today.year, today.month)
    assert content["method"] == "在线归档 1 件、离线归档 2 件"
    told = dict(monthly.lines_of(content, None))
    assert told["归档电子文件数量"].startswith("3 件") and "另有仅有纸质件 1 件，不计入" in told["归档电子文件数量"]
    page = " ".join(browser(by).get(reverse("archive:filing_registers")).content.decode().split())
    assert (
        '<td class="num">3 件</td>' in page and "另有仅有纸质件 1 件，不计入登记表" in page
    )  # the list counts as the form does
    assert told["真实性检验"] == "部分未检（软件检测 1 件，未检 2 件）" and told["载体外观检验"].startswith(
        "未检（离线归档 2 件"
    )
