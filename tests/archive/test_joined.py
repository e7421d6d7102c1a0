"""What a 来文 that is one item with its 复文 is to every other room: a part of that item, never one of its own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from archive import class_notes, converting, disposed, filed_twice, joining, parting, use_routing, year_end
from archive.appraisal import holds
from archive.backfile.importing import run
from archive.correction import NewVersion, change_file, correct
from archive.filed_twice import Alike
from archive.mending import answer_mend, send_back
from archive.models import Component, Hold, Record, YearFixed
from archive.schedules.trying import papers_of
from archive.use_forms import AskForm, DecideForm
from files.store import land_bytes
from tests.archive.test_backfile import catalogue
from tests.archive.test_pairs import again, answered, filed
from tests.archive.test_use_requests import asked
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser
from transfer.holding import facts
from units.access import may
from units.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(people):
    return people["D09:archivist"]


@pytest.fixture
def apart(people) -> tuple[Record, Record]:
    """(来文, 复文) of D09, each an item."""
    part, one = filed(people, *answered(people))
    return part, one


@pytest.fixture
def joined(apart, by) -> tuple[Record, Record]:
    part, one = apart
    joining.join(one, part, by=by, reason="一并整理")
    return again(part), again(one)


def test_what_is_held_is_the_item_whose_files_would_be_destroyed(joined, by):
    part, one = joined
    with pytest.raises(Refused, match=f"请冻结该件（档号 {one.archival_code}）"):
        holds.place([part.archival_code], by=by, reason="诉讼")
    assert not Hold.objects.exists() and holds.place([one.archival_code], by=by, reason="诉讼") == 1


def test_an_answer_that_nobody_has_looked_at_bars_joining(people, apart, by):
    part, one = apart
    send_back(part, by=by, reason="成文日期有误", version=part.version)
    answer_mend(again(part), by=people["D09:clerk"], answer="已核实")
    with pytest.raises(Refused, match="尚未答复或核对"):
        joining.join(one, part, by=by, reason="一并整理")


def test_pages_of_both_are_right_when_a_joined_file_was_replaced(joined, by):
    part, one = joined
    own = one.page_count - part.page_count
    old = one.components.get(came_with=part, role="original")
    words = "".join(f"第{n}段，补正后的来文。\n" for n in range(400)).encode()
    new = NewVersion("正本（补正）.txt", land_bytes(words, "a.txt"), "original", replaces=old)
    made = change_file(one, new, by=by, reason="来文补正", version=one.version)
    assert (made.pages or 0) != (old.pages or 0)
    parting.part(again(part), by=by, reason="分别利用")
    part, one = again(part), again(one)
    assert one.page_count == own == sum(c.pages or 0 for c in one.components.all())
    assert part.page_count == sum(c.pages or 0 for c in part.components.all())


def test_a_conversion_of_a_joined_file_goes_back_with_it(joined, by):
    part, one = joined
    source = one.components.get(came_with=part, role="original")
    made = converting.add_conversion(
        source, land_bytes("转换件。\n".encode(), "a.txt"), extension=".txt", keeper=one.unit, by=by, seat=None,
        reason="格式转换", made_with={},
    )  # fmt: skip
    assert made.came_with_id == part.pk
    parting.part(part, by=by, reason="分别利用")
    assert "converted" in set(again(part).components.values_list("role", flat=True))
    assert not again(one).components.filter(role="converted").exists()


def test_joining_and_parting_replace_no_file(joined, by):
    part, one = joined

    def told() -> list[str]:
        return class_notes.notes_of(one.fonds, one.year, one.retention_code, one.class_code)

    assert not any("更换文件" in line for line in told())
    parting.part(part, by=by, reason="分别利用")
    assert not any("更换文件" in line for line in told())
    old = again(one).components.get(role="original")
    new = NewVersion("改.txt", land_bytes("改正的正文。\n".encode(), "a.txt"), "original", replaces=old)
    change_file(again(one), new, by=by, reason="正文有误", version=again(one).version)
    assert sum("更换文件" in line for line in told()) == 1


def test_a_file_that_was_replaced_is_told_whatever_its_reason_says(joined, by):
    _, one = joined
    old = one.components.get(came_with=None, role="original")
    new = NewVersion("正本.txt", land_bytes(b"another", "a.txt"), "original", replaces=old)
    change_file(one, new, by=by, reason="并入复文时扫描不清", version=one.version)
    told = class_notes.notes_of(one.fonds, one.year, one.retention_code, one.class_code)
    assert [line for line in told if "更换文件" in line] == [
        f"{one.item_no:04d} 更换文件“{old.filename}”：并入复文时扫描不清"
    ]


def test_where_a_file_moved_to_is_known(joined, by):
    part, one = joined
    moved = Component.versions.filter(record=part)
    assert {row.moved_to_id for row in moved} == set(one.components.filter(came_with=part).values_list("pk", flat=True))
    parting.part(part, by=by, reason="分别利用")
    back = Component.versions.filter(record=one, came_with=part)
    assert {row.moved_to_id for row in back} == set(part.components.values_list("pk", flat=True))


def test_a_void_number_says_all_that_happened_and_where_its_item_is_now(joined, by):
    part, one = joined
    (void,) = part.codes.all()

    def told() -> str:
        series = year_end.preview(part.unit, part.fonds, part.year, by).series
        (line,) = [one for one in series if one.retention_code == void.retention_code]
        return dict(line.voided)[void.item_no]

    joining_told = f"来文并入复文 {one.archival_code}：一并整理"
    assert told() == joining_told
    parting.part(part, by=by, reason="分别利用")
    now = again(part)
    assert told() == f"{joining_told}；拆开：分别利用；现档号 {now.archival_code}"
    assert f"{void.item_no:04d} 作废：{told()}" in class_notes.notes_of(
        part.fonds, part.year, void.retention_code, void.class_code
    )
    correct(now, changes={"retention_code": "D10"}, reason="期限有误", by=by, version=now.version)
    assert told().endswith(f"现档号 {again(part).archival_code}")
    joining.join(again(one), again(part), by=by, reason="再并")
    assert told() == f"{joining_told}；拆开：分别利用；现并入 {one.archival_code}"


def test_the_same_letter_entered_again_is_told_by_the_code_of_the_item(joined):
    part, one = joined
    described = {name: getattr(part, name) for name in filed_twice.ALIKE}
    with pytest.raises(filed_twice.Alike, match=f"档号 {one.archival_code}"):
        filed_twice.ask(part.unit, described)


def test_the_same_letter_in_a_catalogue_is_told_by_the_code_of_the_item(joined, by, tmp_path):
    part, one = joined
    with unwatched():
        rows = Record.objects.unguarded("as it came on paper").filter(pk=part.pk)
        rows.update(doc_number="长信〔2026〕77号", author="区信息委")
    (tmp_path / "a.txt").write_text("来文", encoding="utf-8")
    line = {"title": "另一题名", "date": f"{part.year}-01-05", "author": "区信息委",
            "doc_number": "长信〔2026〕77号", "file": "a.txt"}  # fmt: skip
    outcome = run(catalogue(tmp_path, [line]), part.unit, by=by)
    assert any(one.archival_code in told.message for told in outcome.findings)


def test_who_consults_a_joined_letter_finds_the_way_to_its_reply(people, joined):
    part, one = joined
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk__in=[part.pk, one.pk]).update(use_scope="district")
    reader = people["D07:officer"]
    assert may(reader, "view", again(part)) and not may(reader, "inside", again(part))
    page = browser(reader).get(part.get_absolute_url()).content.decode()
    assert one.get_absolute_url() in page and "文件在复文的一件中" in page and "拆开" not in page
    with unwatched():
        Record.objects.unguarded("a test spoils").filter(pk=one.pk).update(use_scope="department")
    assert not may(reader, "view", again(one))
    assert one.get_absolute_url() not in browser(reader).get(part.get_absolute_url()).content.decode()


def test_what_is_joined_is_offered_to_nobody_who_asks_for_it(people, units, joined, by):
    part, one = joined
    typed = {"unit": part.unit_id, "wanted": part.archival_code, "purpose": "编史", "asked_for": part.unit_id,
             "until": timezone.localdate() + timedelta(days=9)}  # fmt: skip
    form = AskForm(typed, user=by)
    assert form.is_valid() and form.readable(by) is None
    request = asked(
        people, units, part, unit=units["D09"], asked_for=units["D07"], by=people["D07:officer"], wanted=part.title
    )
    deciding = DecideForm(request=request, user=by)
    assert part not in deciding.candidates and deciding._record(part.archival_code) is None
    assert deciding._record(one.archival_code) == one


def test_no_room_counts_it_as_an_item(joined):
    part, one = joined
    assert part not in [paper for paper, _ in papers_of(part.unit, part.year) if isinstance(paper, Record)]
    assert "已并入复文，不能更正" in disposed.barred(part, "更正") and disposed.not_here(one) == ""
    assert sum(row.counts["all"] for row in facts.overview([part.custodian_id])) == 1


def test_a_joined_paper_says_nothing_of_who_is_asked_for_it(units, joined):
    """Fault: it stays in the unit's custody when its item goes over, so that a request for it went to the unit."""
    part, one = joined
    with unwatched(), connection.cursor() as cursor:
        values = [units["D30"].pk, one.pk]
        cursor.execute("UPDATE archive_record SET state = 'accessioned', custodian_id = %s WHERE id = %s", values)
    assert use_routing.route(part.unit, part.title) == (part.unit, units["D30"])


def test_of_a_whole_that_is_gone_its_part_is_no_double(joined, by):
    part, one = joined
    described = {"title": part.title, "date": part.date, "year": part.year}
    with pytest.raises(Alike, match=one.archival_code):
        filed_twice.ask(part.unit, described)
    with unwatched(), connection.cursor() as cursor:
        cursor.execute("UPDATE archive_record SET state = 'sent_home' WHERE id = %s", [one.pk])
    filed_twice.ask(part.unit, described)


def test_a_paper_that_went_into_its_answer_was_not_numbered_anew(joined, by):
    part, one = joined
    fixed = YearFixed.objects.create(
        unit=one.unit, fonds=one.fonds, year=part.year, items=1, fixed_by=by, reopened_at=one.filed_at, reopened_by=by
    )
    assert part.codes.exclude(voided_at=None).exists() and not year_end.renumbered(fixed, None)
