"""Packages speak the trade's words: no code word of the program in any file that people or other systems read."""

import csv
import io
import re
import zipfile

import pytest
from django.utils import timezone
from lxml import etree

from archive.backfile.importing import run
from archive.models import Record
from documents.states import Direction
from tests.archive.test_backfile import catalogue, text
from tests.archive.test_filing import report
from tests.made import brought_to, registered, take
from tests.transfer.stock import made, stocked
from transfer import actions, building, delivery
from transfer.background import package_batch
from units.models import Job

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^[a-z][a-z_]*$")
INSIDE = re.compile(r"(?<![\w./-])[a-z]+_[a-z_]+(?![\w./-])")
# what a standard or a tool calls itself: format identifiers, the validation command
ALLOWED = {"ofd", "rtf"}
# bag-info's labels are the standard's own (RFC 8493); names of files are what their makers called them
BY_NAME = {"计算机文件名", "包内文件名"}


def packed(people, batch) -> dict[str, bytes]:
    """Every file of the batch's only part, by its path."""
    package_batch(actions.start_packaging(batch, by=people[f"{batch.unit.code}:archivist"]), str(batch.uid))
    Job._base_manager.update(state="done")
    (path,) = delivery.package_folder(batch).iterdir()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_all_kinds(people, units, folder):
    """A batch of D09 and one of D07: received, sent, reported, from a back-file; urgent, internal, undated."""
    received = registered(people, disclosure_attr="proactive")
    take(received, "complete", people["D09:clerk"], note="办结。", retention_code="Y")
    sent = brought_to("dispatch", people, doc_type="letter", urgency="extra_urgent", security_class="internal")
    take(sent, "complete", people["D07:clerk"], note="归档。", retention_code="D30")
    report(people)
    lines = [
        {"title": "无日期的一件", "file": text(folder, "1.txt", "正文"), "retention": "永久", "doc_type": "通知"},
        {"title": "只知年份的一件", "date": "2001", "file": text(folder, "2.txt", "正文二"), "retention": "30年"},
        {"title": "只知年月的一件", "date": "2001-03", "file": text(folder, "3.txt", "正文三"), "retention": "永久"},
    ]
    assert run(catalogue(folder, lines), units["D07"], by=people["D07:archivist"]).filed == 3
    Record.objects.unguarded("a test looks").filter(title="只知年份的一件").update(
        carrier_mode="dual", paper_exists=True
    )
    return [made(people), made(people, unit="D09")]


def values_of(name: str, content: bytes):
    """(where, value) of every value that a reader meets."""
    if name.lower().endswith(".xml"):
        for node in etree.fromstring(content).iter(etree.Element):
            if node.tag not in BY_NAME:
                yield node.tag, node.text or ""
            yield from ((f"{node.tag}/{key}", value) for key, value in node.attrib.items())
    elif name.lower().endswith(".csv"):
        for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            yield from (("csv", cell) for cell in line)
    else:
        for line in content.decode().splitlines():
            yield "text", line.partition("：")[2] or line


def is_ours(name: str) -> bool:
    """Written by the program, not a record's own file or a manifest of names."""
    last = name.rpartition("/")[2]
    return last == "metadata.xml" or (
        "/data/" in name and "/电子档案/" not in name and last.lower().endswith((".xml", ".csv", ".txt"))
    )


def test_no_code_word_stands_in_a_package(people, units, tmp_path):
    """Shows: S-04"""
    odd = []
    for batch in of_all_kinds(people, units, tmp_path):
        files = {name: content for name, content in packed(people, batch).items() if is_ours(name)}
        assert sum(name.endswith("metadata.xml") for name in files) == batch.record_count
        for name, content in files.items():
            for place, value in values_of(name, content):
                word = value.strip()
                if (CODE.match(word) and word not in ALLOWED) or (place != "text" and INSIDE.search(word)):
                    odd.append((name.rpartition("/")[2], place, word))
    assert odd == []
    assert set(Record.objects.unguarded("a test looks").values_list("direction", flat=True)) == {"", *Direction.values}


def test_kinds_are_named_as_the_trade_names_them(people, units, tmp_path):
    """Shows: S-04"""
    batch, _ = of_all_kinds(people, units, tmp_path)
    told = b"".join(
        content for name, content in packed(people, batch).items() if name.endswith("metadata.xml")
    ).decode()
    for element in ("<文种 编号=\"M34\">签报</文种>", "<文种 编号=\"M34\">函</文种>", "<紧急程度 编号=\"M35\">特急</紧急程度>",
                    "<日期精度>不详</日期精度>", "<日期精度>年</日期精度>", "<载体形式>纸质和电子</载体形式>", "<件内角色>发文稿纸</件内角色>",
                    "<稿本 编号=\"M45\">正本</稿本>"):  # fmt: skip
        assert element in told, element


def test_the_register_claims_no_check_that_was_not_made(people, units, tmp_path):
    batch, _ = of_all_kinds(people, units, tmp_path)
    (content,) = (content for name, content in packed(people, batch).items() if name.endswith("移交接收登记表.XML"))
    sent = etree.fromstring(content).find("移交单位")
    assert sent.findtext("安全性检测") == "未检测"  # nobody scanned for viruses
    assert (
        sent.findtext("真实性检测").startswith("已检")
        and "项合格，" in sent.findtext("真实性检测")
        and "未检" in sent.findtext("真实性检测")[3:]
    )
    assert sent.findtext("可用性检测") == "已检2项合格，4项未检"


def test_a_package_without_a_self_check_claims_nothing(people):
    stocked(people, 1)
    batch = made(people)
    building.build(batch, made_at=timezone.localtime(), made_by="试", progress=lambda *_: None)
    assert set(building.checks_of(batch).values()) == {"未检测"}
