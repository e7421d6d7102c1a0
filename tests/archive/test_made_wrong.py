"""A correction is refused for what it makes wrong itself; what was wrong before it stays told."""

import pytest
from django.urls import reverse

from archive import bulk_amend
from archive.bulk_amend import FILL, REPLACE, Amendment
from archive.correct_forms import initial_of
from archive.correction import NewVersion, change_file, correct
from archive.mending import answer_mend, send_back
from archive.models import InspectionResult, Record
from files.store import land_bytes
from tests.forms import send_form
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, stocked
from units.workflow import Refused

pytestmark = pytest.mark.django_db
NO_ORIGINAL = "没有正本，内容数据不完整。"


def every():
    return Record.objects.unguarded("a test looks")


def read(record) -> Record:
    return every().select_related("unit", "fonds", "document").get(pk=record.pk)


@pytest.fixture
def by(people):
    return people["D07:archivist"]


@pytest.fixture
def record(people) -> Record:
    """Filed with an attachment alone."""
    (made,) = stocked(people, 1, year=2011)
    with unwatched():
        made.components.update(role="attachment")
    return read(made)


def spoil(record, **values) -> Record:
    with unwatched():
        every().filter(pk=record.pk).update(**values)
    return read(record)


@pytest.mark.parametrize("changes", [{"retention_code": "D10"}, {"remark": "复印件"}])
def test_a_record_without_its_original_is_corrected_and_the_finding_stays(record, by, changes):
    row = correct(record, changes=changes, reason="有误", by=by, version=record.version)
    assert {name: getattr(row, name) for name in changes} == changes
    (finding,) = InspectionResult.objects.filter(record=record, settled_at=None, verdict="fail")
    assert finding.message == NO_ORIGINAL


def test_the_person_is_told_what_was_wrong_before(record, by):
    sent = {**initial_of(record), "version": record.version, "reason": "有误", "remark": "复印件"}
    answer = browser(by).post(reverse("archive:correct", args=[record.uid]), sent, follow=True)
    assert "已更正" in answer.content.decode() and NO_ORIGINAL in answer.content.decode()


@pytest.mark.parametrize(
    ("values", "changes", "told"),
    [
        ({"title": "题名\ue001"}, {"title": "题名"}, ""),
        ({"title": "题名\ue001"}, {"author": "某局"}, ""),
        ({"author": "某\ue001局"}, {"title": "题名\ue001"}, "题名含有不应有的字符"),
        ({"component_count": 9}, {"remark": "改"}, ""),
    ],
)
def test_what_it_makes_wrong_itself_is_refused(record, by, values, changes, told):
    row = spoil(record, **values)
    if not told:
        assert correct(row, changes=changes, reason="有误", by=by, version=row.version)
        return
    with pytest.raises(Refused) as refused:
        correct(row, changes=changes, reason="有误", by=by, version=row.version)
    assert len(refused.value.reasons) == 1 and told in str(refused.value)


def test_a_file_is_added_and_a_repair_answered_beside_what_stood(record, people, by):
    row = spoil(record, author="某\ue001局")
    new = NewVersion("正本.txt", land_bytes("正本。\n".encode(), "a.txt"), "original")
    change_file(row, new, by=by, reason="补入正本", version=row.version)
    row = read(record)
    send_back(row, by=by, reason="有误", version=row.version, field="remark")
    mended = answer_mend(read(record), by=by, answer="已改", changes={"remark": "已改"})
    assert mended.remark == "已改" and mended.author == "某\ue001局"


def test_words_in_many_are_changed_though_a_title_was_wrong_before(people, units, by):
    rows = [spoil(one, title=f"第{n}件通知\ue001") for n, one in enumerate(stocked(people, 2, year=2011))]
    done = _amended(rows, Amendment("title", REPLACE, "决定", "通知"), units, by)
    assert {read(one).title[-3:] for one in rows} == {"决定\ue001"}
    with pytest.raises(Refused, match="不应有的字符"):
        _amended(rows, Amendment("author", FILL, "某\ue001局"), units, by)
    assert bulk_amend.undo(done, by=by) == 2


def test_an_undoing_gives_back_what_was_wrong(people, units, by):
    rows = [spoil(one, author="某\ue001局") for one in stocked(people, 2, year=2011)]
    done = _amended(rows, Amendment("author", FILL, "某局"), units, by)
    assert bulk_amend.undo(done, by=by) == 2 and {read(one).author for one in rows} == {"某\ue001局"}


def _amended(rows, amendment, units, by):
    now = [read(one) for one in rows]
    digest = bulk_amend.preview(now, amendment).digest
    return bulk_amend.apply(
        [one.pk for one in now], amendment, unit=units["D07"], by=by, reason="统一", digest=digest
    )  # fmt: skip


def test_the_form_judges_what_is_changed_and_keeps_what_no_list_knows(record, by):
    """A value that no list of today has was blanked by whoever corrected something else."""
    row = spoil(record, doc_type="手稿", main_recipients="各街道" * 700, author="某\u0007局")
    address, client = reverse("archive:correct", args=[row.uid]), browser(by)
    assert '<option value="手稿" selected>' in client.get(address).content.decode()
    sent = {**initial_of(row), "version": row.version, "reason": "有误", "remark": "复印件"}
    assert send_form(client, address, sent).status_code == 302
    now = read(row)
    assert (now.remark, now.doc_type, now.main_recipients) == ("复印件", "手稿", "各街道" * 700)
    wrong = {**initial_of(now), "version": now.version, "reason": "有误", "main_recipients": "各街镇" * 700}
    assert send_form(client, address, wrong).status_code == 422
