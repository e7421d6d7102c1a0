"""A package by disk: written out, taken in, refused when tampered with, healed when a byte has turned."""

import json
import random
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from archive.models import Record
from archive.plan import ITEMS
from files.models import StoredFile
from files.store import path_of
from tests.transfer.stock import inspecting, made, stocked, taken_over
from tests.transfer.tampering import (
    SMALL,
    bad_xml,
    cut,
    double_code,
    escaping,
    extra,
    flipped,
    linked,
    miscounted,
    missing,
    of_another_unit,
    renamed,
    swapped,
    wrong_algorithm,
)
from transfer import actions, delivery, export, receive
from transfer.background import package_batch
from transfer.healing import digest_at, second_folder
from transfer.models import Batch, Copy
from transfer.workflow import BATCH
from units.models import AuditEvent, Job
from units.workflow import Refused

pytestmark = pytest.mark.django_db


def submitted(people, count: int = SMALL, medium: str = "disk", **kind) -> Batch:
    """A batch that goes by disk, submitted."""
    stocked(people, count, **kind)
    batch = made(people, medium=medium, first_year=kind.get("year", 2016))
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    BATCH.perform("submit", batch, by=people["D07:archivist"])
    return batch


def everything() -> tuple:
    """What a refusal must leave as it was."""
    held = sorted(str(path) for path in Path(settings.EGOV_HOLDINGS_DIR).rglob("*"))
    rows = Record.objects.unguarded("a test looks").values_list("uid", "state", "custodian", "version").order_by("pk")
    batches = Batch.objects.unguarded("a test looks").values_list("uid", "state", "version").order_by("pk")
    return list(rows), list(batches), AuditEvent.objects.count(), Copy.objects.count(), held


def command(path, ok: bool = True) -> dict:
    out = StringIO()
    if ok:
        try:
            call_command("receive_package", str(path), json=True, stdout=out)
        except CommandError:
            pytest.fail(out.getvalue())
    else:
        with pytest.raises(CommandError, match="信息包不予接收"):
            call_command("receive_package", str(path), json=True, stdout=out)
    return json.loads(out.getvalue())


TAMPERED = {
    flipped: {"1-14", "4-3", "1-13", "2-11"}, cut: {"2-11", "1-14", "1-13"}, missing: {"2-11"}, extra: {"4-3"},
    renamed: {"2-11", "4-3"}, escaping: {"1-13"}, linked: {"4-3"}, miscounted: {"2-1"}, bad_xml: {"1-12", "3-1"},
    wrong_algorithm: {"1-14"}, double_code: {"1-8"}, of_another_unit: {"1-9"}, swapped: {"1-13", "4-3"},
}  # fmt: skip
EACH = 8  # 13 kinds × 8 = 104


def test_a_hundred_tampered_packages_are_refused_with_item_rule_and_sentence(people, tmp_path):
    batch = submitted(people)
    folder = export.export_package(batch, tmp_path)
    other = submitted(people, 2, year=2018)
    shutil.copy(next(export.export_package(other, tmp_path / "o").iterdir()), tmp_path / "other.zip")
    whole = next(folder.iterdir())
    kept, before, tried = whole.read_bytes(), everything(), 0
    for kind, items in TAMPERED.items():
        for seed in range(EACH):
            for path in folder.iterdir():
                path.unlink()
            whole.write_bytes(kept)
            kind(whole, random.Random(f"{kind.__name__}{seed}"))
            found = receive.receive_package(folder)
            tried += 1
            where = (kind.__name__, seed, found.refusals)
            assert not found.is_received and found.batch is None and found.refusals, where
            assert {one["item"] for one in found.refusals} & items, where
            for one in found.refusals:
                assert one["rule"] == f"DA/T 70—2018 {one['item']} {ITEMS[one['item']].name}", where
                assert one["message"].endswith("。") and one["path"], where
    assert tried >= 100 and everything() == before
    whole.write_bytes(kept)
    (folder / "zz.zip").unlink(missing_ok=True)
    assert command(folder)["received"] is True


# --------------------------------------------------------------------- by disk


def test_a_package_goes_out_and_comes_in(people, tmp_path):
    batch = submitted(people)
    assert not Job.objects.filter(kind="receive_batch").exists()  # the archive waits for the disk
    out = StringIO()
    call_command("export_package", batch.batch_no, str(tmp_path), json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["records"], told["manifest_digest"]) == (SMALL, batch.manifest_digest)
    assert {one.stat().st_mode & 0o222 for one in Path(told["folder"]).iterdir()} == {0}  # write-protected
    answer = command(told["folder"])
    assert (answer["received"], answer["state"], answer["records"]) == (True, "inspecting", SMALL)
    batch.refresh_from_db()
    assert digest_at(delivery.holdings_folder(batch) / batch.parts.get().filename) == batch.parts.get().sha256
    assert command(told["folder"])["was_there"] is True  # a second time: nothing happens twice
    assert batch.receipts.filter(kind="technical").count() == 1
    taken_over(batch, people)
    assert Record.objects.unguarded("a test looks").filter(custodian__code="D30").count() == SMALL


def test_what_is_not_approved_or_not_submitted_goes_neither_out_nor_in(people, tmp_path):
    stocked(people, 1)
    batch = made(people, medium="disk")
    with pytest.raises(Refused, match="尚未经领导批准"):
        export.export_package(batch, tmp_path)
    package_batch(actions.start_packaging(batch, by=people["D07:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    batch.refresh_from_db()
    BATCH.perform("approve", batch, by=people["D07:leader"])
    folder = export.export_package(batch, tmp_path)
    assert "尚未提交区档案馆" in command(folder, ok=False)["refusals"][0]["message"]
    with pytest.raises(CommandError, match="没有批次"):
        call_command("export_package", "没有", str(tmp_path))


@pytest.mark.parametrize("path", ["nothing", "empty", "text.txt"])
def test_what_is_no_package_is_refused_in_words(tmp_path, path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("x")
    answer = command(tmp_path / path, ok=False)
    assert [one["item"] for one in answer["refusals"]] == ["2-11"] and "不是信息包" in answer["refusals"][0]["message"]


class Cut(Exception):
    """The power is gone."""


def cutting(monkeypatch, module, name: str, after: int):
    """`module.name` writes `after` bytes of a part under its temporary name and dies."""

    def torn(source, held, part):
        partial = held.with_name(f".{held.name}.partial")
        partial.write_bytes(source.read_bytes()[:after])
        raise Cut

    monkeypatch.setattr(module, name, torn)


@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_cut_at_any_byte_and_repeated_gives_the_same(people, tmp_path, monkeypatch, share):
    batch = submitted(people)
    after = int(batch.parts.get().bytes * share)
    with monkeypatch.context() as patched:
        cutting(patched, export, "copy_part", after)
        with pytest.raises(Cut):
            export.export_package(batch, tmp_path)
    folder = export.export_package(batch, tmp_path)
    assert [digest_at(path) for path in folder.iterdir()] == [batch.parts.get().sha256]
    with monkeypatch.context() as patched:
        cutting(patched, delivery, "copy_part", after)
        with pytest.raises(Cut):
            receive.receive_package(folder)
    assert receive.receive_package(folder).is_received
    held = [path for path in delivery.holdings_folder(batch).iterdir() if not path.name.startswith(".")]
    assert [digest_at(path) for path in held] == [batch.parts.get().sha256]
    batch.refresh_from_db()
    assert batch.state == "inspecting" and delivery.read_holdings(batch).valid


# ---------------------------------------------------------------------- fixity


def test_fifty_flipped_bytes_are_named_and_healed_from_the_second_copy(people):
    batch = taken_over(inspecting(people, 50), people)
    chance = random.Random(50)
    files = list(StoredFile.objects.filter(pk__in=batch.items.values("record__components__stored_file")))
    assert len(files) == 50
    for stored in files:
        path = path_of(stored)
        path.chmod(0o644)
        flipped(path, chance)
    out = StringIO()
    call_command("fixity", all=True, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["damaged"], told["healed"], told["unhealed"]) == (50, 50, 0)
    assert {Path(one["path"]).name for one in told["items"]} == {stored.sha256 for stored in files}
    assert all(digest_at(path_of(stored)) == stored.sha256 for stored in files)


def test_damaged_packages_are_healed_from_one_another_and_what_has_no_copy_is_said(people):
    batch = taken_over(inspecting(people, 2), people)
    name = batch.parts.get().filename
    held, second, own = (
        folder / name
        for folder in (delivery.holdings_folder(batch), second_folder(batch), delivery.package_folder(batch))
    )
    chance = random.Random(1)
    flipped(held, chance)
    out = StringIO()
    call_command("fixity", sample=5, json=True, stdout=out)
    (one,) = json.loads(out.getvalue())["items"]
    assert (one["kind"], one["place"], one["healed"], one["healed_from"]) == ("信息包", "馆藏", True, "第二存放地")
    assert digest_at(held) == batch.parts.get().sha256
    for path in (held, second, own):
        flipped(path, chance)
    with pytest.raises(CommandError, match="未能修复"):
        call_command("fixity", all=True, json=True, stdout=StringIO())
    assert Copy.objects.unsound(batch).exists()
    assert AuditEvent.objects.of(batch).filter(verb__in=("heal", "damage_found")).count() == 3
