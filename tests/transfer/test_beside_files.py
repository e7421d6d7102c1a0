"""The paper beside a batch: paper alone goes with the paper, what is lent comes back first, what is owed stays owed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from archive import catalogue, search_export
from archive.code_runs import runs_of
from archive.models import PaperLoan, Record, SuppliedPaper
from archive.packages.metadata import metadata_xml
from archive.packages.metadata_reading import read_metadata
from archive.packing import packed
from archive.states import Carrier
from archive.twins import owing, stock, supplying
from archive.twins.papers import stamp_cells
from documents.models import Document
from tests.made import accessioned
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, made, stocked, taken_over
from transfer import actions, beside_files, plans
from transfer.models import Batch
from transfer.workflow import BATCH
from units import jobs
from units.models import AuditEvent, Job, Task

pytestmark = pytest.mark.django_db


@unwatched()
def spoiled(record: Record, **fields) -> None:
    Record.objects.unguarded("a test spoils").filter(pk=record.pk).update(**fields)


def lent(record: Record, by) -> PaperLoan:
    day = timezone.localdate() + timedelta(days=3)
    spoiled(record, paper_exists=True)
    return PaperLoan.objects.create(
        unit=record.unit, record=record, borrower="借阅的人", borrower_unit="区信息委", purpose="查考", approved_by="主任",
        lent_by=by, due_on=day,
    )  # fmt: skip


def refused(step: str, batch: Batch, by) -> str:
    return "".join(BATCH.would_refuse(step, Batch.objects.unguarded("a test looks").get(pk=batch.pk), by=by))


def test_paper_alone_is_not_listed_and_refused_where_it_is_listed_all_the_same(people):
    """DA/T 93: an electronic transfer takes electronic records; practice: paper goes with the paper."""
    by, records = people["D07:archivist"], stocked(people, 3)
    spoiled(records[0], component_count=0)
    spoiled(records[1], carrier_mode=Carrier.PAPER)  # whatever its count of files says
    told = plans.proposal(None, records[0].unit, by)
    assert (told.count, [(one.kind, one.count) for one in told.left_out]) == (1, [("no_file", 2)])
    batch = made(people)
    assert batch.record_count == 1
    page = " ".join(browser(by).get(batch.get_absolute_url()).content.decode().split())
    assert "未列入：仅纸质 2 件，随纸质移交" in page
    spoiled(records[2], carrier_mode=Carrier.PAPER)  # by a version that listed it
    assert "第 1 件仅有纸质件" in refused("self_check", batch, by)
    assert "<strong>仅纸质</strong>" in browser(by).get(batch.get_absolute_url()).content.decode()


def test_what_is_lent_bars_submission_until_it_is_back(people):
    by, records = people["D07:archivist"], stocked(people, 2)
    batch = made(people)
    loan = lent(records[1], by)
    actions.start_packaging(batch, by=by)
    for job in Job.objects.filter(state="queued"):
        jobs.run_now(job)
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    assert "第 2 件的纸质件已借给借阅的人" in refused("submit", batch, by)
    page = browser(by).get(batch.get_absolute_url()).content.decode()
    assert "第 2 件的纸质件已借给借阅的人" in page and "纸质件借出未还" in page
    PaperLoan.objects.filter(pk=loan.pk).update(returned_on=timezone.localdate(), returned_to=by)
    assert "借给" not in refused("submit", batch, by) and beside_files.is_not_lent(batch) == []


def test_owed_paper_is_told_before_submission_and_stays_on_the_list(people):
    """Order 6 (2003) art. 7: what is permanent owes paper, before the transfer and after it."""
    by, records = people["D07:archivist"], stocked(people, 2)
    spoiled(records[0], paper_exists=True)
    batch = made(people)
    assert "欠纸质件 1 件（第 2 件）" in beside_files.owed_told(batch)
    assert "欠纸质件 1 件（第 2 件）" in browser(by).get(batch.get_absolute_url()).content.decode()
    assert handed_owing(batch.unit, by) == {records[1].pk}
    page = browser(by).get(reverse("archive:owed")).content.decode()
    assert 'href="?place=archive">1 件</a>' in page and records[1].archival_code in page
    assert not handed_owing(batch.unit, people["D09:archivist"])


def handed_owing(unit, by) -> set[int]:
    """What the unit handed over as files while its paper was owed, as the page of `by` lists it."""
    rows = owing.owed_anywhere(Record.objects.allowing("supply", by), unit)
    return set(rows.filter(state__in=owing.HANDED_OVER).values_list("pk", flat=True))


def supply_of(**given) -> dict:
    return {
        "supply": "1",
        "how": "made_up",
        "handed_on": str(timezone.localdate()),
        "received_by": "馆方接收人",
    } | given


def test_paper_owed_after_the_transfer_is_supplied_from_the_list_seen_by_the_archive_and_withdrawn(people):
    """Shows: E-06, 3.10"""
    by, there_already = people["D07:archivist"], accessioned(people)
    records = [there_already, *stocked(people, 1)]
    batch = made(people)
    client, place = browser(by), reverse("archive:owed")
    # what is still on its way is not supplied, a future day is refused, and nothing is half done
    both = client.post(place, supply_of(records=[records[0].uid, records[1].uid]))
    assert both.status_code == 422 and "尚未进馆" in both.content.decode() and not SuppliedPaper.objects.exists()
    late = client.post(
        place, supply_of(records=[records[0].uid], handed_on=str(timezone.localdate() + timedelta(days=1)))
    )
    assert late.status_code == 422 and "不能晚于今天" in late.content.decode()
    early = client.post(
        place, supply_of(records=[records[0].uid], handed_on=str(timezone.localdate() - timedelta(days=9)))
    )
    assert early.status_code == 422 and "应在移交前登记" in early.content.decode()
    assert client.post(place, supply_of(records=[records[0].uid])).status_code == 302
    assert records[0].pk not in handed_owing(batch.unit, by)
    again = client.post(place, supply_of(records=[records[0].uid]))
    assert again.status_code == 422 and "不欠纸质件" in again.content.decode()
    event = AuditEvent.objects.get(object_uid=records[0].uid, verb="supply_paper")
    assert event.detail["received_by"] == "馆方接收人" and event.actor == by
    # the archive reads it on the record, and cannot take it back
    there = browser(people["D30:accessioner"])
    assert "补制后移交" in there.get(records[0].get_absolute_url()).content.decode()
    gone = reverse("archive:withdraw_supply", args=[records[0].uid])
    assert there.post(gone, {"reason": "误"}).status_code in (403, 404)
    assert client.post(gone, {"reason": ""}).status_code == 422
    assert client.post(gone, {"reason": "登错一件"}).status_code == 302
    assert records[0].pk in handed_owing(batch.unit, by)
    assert "尚未补交" in there.get(records[0].get_absolute_url()).content.decode()


def news(person) -> list[tuple[str, str]]:
    rows = Task.objects.waiting_for(person).filter(kind="read", subject_type="record").order_by("pk")
    return [(one.label, one.remark) for one in rows]


def test_who_receives_at_the_archive_is_told_of_paper_that_came_and_reads_it(people):
    """Shows: E-06"""
    first, second = accessioned(people), accessioned(people)
    by, receiver = people["D07:archivist"], people["D30:accessioner"]
    day, place = str(timezone.localdate()), reverse("archive:owed")
    assert browser(by).post(place, supply_of(records=[first.uid, second.uid])).status_code == 302
    codes = "；".join(runs_of([first, second]))
    told = ("补交纸质件", f"2 件，{day} 补制后移交，接收人（档案员填写）：馆方接收人：{codes}")
    assert news(receiver) == [told] and news(by) == news(people["D30:appraiser"]) == []  # one act is one item
    there = browser(receiver)
    assert first.get_absolute_url() in there.get(reverse("documents:reading")).content.decode()
    page = there.get(first.get_absolute_url()).content.decode()
    assert told[1] in page and "阅毕" in page
    assert "阅毕" not in browser(by).get(first.get_absolute_url()).content.decode()
    address = reverse("archive:read_supply", args=[first.uid])
    assert browser(by).post(address).status_code == 422 and news(receiver) == [told]
    assert there.post(address).status_code == 302 and news(receiver) == []
    supplying.withdraw(second, by=by, reason="登错一件")
    assert news(receiver) == [("撤销补交登记", "登错一件")]
    assert "登错一件" in there.get(second.get_absolute_url()).content.decode()
    assert there.post(reverse("archive:read_supply", args=[second.uid])).status_code == 302 and news(receiver) == []


def carriers_of(record: Record, by) -> dict[str, str]:
    """What each room says of the record's paper."""
    client, unit = browser(by), record.unit
    facts = dict(client.get(record.get_absolute_url()).context["facts"])
    (plain,) = packed([record.pk], record.custodian.name)
    told = read_metadata(metadata_xml(plain, [f"{n}.txt" for n, _ in enumerate(plain.files)]))
    rows = catalogue.records_of(unit, record.year)
    (line,) = [one for one in catalogue.lines(rows) if one[1] == record.archival_code]
    hit = next(iter(search_export._lines(Document._base_manager.none(), [record.uid])))
    listed = client.get(f"{reverse('archive:desk')}?unit=D07&tab=transferred").context["page"].items
    return {
        "carrier": facts["载体"], "pages": facts["页数"], "place": facts.get("纸质件存放", ""),
        "metadata": [told.fields[name] for name in ("carrier_mode", "paper_exists", "paper_pages")],
        "M68": told.many["media_places"],
        "readme": "载体：" + plain.carrier_mode, "catalogue": line[7], "found": hit[7],
        "desk": next(one.pages_listed for one in listed if one.pk == record.pk),
        "stamps": stamp_cells(owing.on_paper(rows).first() or record)[5],
        "stock": stock._told([record.archival_code], unit)[0][1],
    }  # fmt: skip


def test_carrier_pages_and_place_follow_the_paper_that_came_wherever_they_are_shown(people):
    """Fault: after 登记补交 the record's page went on saying 仅电子, its metadata that there is no paper.

    Shows: E-06, 3.10
    """
    record, by = accessioned(people), people["D07:archivist"]
    files, day = record.page_count, timezone.localdate()
    before = carriers_of(record, by)
    assert (before["carrier"], before["place"]) == ("仅电子", "")
    given = supply_of(records=[record.uid], sheets=files + 4)
    assert browser(by).post(reverse("archive:owed"), given).status_code == 302
    after = carriers_of(record, by)
    place = f"{record.custodian.name}（{day} 补制后移交）"
    assert (after["carrier"], after["place"]) == ("纸质和电子", place)
    assert after["pages"] == f"纸质件 {files + 4} 页，电子文件 {files} 页"
    assert (after["metadata"], after["M68"]) == (["纸质和电子", "是", str(files + 4)], (place,))
    assert after["readme"] == "载体：纸质和电子" and after["stock"] == "已移交进馆，纸质件其后补交"
    assert {after[name] for name in ("catalogue", "found", "desk", "stamps")} == {str(files + 4)}
    row = Record.objects.unguarded("a test looks").get(pk=record.pk)
    assert (row.carrier_mode, row.paper_exists) == (Carrier.ELECTRONIC, False)  # it stays as it was received
    supplying.withdraw(record, by=by, reason="登错一件")
    assert carriers_of(record, by) == before


def test_pages_of_supplied_paper_are_given_for_one_item_only(people):
    records = [accessioned(people), accessioned(people)]
    answer = browser(people["D07:archivist"]).post(
        reverse("archive:owed"), supply_of(records=[one.uid for one in records], sheets=3)
    )
    assert answer.status_code == 422 and "纸质页数只能逐件填写" in answer.content.decode()
    assert not SuppliedPaper.objects.exists()


def test_the_batch_leads_to_the_paper_that_this_batch_owes(people):
    """Fault: 登记补交 on the batch's page opened the whole list."""
    by, others = people["D07:archivist"], [accessioned(people)]
    batch = taken_over(inspecting(people, 2), people)
    own = list(Record.objects.unguarded("a test looks").filter(batch_items__batch=batch).order_by("archival_code"))
    client, address = browser(by), reverse("transfer:owed_paper", args=[batch.uid])
    assert f'href="{address}"' in client.get(batch.get_absolute_url()).content.decode()
    page = client.get(address)
    assert [one.pk for one in page.context["page"].items] == [one.pk for one in own]
    assert batch.name in page.content.decode() and others[0].archival_code not in page.content.decode()
    assert client.post(address, supply_of(records=[own[0].uid])).status_code == 302
    assert [one.pk for one in client.get(address).context["page"].items] == [own[1].pk]
    assert browser(people["D30:accessioner"]).get(address).status_code == 404
