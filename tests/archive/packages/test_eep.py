"""EEP (DA/T 48—2009): valid by the schema, read back without loss, signed, and written and read in bounded memory."""

import base64
import dataclasses
import io
import os
import re
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from archive.enveloping import signer_of
from archive.packages.eep import NAMESPACE, write_eep
from archive.packages.eep_reading import SCHEMA, EepUnreadable, read_eep
from archive.packages.elements import ELEMENTS
from archive.packages.metadata_reading import read_metadata
from files.store import path_of
from tests.archive.packages.generated import packed_file, packed_record
from tests.archive.packages.test_metadata import full
from tests.made import registered, take

SPACE = {"e": NAMESPACE}
# what DA/T 48 has no place for: it travels in metadata.xml, which is among the files
NOT_HERE = {"M42", "M52", "M53", "M54", "M55", "M56", "M57", "M58", "M59", "M60", "M61", "M62", "M63", "M64", "M85"}


@pytest.fixture
def signer(units):
    return signer_of(units["D30"])


def packed(record, signer, **more) -> bytes:
    out = io.BytesIO()
    write_eep(record, out, made_at="2026-11-27T09:00:00+08:00", signer=signer, **more)
    return out.getvalue()


class Kept:
    """Where the files of a package are read into."""

    def __init__(self) -> None:
        self.files: dict[str, io.BytesIO] = {}

    def __call__(self, name: str):
        self.files[name] = _Open()
        return self.files[name]


class _Open(io.BytesIO):
    def close(self) -> None:
        """What was written is looked at afterwards."""


def names_of(content: bytes) -> set[str]:
    return {etree.QName(one).localname for one in etree.fromstring(content).iter() if isinstance(one.tag, str)}


def test_a_record_is_valid_signed_and_comes_back_without_loss(tmp_path, signer):
    record = full(tmp_path)
    content = packed(record, signer)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(etree.fromstring(content, etree.XMLParser(huge_tree=True))), schema.error_log
    kept = Kept()
    found = read_eep(io.BytesIO(content), kept)
    assert found.faults == [] and found.signed_by == (signer.name, signer.name) and found.is_sound
    file = record.files[0]
    assert list(found.files) == [file.filename, "metadata.xml"]
    assert found.files[file.filename] == (file.sha256, file.bytes)
    assert kept.files[file.filename].getvalue() == file.path.read_bytes()
    back = read_metadata(kept.files["metadata.xml"].getvalue())  # everything, what DA/T 48 has no element for too
    assert back.present == set(ELEMENTS) and back.events == record.events and back.record_uid == record.record_uid
    root = etree.fromstring(content)
    told = {
        name: root.findtext(f".//e:{name}", None, SPACE)
        for name in ("题名", "责任者", "日期", "密级", "年度", "控制标识")
    }
    assert told == {
        "题名": record.title, "责任者": record.author, "日期": record.date, "密级": "公开", "年度": "2011", "控制标识": "开放",
    }  # fmt: skip
    assert [one.text for one in root.iterfind(".//e:业务行为", SPACE)] == ["签发", "开放审核"]
    assert "代签：同意\n请办" in [one.text for one in root.iterfind(".//e:行为描述", SPACE)]
    assert {one.name for one in ELEMENTS.values() if one.number not in NOT_HERE} - names_of(content) == set()


def test_what_is_signed_is_the_exclusive_canonical_form(tmp_path, signer):
    """As an XML library makes it from the tree, whatever stands in texts; so others can verify without our code."""
    record = dataclasses.replace(full(tmp_path), title=" <甲>&“乙”\r\n\t' \" ", remark="备\x0b注")
    content = packed(record, signer)
    root = etree.fromstring(content)
    for name in ("被签名对象", "电子签名"):
        canonical = etree.tostring(root.find(f".//e:{name}", SPACE), method="c14n", exclusive=True, with_comments=False)
        assert canonical in content, name
    assert read_eep(io.BytesIO(content)).is_sound


@pytest.mark.parametrize("count", [1, 5])
def test_manuscripts_of_the_text_are_one_document_and_each_other_file_its_own(tmp_path, signer, count):
    roles = ["发文稿纸", "正本", "定稿", "附件", "附件"][:count]
    files = tuple(
        packed_file(tmp_path, f"{place}.pdf", b"%PDF-" + bytes([place]) * 100, role, place)
        for place, role in enumerate(roles, start=1)
    )
    root = etree.fromstring(packed(packed_record(tmp_path, 1, files=files), signer))
    documents = root.findall(".//e:文档", SPACE)
    assert [len(one.findall("e:文档数据", SPACE)) for one in documents] == ([1, 1] if count == 1 else [2, 1, 1, 1, 1])
    assert [one.findtext("e:文档主从声明", None, SPACE) for one in documents].count("主文档") == 1
    assert documents[-1].findtext("e:题名", None, SPACE) == "元数据"


def test_every_change_of_content_or_signature_is_noticed(tmp_path, signer):
    content = packed(full(tmp_path), signer).decode()
    data = re.search(r"编码数据ID=\"[^\"]+\">([^<]+)<", content)[1]
    other = base64.encodebytes(b"%PDF!").decode()
    wrong = {
        "title": content.replace("关于&lt;甲", "关于&lt;丙", 1),
        "bytes": content.replace(data, other, 1),
        "act": content.replace("<业务行为>签发<", "<业务行为>审核<", 1),
        "when": content.replace("<签名时间>2026", "<签名时间>2025", 1),
        "lock": re.sub(r"<锁定签名>.*</锁定签名>", "", content),
        "no signature": re.sub(r"<电子签名块>.*</锁定签名>", "", content),
    }
    for name, text in wrong.items():
        assert text != content and not read_eep(io.BytesIO(text.encode())).is_sound, name
    faults = {
        "size": content.replace("<计算机文件大小>5<", "<计算机文件大小>6<", 1),
        "empty": re.sub(r"<业务实体块>.*</业务实体块>", "", content, flags=re.DOTALL),
        "medium": re.sub(r"<脱机载体编号>[^<]*</脱机载体编号>", "", content),
        "version": content.replace('eep版本="2009"', 'eep版本="2010"'),
    }
    for name, text in faults.items():
        assert len(read_eep(io.BytesIO(text.encode())).faults) > 1, name
    for text in (content.replace(data, "*" + data[1:], 1), content[:-40], f"<!DOCTYPE x>{content[38:]}"):
        with pytest.raises(EepUnreadable):
            read_eep(io.BytesIO(text.encode()))


def test_two_hundred_megabytes_are_written_and_read_in_little_memory(tmp_path, signer):
    """Neither holds the file: the peak is the same for 10 MB and for 200."""

    def peak(megabytes: int) -> int:
        file = packed_file(tmp_path, "大文件.pdf", b"x")
        file = dataclasses.replace(file, bytes=megabytes << 20)
        block = os.urandom(1 << 20)
        target = tmp_path / f"{megabytes}.eep"
        tracemalloc.start()
        with target.open("wb") as out:
            write_eep(
                packed_record(tmp_path, 1, files=(file,)), out, made_at="2026-11-27T09:00:00+08:00", signer=signer,
                read=lambda one: (block for _ in range(megabytes)),
            )  # fmt: skip
        with target.open("rb") as source:
            assert read_eep(source).is_sound
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        target.unlink()
        return most

    few = peak(10)
    assert peak(200) < 1.2 * few < 40 << 20


def test_the_command_writes_a_record_as_eep_and_refuses_what_is_damaged(people, tmp_path):
    received = registered(people)
    take(received, "complete", people["D09:clerk"], retention_code="D10")
    record = type(received).objects.unguarded("a test looks").get(pk=received.pk).record
    call_command("export_record", str(record.uid), str(tmp_path), "--format", "eep")
    (made,) = tmp_path.iterdir()
    assert made.name == f"{record.archival_code}.eep"
    with made.open("rb") as source:
        found = read_eep(source)
    components = list(record.components.order_by("seq"))
    assert found.is_sound and found.signed_by[0] == record.custodian.name
    assert {name: digest for name, (digest, _) in found.files.items() if name != "metadata.xml"} == {
        one.filename: one.stored_file.sha256 for one in components
    }
    with pytest.raises(CommandError, match="已经存在"):
        call_command("export_record", str(record.uid), str(tmp_path), "--format", "eep")
    made.unlink()
    path_of(components[0].stored_file).write_bytes(b"other")
    with pytest.raises(CommandError, match="摘要不符"):
        call_command("export_record", str(record.uid), str(tmp_path), "--format", "eep")
    assert list(tmp_path.iterdir()) == []
