"""Days are the district's: one function in SQL, one in Python, and nothing beside them (design section 12; domain 20).

The site stores UTC. Between 0 and 8 o'clock here a UTC date is the day before: the wrong day on a page, in a number's
year, in a register. What could take a date from a moment in another way is looked for in the syntax tree and the SQL.
"""

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from documents.models import Document
from tests.cases import Case
from units.templatetags import egov

ROOT = Path(settings.BASE_DIR)
APPS = ("units", "files", "paper", "documents", "archive", "transfer", "portal", "oversight", "changning_egov")
# Where a naive or already local moment is meant: file → expression, as it stands
MEANT = {
    ("archive/packages/writer.py", "info.made_at.date()"),  # carries the local wall clock, set in transfer.delivery
    ("archive/packages/catalogue.py", "info.made_at.date()"),
    ("units/templatetags/egov.py", "value.date()"),  # a naive one is local already
    ("archive/models/record.py", "day.strftime('%Y%m%d')"),  # a date
    ("archive/search_export.py", "document.day.strftime('%Y%m%d')"),  # a date
    ("documents/search.py", "ExtractYear('day')"),  # a date
    ("documents/received_forms.py", "at.date()"),  # made local one line above
    ("documents/received_forms.py", "now.date()"),  # made local one line above
    ("documents/reply_call_forms.py", "due.date()"),  # made local one line above
    ("documents/roster.py", "local.date()"),  # made local one line above
    ("documents/roster_acts.py", "cell.date()"),  # a cell of a workbook is local
    ("paper/authority.py", "datetime.now(UTC)"),  # a whole moment; the clock by which seals are signed
    ("units/prepared.py", "timezone.now().replace"),  # a moment to the minute, of no day
}
MEANT |= {
    ("units/upkeep.py", "shown: first"),  # a date
    ("units/upkeep.py", "shown: last"),  # a date
    ("paper/dating.py", "shown: local"),
    ("paper/sheets.py", "shown: moment"),  # a naive one is local already
    ("archive/views/records.py", "shown: record.postponed_until"),  # a date
    ("changning_egov/demo/years.py", "shown: one.day"),  # a date
    ("units/delegations.py", "shown: since"),  # made local one line above
    ("units/templatetags/egov.py", "shown: local"),  # made local above
    ("units/views/delegations.py", "shown: row.starts_on"),  # a date
    ("units/views/delegations.py", "shown: row.ends_on"),  # a date
    ("documents/going_back.py", "shown: at"),  # made local one line above
    ("documents/going_back_forms.py", "shown: at"),  # made local one line above
    ("documents/route_trial.py", "shown: row.starts_on"),  # a date
    ("documents/route_trial.py", "shown: row.ends_on"),  # a date
}
MEANT |= {
    ("archive/appraisal/papers.py", "shown: appraisal.due_on"),  # a date
    ("transfer/inspection_papers.py", "shown: day"),  # made local one line above
    ("archive/appraisal/papers.py", "shown: begun"),  # made local one line above
    ("archive/appraisal/papers.py", "shown: ended"),  # made local one line above
    ("archive/appraisal/witnessing.py", "shown: appraisal.planned_on"),  # a date
    ("archive/models/appraisal.py", "shown: self.due_on"),  # a date
    ("archive/models/opening.py", "shown: self.due_on"),  # a date
    ("archive/monthly.py", "TruncMonth('filed_at')"),  # by the district's time zone, as the month's bounds are
    ("archive/twins/papers.py", "shown: day"),  # a date
    ("archive/views/appraisal.py", "shown: row.due_on"),  # a date
    ("archive/views/keeping_papers.py", "shown: row.dated_on"),  # a date
    ("archive/views/keeping_papers.py", "shown: row.review_on"),  # a date
    ("portal/releases.py", "shown: day"),  # a date
    ("archive/views/inspecting.py", "TruncMonth('filed_at')"),  # by the district's time zone, as the month's bounds are
    ("transfer/handing_panels.py", "shown: until"),  # a date
}
CLOCKS = {"datetime.now", "datetime.today", "datetime.utcnow", "datetime.fromtimestamp", "datetime.utcfromtimestamp",
          "date.today", "date.fromtimestamp", "time.strftime", "time.localtime", "time.gmtime",
          "time.ctime"}  # fmt: skip
TRUNCATING = re.compile(r"^(Trunc(Date|Day|Week|Month|Quarter|Year)?|Extract\w*|Now|CurrentDate)$")
SQL = re.compile(
    r"current_date|localtimestamp|current_timestamp\s*::\s*date|now\(\)\s*::\s*date|\bat\w*\s*::\s*date|_at\s*::\s*date"
    r"|at\s+time\s+zone|\bcast\s*\([^)]*\bas\s+date\)|\bdate\s*\(\s*\w*_?at\s*\)",
    re.I,
)


def product_files(suffix: str) -> list[Path]:
    found = [path for app in APPS for path in (ROOT / app).rglob(f"*{suffix}") if "migrations" not in path.parts]
    assert len(found) > 5
    return sorted(found)


def _called(node: ast.Call) -> str:
    called = ast.unparse(node.func)
    name = called.split(".")[-1]
    takes_day = (name == "date" and not node.args) or name in ("strftime", "isocalendar")
    if ".".join(called.split(".")[-2:]) in CLOCKS or TRUNCATING.match(name):
        return ast.unparse(node)
    if takes_day and isinstance(node.func, ast.Attribute) and "timezone.local" not in called:
        return ast.unparse(node)
    return ""


def _shown(node: ast.FormattedValue) -> str:
    shown = ast.unparse(node.value)
    dated = node.format_spec is not None and re.search("%[YmdHjB]", ast.unparse(node.format_spec))
    return f"shown: {shown}" if dated and not shown.startswith("timezone.local") else ""


def _part_of_now(node: ast.Attribute) -> str:
    parts = ("year", "month", "day", "hour", "weekday", "isoformat", "replace")
    return ast.unparse(node) if ast.unparse(node.value) == "timezone.now()" and node.attr in parts else ""


def _in_sql(node: ast.Constant) -> str:
    text = node.value if isinstance(node.value, str) else ""
    match = SQL.search(text) if re.search(r"\bselect\b|\bwhere\b", text, re.I) else None
    return match.group() if match else ""


RULES = {ast.Call: _called, ast.FormattedValue: _shown, ast.Attribute: _part_of_now, ast.Constant: _in_sql}


def foreign_days(source: str) -> list[str]:
    """Expressions that take a day or a wall clock otherwise than by django.utils.timezone."""
    nodes = (node for node in ast.walk(ast.parse(source)) if type(node) in RULES)
    return [found for node in nodes if (found := RULES[type(node)](node))]


def test_no_python_takes_a_day_from_a_moment_by_itself():
    found = {
        (path.relative_to(ROOT).as_posix(), one)
        for path in product_files(".py")
        for one in foreign_days(path.read_text())
    }
    assert found - MEANT == set()
    assert MEANT - found == set()  # the list of exceptions holds nothing that is gone


def test_no_sql_takes_a_day_from_a_moment_by_itself():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in product_files(".sql")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if SQL.search(line.split("--")[0]) and path.name != "local_day.sql"
    ]
    assert found == []


def test_no_template_formats_a_day_by_itself():
    """`day` and `moment` (units.templatetags.egov) are local; Django's own filters are not used beside them."""
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in re.finditer(r"\|\s*(date|time|timesince|timeuntil)\b|{%\s*now\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []


SEEN = [
    Case("日期写法", "datetime.now().year", "不许", value="y = datetime.now().year"),
    Case("日期写法", "date.today()", "不许", value="d = date.today()"),
    Case("日期写法", "document.approved_at.date()", "不许", value="d = document.approved_at.date()"),
    Case("日期写法", "timezone.now().year", "不许", value="y = timezone.now().year"),
    Case("日期写法", "timezone.now().isoformat()", "不许", value="y = timezone.now().isoformat()"),
    Case("日期写法", "TruncDate('at')", "不许", value="rows.annotate(d=TruncDate('at'))"),
    Case("日期写法", "row.at.strftime('%Y')", "不许", value="row.at.strftime('%Y')"),
    Case("日期写法", 'f"{row.at:%Y-%m-%d}"', "不许", value="f'{row.at:%Y-%m-%d}'"),
    Case("日期写法", "SQL 中 at::date", "不许", value="sql = 'SELECT at::date FROM units_auditevent'"),
    Case("日期写法", "SQL 中 CURRENT_DATE", "不许", value="sql = 'SELECT 1 WHERE x < CURRENT_DATE'"),
]


@pytest.mark.parametrize("case", SEEN, ids=str)
def test_the_guard_sees_each_way_of_taking_a_day(case):
    assert foreign_days(case.value) != []
    assert foreign_days("d = timezone.localdate(document.approved_at)\ny = timezone.localdate().year") == []


MOMENTS = [
    Case("本地日", "23:59 UTC", "次日 7:59", value=datetime(2026, 11, 24, 23, 59, tzinfo=UTC), wanted=date(2026, 11, 25)),
    Case("本地日", "16:00 UTC", "次日 0:00", value=datetime(2026, 11, 24, 16, 0, tzinfo=UTC), wanted=date(2026, 11, 25)),
    Case("本地日", "15:59 UTC", "当日 23:59", value=datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC),
         wanted=date(2026, 11, 24)),
    Case("本地日", "12月31日 16:30 UTC", "次年元旦", value=datetime(2026, 12, 31, 16, 30, tzinfo=UTC), wanted=date(2027, 1, 1)),
    Case("本地日", "2月28日 20:00 UTC", "3月1日", value=datetime(2027, 2, 28, 20, 0, tzinfo=UTC), wanted=date(2027, 3, 1)),
    Case("本地日", "夏令时 1988-07-01 15:30 UTC", "次日 0:30（当年夏令时）", value=datetime(1988, 7, 1, 15, 30, tzinfo=UTC),
         wanted=date(1988, 7, 2)),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("case", MOMENTS, ids=str)
def test_python_and_sql_know_the_same_day(case):
    assert timezone.localdate(case.value) == case.wanted
    with connection.cursor() as cursor:
        cursor.execute("SELECT egov_local_day(%s), egov_today() = egov_local_day(now())", [case.value])
        assert cursor.fetchone() == (case.wanted, True)


@pytest.mark.django_db
def test_a_view_before_8_on_the_first_lies_in_the_new_month():
    """Partitions of the access log begin at local midnight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_log_month('2031-03-15')")
        for moment in (datetime(2031, 2, 28, 16, 30, tzinfo=UTC), datetime(2031, 3, 31, 15, 30, tzinfo=UTC)):
            cursor.execute("INSERT INTO units_accesslog (at, act, object_type) VALUES (%s, 'view', 'x')", [moment])
        cursor.execute("SELECT count(*) FROM units_accesslog WHERE tableoid = 'units_accesslog_203103'::regclass")
        assert cursor.fetchone() == (2,)


def test_a_row_of_an_early_hour_bears_the_local_day():
    early = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert Document(direction="incoming", title="x", created_at=early).task_detail().endswith("2027-01-01")
    assert (egov.day(early), egov.moment(early)) == ("2027-01-01", "2027-01-01 00:30")
