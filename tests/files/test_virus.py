"""ClamAV through its socket: what was scanned says by whom, what was not is 未查毒, and what is found goes no further."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from archive import inspection
from archive.models import Record
from archive.states import Stage
from changning_egov import env
from files.examination import examine
from files.store import keep, land_bytes
from tests.files.clamd import VERSION, clamd
from tests.made import brought_to, take

MARK = b"marked for the test"


def codes(found):
    return [one.code for one in found.findings]


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("通知正文")
    return path


@pytest.mark.parametrize("place", ["socket", "127.0.0.1:0"])
def test_a_clean_file_says_by_whom_it_was_scanned(tmp_path, settings, text, place):
    with clamd(str(tmp_path / place) if place == "socket" else place) as (where, seen):
        settings.EGOV_CLAMAV_SOCKET = where
        found = examine(text, "a.txt")
    assert (codes(found), found.scanned_with) == ([], VERSION)
    assert seen[-1] == text.read_bytes()  # all of it was sent


def test_a_virus_is_refused_with_its_name(tmp_path, settings, text):
    text.write_bytes(MARK)
    with clamd(str(tmp_path / "s"), {MARK: "Test.Marked-1"}) as (where, _):
        settings.EGOV_CLAMAV_SOCKET = where
        found = examine(text, "a.txt")
    assert codes(found) == ["virus"] and "Test.Marked-1" in found.refusals[0].message


def test_a_large_file_is_sent_in_blocks(tmp_path, settings, text):
    text.write_bytes(b"line\n" * 400_000 + MARK)
    with clamd(str(tmp_path / "s"), {MARK: "Test.Marked-1"}) as (where, _):
        settings.EGOV_CLAMAV_SOCKET = where
        assert codes(examine(text, "a.txt")) == ["virus"]


@pytest.mark.parametrize(("options", "why"), [({"limit": 5}, "大小上限"), ({"silent": True}, "没有应答")])
def test_a_scanner_that_does_not_scan_is_told(tmp_path, settings, text, options, why):
    with clamd(str(tmp_path / "s"), **options) as (where, _):
        settings.EGOV_CLAMAV_SOCKET = where
        found = examine(text, "a.txt")
    assert (codes(found), found.scanned_with) == (["not-scanned"], "")
    assert why in found.warnings[0].message


@pytest.mark.parametrize("where", ["/nowhere/clamd.ctl", "127.0.0.1:9"])
def test_a_scanner_that_is_down_is_told_and_the_file_is_not_scanned(settings, text, where):
    settings.EGOV_CLAMAV_SOCKET = where
    found = examine(text, "a.txt")
    assert (codes(found), found.scanned_with, found.refusals) == (["not-scanned"], "", ())


def test_without_a_scanner_nothing_is_claimed(settings, text):
    settings.EGOV_CLAMAV_SOCKET = ""
    found = examine(text, "a.txt")
    assert (codes(found), found.scanned_with) == ([], "")


@pytest.mark.parametrize("value", ["clamd", "host:", ":3310", "host:0", "host:99999"])
def test_a_wrong_address_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("EGOV_CLAMAV_SOCKET", value)
    with pytest.raises(ImproperlyConfigured, match="socket or host:port"):
        env.socket("EGOV_CLAMAV_SOCKET")


@pytest.mark.django_db
def test_what_is_kept_says_so(tmp_path, settings):
    settings.EGOV_CLAMAV_SOCKET = ""
    assert keep(land_bytes(b"not scanned", "a.txt")).scan_shown == "未查毒"
    with clamd(str(tmp_path / "s")) as (where, _):
        settings.EGOV_CLAMAV_SOCKET = where
        assert keep(land_bytes(b"scanned", "a.txt")).scan_shown == f"已查毒（{VERSION}）"


@pytest.mark.django_db
def test_the_inspection_says_unchecked_unless_every_file_was_scanned(people):
    """Shows: GD-4-2"""
    document = brought_to("dispatch", people)
    take(document, "complete", people["D07:clerk"], retention_code="Y")
    record = Record.objects.unguarded("a test looks").get(document=document)
    components = list(record.components.select_related("stored_file"))
    assert "4-2" not in tallied(record, components)
    for one in components:
        one.stored_file.scanned_with = VERSION
    assert tallied(record, components)["4-2"] == [1, 0, 0]
    components[0].stored_file.scanned_with = ""
    assert "4-2" not in tallied(record, components)


def tallied(record, components):
    sheet = inspection.Sheet(Stage.FILING)
    inspection.examine(sheet, record, components)
    return sheet.tally
