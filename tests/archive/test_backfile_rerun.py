"""A catalogue that comes again: equal rows are there already, differing ones are listed, and corrected when chosen."""

from datetime import date

import pytest

from archive.backfile import importing
from archive.backfile.importing import run
from archive.models import Component, Record, RecordText
from archive.search import search
from tests.archive.test_backfile import catalogue, text
from tests.cases import Case
from tests.transfer.stock import made
from units.models import AuditEvent
from units.workflow import Refused

pytestmark = pytest.mark.django_db

CODE = "Z407-WS·2003-D30-BGS-0012"


def row(folder, **more) -> dict:
    told = {
        "archival_code": CODE, "doc_number": "长信〔2003〕12号", "author": "长宁区信息化委员会", "title": "关于调查的通知",
        "date": "20030405", "retention": "30年", "year": "2003", "page_count": "3", "remark": "复印件",
        "file": text(folder, "a.txt", "关于调查的通知，正文如下"),
    }  # fmt: skip
    return told | more


def only() -> Record:
    return Record.objects.unguarded("a test looks").get()


def twice(folder, units, by, first: dict, then: dict, **more):
    assert run(catalogue(folder, [first]), units["D07"], by=by).filed == 1
    return run(catalogue(folder, [then]), units["D07"], by=by, **more)


CASES: list[Case] = [
    Case("再次导入", "同一行、同一文件", "已有，跳过", value={}),
    Case("再次导入", "序号变了", "已有，跳过", value={"seq": "99"}),
    Case("再次导入", "备注单元格清空", "已有，跳过：空格不是更正", value={"remark": ""}),
    Case("再次导入", "题名改一字", "列为不同：题名", value={"title": "关于检查的通知"}, wanted=("title", "关于检查的通知")),
    Case("再次导入", "责任者改动", "列为不同：责任者", value={"author": "长宁区信息委"}, wanted=("author", "长宁区信息委")),
    Case("再次导入", "文号改动", "列为不同：文号", value={"doc_number": "长信〔2003〕21号"}, wanted=("doc_number", "长信〔2003〕21号")),
    Case("再次导入", "日期改一天", "列为不同：日期", value={"date": "20030406"}, wanted=("date", date(2003, 4, 6))),
    Case("再次导入", "日期只剩年月", "列为不同：日期", value={"date": "200304"}, wanted=("date_precision", "month")),
    Case("再次导入", "页数改动", "列为不同：页数", value={"page_count": "5"}, wanted=("page_count", 5)),
    Case("再次导入", "备注改动", "列为不同：备注", value={"remark": "原件"}, wanted=("remark", "原件")),
    Case("再次导入", "密级改为内部", "列为不同：密级", value={"security_class": "内部"}, wanted=("security_class", "internal")),
    Case("再次导入", "补了公开属性", "列为不同：公开属性", value={"disclosure_attr": "主动公开"}, wanted=("disclosure_attr", "proactive")),
    Case("再次导入", "补了文种", "列为不同：文种", value={"doc_type": "通知"}, wanted=("doc_type", "notice")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_that_comes_again(case, units, by, tmp_path):
    again = twice(tmp_path, units, by, row(tmp_path), row(tmp_path, **case.value))
    if case.wanted is None:
        assert (again.skipped, again.differing, again.filed) == (1, 0, 0)
        assert [one.message for one in again.findings] == [f"已有，档号{CODE}，未重复归档。"]
        return
    before = only()
    name, value = case.wanted
    assert (again.skipped, again.differing, again.filed, again.refused) == (0, 1, 0, 0)
    told = case.expected.removeprefix("列为不同：") + "与已归档的不同"
    assert any(told in one.message for one in again.findings)
    assert getattr(before, name) != value and before.version == 1
    corrected = run(catalogue(tmp_path, [row(tmp_path, **case.value)]), units["D07"], by=by, correct=True)
    after = only()
    assert (corrected.corrected, corrected.refused) == (1, 0), corrected.findings
    assert getattr(after, name) == value and after.archival_code == CODE and after.version == 2
    event = AuditEvent.objects.of(after).get(verb="correct_record")
    assert event.opinion == "目录更正" and name in event.detail["changes"]
    assert after.changes.first().history_change_reason == "目录更正" and after.changes.count() == 2
    third = run(catalogue(tmp_path, [row(tmp_path, **case.value)]), units["D07"], by=by, correct=True)
    assert (third.skipped, third.corrected) == (1, 0)


def test_a_second_upload_without_the_files_says_there_already(units, by, tmp_path):
    other = {"archival_code": "", "doc_number": "长信〔2003〕13号", "title": "无档号"}
    lines = [row(tmp_path), row(tmp_path, **other, file=text(tmp_path, "b.txt", "另一件"))]
    assert run(catalogue(tmp_path, lines), units["D07"], by=by).filed == 2
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).unlink()
    again = run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert (again.skipped, again.refused) == (2, 0)
    assert all(one.message.startswith("已有，档号") for one in again.findings)


def test_a_second_upload_without_the_files_lists_what_was_mended_too(units, by, tmp_path):
    run(catalogue(tmp_path, [row(tmp_path)]), units["D07"], by=by)
    mended = row(tmp_path, author="长宁区信息委")
    (tmp_path / "a.txt").unlink()
    again = run(catalogue(tmp_path, [mended]), units["D07"], by=by, correct=True)
    assert again.corrected == 1 and only().author == "长宁区信息委"
    assert only().components.count() == 1


def test_a_file_that_is_named_anew_and_not_there_is_refused(units, by, tmp_path):
    again = twice(tmp_path, units, by, row(tmp_path), row(tmp_path, file="c.txt"))
    assert again.refused == 1 and "找不到文件" in again.findings[0].message


def test_another_file_under_the_same_code_is_listed_and_replaced_as_a_new_version(units, by, tmp_path):
    """Shows: S-07"""
    assert run(catalogue(tmp_path, [row(tmp_path)]), units["D07"], by=by).filed == 1
    (tmp_path / "a.txt").write_text("重新扫描的麒麟正文", encoding="utf-8")
    path = tmp_path / "catalogue.csv"
    assert run(path, units["D07"], by=by).differing == 1
    assert run(path, units["D07"], by=by, correct=True).corrected == 1
    old, new = Component.versions.order_by("pk")
    assert old.superseded_reason == "目录更正" and new.superseded_at is None and new.seq == 1
    assert search(by, "重新扫描的麒麟").total == 1 and search(by, "正文如下").total == 0
    assert run(path, units["D07"], by=by).skipped == 1


def test_the_scan_of_a_paper_record_comes_later(units, by, tmp_path):
    outcome = twice(tmp_path, units, by, row(tmp_path, file=""), row(tmp_path), correct=True)
    assert outcome.corrected == 1
    record = only()
    assert (record.carrier_mode, record.paper_exists, record.component_count) == ("dual", True, 1)
    assert search(by, "正文如下").total == 1


def test_a_mended_period_of_a_row_with_an_old_code_takes_a_new_code(units, by, tmp_path):
    """Shows: 19.1-5"""
    old = {"archival_code": "旧-12"}
    again = twice(tmp_path, units, by, row(tmp_path, **old), row(tmp_path, **old, retention="永久"), correct=True)
    record = only()
    assert again.corrected == 1 and record.archival_code == "Z407-WS·2003-Y-BGS-0001"
    assert record.former_codes == [{"code": "Z407-WS·2003-D30-BGS-0001", "reason": "目录更正"}]
    assert [one.void_reason for one in record.codes.order_by("pk")] == ["目录更正", ""]
    assert search(by, "Z407-WS·2003-Y-BGS-0001").total == 1


def test_a_code_that_is_filled_in_later_is_taken(units, by, tmp_path):
    again = twice(tmp_path, units, by, row(tmp_path, archival_code=""), row(tmp_path), correct=True)
    assert again.corrected == 1 and only().archival_code == CODE
    assert run(tmp_path / "catalogue.csv", units["D07"], by=by).skipped == 1


def test_a_missing_author_filled_in_later_makes_no_second_record(units, by, tmp_path):
    bare = {"archival_code": ""}
    again = twice(tmp_path, units, by, row(tmp_path, **bare, author=""), row(tmp_path, **bare), correct=True)
    assert (again.corrected, again.filed) == (1, 0) and only().author == "长宁区信息化委员会"
    assert not only().findings.filter(field="author", settled_at=None).exists()


def test_a_moved_file_makes_no_second_record(units, by, tmp_path):
    bare = row(tmp_path, archival_code="")
    (tmp_path / "卷1").mkdir()
    text(tmp_path / "卷1", "a.txt", "关于调查的通知，正文如下")
    again = twice(tmp_path, units, by, bare, bare | {"file": "卷1/a.txt"})
    assert (again.skipped, again.filed) == (1, 0)


def test_equal_rows_are_named(units, by, tmp_path):
    lines = [row(tmp_path, archival_code=""), row(tmp_path, archival_code="", seq="2")]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert (outcome.filed, outcome.skipped, outcome.refused) == (1, 1, 0)
    assert "与第 2 行完全相同，只按一件办理。" in [one.message for one in outcome.findings if one.line == 3]


def test_a_row_that_stands_twice_and_is_refused_is_counted_once(units, by, tmp_path):
    """The trial: 7 filed, 8 refused and 1 there already made 16 of 15 rows."""
    bad = row(tmp_path, archival_code="", date="某日")
    outcome = run(catalogue(tmp_path, [bad, bad, row(tmp_path, archival_code="", title="另一件")]), units["D07"], by=by)
    assert (outcome.filed, outcome.skipped, outcome.refused) == (1, 0, 2)


def test_rows_that_only_a_remark_tells_apart_are_refused_not_merged(units, by, tmp_path):
    lines = [row(tmp_path, archival_code=""), row(tmp_path, archival_code="", remark="另一份")]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (1, 1)
    assert "第 2 行" in outcome.findings[-1].message


def test_the_same_number_author_and_year_under_another_title_is_the_same_document(units, by, tmp_path):
    """Listed or corrected, in a trial run too; never filed a second time in silence."""
    first, then = row(tmp_path, archival_code=""), row(tmp_path, archival_code="", title="关于检查的通知", file="")
    again = twice(tmp_path, units, by, first, then)
    assert (again.filed, again.differing, again.refused) == (0, 1, 0)
    assert any(one.message.startswith("题名与已归档的不同") for one in again.findings)
    path = tmp_path / "catalogue.csv"
    assert run(path, units["D07"], by=by, dry_run=True).differing == 1
    assert run(path, units["D07"], by=by, correct=True).corrected == 1 and only().title == "关于检查的通知"


@pytest.mark.parametrize("typed", ["长信[2003]12号", "长信（2003）012号"])
def test_a_number_typed_otherwise_is_the_same_number(units, by, tmp_path, typed):
    first = row(tmp_path, archival_code="")
    again = twice(tmp_path, units, by, first, first | {"doc_number": typed, "title": "关于检查的通知", "file": ""})
    assert (again.filed, again.differing) == (0, 1)


def test_two_rows_of_one_number_are_named_and_not_filed_twice(units, by, tmp_path):
    bare = {"archival_code": "", "file": ""}
    outcome = run(
        catalogue(tmp_path, [row(tmp_path, **bare), row(tmp_path, **bare, title="另题")]), units["D07"], by=by
    )
    assert (outcome.filed, outcome.refused) == (1, 1)
    (told,) = [one for one in outcome.findings if one.is_refusal]
    assert told.message.startswith("第 3 行与第 2 行的文号、责任者、年度都相同，题名不同") and told.field == "title"


@pytest.mark.parametrize("typed", ["长信[2003]12号", "长信（2003）12号", "长信〔2003〕012号"])
def test_one_document_in_other_brackets_is_not_filed_twice(units, by, tmp_path, typed):
    """Title, day and author alike: in one sheet the second row is refused, in two it is there already, and no other."""
    first = row(tmp_path, archival_code="")
    second = first | {"doc_number": typed, "file": text(tmp_path, "b.txt", "另一份扫描件")}
    outcome = run(catalogue(tmp_path, [first, second]), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (1, 1)
    assert any("题名也相同，是同一件文件" in one.message for one in outcome.findings)
    again = run(catalogue(tmp_path, [second | {"file": ""}]), units["D07"], by=by)
    assert (again.filed, again.skipped, again.differing) == (0, 1, 0)


SECOND = "Z407-WS·2003-D30-BGS-0013"
TWO = {
    "各有档号": {"archival_code": SECOND, "title": "另题"},
    "附件另列": {"archival_code": "", "title": "附件：调查表"},
}
NOT_ALIKE = {
    "序号式文号": {"doc_number": "12号", "title": "另题"},
    "责任者不同": {"author": "长宁区人民政府", "title": "另题"},
    "年度不同": {"year": "2004", "title": "另题"},
}


@pytest.mark.parametrize("case", [*TWO, *NOT_ALIKE])
@pytest.mark.parametrize("is_one_sheet", [True, False])
def test_what_may_bear_the_same_number_is_filed_and_told(units, by, tmp_path, case, is_one_sheet):
    more = TWO.get(case) or NOT_ALIKE[case] | {"archival_code": ""}
    first = (
        row(tmp_path)
        if case in TWO
        else row(tmp_path, archival_code="", doc_number=more.get("doc_number", "长信〔2003〕12号"))
    )
    lines = [first, row(tmp_path, file="") | more]
    if is_one_sheet:
        outcome = run(catalogue(tmp_path, lines), units["D07"], by=by)
    else:
        outcome = twice(tmp_path, units, by, *lines)
    assert outcome.refused == outcome.differing == 0 and Record.objects.unguarded("a test counts").count() == 2
    assert any("文号、责任者、年度都相同" in one.message for one in outcome.findings) == (case in TWO)


def test_two_papers_of_one_title_and_different_days_are_two_records(units, by, tmp_path):
    lines = [
        row(tmp_path, archival_code="", doc_number="", file="", date=day, year="") for day in ("20020101", "20030101")
    ]
    assert run(catalogue(tmp_path, lines), units["D07"], by=by).filed == 2
    assert run(catalogue(tmp_path, lines), units["D07"], by=by).skipped == 2


def test_a_record_on_its_way_to_the_archive_is_not_corrected(units, people, by, tmp_path):
    assert run(catalogue(tmp_path, [row(tmp_path)]), units["D07"], by=by).filed == 1
    made(people, retention="D30")
    again = run(catalogue(tmp_path, [row(tmp_path, title="改")]), units["D07"], by=by, correct=True)
    assert again.refused == 1 and "不能更正" in again.findings[-1].message
    assert only().title == "关于调查的通知"


def test_whoever_may_not_arrange_corrects_nothing(units, people, by, tmp_path):
    assert run(catalogue(tmp_path, [row(tmp_path)]), units["D07"], by=by).filed == 1
    path = catalogue(tmp_path, [row(tmp_path, title="改")])
    assert run(path, units["D07"], by=people["D07:clerk"], correct=True).refused == 1
    assert only().version == 1


def test_a_trial_run_lists_and_corrects_nothing(units, by, tmp_path):
    again = twice(tmp_path, units, by, row(tmp_path), row(tmp_path, title="改"), correct=True, dry_run=True)
    assert (again.differing, again.corrected) == (1, 0) and only().version == 1


def test_a_corrected_date_orders_the_search_anew(units, by, tmp_path):
    twice(tmp_path, units, by, row(tmp_path), row(tmp_path, date="20030501"), correct=True)
    assert RecordText.objects.unguarded("a test looks").get().sorted_on == date(2003, 5, 1)


# ------------------------------------------------------------- inspection

REFUSED: list[Case] = [
    Case("检测不合格", "题名含私用区字符 U+E000", "拒收", value={"title": "关于\ue000的通知"}),
    Case("检测不合格", "责任者含乱码“锟斤拷”", "拒收", value={"author": "锟斤拷"}),
    Case("检测不合格", "日期在将来 20991231", "拒收", value={"date": "20991231", "archival_code": "", "year": ""}),
    Case("检测不合格", "文号含替换字符 U+FFFD", "拒收", value={"doc_number": "长信\ufffd12号"}),
]


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_fails_the_inspection_is_refused_and_not_stored(case, dry_run, units, by, tmp_path):
    other = {"archival_code": "", "doc_number": "长信〔2003〕13号", "title": "无碍"}
    lines = [row(tmp_path, **case.value), row(tmp_path, **other, file="")]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by, dry_run=dry_run)
    assert (outcome.filed, outcome.refused) == (1, 1), outcome.findings
    assert [one.line for one in outcome.findings if one.is_refusal][:1] == [2]
    if not dry_run:
        assert only().title == "无碍" and not only().findings.filter(verdict="fail").exists()


# ----------------------------------------------------------------- resume


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_killed_between_slices_and_run_again_gives_the_same_end(killed_at, units, by, tmp_path, monkeypatch):
    """Rows with code, without, refused, on paper: whatever was filed stays, the rest follows, codes as in one go."""
    monkeypatch.setattr(importing, "SLICE", 3)
    lines = [
        row(
            tmp_path,
            title=f"第{number}件" if number % 5 else "",
            doc_number="",
            archival_code=f"Z407-WS·2003-D30-BGS-{number:04d}" if number % 2 else "",
            file="" if number % 3 else row(tmp_path)["file"],
        )
        for number in range(1, 13)
    ]
    path, done = catalogue(tmp_path, lines), []

    def killed(count):
        done.append(count)
        if len(done) == killed_at:
            raise Refused("killed")

    with pytest.raises(Refused):
        run(path, units["D07"], by=by, progress=killed)
    outcome = run(path, units["D07"], by=by)
    assert outcome.filed + outcome.skipped == 10 and outcome.refused == 2
    rows = dict(Record.objects.unguarded("a test looks").values_list("title", "item_no"))
    assert rows == {
        "第1件": 1, "第3件": 3, "第7件": 7, "第9件": 9, "第11件": 11,
        "第2件": 12, "第4件": 13, "第6件": 14, "第8件": 15, "第12件": 16,
    }  # fmt: skip
