"""What was packed stays known, a record without its text is no record, and custody touches no text index."""

import pytest
from django.db import connection
from django.utils import timezone

from archive.models import Component, InspectionResult, Record
from archive.words import write_texts
from tests.transfer.stock import inspecting, made, stocked, taken_over
from transfer import actions, building, delivery
from transfer.background import package_batch
from transfer.models import BatchItem, Copy
from transfer.states import Place
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def test_what_was_packed_is_frozen_with_the_item(people):
    stocked(people, 2)
    batch = made(people)
    building.build(batch, made_at=timezone.localtime(), made_by="试", progress=lambda *_: None)
    for item in batch.items.select_related("record"):
        (component,) = item.record.components.select_related("stored_file")
        assert (item.record_version, item.digests) == (item.record.version, [component.stored_file.sha256])


def test_a_later_correction_does_not_touch_the_bag_and_is_told(people):
    batch = inspecting(people, 2)
    item = batch.items.first()
    frozen = item.digests
    (old,) = item.record.components.all()
    other = batch.items.last().record.components.get().stored_file
    Component.versions.filter(pk=old.pk).update(superseded_at=timezone.now(), superseded_reason="更正")
    Component.objects.create(record=item.record, seq=1, role=old.role, filename="正本.txt", stored_file=other)
    package = delivery.read_holdings(batch)
    assert package.valid
    delivery.inspect_items(batch, by=people["D30:accessioner"], package=package)
    item.refresh_from_db()
    assert item.digests == frozen
    assert [one["item"] for one in item.findings] == ["1-1"]


def test_two_places_are_two_rows(people):
    """Shows: F-04"""
    batch = inspecting(people, 1)
    states = dict(Copy.objects.filter(part__batch=batch).values_list("place", "state"))
    assert states == {Place.UNIT: "unread", Place.HOLDINGS: "sound"}
    assert delivery.is_one_disk()


def test_a_record_without_its_main_text_fails_self_check(people):
    stocked(people, 2)
    Component.objects.filter(record=Record.objects.unguarded("a test looks").first()).update(role="attachment")
    batch = made(people)
    with pytest.raises(Refused, match="自检不合格：1 件"):
        package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    found = InspectionResult.objects.get(run__stage="YJ", verdict="fail")
    assert (found.item_code, found.message) == ("YJ-1-11", "没有正本，内容数据不完整。")


def test_a_change_of_custody_touches_no_text_index(people):
    batch = inspecting(people, 3)

    def places() -> list:
        with connection.cursor() as cursor:
            cursor.execute("SELECT record_id, ctid, xmin FROM archive_recordwords ORDER BY record_id")
            return cursor.fetchall()

    write_texts([(record, "正文") for record in Record.objects.unguarded("a test looks").select_related("fonds")])
    before = places()
    taken_over(batch, people, "同意接收。")
    assert places() == before and len(before) == 3
    assert set(Record.objects.unguarded("a test looks").values_list("text__custodian__code", flat=True)) == {"D30"}


def test_gaps_in_a_class_are_told_and_stop_nothing(people):
    stocked(people, 1)
    stocked(people, 1, first=5)
    batch = made(people)
    verdict = delivery.inspect_items(batch, by=people["D07:archivist"])
    assert verdict == "pass"
    told = InspectionResult.objects.get(item_code="YJ-2-6")
    assert (told.verdict, told.record) == ("warn", None) and "件号1之后缺3件" in told.message
    assert BatchItem.objects.filter(batch=batch).exclude(findings=[]).count() == 0
