"""What happens to an item between its list and its destruction: corrected, granted, undone, left behind."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from archive import bulk_amend, class_registry, packing, use_acts
from archive.appraisal import actions, erasing, papers
from archive.appraisal.inputs import ReportInput
from archive.appraisal_workflow import APPRAISAL
from archive.bulk_amend import FILL, Amendment
from archive.correction import correct
from archive.disposed import listed_among
from archive.models import Record, RecordGrant, UseRequest
from archive.reinspection import inspect_record
from archive.schedule_inputs import GrantInput
from archive.states import Stage
from archive.use_workflow import USE
from tests.archive import test_appraisal as shared
from tests.archive.test_appraisal import GROUP, all_records, arranged, everybody_signs, judged, noted
from tests.made import brought_to, take
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from units.models import Department
from units.workflow import Refused

pytestmark = pytest.mark.django_db
by, appraisal = shared.by, shared.appraisal  # fixtures
TODAY = timezone.localdate


def record_at(appraisal, position: int) -> Record:
    return all_records().select_related("unit").get(appraised__appraisal=appraisal, appraised__position=position)


def kept_for_ever(record: Record, by) -> None:
    correct(record, changes={"retention_code": "Y"}, reason="期限划错", by=by, version=record.version)


def asked(people, units, record: Record) -> UseRequest:
    return use_acts.ask(
        unit=units["D07"], wanted=record.archival_code, purpose="编史", by=people["D09:officer"],
        until=TODAY() + timedelta(days=30), asked_for=units["D09"],
    )  # fmt: skip


def test_what_was_corrected_to_permanent_is_not_destroyed_by_an_older_opinion(appraisal, people, by):
    """The trial: 10年 corrected to 永久 while the group sat; the old opinion went through approval to destruction."""
    judged(appraisal, people)
    kept_for_ever(record_at(appraisal, 1), by)
    told = r"现为2012年度、永久，没有到期，不能销毁"
    with pytest.raises(Refused, match=told):
        APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("属实。"))
    with pytest.raises(Refused, match=told):
        actions.judge(appraisal, [1], by=people["D07:officer"], opinion="destroy", ground="无保存价值")
    member = people["D07:officer"]
    actions.judge(appraisal, [1], by=member, opinion="prolong", ground="永久保管", prolonged="Y")
    everybody_signs(appraisal)
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("属实。"))
    kept_for_ever(record_at(appraisal, 2), by)
    with pytest.raises(Refused, match=told):
        APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])


def test_what_somebody_reads_by_a_grant_is_lent_and_not_destroyed(appraisal, people, units, by):
    record = record_at(appraisal, 1)
    request = asked(people, units, record)
    USE.perform("grant", request, by=by, given=GrantInput(record))
    judged(appraisal, people)
    APPRAISAL.perform("report", appraisal, by=by, given=ReportInput("属实。"))
    told = f"由{people['D09:officer'].name}利用至 {request.until}，期满或终止利用后再销毁"
    with pytest.raises(Refused, match=told):
        APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    USE.perform("end", request, by=by, note="将销毁")
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])


def test_nothing_is_granted_of_what_is_listed_to_go_or_gone(appraisal, people, units, by):
    record, free = record_at(appraisal, 1), record_at(appraisal, 4)
    listed, open_one = asked(people, units, record), asked(people, units, free)
    noted(appraisal, people)
    with pytest.raises(Refused, match=r"已列入经批准的销毁清册.*不能提供利用"):
        USE.perform("grant", listed, by=by, given=GrantInput(record))
    USE.perform("grant", open_one, by=by, given=GrantInput(free))
    arranged(appraisal, people)
    for post in ("officer", "clerk"):
        actions.supervise(appraisal, by=people[f"D07:{post}"])
    APPRAISAL.perform("destroy", appraisal, by=by)
    with pytest.raises(Refused, match="已依法销毁，只保留目录和元数据，不能提供利用"):
        USE.perform("grant", listed, by=by, given=GrantInput(record_at(appraisal, 1)))
    assert RecordGrant.objects.get().record == free


def test_the_undoing_of_a_bulk_correction_leaves_what_is_listed_to_go(appraisal, people, by):
    """The single correction was refused, the undoing of one on many went past the approved list."""
    rows = list(all_records().filter(appraised__appraisal=appraisal).select_related("unit", "fonds").order_by("pk"))
    amendment = Amendment("remark", FILL, "补记")
    seen = bulk_amend.preview(rows, amendment)
    keys = [one.pk for one in rows]
    done = bulk_amend.apply(keys, amendment, unit=appraisal.unit, by=by, reason="补记", digest=seen.digest)
    noted(appraisal, people)
    listed = set(listed_among(keys))
    changes = {one.record_id: one for one in done.changes.all()}
    left = bulk_amend.left_standing(done, list(all_records().filter(pk__in=keys)), changes)
    assert listed and set(left) == listed and all("已列入经批准的销毁清册" in told for told in left.values())
    assert bulk_amend.undo(done, by=by) == len(keys) - len(listed)
    assert set(all_records().filter(pk__in=keys, remark="补记").values_list("pk", flat=True)) == listed


def test_files_that_other_papers_refer_to_are_told_to_be_there_still(
    people, units, by, django_capture_on_commit_callbacks
):
    """Form A.4 named the bytes as gone, and the page of the document still read them."""
    document = take(brought_to("dispatch", people), "complete", people["D07:clerk"])
    with unwatched():
        all_records().filter(pk=document.record.pk).update(
            year=2012, retention_code="D10", checked_at=timezone.now(), checked_by=by
        )
    made = actions.create(units["D07"], by=by)
    for post, part in GROUP:
        actions.appoint(made, people[f"D07:{post}"], part, by=by)
    APPRAISAL.perform("start", made, by=by)
    judged(made, people, destroy=(1,), keep_on=())
    arranged(noted_on(made, people), people)
    for post in ("officer", "clerk"):
        actions.supervise(made, by=people[f"D07:{post}"])
    assert erasing.told(made) == ""
    with django_capture_on_commit_callbacks(execute=True):
        APPRAISAL.perform("destroy", made, by=by)
    made.refresh_from_db()
    erased, left = erasing.outcome(made)
    assert erased > 0 and left > 0
    told = f"已删除 {erased} 个文件，{left} 个文件仍被其他公文或档案引用，没有删除"
    assert erasing.told(made) == told
    assert told in dict(cell[:2] for cell in papers.register_cells(made))["被销毁电子档案情况"]
    assert told in browser(by).get(made.get_absolute_url()).content.decode()
    _is_neither_taken_away_nor_missed(document.record.uid, by)


def _is_neither_taken_away_nor_missed(uid, by) -> None:
    """The ZIP held every file of what was destroyed, and its inspection called the missing ones 不合格."""
    record = all_records().get(uid=uid)
    answer = browser(by).get(reverse("archive:package", args=[uid]))
    assert answer.status_code != 200 and "已依法销毁，只保留目录和元数据，不能导出" in answer.content.decode()
    with pytest.raises(CommandError, match="已依法销毁"):
        call_command("export_record", str(uid), "/nowhere")
    verdicts = {one.item.serial: one.verdict for one in inspect_record(record, Stage.FILING)}
    assert {verdicts[one] for one in ("1-1", "1-10", "1-11", "2-11")} == {"na"} and "fail" not in verdicts.values()


def noted_on(appraisal, people):
    APPRAISAL.perform("report", appraisal, by=people["D07:archivist"], given=ReportInput("属实。"))
    APPRAISAL.perform("approve", appraisal, by=people["D07:leader"])
    APPRAISAL.perform("note", appraisal, by=people["D30:inspector"])
    return appraisal


def test_kept_for_counts_from_where_the_period_does(settings):
    """已保管期限 stood on a rule of its own, which the setting of the start did not reach."""
    assert papers.kept_for(2012, TODAY().replace(year=2022, month=12, day=31)) == "9年"
    settings.EGOV_RETENTION_START = "same_year"
    assert papers.kept_for(2012, TODAY().replace(year=2022, month=1, day=1)) == "10年"


def test_subject_words_and_the_class_travel_as_the_page_shows_them(people, units, by):
    """M26 was taken from 补充著录 alone; M13 named the filing department under another department's code."""
    record = take(brought_to("dispatch", people), "complete", people["D07:clerk"]).record
    for code, name in (("AAA", "甲科"), ("BBB", "乙科")):
        class_registry.register(units["D07"], code=code, name=name, ended_on=None, by=by)
    with unwatched():
        first = Department.objects.get(unit=units["D07"], class_code="AAA")
        all_records().filter(pk=record.pk).update(class_code="AAA", responsible_department=first)
    changes = {"subject_words": "档案 归档；移交", "class_code": "BBB"}
    row = correct(record, changes=changes, reason="改类", by=by, version=record.version)
    (packed,) = packing.packed([row.pk], "区档案馆")
    assert packed.descriptors == ("档案", "归档", "移交")
    assert (packed.class_code, packed.class_name, packed.responsible_department) == ("BBB", "乙科", "甲科")
    assert "BBB 乙科" in browser(by).get(row.get_absolute_url()).content.decode()
