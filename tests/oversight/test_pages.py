"""The inspector's rooms as people use them: what is shown to whom, the acts, the frozen month, exports."""

import io
import re
from contextlib import contextmanager
from datetime import date, timedelta

import openpyxl
import pikepdf
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents.states import State
from oversight import actions, chores, freezing, others, rates
from oversight.models import BaselineDue, FrozenFigure, FrozenPeriod, GoLive, SampleCheck, Urging, YearNote
from oversight.periods import Period
from oversight.states import Stage
from tests.forms import send_form
from tests.scenarios.owner import as_owner
from tests.transfer.stock import inspecting, stocked, taken_over
from units import jobs
from units.actions import system_user
from units.models import AuditEvent, Job, Task

from .test_examples import march
from .world import World

pytestmark = pytest.mark.django_db
MARCH = "?year=2026&month=3&as_of=2026-03-31"


@pytest.fixture
def visit(people, client):
    def go(who: str, address: str, data=None):
        client.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address) if data is None else send_form(client, address, data)

    return go


@pytest.fixture
def found(units, people):
    return march(units["D07"], people["D07:archivist"])


def cell_texts(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_district_puts_first_who_is_behind_and_sums_without_a_mean(visit, found, units):
    response = visit("D30:inspector", reverse("oversight:district") + MARCH)
    lines = response.context["lines"]
    assert lines[0].unit.code == "D07" and len(lines) == 5
    assert str(lines[0].figures.rate) == "83.3" and lines[1].figures.rate is None
    assert (response.context["all"].figures.due, str(response.context["all"].figures.rate)) == (18, "83.3")
    by_code = visit("D30:inspector", reverse("oversight:district") + MARCH + "&sort=code")
    assert [line.unit.code for line in by_code.context["lines"]] == ["D01", "D07", "D09", "D15", "D30"]
    assert "83.3%" in cell_texts(response) and response.context["behind"] == 1


def test_rows_show_number_kind_age_and_holder_and_titles_only_to_whoever_may_view(visit, found, units):
    address = reverse("oversight:rows", args=[units["D07"].uid]) + MARCH
    rows = visit("D30:inspector", address).context["found"].rows
    assert [(row.standing, row.age, row.title) for row in rows] == [
        ("returned", 16, ""), ("undecided", 16, ""), ("not_completed", 11, ""),
    ]  # fmt: skip
    assert [row.holder for row in rows] == ["档案员", "文书", "文书"]
    for who in ("D07:archivist", "D07:leader"):
        assert all(row.title for row in visit(who, address).context["found"].rows)
    for figure, count in (("due", 18), ("filed", 15), ("not_to_file", 3), ("not_yet_due", 1), ("overlong", 0)):
        assert len(visit("D30:inspector", f"{address}&figure={figure}").context["found"].rows) == count, figure
    assert visit("D30:inspector", f"{address}&figure=all").status_code == 404


def test_rows_go_on_from_page_to_page_and_a_foreign_cursor_is_the_first_page(visit, units, people):
    world = World(people["D07:archivist"])
    for n in range(120):
        world.outgoing(units["D07"], date(2026, 3, 2 + n % 5), completed=date(2026, 3, 20))
    world.write()
    address, seen = reverse("oversight:rows", args=[units["D07"].uid]), []
    query = MARCH
    while query:
        context = visit("D30:inspector", address + query).context
        seen += [row.document.pk for row in context["found"].rows]
        query = context["next_url"]
    assert len(seen) == len(set(seen)) == 120
    assert len(visit("D30:inspector", f"{address}{MARCH}&after=x").context["found"].rows) == 50


def test_a_unit_sees_its_own_sheet_and_no_other(visit, found, units):
    for who in ("D07:leader", "D07:archivist", "D07:clerk"):
        assert visit(who, reverse("oversight:own")).url == reverse("oversight:sheet", args=[units["D07"].uid])
        response = visit(who, reverse("oversight:sheet", args=[units["D07"].uid]) + "?year=2026&as_of=2026-04-30")
        assert [row[1].due for row in response.context["rows"]][2] == 19 and response.context["year"][1].due == 19
        assert visit(who, reverse("oversight:sheet", args=[units["D09"].uid])).status_code == 404
        assert visit(who, reverse("oversight:district")).status_code == 404


def test_urging_is_one_event_and_a_task_of_the_archivist_who_answers_it(visit, found, units, people):
    rows = visit("D30:inspector", reverse("oversight:rows", args=[units["D07"].uid]) + MARCH)
    words = rows.context["urge_form"].initial["text"]
    assert "应归档 18 件" in words and words in rows.content.decode()  # seen in the box before it is sent
    before = AuditEvent.objects.count()
    due = str(timezone.localdate() + timedelta(7))
    sent = {"year": "2026", "month": "3", "text": words, "due_on": due}
    assert visit("D30:inspector", reverse("oversight:urge", args=[units["D07"].uid]), sent).status_code == 302
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.opinion, event.object_uid, event.post) == (
        "urge_unit",
        words,
        units["D07"].uid,
        "监督指导",
    )
    task = Task.objects.waiting_for(people["D07:archivist"]).get()
    row = Urging.objects.get()
    assert (task.kind, task.subject_uid) == ("supervise", row.uid)
    assert row.get_absolute_url() in visit("D07:archivist", reverse("documents:waiting")).content.decode()
    assert visit("D09:clerk", row.get_absolute_url()).status_code == 404
    assert visit("D07:archivist", row.get_absolute_url(), {"text": ""}).status_code == 422
    assert visit("D07:archivist", row.get_absolute_url(), {"text": "已归档两件，一件退办。"}).status_code == 302
    row.refresh_from_db()
    assert row.answer and not Task.objects.waiting_for(people["D07:archivist"]).exists()
    assert AuditEvent.objects.latest("pk").verb == "answer_urging"
    assert visit("D07:clerk", row.get_absolute_url(), {"text": "再答"}).status_code in (409, 422)


def test_the_answer_comes_to_the_inspector_and_stands_where_the_urging_does(visit, found, units, people):
    due = timezone.localdate() + timedelta(7)
    actions.urge(units["D07"], Period(2026, 3), by=people["D30:inspector"], text="请尽快归档。", due_on=due)
    row = Urging.objects.get()
    district = reverse("oversight:district") + MARCH
    assert "待答复" in visit("D30:inspector", district).content.decode()
    actions.answer(row, by=people["D07:archivist"], text="已归档两件。")
    assert row.get_absolute_url() in visit("D30:inspector", reverse("documents:reading")).content.decode()
    assert "已答复" in visit("D30:inspector", district).content.decode()
    assert "已归档两件。" in visit("D30:inspector", reverse("oversight:sheet", args=[units["D07"].uid]) + MARCH).text
    assert visit("D30:inspector", row.get_absolute_url(), {"read": "1"}).status_code == 302
    assert row.get_absolute_url() not in visit("D30:inspector", reverse("documents:reading")).content.decode()


def test_an_empty_urging_is_refused_and_leaves_nothing(visit, found, units):
    address, before = reverse("oversight:urge", args=[units["D07"].uid]), AuditEvent.objects.count()
    response = visit("D30:inspector", address, {"year": "2026", "month": "3", "text": "  "})
    assert response.status_code == 422 and "不能为空" in response.content.decode()
    assert visit("D07:leader", address, {"year": "2026", "text": "办"}).status_code == 404
    assert not Urging.objects.exists() and AuditEvent.objects.count() == before


def test_a_frozen_month_never_changes_and_the_live_value_stands_beside_it(visit, found, units, people):
    address = reverse("oversight:freeze")
    assert visit("D30:inspector", address, {"year": "2026", "month": "3"}).status_code == 302
    jobs.run_now(Job.objects.get())
    head = FrozenPeriod.objects.get()
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.object_uid, event.detail["digest"], event.post) == (
        "freeze_figures", head.uid, head.digest, "监督指导",
    )  # fmt: skip
    again = visit("D30:inspector", address, {"year": "2026", "month": "3"})
    assert again.status_code == 422 and "已经冻结" in again.content.decode()
    line = visit("D30:inspector", reverse("oversight:district") + "?year=2026&month=3&as_of=2026-04-30").context[
        "lines"
    ][0]
    assert (str(line.figures.rate), str(line.frozen.rate)) == ("84.2", "83.3")
    with pytest.raises(Exception, match="permission denied"):
        FrozenFigure.objects.filter(period=head).update(filed=18)


def test_nothing_is_frozen_before_it_is_due(visit, units):
    today = timezone.localdate()
    response = visit("D30:inspector", reverse("oversight:freeze"), {"year": str(today.year), "month": str(today.month)})
    assert response.status_code == 422 and "起方可冻结" in response.content.decode()
    assert not FrozenPeriod.objects.exists()
    assert visit("D30:inspector", reverse("oversight:freeze"), {"year": ""}).status_code == 422


def test_the_chore_freezes_what_is_due_once_with_an_event_each(found, units):
    with tampering("documents_document") as cursor:  # written past the triggers: it is counted all the same
        cursor.execute("UPDATE documents_document SET dispatched_at = NULL WHERE id = %s", [found["sixteenth"].pk])
    first = chores.freeze_figures()
    assert FrozenFigure.objects.get(period__month=3, period__year=2026, unit=units["D07"]).due == 17
    made = FrozenPeriod.objects.count()
    assert f"{made} 期" in first and made >= 12
    assert AuditEvent.objects.filter(verb="freeze_figures").count() == made
    assert "没有" in chores.freeze_figures() and FrozenPeriod.objects.count() == made
    assert "一致" in chores.compare_frozen()


def frozen_march() -> FrozenPeriod:
    return freezing.freeze(Period(2026, 3), Stage.MONTH, by=system_user())


@contextmanager
def tampering(table: str):
    """As somebody with the owner's password would, with the triggers of the table off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with as_owner(table) as cursor:
        yield cursor


def test_a_record_deleted_by_hand_as_owner_is_noticed(visit, found, units):
    frozen_march()
    with tampering("archive_record") as cursor:
        cursor.execute(
            "DELETE FROM archive_record WHERE id = (SELECT min(r.id) FROM archive_record r "
            "JOIN documents_document d ON d.id = r.document_id WHERE d.completed_at IS NOT NULL)"
        )
    response = visit("D30:inspector", reverse("oversight:district") + MARCH)
    assert response.context["frozen"].found == ("区信息委：冻结时已归档的 1 件现无归档文件。",)
    with pytest.raises(chores.FrozenChanged, match="现无归档文件"):
        chores.compare_frozen()
    assert "1 件" in chores.compare_facts()  # the facts are put right from the documents


def test_a_document_deleted_by_hand_as_owner_is_noticed(found, units):
    frozen_march()
    gone = found["undecided"].pk
    with tampering("documents_document") as cursor:
        for table, column in (
            ("documents_documentwords", "document_id"), ("oversight_filingfact", "document_id"),
            ("documents_document", "id"),
        ):  # fmt: skip
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [gone])
    assert freezing.problems() == ["区信息委：冻结时在册的 1 件公文现已不存在。"]


def test_a_frozen_row_and_a_whole_frozen_month_removed_as_owner_are_noticed(found, units):
    head = frozen_march()
    with tampering("oversight_frozenfigure") as cursor:
        cursor.execute("DELETE FROM oversight_frozenfigure WHERE unit_id = %s", [units["D09"].pk])
    assert any("摘要不符" in one for one in freezing.problems())
    with tampering("oversight_frozenfigure") as cursor:
        cursor.execute("DELETE FROM oversight_frozenfigure")
        cursor.execute("DELETE FROM oversight_frozenperiod WHERE id = %s", [head.pk])
    assert freezing.problems() == ["2026年3月归档率月报：审计日志有冻结记录，冻结数据已不存在。"]


def test_a_baseline_is_stated_by_the_unit_and_accepted_by_the_inspector(visit, units):
    sheet = reverse("oversight:sheet", args=[units["D07"].uid])
    state, live = (reverse(f"oversight:{name}", args=[units["D07"].uid]) for name in ("baseline", "go_live"))
    given = {"year": "2003", "months": ["1", "2"], "count": "12", "source": "收发文登记簿"}
    assert "上线日期" in visit("D07:archivist", state, given).content.decode()
    assert visit("D07:leader", live, {"day": "2003-09-01"}).status_code == 404
    assert visit("D30:inspector", live, {"day": "1.9."}).status_code == 422
    assert visit("D30:inspector", live, {"day": "2003-09-01"}).status_code == 302
    assert visit("D07:archivist", state, given | {"months": ["9"]}).status_code == 422
    assert visit("D07:archivist", state, given | {"count": "0"}).status_code == 422
    assert visit("D07:archivist", state, given).status_code == 302
    assert "不能重复填报" in visit("D07:archivist", state, given | {"months": ["2", "3"]}).content.decode()
    row = BaselineDue.objects.get()
    accept = reverse("oversight:accept_baseline", args=[row.uid])
    assert "认可" in visit("D30:inspector", sheet).content.decode()
    assert visit("D07:archivist", accept, {}).status_code == 404
    assert visit("D30:inspector", accept, {}).status_code == 302
    assert visit("D30:inspector", accept, {}).status_code in (409, 422)
    assert rates.by_unit(Period(2003), timezone.localdate(), [units["D07"].pk])[units["D07"].pk].due == 12
    assert GoLive.objects.get().day == date(2003, 9, 1)


def test_a_refused_sample_is_due_again_from_that_day_on(visit, found, units):
    rows = reverse("oversight:rows", args=[units["D07"].uid]) + MARCH + "&figure=not_to_file"
    document = visit("D30:inspector", rows).context["found"].rows[0].document
    address = reverse("oversight:sample", args=[document.uid])
    assert visit("D07:archivist", address, {"verdict": "refuse", "reason": "应归档"}).status_code == 404
    assert visit("D30:inspector", address, {"verdict": "refuse", "reason": ""}).status_code in (409, 422)
    assert visit("D30:inspector", address, {"verdict": "refuse", "reason": "应归档"}).status_code == 302
    assert SampleCheck.objects.get().is_refused
    key = units["D07"].pk
    today = rates.by_unit(Period(2026, 3), timezone.localdate(), [key])[key]
    assert (today.not_to_file, rates.by_unit(Period(2026, 3), date(2026, 3, 31), [key])[key].not_to_file) == (2, 3)


def test_a_note_takes_a_document_out_of_those_that_lie_too_long(visit, units, people):
    """Shows: E-19"""
    world = World(people["D07:archivist"])
    row = world.outgoing(units["D07"], None, numbered=date(2024, 5, 6), changed=date(2024, 5, 6))
    world.write()
    address = reverse("oversight:rows", args=[units["D07"].uid]) + "?year=2024&figure=overlong"
    assert len(visit("D07:clerk", address).context["found"].rows) == 1
    note = reverse("oversight:year_note", args=[row.uid])
    assert visit("D07:archivist", note, {"reason": "续办"}).status_code == 404
    assert visit("D07:clerk", note, {"reason": ""}).status_code in (409, 422)
    assert visit("D07:clerk", note, {"reason": "等待上级批复"}).status_code == 302
    assert (YearNote.objects.get().year, visit("D07:clerk", address).context["found"].rows) == (2024, [])


def _book(visit, name: str, query: str, *args):
    book = b"".join(visit("D30:inspector", reverse(name, args=args) + query).streaming_content)
    return openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]


def test_a_units_own_sheet_goes_on_paper_and_into_a_workbook_by_month(visit, found, units):
    unit = units["D07"]
    page = visit("D07:archivist", reverse("oversight:sheet", args=[unit.uid]) + "?year=2026&as_of=2026-03-31").text
    for name in ("oversight:sheet_workbook", "oversight:sheet_pdf"):
        assert f"{reverse(name, args=[unit.uid])}?year=2026" in page
    sheet = _book(visit, "oversight:sheet_workbook", MARCH, unit.uid)
    lines = [[cell.value for cell in line][:5] for line in sheet.iter_rows(min_row=2)]
    assert [line[0] for line in lines] == ["月份", "1月", "2月", "3月", "全年"]
    assert lines[3][1:] == [18, 15, 3, 83.3] and unit.name in sheet["A1"].value
    made = visit("D07:archivist", reverse("oversight:sheet_pdf", args=[unit.uid]) + MARCH)
    assert made["Content-Type"] == "application/pdf"
    assert visit("D09:archivist", reverse("oversight:sheet_pdf", args=[unit.uid])).status_code == 404


def test_what_belongs_to_no_month_is_said_under_the_chart(visit, units, people):
    """Fault: the year's rate was ten points below every bar, and nothing said why."""
    unit, by = units["D07"], people["D30:inspector"]
    actions.set_go_live(unit, by=by, day=date(2026, 9, 1))
    row = actions.state_baseline(unit, by=people["D07:archivist"], year=2026, months=[1, 2], count=29, source="登记簿")
    actions.accept_baseline(row, by=by)
    text = cell_texts(visit("D30:inspector", reverse("oversight:district") + "?year=2026"))
    assert "另有应归档 29 件、未归档 29 件不属于某一个月" in text and "属于基数的 29 件点开也没有" in text
    lines = [
        [cell.value for cell in line][:4] for line in _book(visit, "oversight:sheet_workbook", "?year=2026", unit.uid)
    ]
    assert lines[-2:] == [["不分月", 29, 0, 29], ["全年", 29, 0, 29]]  # fault: the lines did not add up to the year
    sheet = visit("D07:archivist", reverse("oversight:sheet", args=[unit.uid]) + "?year=2026").text
    assert re.search(r'scope="row">不分月</th>.{,99}29', sheet, re.DOTALL)


def test_workbook_and_pdf_have_the_cells_of_the_page(visit, found, units):
    book = b"".join(visit("D30:inspector", reverse("oversight:workbook") + MARCH).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3)]
    assert [line[:5] for line in lines if line[0] in ("区信息委", "全区合计")] == [
        ["区信息委", 18, 15, 3, 83.3], ["全区合计", 18, 15, 3, 83.3],
    ]  # fmt: skip
    made = visit("D30:inspector", reverse("oversight:pdf") + MARCH).content
    with pikepdf.open(io.BytesIO(made)) as opened:
        box = [float(value) for value in opened.pages[0].mediabox]
        assert box[2] > box[3] and abs(box[2] - 841.9) < 1  # A4 landscape
        assert "pdfaid" in bytes(opened.Root.Metadata.read_bytes()).decode()
    orders = {
        order: [
            row[0].value for row in _book(visit, "oversight:workbook", f"{MARCH}&sort={order}").iter_rows(min_row=3)
        ]
        for order in ("rate", "code")
    }
    assert orders["rate"][0] == "区信息委" and orders["code"][1] == "区信息委"  # fault: always by code
    page = visit("D30:inspector", reverse("oversight:district") + MARCH + "&sort=code").text
    assert re.search(reverse("oversight:pdf") + r"\?[^\"]*sort=code", page)
    assert visit("D30:inspector", reverse("oversight:workbook") + "?year=x").status_code in (409, 422)
    assert visit("D07:leader", reverse("oversight:pdf") + MARCH).status_code == 404


WRONG = ("?year=99999", "?month=13", "?as_of=yesterday", "?year=x&month=y", "?as_of=2199-01-01")


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_question_gets_a_sentence(visit, units, query):
    response = visit("D30:inspector", reverse("oversight:district") + query)
    assert response.status_code == 422 and "请更正以下内容" in response.content.decode()


def test_the_real_acts_keep_the_facts(people, units):
    """From dispatch to filing by the product's own acts: the facts follow without being asked."""
    from tests.made import brought_to, registered, take

    sent = brought_to("dispatch", people)
    delivery = registered(people)
    today, key = timezone.localdate(), units["D07"].pk
    assert rates.by_unit(Period(today.year), today, [key])[key].not_yet_due == 2
    take(sent, "complete", people["D07:clerk"], retention_code="Y")
    counted = rates.by_unit(Period(today.year), today, [key])[key]
    assert (counted.filed, counted.not_yet_due, counted.timely) == (1, 1, 1)
    assert delivery.state == State.REGISTERED and rates.recount() == 0


def test_facts_of_a_busy_day_are_read_in_few_statements(units, people, django_assert_max_num_queries):
    world = World(people["D07:archivist"])
    for n in range(200):
        world.outgoing(units["D07"], date(2026, 1, 5) + timedelta(n), completed=date(2026, 1, 5) + timedelta(n))
    world.write()
    with django_assert_max_num_queries(8):
        rates.by_month(Period(2026), timezone.localdate(), [unit.pk for unit in units.values()])


def test_first_inspection_transfer_and_opening_are_counted_by_unit(visit, people, units):
    """Shows: 19.1-9"""
    batch = inspecting(people, 3, year=2010)
    item = batch.items.order_by("position").first()
    type(item).objects.filter(pk=item.pk).update(verdict="returned", reason="正本缺页")
    taken_over(batch, people, "一件退回。")
    stocked(people, 2, year=2012, first=10)
    today = timezone.localdate()
    keys = [units["D07"].pk, units["D09"].pk]
    found = others.by_unit(today.year, today, keys)[units["D07"].pk]
    assert (found.inspected, found.accepted_at_first, str(found.acceptance)) == (3, 2, "66.7")
    assert (found.due_for_transfer, found.not_transferred, found.overdue) == (5, 3, 3)
    assert others.returns_by_cause(today.year, today, keys) == [("正本缺页", 1)]
    assert others.by_unit(2045, date(2045, 12, 31), keys)[units["D07"].pk].due_for_opening == 2
    page = visit("D30:inspector", reverse("oversight:district") + "?part=transfer")
    assert "66.7%" in cell_texts(page) and "正本缺页" in cell_texts(page)
