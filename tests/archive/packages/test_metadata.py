"""metadata.xml: every element M1…M88 from a record to XML and back, valid by the own schema, nothing lost."""

import dataclasses
import gzip
import json
import re
from datetime import UTC, datetime

import pytest
from lxml import etree

from archive.further_fields import FURTHER
from archive.packages import scheme
from archive.packages.contents import PackedEvent, PackedFile, PackedRecord, PackedRelation, PackedSignature
from archive.packages.elements import ELEMENTS
from archive.packages.metadata import metadata_xml, text_of
from archive.packages.metadata_reading import MetadataUnreadable, read_files, read_metadata
from archive.packages.schema import SCHEMA, faults
from tests.archive.packages.generated import packed_file, packed_record
from tests.shared_data import shared_data

HUNG = {"files", "events", "relations", "permissions", "findings", "annotations"}
OF_FILE = {"path", "crc32"}  # where the bytes lie here, and a sum for the ZIP; neither describes the file
SIGNED = PackedSignature(
    "PAdES",
    "2011-01-05T10:00:00+08:00",
    "区人民政府办公室",
    "c2ln",
    ("Y2VydA==",),
    "1.2.840.10045.4.3.2",
    "http://example.org/a",
)


def full(folder) -> PackedRecord:
    """A record with every element of the standard, and with what XML finds hard."""
    file = dataclasses.replace(
        packed_file(folder, "正文 <1> & “2”.pdf", b"%PDF-"),
        created_with="WPS 2019",
        pages=3,
        signatures=(SIGNED, SIGNED),
    )
    given = {one.identifier: ("甲 乙", "丙") if one.is_list else f"{one.label}一" for one in FURTHER}
    return packed_record(
        folder, 1, **given | {"scan_color": "灰度"}, archives_code="D30", systems=("甲系统", "乙系统"), urgency="特急",
        title="  关于<甲>&“乙”的通知\n第二行 ", cc_recipients="甲\t乙", date_precision="日", remark="第一行\n第二行",
        current_location="区档案馆", media=("在线", "光盘1"), media_places=("3号柜",), permissions=(("本单位", "浏览"),),
        control="开放", former_codes=("Z109-WS·2011-D30-BGS-0007（期限有误）",), retention_as_filed="长期",
        retention_basis="02-01 会议纪要", use_scope="全区机关", legacy_code="109-2011-长期-7", archive_code="0007",
        rule_set="DAT22-2015", number_as_given="区府办发［2011］1号", direction="发文", access_status="开放",
        postponed_until="2030-01-01", postponed_ground="涉及国家秘密且保密期限未满", box="12", paper_pages=4,
        retention_decided_by="赵签", copy_only=True, late_reason="夹在<甲>卷\n移交时发现", late_found_on="2026-03-01",
        late_approved_by="李主任", component_count=1, accessioned_on="2020-05-04", custodian_name="区档案馆", state="已进馆",
        completed_at=datetime(2011, 3, 30, 1, 0, tzinfo=UTC), responsible_department="办公室", paper_exists=True,
        findings=("GD-1-8 同号",), files=(file,),
        events=(
            PackedEvent("签发", "2011-01-05T10:00:00+08:00", "赵签", "领导", "区府办", "条例", "同意\n请办", "D01", act="代签"),
            PackedEvent("开放审核", "2036-01-05T10:00:00+08:00", "赵签", "领导", "区府办", unit_code="D01", status="计划任务"),
        ),
        relations=(PackedRelation("Z109-WS·2010-Y-BGS-0001", "批复与请示", "文件间关系", "复其第二项"),),
    )  # fmt: skip


def lost(record: PackedRecord) -> list[str]:
    """Fields of `record` that its XML does not give back; and the XML is valid."""
    content = metadata_xml(record, [file.filename for file in record.files])
    assert faults(content) == []
    back = read_metadata(content)
    wrong = []
    for one in dataclasses.fields(PackedRecord):
        value = getattr(record, one.name)
        if one.name in HUNG:
            continue
        if one.name in scheme.REPEATED:
            same = back.many[one.name] == value
        else:
            same = back.fields[one.name] == ("" if value is None else text_of(value))
        wrong += [] if same else [one.name]
    wrong += [
        name
        for name in ("events", "relations", "permissions", "findings")
        if getattr(back, name) != getattr(record, name)
    ]
    wrong += [] if back.many["annotations"] == record.annotations else ["annotations"]
    for file, read in zip(record.files, back.files, strict=True):
        for one in dataclasses.fields(PackedFile):
            if one.name not in OF_FILE and str(
                getattr(file, one.name) if getattr(file, one.name) is not None else ""
            ) != str(getattr(read, one.name)):
                wrong.append(f"file.{one.name}")
    return wrong


def test_the_elements_are_the_standards_88():
    assert list(ELEMENTS) == [f"M{n}" for n in range(1, 89)]
    assert ELEMENTS["M22"].name == "题名" and ELEMENTS["M22"].parent == "M21"
    named = {one.number: one.name for block in (*scheme.BEFORE_FILES, *scheme.AFTER_FILES) for one in block.fields}
    named |= {one.number: one.name for one in (*scheme.RIGHTS, *scheme.EVENT, *scheme.RELATION, *scheme.SIGNATURE)}
    assert {number: ELEMENTS[number].name for number in named} == named
    assert {one.number: one.label for one in FURTHER} == {one.number: ELEMENTS[one.number].name for one in FURTHER}


def test_every_element_goes_to_xml_and_comes_back(tmp_path):
    """Shows: M1–M88"""
    record = full(tmp_path)
    content = metadata_xml(record, [file.filename for file in record.files])
    assert lost(record) == []
    present = read_metadata(content).present
    assert present == set(ELEMENTS)
    for element in etree.fromstring(content).iter():
        if number := element.get("编号"):
            assert element.tag == ELEMENTS[number].name


def test_the_scheme_says_its_version_and_a_file_of_the_one_before_stays_valid(tmp_path):
    """版本 3 brought 期限确定人, 只存复制件 and 补充归档: a package of before has none of them and is no worse for it."""
    record = packed_record(tmp_path, 1)
    content = metadata_xml(record, [file.filename for file in record.files])
    assert '标准="DA/T 46—2009" 版本="3"' in content.decode() and "<只存复制件>否</只存复制件>" in content.decode()
    before = content.replace("<只存复制件>否</只存复制件>".encode(), b"")
    assert faults(before.replace('版本="3"'.encode(), '版本="2"'.encode())) == []
    back = read_metadata(before)
    assert [back.fields[name] for name in ("copy_only", "late_reason", "retention_decided_by")] == ["", "", ""]
    assert faults(content.replace('版本="3"'.encode(), '版本="4"'.encode())) != []


@pytest.mark.parametrize("odd", ["", "\r\n\t", "\x0b", "a\"&<>'", "\ud800"])
def test_it_is_written_as_an_xml_library_writes_it(tmp_path, odd):
    """Read and written again by lxml it is the same, byte for byte, whatever stands in texts and attributes."""
    file = dataclasses.replace(packed_file(tmp_path, f"正文{odd}.pdf", b"%PDF-"), format_id=f"fmt/1{odd}")
    record = dataclasses.replace(full(tmp_path), remark=f"备注{odd}", files=(file,), archival_code=f"Z109{odd}")
    content = metadata_xml(record, ["a.pdf"])
    again = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
    assert etree.tostring(again, encoding="UTF-8", xml_declaration=True, pretty_print=True) == content
    assert ("字符清理" in content.decode()) == (odd in ("\x0b", "\ud800"))


def test_what_a_package_is_held_against_is_what_the_metadata_state(tmp_path):
    content = metadata_xml(full(tmp_path), ["a.pdf"])
    whole, (uid, files) = read_metadata(content), read_files(content)
    assert uid == whole.record_uid
    assert [(one.stored_name, one.bytes, one.sha256) for one in files] == [
        (one.stored_name, one.bytes, one.sha256) for one in whole.files
    ]


def test_the_schema_knows_the_numbers_and_refuses_what_is_wrong(tmp_path):
    drawn = SCHEMA.read_text(encoding="utf-8")
    assert set(re.findall(r'fixed="(M\d+)"', drawn)) == set(ELEMENTS)
    content = metadata_xml(full(tmp_path), ["a.pdf"]).decode()
    wrong = {
        "<年度": content.replace(">2011<", ">11<", 1),
        "M22": content.replace('<题名 编号="M22"', '<题名 编号="M23"'),
        "密级": content.replace(">公开</密级>", ">随便</密级>"),
        "activity": content.replace(">签发</业务行为>", ">并入来文</业务行为>"),
        "missing": re.sub(r"<立档单位名称.*?</立档单位名称>", "", content),
        "twice": re.sub(r"(<责任者.*?</责任者>)", r"\1\1", content),
        "digest": re.sub(r">[0-9a-f]{64}<", ">abc<", content, count=1),
    }
    for name, text in wrong.items():
        assert text != content, name
        assert faults(text.encode()), name


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE x><x/>", b"\xff\xfe", b"<x>" * 9])
def test_what_is_no_metadata_is_told(content):
    with pytest.raises(MetadataUnreadable):
        read_metadata(content)
    assert faults(content)


def real_records(folder, count: int):
    """Real official texts as records where the shared data are; else made ones, and the run says so."""
    place = shared_data()
    if place is None or not (place / "documents.jsonl.gz").is_file():
        print("real data not tried: documents.jsonl.gz is absent; made records instead")
        yield from (packed_record(folder, n) for n in range(1, count + 1))
        return
    with gzip.open(place / "documents.jsonl.gz", "rt", encoding="utf-8") as source:
        for number, line in zip(range(1, count + 1), source, strict=False):
            row = json.loads(line)
            yield packed_record(
                folder, number, title=row["title"], author=row["issuer"] or "", doc_number=row["number"] or "",
                number_as_given=row["number"] or "", date=(row["date"] or "").replace("-", ""),
                abstract=row["body"][:3000],
                keywords=row["topic"] or "", remark=row["kind"] or "",
            )  # fmt: skip


def test_five_hundred_real_documents_lose_no_field(tmp_path):
    """Shows: 6.2"""
    tried = [(record.title, lost(record)) for record in real_records(tmp_path, 500)]
    assert len(tried) == 500 and [one for one in tried if one[1]] == []
