"""The batch page: which acts it offers to whom and when, what a refusal leaves, what is asked under the lock."""

import re

import pytest
from django.urls import reverse

from archive import inspection
from archive.models import Record
from archive.states import Stage
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, handing_over, inspecting, made, signed, stocked, taken_over
from transfer import actions, conditions, delivery, fixity
from transfer.inputs import AddInput
from transfer.models import Batch, Copy
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.findings import REFUSE, Finding
from units.models import AuditEvent, Job
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WATCHERS = ("D07:archivist", "D07:leader", "D30:accessioner")


def drafted(people) -> Batch:
    stocked(people, 2)
    return made(people)


def failing(people) -> Batch:
    """Inspected, its second record without a title."""
    batch = inspecting(people, 2)
    with unwatched():
        items = Record.objects.unguarded("a test looks").filter(batch_items__batch=batch, batch_items__position=2)
        items.update(title=" ")
        batch.items.filter(position=2).update(title=" ")
    delivery.inspect_items(batch, by=people["D30:accessioner"])
    return batch


def accepted(people) -> Batch:
    batch = inspecting(people, 2)
    taken_over(batch, people, "同意接收。")
    return batch


def damaged(people) -> Batch:
    batch = accepted(people)
    Copy.objects.of_holdings(batch).update(state="damaged", found="应为甲，实为乙。")
    return batch


def offered(person, batch) -> list[str]:
    return re.findall(r'/do/([a-z_]+)/"', browser(person).get(batch.get_absolute_url()).content.decode())


def post(person, batch, what: str, **fields):
    address = reverse("transfer:side_act", args=[batch.uid, what])
    return browser(person).post(address, {f"{what}-{name}": value for name, value in fields.items()})


def read(batch) -> Batch:
    return Batch.objects.unguarded("a test looks").get(pk=batch.pk)


# who is offered what: the unit's archivist, its leader, the archive's accessioner (404: not his yet)
MOMENTS = {
    drafted: (["add", "accompany"], [], None),
    inspecting: ([], [], ["mark_many"]),
    failing: ([], [], ["mark_failing", "mark_many"]),
    accepted: ([], [], ["verify"]),
    damaged: ([], [], ["verify", "write_off"]),
}


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda one: one.__name__)
def test_side_acts_are_offered_at_their_moment_to_whoever_may(people, moment):
    batch = moment(people, 2) if moment is inspecting else moment(people)
    for name, expected in zip(WATCHERS, MOMENTS[moment], strict=True):
        if expected is None:
            assert browser(people[name]).get(batch.get_absolute_url()).status_code == 404
        else:
            assert offered(people[name], batch) == expected, name


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda one: one.__name__)
def test_what_is_not_offered_is_refused_and_nothing_is_written(people, moment):
    batch = moment(people, 2) if moment is inspecting else moment(people)
    stocked(people, 1, year=2019)  # something that would fit
    events, jobs = AuditEvent.objects.count(), Job.objects.count()
    fields = {"add": {"first_year": "2019"}, "write_off": {"note": "核销"}}
    for name, expected in zip(WATCHERS, MOMENTS[moment], strict=True):
        for what in set(BATCH_SIDE.acts) - set(expected or ()):
            answer = post(people[name], batch, what, **fields.get(what, {}))
            assert answer.status_code == (404 if expected is None else 422), (name, what)
    assert (AuditEvent.objects.count(), Job.objects.count()) == (events, jobs)


def test_the_worker_at_a_batch_bars_putting_in_and_taking_out(people):
    batch, by = drafted(people), people["D07:archivist"]
    stocked(people, 1, year=2019)
    actions.start_packaging(batch, by=by)
    page = browser(by).get(batch.get_absolute_url())
    assert "/do/add/" not in page.content.decode() and "/take-out/" not in page.content.decode()
    answer = post(by, batch, "add", first_year="2019")
    assert answer.status_code == 422 and conditions.BUSY in answer.content.decode()


def test_putting_in_asks_right_and_moment_under_the_lock(people):
    """What the page read may be over when the lock comes; an action called past the table asks as well."""
    batch, unit = drafted(people), people["D07:archivist"]
    with pytest.raises(Refused, match="权限"):
        actions.add_records(batch, by=people["D07:leader"], given=AddInput(first_year=2000))
    BATCH.perform("dissolve", read(batch), by=unit, note="不再移交。")
    assert batch.state == "draft"  # as this page still believes
    with pytest.raises(Refused, match="只有编制中的移交批次"):
        BATCH_SIDE.perform("add", batch, by=unit, given=AddInput(first_year=2000))


def test_marking_what_failed_asks_right_and_moment_under_the_lock(people):
    batch, archive = failing(people), people["D30:accessioner"]
    with pytest.raises(Refused, match="权限"):
        actions.mark_failing(batch, by=people["D07:archivist"])
    BATCH.perform("return_batch", read(batch), by=archive, note="题名为空。")
    with pytest.raises(Refused, match="只有检测完成"):
        actions.mark_failing(batch, by=archive)


def test_only_the_archive_reads_again_and_writes_off(people):
    batch, unit = damaged(people), people["D07:archivist"]
    for act in (lambda: fixity.start(batch, by=unit), lambda: fixity.write_off(batch, by=unit, note="核销")):
        with pytest.raises(Refused, match="权限"):
            act()
    fixity.start(batch, by=people["D30:accessioner"])
    with pytest.raises(Refused, match="后台正在处理"):
        fixity.start(batch, by=people["D30:accessioner"])
    assert Copy.objects.unsound(batch).exists()


def test_a_refusal_leaves_what_was_filled_in(people):
    batch = drafted(people)
    text = post(people["D07:archivist"], batch, "add", codes="X043-错号").content.decode()
    assert "X043-错号不能选入：本单位没有这个档号的档案" in text and re.search(
        r"<textarea[^>]*>\s*X043-错号</textarea>", text
    )


def test_a_missing_reason_stands_in_the_open_section(people):
    batch = damaged(people)
    text = post(people["D30:accessioner"], batch, "write_off", note="").content.decode()
    assert re.search(r"<details open>\s*<summary class=\"danger\">核销损坏包", text)


def test_years_the_wrong_way_round_are_said_at_the_field(people):
    answer = post(people["D07:archivist"], drafted(people), "add", first_year="2019", last_year="2016")
    assert answer.status_code == 422 and "终止年度不能早于起始年度。" in answer.content.decode()


def test_how_many_went_in_is_told(people):
    batch, client = drafted(people), browser(people["D07:archivist"])
    stocked(people, 3, year=2019)
    address = reverse("transfer:side_act", args=[batch.uid, "add"])
    told = client.post(address, {"add-first_year": "2019"}, follow=True).content.decode()
    assert "已选入档案，共 3 件。" in told and read(batch).record_count == 5


def test_steps_and_side_acts_have_addresses_of_their_own(people):
    batch, client = drafted(people), browser(people["D07:archivist"])
    for route, name in (("side_act", "dissolve"), ("act", "add"), ("act", "write_off"), ("side_act", "nothing")):
        assert client.post(reverse(f"transfer:{route}", args=[batch.uid, name])).status_code == 404, name


def test_a_record_without_title_still_has_a_link_with_words(people):
    text = browser(people["D30:accessioner"]).get(failing(people).get_absolute_url()).content.decode()
    assert "（题名为空）</a>" in text and not re.search(r"<a [^>]*>\s*</a>", text)


def test_a_note_that_is_kept_nowhere_has_no_box(people):
    text = browser(people["D30:accessioner"]).get(damaged(people).get_absolute_url()).content.decode()
    assert 'name="write_off-note"' in text and 'name="verify-note"' not in text


def test_page_and_acceptance_read_the_same_findings_on_the_package(people):
    """The page shows the last reading of any stage; only that of the transfer bars the acceptance."""
    batch, by = inspecting(people, 1), people["D30:accessioner"]
    for stage, told in ((Stage.TRANSFER, "移交时的问题。"), (Stage.KEEPING, "保存中的问题。")):
        sheet = inspection.Sheet(stage)
        sheet.note("2-1", [Finding("2-1", REFUSE, "信息包", told)])
        inspection.keep(inspection.open_run(stage, by=by, subject_uid=batch.uid), sheet, records=1)
        page = browser(by).get(batch.get_absolute_url())
        assert [one.message for one in page.context["package_findings"]] == [told]
        assert [one.message for one in conditions.failures_of(batch)] == ["移交时的问题。"]


def test_taking_over_is_not_the_main_button_before_the_four_signatures(people):
    batch, by = handing_over(inspecting(people, 1), people), people["D30:accessioner"]
    before = browser(by).get(batch.get_absolute_url()).content.decode()
    assert "登记表尚未签齐，还缺" in before and 'class="main">接收</button>' not in before
    signed(batch, people)
    after = browser(by).get(batch.get_absolute_url()).content.decode()
    assert 'class="main">接收</button>' in after and "登记表尚未签齐" not in after
