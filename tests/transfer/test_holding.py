"""The archive's books of its holding: overview, formats, fixity by calendar, space; each number opens its rows."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from archive.models import Component, Record
from files.examination.formats import KINDS
from files.models import StoredFile
from files.store import path_of
from paper.pdfa_check import check_pdfa
from tests.scenarios.owner import unwatched
from tests.transfer.stock import browser, inspecting, stocked, taken_over
from transfer import delivery
from transfer.chores import CHORES, Unhealed
from transfer.healing import PROGRAM
from transfer.holding import calendar, capacity, facts, formats
from transfer.holding.tables import TABLES, Linked, text_of
from transfer.models import Copy, FileReading, SpaceReading, StorePlace
from transfer.states import FilePlace
from units.models import AuditEvent, Task, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(people):
    """Three items taken over from D07 and stored in two places; one more of the archive's own."""
    batch = inspecting(people, 3)
    taken_over(batch, people)
    stocked(people, 1, unit="D30", year=2015)
    return batch


def archive() -> int:
    return Unit.objects.get(code="D30").pk


def overview() -> dict[str, dict]:
    return {line["unit"]: line for line in TABLES["overview"].lines([archive()])}


def flip(path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def numbers(line: dict) -> dict:
    return {key: int(text_of(line[key])) for key in facts.FIGURES}


def test_every_unit_and_kind_says_how_it_fares(held, people):
    """Shows: F-19, 16-22"""
    found = overview()
    taken = found[held.unit.short_name]
    assert numbers(taken) == {"all": 3, "two": 3, "fewer": 0, "paper": 0, "damaged": 0, "healed": 0, "never": 0}
    assert (taken["kind"], taken["way"], taken["files"]) == ("文书", "移交进馆", 3)
    assert type(taken["files"]) is int  # printed as the other figures are, with thousands
    assert timezone.localdate(taken["verified_last"]) == timezone.localdate()
    own = found[Unit.objects.get(code="D30").short_name]
    assert numbers(own) == {"all": 1, "two": 0, "fewer": 1, "paper": 0, "damaged": 0, "healed": 0, "never": 1}
    assert own["verified_last"] is None  # nobody has read it, so nothing says that it is sound
    assert numbers(found["合计"]) == {key: numbers(taken)[key] + numbers(own)[key] for key in facts.FIGURES}
    sound = Copy.objects.of_holdings(held).get()
    assert sound.verified_with == delivery.VERIFIER and sound.verified_at


def test_a_damaged_file_is_counted_until_it_is_healed_and_remembered(held, people):
    """Shows: 8.3"""
    record = Record.objects.unguarded("a test looks").filter(batch_items__batch=held).order_by("pk").first()
    place = path_of(Component.objects.get(record=record).stored_file)
    flip(place)
    calendar.read_due()  # everything is new, so the day's share takes some; what it found it healed
    while FileReading.objects.count() < 4:
        calendar.read_due()
    line = numbers(overview()[held.unit.short_name])
    assert (line["damaged"], line["healed"], line["never"]) == (0, 1, 0)
    kept = FileReading.objects.exclude(healed_at=None).get()
    assert (kept.state, kept.verified_with) == ("sound", PROGRAM) and kept.healed_from.endswith(".zip")
    assert AuditEvent.objects.of(record).filter(verb="heal").count() == 1


def test_each_number_opens_its_rows(held, people):
    client = browser(people["D30:inspector"])
    assert client.get(reverse("transfer:holdings")).status_code == 200
    for line in overview().values():
        for figure in facts.FIGURES:
            if isinstance(line[figure], Linked):
                page = client.get(line[figure].url)
                shown = page.context["rows"]
                assert (page.status_code, len(shown)) == (200, line[figure].value)
                assert [one.record.title in page.text for one in shown] == [True] * len(shown)


def test_rows_come_page_by_page_and_a_wrong_address_is_not_found(held, people, monkeypatch):
    monkeypatch.setattr(facts, "SIZE", 2)
    client, seen, address = browser(people["D30:accessioner"]), [], reverse("transfer:holding_rows")
    url = address
    while url:
        page = client.get(url)
        seen += [one.record.pk for one in page.context["rows"]]
        url = address + page.context["next_url"] if page.context["next_url"] else ""
    assert len(seen) == len(set(seen)) == 4
    for wrong in ("?figure=none", "?unit=Z99", "?way=x", "?unit=%00"):
        assert client.get(address + wrong).status_code == 404
    assert len(client.get(address + "?after=abc").context["rows"]) == 2
    assert client.get(reverse("transfer:holding", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("key", list(TABLES))
def test_page_print_and_workbook_say_the_same(held, people, key):
    """Shows: F-13, 16-20"""
    capacity.measure()
    client, table = browser(people["D30:accessioner"]), TABLES[key]
    lines = table.lines([archive()])
    page = client.get(reverse("transfer:holding", args=[key]))
    texts = {text_of(line[name]) for line in lines for name, _, _ in table.columns} - {""}
    assert page.status_code == 200 and [text for text in texts if text not in page.text] == []
    book = load_workbook(BytesIO(client.get(reverse("transfer:holding_workbook", args=[key])).getvalue()))
    heading, labels, *rows = book.active.iter_rows(values_only=True)
    assert table.label in heading[0] and list(labels) == [label for _, label, _ in table.columns]
    assert len(rows) == len(lines)
    sizes = [place for place, (_, label, _) in enumerate(table.columns) if label.endswith("GB")]
    assert not [row[place] for row in rows for place in sizes if isinstance(row[place], str)]  # they are summed up
    if key == "overview":
        assert check_pdfa(client.get(reverse("transfer:holding_pdf", args=[key])).content) == []


# ----------------------------------------------------------------- formats


def test_formats_are_judged_by_the_written_table(held, people):
    """Shows: 16-12"""
    files = StoredFile.objects.filter(pk__in=Component.objects.values("stored_file")).order_by("pk")
    old, odd = files[0].pk, files[1].pk
    with unwatched():
        StoredFile.objects.filter(pk=old).update(format_id="fmt/40", mime="application/msword")
        StoredFile.objects.filter(pk=odd).update(format_id="", mime="application/x-strange")
    found = formats.formats([archive()])
    assert [(one.told.risk, one.shown_id, one.files) for one in found] == [
        ("高", "fmt/40", 1), ("未评估", "未识别到版本", 1), ("低", "x-fmt/111", 2),
    ]  # fmt: skip
    client = browser(people["D30:accessioner"])
    for line in TABLES["formats"].lines([archive()]):
        page = client.get(line["files"].url)
        assert (page.status_code, len(page.context["rows"])) == (200, line["files"].value)
        assert line["right"] in page.text


def test_every_line_of_the_table_of_risks_is_whole():
    rows = formats._table()
    assert len(rows) > 40
    for key, one in rows.items():
        assert one.risk in ("高", "中", "低") and one.name and one.ground and one.right, key
        assert re.fullmatch(r"(x-)?fmt/\d+|ofd|rtf|[a-z]+/[\w.+-]+", key), key


def test_every_format_that_is_taken_in_has_its_line():
    lacking = [kind.key for kind in KINDS.values() if formats.risk_of(kind.format_id, kind.mime) == formats.UNKNOWN]
    assert lacking == []


# ---------------------------------------------------------------- calendar


def read_on(stored: StoredFile, moment) -> None:
    FileReading.objects.update_or_create(
        stored_file=stored, defaults={"state": "sound", "read_at": moment, "verified_at": moment}
    )


def test_the_plan_says_what_was_read_this_quarter_and_what_is_behind(held):
    """Shows: E-16"""
    now, files = (
        timezone.now(),
        list(StoredFile.objects.order_by("pk").filter(pk__in=Component.objects.values("stored_file"))),
    )
    read_on(files[0], now), read_on(files[1], now - timedelta(days=731))
    with unwatched():
        StoredFile.objects.filter(pk=files[2].pk).update(created_at=now - timedelta(days=900))
    plan = calendar.plan([archive()])
    assert (plan.files, plan.read, plan.behind, plan.never, plan.share, plan.needed) == (4, 1, 2, 2, 25.0, 0)
    told = dict(TABLES["overview"].told([archive()]))
    assert told["文件库本季度已核验"].startswith("1 / 4 个文件（25.0%）") and told["文件库核验落后"].startswith("2 个")
    assert calendar.read_due() == (2, 0)  # what is behind comes at once
    assert calendar.plan([archive()]).behind == 0


def test_a_damaged_file_without_a_copy_stands_red_among_the_chores(people):
    (record,) = stocked(people, 1, unit="D30", year=2015)
    flip(path_of(Component.objects.get(record=record).stored_file))
    chore = next(one for one in CHORES if one.name == "read_files")
    with pytest.raises(Unhealed, match="1 个损坏"):
        chore.work()
    assert numbers(overview()[Unit.objects.get(code="D30").short_name])["damaged"] == 1


# ------------------------------------------------------------------- space


def test_a_place_that_fills_is_told_before_it_is_full(people, monkeypatch):
    """Shows: E-11, F-14, 16-23"""
    capacity.measure()
    row = StorePlace.objects.get(place=FilePlace.HOLDINGS)
    assert not Task.objects.of(row).open().exists() or capacity.spaces()[1].is_low
    SpaceReading.objects.create(
        place=row, measured_at=timezone.now() - timedelta(days=30), total_bytes=10**13, free_bytes=9 * 10**12
    )
    SpaceReading.objects.create(place=row, measured_at=timezone.now(), total_bytes=10**13, free_bytes=6 * 10**12)
    found = next(one for one in capacity.spaces() if one.place == FilePlace.HOLDINGS)
    assert (found.days, found.share, found.is_low) == (60, 60.0, True) and "60 天" in found.told
    monkeypatch.setattr(capacity, "LEAST_SHARE", 101)
    capacity.measure(), capacity.measure()
    task = Task.objects.of(row).open().get(kind=capacity.TASK)
    assert task.unit.code == "D30" and browser(people["D30:accessioner"]).get(row.get_absolute_url()).status_code == 200
    monkeypatch.setattr(capacity, "LEAST_SHARE", 0)
    monkeypatch.setattr(capacity, "LEAST_DAYS", 0)
    capacity.measure()
    assert not Task.objects.of(row).open().exists()
    assert list(AuditEvent.objects.of(row).values_list("verb", flat=True)) == ["space_low", "space_enough"]


def test_a_place_of_a_new_installation_is_measured_where_it_will_be(people, settings, tmp_path):
    """Nothing was ever kept there: no 存储空间不足 on the first day."""
    settings.EGOV_SECOND_DIR = tmp_path / "later" / "second"
    for _ in range(2):
        capacity.measure()
        assert next(one for one in capacity.spaces() if one.place == FilePlace.SECOND).total > 0


def test_a_place_that_is_gone_with_what_it_held_has_nothing_free(held, settings, tmp_path):
    settings.EGOV_SECOND_DIR = tmp_path / "gone"
    capacity.measure()
    assert next(one for one in capacity.spaces() if one.place == FilePlace.SECOND).total == 0
