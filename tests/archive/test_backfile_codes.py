"""Codes of back-files: given, well-formed and free ones are kept; missing and clashing ones given anew, and told."""

import pytest

from archive import filing
from archive.backfile.codes import read_code
from archive.backfile.importing import run
from archive.models import CodeAssignment, CodeScheme, Fonds, Record
from archive.states import CodePattern
from tests.archive.test_backfile import catalogue, text
from tests.cases import Case
from tests.transfer.stock import stocked
from units.counters import following, take, take_many
from units.models import Counter, Department

pytestmark = pytest.mark.django_db

GIVEN = "Z407-WS·2003-D30-BGS-0012"
WITHOUT_CLASS = "Z407-WS·2003-D30-0012"

CASES: list[Case] = [
    Case("档号", GIVEN, "照用", value={"archival_code": GIVEN}, wanted=GIVEN),
    Case(
        "档号",
        f"{WITHOUT_CLASS}（无机构代码）",
        "照用，不补机构代码",
        value={"archival_code": WITHOUT_CLASS},
        wanted=WITHOUT_CLASS,
    ),
    Case(
        "档号",
        "Z407-WS•2003-D30-BGS-0012（• 代 ·）",
        "照用，写法规范并提示",
        value={"archival_code": "Z407-WS•2003-D30-BGS-0012"},
        wanted=GIVEN,
    ),
    Case(
        "档号",
        "Ｚ407－WS·2003－D30－BGS－0012（全角）",
        "照用，写法规范并提示",
        value={"archival_code": "Ｚ407－WS·2003－D30－BGS－0012"},
        wanted=GIVEN,
    ),
    Case(
        "档号",
        "z407-ws·2003-d30-bgs-0012（小写）",
        "照用，写法规范并提示",
        value={"archival_code": "z407-ws·2003-d30-bgs-0012"},
        wanted=GIVEN,
    ),
    Case(
        "档号",
        "Z407-WS·2003-D30-BGS-10012（五位件号）",
        "照用",
        value={"archival_code": "Z407-WS·2003-D30-BGS-10012"},
        wanted="Z407-WS·2003-D30-BGS-10012",
    ),
    Case("档号", "空", "另编并提示", value={"archival_code": ""}, wanted="Z407-WS·2003-D30-BGS-0001"),
    Case(
        "档号",
        "001-2003-长期-0001（旧式）",
        "另编并提示，原档号著录",
        value={"archival_code": "001-2003-长期-0001"},
        wanted="Z407-WS·2003-D30-BGS-0001",
    ),
    Case(
        "档号",
        "Z407-WS·2003-D30-BGS-12（件号不足四位）",
        "另编并提示，原档号著录",
        value={"archival_code": "Z407-WS·2003-D30-BGS-12"},
        wanted="Z407-WS·2003-D30-BGS-0001",
    ),
    Case(
        "档号",
        "Z407-WS·2003-D30-BGS-00012（多补零）",
        "另编并提示：它不是 0012",
        value={"archival_code": "Z407-WS·2003-D30-BGS-00012"},
        wanted="Z407-WS·2003-D30-BGS-0001",
    ),
    Case(
        "档号",
        "Z407-WS·2003-D30-BGS-0000",
        "另编并提示",
        value={"archival_code": "Z407-WS·2003-D30-BGS-0000"},
        wanted="Z407-WS·2003-D30-BGS-0001",
    ),
    Case(
        "档号",
        "Z407-WS·2003·D30·BGS-0012（DA/T 13 写法）",
        "另编并提示，原档号著录",
        value={"archival_code": "Z407-WS·2003·D30·BGS-0012"},
        wanted="Z407-WS·2003-D30-BGS-0001",
    ),
    Case(
        "档号",
        "Z999-WS·2003-D30-BGS-0012（他单位全宗）",
        "拒收，指明全宗号",
        value={"archival_code": "Z999-WS·2003-D30-BGS-0012"},
        wanted="全宗号是Z999",
    ),
    Case(
        "档号",
        "档号 2002，年度列 2003",
        "拒收，两处不一致",
        value={"archival_code": "Z407-WS·2002-D30-BGS-0012", "year": "2003"},
        wanted="“年度”列为2003，档号中为2002",
    ),
    Case(
        "档号",
        "档号 2004，日期 2003，年度列空",
        "照用，提示年度与日期不同",
        value={"archival_code": "Z407-WS·2004-D30-BGS-0012", "year": ""},
        wanted="Z407-WS·2004-D30-BGS-0012",
    ),
    Case(
        "档号",
        "档号 2014，日期 2003，年度列空",
        "拒收，相差11年",
        value={"archival_code": "Z407-WS·2014-D30-BGS-0012", "year": ""},
        wanted="日期在2003年，档号中的年度为2014，相差11年",
    ),
    Case(
        "档号",
        "档号 2014，日期 2003，年度列 2014",
        "照用，提示年度与日期不同",
        value={"archival_code": "Z407-WS·2014-D30-BGS-0012", "year": "2014"},
        wanted="Z407-WS·2014-D30-BGS-0012",
    ),
    Case(
        "档号",
        "档号 2099",
        "拒收：年度不对",
        value={"archival_code": "Z407-WS·2099-D30-BGS-0012", "year": ""},
        wanted="年度2099不对",
    ),
    Case(
        "档号",
        "档号 D30，保管期限列永久",
        "拒收，两处不一致",
        value={"archival_code": GIVEN, "retention": "永久"},
        wanted="“保管期限”列为永久，档号中为30年",
    ),
    Case(
        "档号",
        "档号 BGS，机构列 YWC",
        "拒收，两处不一致",
        value={"archival_code": GIVEN, "class_code": "YWC"},
        wanted="“机构（问题）”列为YWC，档号中为BGS",
    ),
    Case("件号", "12，档号空", "照编，不另编", value={"item_no": "12"}, wanted="Z407-WS·2003-D30-BGS-0012"),
    Case("件号", "0012，档号空", "照编，不另编", value={"item_no": "0012"}, wanted="Z407-WS·2003-D30-BGS-0012"),
    Case("件号", "１２（全角）", "照编，不另编", value={"item_no": "１２"}, wanted="Z407-WS·2003-D30-BGS-0012"),
    Case(
        "件号",
        "12，旧式档号",
        "照编，原档号著录",
        value={"item_no": "12", "archival_code": "1-2003-12"},
        wanted="Z407-WS·2003-D30-BGS-0012",
    ),
    Case("件号", "12，永久", "照编", value={"item_no": "12", "retention": "永久"}, wanted="Z407-WS·2003-Y-BGS-0012"),
    Case("件号", "12，档号 0012", "照用", value={"item_no": "12", "archival_code": GIVEN}, wanted=GIVEN),
    Case(
        "件号",
        "13，档号 0012",
        "拒收，两处不一致",
        value={"item_no": "13", "archival_code": GIVEN},
        wanted="“件号”列为13，档号中为12",
    ),
    Case("件号", "12，保管期限空", "拒收", value={"item_no": "12", "retention": ""}, wanted="还须填写保管期限"),
    Case("件号", "12，年度、日期空", "拒收", value={"item_no": "12", "year": "", "date": ""}, wanted="还须填写年度"),
    *(
        Case("件号", written, "拒收", value={"item_no": written}, wanted=f"件号“{written}”不对")
        for written in ("0", "-3", "2.5", "十二", "12-1", "1234567")
    ),
]


def line(folder, **more) -> dict:
    name = text(folder, "a.txt", "关于调查的通知，正文")
    row = {
        "title": "关于调查的通知",
        "date": "20030405",
        "retention": "30年",
        "year": "2003",
        "author": "某",
        "file": name,
    }
    return row | more


def filed(title: str | None = None) -> Record:
    rows = Record.objects.unguarded("a test looks")
    return rows.get(title=title) if title else rows.get()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_given_code(case, units, by, tmp_path):
    """Shows: 3.6c, 19.1-4"""
    outcome = run(catalogue(tmp_path, [line(tmp_path, **case.value)]), units["D07"], by=by)
    told = "".join(one.message for one in outcome.findings)
    if case.expected.startswith("拒收"):
        assert (outcome.filed, outcome.refused) == (0, 1) and case.wanted in told
        return
    record, given = filed(), case.value.get("archival_code", "")
    assert record.archival_code == case.wanted == record.codes.get(voided_at=None).code
    assert ("另编" in told) == case.expected.startswith("另编")
    assert bool(told) == (not case.expected.startswith("照") or "提示" in case.expected)
    assert record.legacy_code == (
        given if "原档号著录" in case.expected or "另编并提示：" in case.expected or "0000" in given else ""
    )


@pytest.mark.parametrize("written", ["", "档号", "Z407", "Z407-WS·2003-D30-BGS", "Z407-KJ·2003-D30-BGS-0001"])
def test_what_is_no_code_of_the_standard(written):
    """Shows: 3.6a"""
    assert read_code(written) is None


def test_a_reload_after_mending_five_rows_shifts_nobody(units, by, tmp_path):
    """35 rows with the codes of their papers, five of them faulty: the thirty and then the five bear their own."""
    lines = [
        line(
            tmp_path,
            title=f"第{number}件",
            archival_code=f"Z407-WS·2003-D30-BGS-{number:04d}",
            retention="五年" if number % 7 == 0 else "30年",
        )
        for number in range(1, 36)
    ]
    assert run(catalogue(tmp_path, lines), units["D07"], by=by).filed == 30
    for one in lines:
        one["retention"] = "30年"
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert (outcome.filed, outcome.skipped, outcome.refused) == (5, 30, 0)
    rows = Record.objects.unguarded("a test looks").values_list("title", "archival_code")
    assert dict(rows) == {one["title"]: one["archival_code"] for one in lines}


def test_a_row_without_code_never_takes_the_number_of_a_later_or_a_refused_row(units, by, tmp_path):
    lines = [
        line(tmp_path, title="没有档号"),
        line(tmp_path, title="有档号", archival_code="Z407-WS·2003-D30-BGS-0001"),
        line(tmp_path, title="", archival_code="Z407-WS·2003-D30-BGS-0007"),
    ]
    run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert filed("没有档号").item_no == 8 and filed("有档号").item_no == 1


def test_the_series_goes_on_behind_the_highest(units, people, by, tmp_path):
    run(catalogue(tmp_path, [line(tmp_path, archival_code=GIVEN)]), units["D07"], by=by)
    record = filed()
    assert Counter.objects.get(series=filing.series_of(record)).last == 12
    lines = [line(tmp_path, title="另一件")]
    run(catalogue(tmp_path, lines), units["D07"], by=by)
    assert filed("另一件").archival_code == "Z407-WS·2003-D30-BGS-0013"


def test_a_code_that_the_platform_gave_is_not_given_again_and_that_is_told(units, people, by, tmp_path):
    (stock,) = stocked(people, 1, year=2003)
    mine = line(
        tmp_path,
        archival_code=stock.archival_code,
        retention=stock.get_retention_code_display(),
        date="2003",
        year="2003",
    )
    outcome = run(catalogue(tmp_path, [mine]), units["D07"], by=by)
    record = filed(mine["title"])
    assert outcome.filed == 1 and record.archival_code != stock.archival_code
    assert record.legacy_code == stock.archival_code
    assert any(stock.archival_code in one.message and record.archival_code in one.message for one in outcome.findings)


def test_a_trial_run_tells_of_codes_and_takes_none(units, by, tmp_path):
    lines = [line(tmp_path), line(tmp_path, title="二", archival_code=GIVEN)]
    outcome = run(catalogue(tmp_path, lines), units["D07"], by=by, dry_run=True)
    assert [one.line for one in outcome.findings if "将另编档号" in one.message] == [2]
    assert not Counter.objects.filter(series__startswith="item:Z407:WS:2003").exists()
    assert not CodeAssignment.objects.exists()


def test_a_counter_lifted_above_a_number_gives_the_next(db):
    assert take("test:lift", 0, above=7) == 8
    assert take("test:lift") == 8
    assert take("test:lift", 2, above=3) == 9
    assert take("test:lift", 1, above=20) == 21


def test_many_series_give_their_numbers_as_one_by_one(db):
    take("test:甲", 3)
    assert take_many({"test:乙": 2, "test:甲": 1, "test:丙": 0}, {"test:乙": 40, "test:甲": 2, "test:丙": 7}) == {
        "test:甲": 4, "test:乙": 41, "test:丙": 8,
    }  # fmt: skip
    assert [following(f"test:{name}") for name in "甲乙丙"] == [5, 43, 8]
    assert take_many({}, {}) == {}


def unknown_class(units, by, tmp_path, **more):
    line = {"title": "关于调查的通知", "date": "20030405", "author": "区信息委", "retention": "30年", "year": "2003"}
    return run(catalogue(tmp_path, [line | more]), units["D07"], by=by)


def test_a_class_that_the_unit_does_not_know_is_refused_and_its_own_are_named(units, by, tmp_path):
    outcome = unknown_class(units, by, tmp_path, class_code="QQQ")
    (told,) = [one for one in outcome.findings if one.is_refusal]
    assert (outcome.filed, told.field) == (0, "class_code") and "本单位的代码：BGS 办公室" in told.message
    assert "在“整理设置”登记该机构" in told.message
    (told,) = [one for one in unknown_class(units, by, tmp_path, class_code="QQ").findings if one.is_refusal]
    assert "登记" not in told.message  # 整理设置 gives codes of three characters
    assert unknown_class(units, by, tmp_path, class_code="bgs").filed == 1


def test_a_class_of_a_body_that_is_gone_comes_with_the_papers_own_code(units, by, tmp_path):
    outcome = unknown_class(units, by, tmp_path, archival_code="Z407-WS·2003-D30-QQQ-0012")
    assert outcome.filed == 1 and any("按历史机构照录" in one.message for one in outcome.findings)


def test_the_stamps_number_alone_is_kept_row_by_row(units, by, tmp_path):
    """A catalogue by DA/T 22—2000 has 件号 and no 档号: each bears its own, what bears none goes on behind the highest,
    the same catalogue again files nothing, and two pieces of one title are two. Shows: 3.6c"""
    rows = [
        line(tmp_path, title="关于调查的通知", item_no="7"),
        line(tmp_path, title="关于调查的通知", item_no="3"),
        line(tmp_path, title="没有件号的一件"),
        line(tmp_path, title="又一件", item_no="9"),
        line(tmp_path, title="重号的一件", item_no="9"),
    ]
    outcome = run(catalogue(tmp_path, rows), units["D07"], by=by)
    assert (outcome.filed, outcome.refused) == (4, 1)
    assert "件号 9 与第 5 行重复" in "".join(one.message for one in outcome.findings)
    records = Record.objects.unguarded("a test looks")
    assert sorted(records.filter(title="关于调查的通知").values_list("item_no", flat=True)) == [3, 7]
    assert filed("没有件号的一件").item_no == 10 and filed("又一件").item_no == 9
    again = run(catalogue(tmp_path, rows), units["D07"], by=by)
    assert (again.filed, again.skipped, again.refused) == (0, 4, 1)
    assert not records.exclude(legacy_code="").exists()


def test_a_number_of_the_stamp_listed_later_is_told_and_corrects(units, by, tmp_path):
    """Filed without it first: the catalogue that lists it says so, and 更正 gives it."""
    run(catalogue(tmp_path, [line(tmp_path)]), units["D07"], by=by)
    listed = catalogue(tmp_path, [line(tmp_path, item_no="12")])
    told = run(listed, units["D07"], by=by)
    assert (told.filed, told.differing) == (0, 1)
    done = run(listed, units["D07"], by=by, correct=True)
    assert done.corrected == 1 and filed().archival_code == GIVEN
    assert run(listed, units["D07"], by=by).skipped == 1


def test_a_fonds_that_writes_by_the_other_standard_keeps_its_codes(units, by, tmp_path):
    """Shows: 3.6b"""
    fonds = Fonds.objects.get(code="Z407")
    CodeScheme.objects.create(fonds=fonds, from_year=2003, pattern=CodePattern.DAT13, set_by=by)
    rows = [
        line(tmp_path, title="甲", archival_code="Z407-WS·2003·D30·BGS-0012"),
        line(tmp_path, title="乙", item_no="14"),
    ]
    assert run(catalogue(tmp_path, rows), units["D07"], by=by).filed == 2
    assert filed("甲").archival_code == "Z407-WS·2003·D30·BGS-0012" and filed("甲").legacy_code == ""
    assert filed("乙").archival_code == "Z407-WS·2003·D30·BGS-0014"


def test_a_piece_without_its_department_says_where_it_went(units, by, tmp_path):
    Department.objects.filter(unit=units["D07"]).exclude(class_code="BGS").update(class_code="")
    Department.objects.create(unit=units["D07"], name="信息科", class_code="XXB")
    named = Department.objects.get(unit=units["D07"], class_code="BGS").name
    one = line(tmp_path)
    outcome = run(
        catalogue(tmp_path, [one, line(tmp_path, title="关于另一事的通知", class_code="XXB")]), units["D07"], by=by
    )
    told = [one.message for one in outcome.findings if one.field == "class_code"]
    assert outcome.filed == 2 and told == [f"未列机构（问题），归入 BGS {named}，请核对。"]


def test_a_department_by_its_name_is_told_what_a_code_is(units, by, tmp_path):
    outcome = run(catalogue(tmp_path, [line(tmp_path, class_code="信息科")]), units["D07"], by=by)
    assert outcome.refused == 1 and any("应填写代码，如 BGS" in one.message for one in outcome.findings)


@pytest.mark.parametrize(("written", "pages"), [("3页", 3), ("３ 页", 3), ("12", 12)])
def test_pages_may_bear_their_unit(units, by, tmp_path, written, pages):
    run(catalogue(tmp_path, [line(tmp_path, page_count=written)]), units["D07"], by=by)
    assert filed().page_count == pages


@pytest.mark.parametrize("written", ["长信[2003]2号", "长信（２００３）第０２号", "长信〔2003〕2号"])
def test_an_imported_number_has_its_year_in_brackets_and_its_original_kept(units, by, tmp_path, written):
    """domain 3.6: normalised, the original in doc_number_as_given; the same sheet again files nothing."""
    sheet = catalogue(tmp_path, [line(tmp_path, doc_number=written)])
    assert run(sheet, units["D07"], by=by).filed == 1 and run(sheet, units["D07"], by=by).skipped == 1
    record = filed()
    assert record.doc_number == "长信〔2003〕2号" and record.doc_number_as_given in {written, "长信（2003）第02号"}
