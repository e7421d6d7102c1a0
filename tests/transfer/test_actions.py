"""Putting in and taking out, marking for return, and who may not: every refusal leaves everything as it was."""

import re

import html5lib
import pytest
from django.urls import reverse

from archive.models import Record
from tests.cases import Case
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, made, stocked, taken_over
from transfer import actions, delivery
from transfer.inputs import AddInput, Done
from transfer.models import Batch, BatchItem
from transfer.side_acts import BATCH_SIDE
from transfer.workflow import BATCH
from units.models import AuditEvent, Job
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def everything() -> tuple:
    """What a refused act must not have touched."""
    return (
        list(
            Record.objects.unguarded("a test looks").order_by("pk").values_list("pk", "version", "state", "custodian")
        ),
        list(BatchItem.objects.order_by("pk").values_list("pk", "is_open", "verdict", "reason")),
        list(Batch.objects.unguarded("a test looks").values_list("pk", "version", "state", "record_count")),
        AuditEvent.objects.count(),
        Job.objects.count(),
    )


def test_years_and_retention_narrow_a_batch(people):
    stocked(people, 2, year=2015)
    stocked(people, 3, year=2016)
    stocked(people, 4, year=2016, retention="D30")
    stocked(people, 5, year=2016, retention="D10")  # stays with the unit
    assert made(people, first_year=2016, retention="Y").record_count == 3
    assert made(people, last_year=2015).record_count == 2
    assert made(people).record_count == 4


def test_records_are_put_in_taken_out_and_put_in_again(people):
    by = people["D07:archivist"]
    stocked(people, 2, year=2015)
    batch = made(people)
    later = stocked(people, 3, year=2016)
    assert actions.add_records(batch, by=by, given=AddInput((later[1].archival_code,))) == Done(1)
    assert actions.add_records(batch, by=by, given=AddInput(first_year=2016)) == Done(2)
    item = batch.items.get(record=later[1])
    actions.take_out(item, by=by, reason="附件待补")
    assert Record.objects.unguarded("a test looks").get(pk=later[1].pk).state == "filed"
    assert actions.add_records(batch, by=by, given=AddInput((later[1].archival_code,))) == Done(1)
    item.refresh_from_db()
    assert (item.is_open, item.reason, batch.items.count(), batch.record_count) == (True, "", 5, 5)
    verbs = AuditEvent.objects.of(Record.objects.unguarded("a test looks").get(pk=later[1].pk)).values_list(
        "verb", flat=True
    )
    assert list(verbs) == ["enter_batch", "leave_batch", "enter_batch"]


CASES = [
    Case("archival code typed into a batch", "as printed", "put in", value=str),
    Case("archival code typed into a batch", "lower case", "put in", value=str.lower),
    Case("archival code typed into a batch", "full width", "put in", value=lambda code: "".join(map(wide, code))),
    Case("archival code typed into a batch", "another middle dot", "put in", value=lambda code: code.replace("·", "•")),
    Case("archival code typed into a batch", "without its last figure", "refused", value=lambda code: code[:-1]),
]


def wide(sign: str) -> str:
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign


@pytest.mark.parametrize("case", CASES, ids=str)
def test_codes_are_met_however_they_are_typed(people, case):
    stocked(people, 1, year=2015)
    batch = made(people)
    later = stocked(people, 2, year=2016)[0]
    given = AddInput((case.value(later.archival_code),))
    if case.expected == "put in":
        assert actions.add_records(batch, by=people["D07:archivist"], given=given) == Done(1)
        assert batch.items.filter(record=later).exists()
    else:
        with pytest.raises(Refused):
            actions.add_records(batch, by=people["D07:archivist"], given=given)


def test_each_code_that_does_not_fit_is_named(people):
    stocked(people, 1)
    batch = made(people)
    kept = stocked(people, 1, year=2016, retention="D10")[0]
    foreign = stocked(people, 1, unit="D09")[0]
    before = everything()
    with pytest.raises(Refused) as refusal:
        given = AddInput((kept.archival_code, foreign.archival_code, "无此号"))
        actions.add_records(batch, by=people["D07:archivist"], given=given)
    assert [reason.split("不能选入")[0] for reason in refusal.value.reasons] == [
        kept.archival_code,
        foreign.archival_code,
        "无此号",
    ]
    assert everything() == before


def test_strangers_and_wrong_moments_are_refused(people):
    batch = inspecting(people, 2)
    item = batch.items.get(position=1)
    before = everything()
    for act in (
        lambda: actions.add_records(batch, by=people["D07:archivist"], given=AddInput(first_year=2000)),
        lambda: actions.take_out(item, by=people["D07:archivist"], reason="试"),
        lambda: actions.mark(item, by=people["D07:archivist"], is_returned=True, reason="试"),
        lambda: actions.mark(item, by=people["D30:accessioner"], is_returned=True, reason=" "),
        lambda: actions.mark_failing(batch, by=people["D30:accessioner"]),  # none failed
        lambda: actions.start_packaging(batch, by=people["D07:archivist"]),
        lambda: made(people),  # nothing is left
        lambda: BATCH.perform("accept", batch, by=people["D07:archivist"]),
        lambda: BATCH.perform("propose_return", batch, by=people["D30:accessioner"]),  # nothing is marked
        lambda: BATCH.perform("return_batch", batch, by=people["D30:accessioner"]),  # without a reason
        lambda: BATCH.perform("close", batch, by=people["D07:archivist"]),
    ):
        with pytest.raises(Refused):
            act()
    assert everything() == before


def test_failing_items_are_marked_at_once_and_the_rest_is_taken(people):
    batch = inspecting(people, 3)
    by = people["D30:accessioner"]
    with unwatched():
        Record.objects.unguarded("a test looks").filter(batch_items__batch=batch, batch_items__position=2).update(
            title=" "
        )
    delivery.inspect_items(batch, by=by)
    with pytest.raises(Refused, match="第 2 件检测不合格"):
        BATCH.perform("settle", batch, by=by)
    client = browser(by)
    page = client.get(batch.get_absolute_url(), {"only": "findings"})
    assert [item.position for item in page.context["page"]] == [2]
    assert "不合格件标为退回" in page.content.decode()
    client.post(reverse("transfer:side_act", args=[batch.uid, "mark_failing"]))
    assert batch.items.get(position=2).reason == "题名为空，请填写题名。"
    taken_over(batch, people, "余者合格。")
    assert list(batch.items.order_by("position").values_list("verdict", flat=True)) == [
        "accepted",
        "returned",
        "accepted",
    ]
    kept = batch.receipts.get(kind="custody").content
    assert (kept["accepted"], kept["returned"], kept["batch_no"]) == (2, 1, f"{batch.batch_no}-v2")
    printed = client.get(reverse("transfer:receipt_pdf", args=[batch.uid, batch.receipts.get(kind="custody").uid]))
    assert printed.content[:5] == b"%PDF-"


def test_the_page_puts_in_and_says_what_is_wrong(people):
    stocked(people, 1)
    batch = made(people)
    stocked(people, 2, year=2017)
    client = browser(people["D07:archivist"])
    address = reverse("transfer:side_act", args=[batch.uid, "add"])
    assert "请勾选或填写档号" in client.post(address, {}).content.decode()
    wrong = client.post(address, {"add-codes": "无此号"})
    assert wrong.status_code == 422 and "无此号不能选入" in wrong.content.decode()
    assert client.post(address, {"add-first_year": "2017"}).status_code == 302
    batch.refresh_from_db()
    assert batch.record_count == 3


def test_other_units_find_no_page_of_a_batch(people):
    batch = inspecting(people, 1)
    receipt = batch.receipts.get()
    pages = [
        reverse("transfer:batch", args=[batch.uid]),
        reverse("transfer:part", args=[batch.uid, 1]),
        reverse("transfer:receipt", args=[batch.uid, receipt.uid]),
        reverse("transfer:receipt_pdf", args=[batch.uid, receipt.uid]),
    ]
    acts = [
        reverse("transfer:act", args=[batch.uid, "accept"]),
        *(reverse("transfer:side_act", args=[batch.uid, name]) for name in BATCH_SIDE.acts),
        reverse("transfer:mark", args=[batch.uid, 1]),
        reverse("transfer:take_out", args=[batch.uid, 1]),
    ]
    before = everything()
    for person in ("D09:archivist", "D09:leader", "D15:clerk", "D07:clerk", "D07:sysadmin", "D30:appraiser"):
        client = browser(people[person])
        assert [client.get(page).status_code for page in pages] == [404] * 4, person
        assert [client.post(act).status_code for act in acts] == [404] * len(acts), person
    assert everything() == before


def test_a_batch_that_is_not_submitted_is_no_business_of_the_archive(people):
    stocked(people, 1)
    batch = made(people)
    client = browser(people["D30:accessioner"])
    assert client.get(batch.get_absolute_url()).status_code == 404
    assert client.get(reverse("transfer:accessions")).context["page"].items == []


def test_a_form_filled_in_on_an_old_page_is_a_conflict(people):
    stocked(people, 2)
    batch = made(people)
    client = browser(people["D07:archivist"])
    address = reverse("transfer:act", args=[batch.uid, "dissolve"])
    actions.take_out(batch.items.get(position=1), by=people["D07:archivist"], reason="试")
    answer = client.post(address, {"version": batch.version, "dissolve-note": "不再移交"})
    assert answer.status_code == 409
    batch.refresh_from_db()
    assert client.post(address, {"version": batch.version, "dissolve-note": "不再移交"}).status_code == 302
    assert set(Record.objects.unguarded("a test looks").values_list("state", flat=True)) == {"filed"}


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_batch_and_three(people, count, django_assert_num_queries):
    for number in range(count):
        batch = inspecting(people, 1, year=2010 + number)
        receipts = batch.receipts.count()
    assert receipts == 1
    unit, archive = browser(people["D07:archivist"]), browser(people["D30:accessioner"])
    pages = [(unit, reverse("transfer:batches"), 7), (archive, reverse("transfer:accessions"), 8)]
    for client, address, queries in pages:
        client.get(address)
        with django_assert_num_queries(queries):
            assert len(client.get(address).context["page"]) == count


def test_pages_are_whole_html(people):
    batch = inspecting(people, 2)
    client = browser(people["D30:accessioner"])
    unit = browser(people["D07:archivist"])
    stocked(people, 1, year=2020)
    draft = made(people)
    receipt = reverse("transfer:receipt", args=[batch.uid, batch.receipts.get().uid])
    for who, address in (
        (client, batch.get_absolute_url()), (client, reverse("transfer:accessions")), (client, receipt),
        (unit, draft.get_absolute_url()), (unit, reverse("transfer:create")), (unit, reverse("transfer:batches")),
    ):  # fmt: skip
        text = who.get(address).content.decode()
        html5lib.HTMLParser(strict=True).parse(text)
        found = re.findall(r'\bid="([^"]+)"', text)
        assert sorted(found) == sorted(set(found)), address
        assert "style=" not in text and "onclick" not in text


def test_too_long_a_reason_is_refused_not_cut(people):
    """A reason of more than fits was cut without a word."""
    stocked(people, 2)
    batch = made(people)
    before = everything()
    with pytest.raises(Refused, match="现有 501 个字"):
        actions.take_out(batch.items.get(position=1), by=people["D07:archivist"], reason="缺" * 501)
    answer = browser(people["D07:archivist"]).post(
        reverse("transfer:take_out", args=[batch.uid, 1]), {"reason": "缺" * 501}
    )
    assert answer.status_code == 422 and "现有 501 个字" in answer.content.decode()
    with pytest.raises(Refused, match="现有 501 个字"):
        BATCH.perform("dissolve", batch, by=people["D07:archivist"], note="缺" * 501)
    assert everything() == before
    actions.take_out(batch.items.get(position=1), by=people["D07:archivist"], reason="缺" * 500)
