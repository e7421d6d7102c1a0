"""One record as EEP (DA/T 48—2009, domain 7.2): one XML file with metadata, files in Base64 and signatures; streamed.

What is written is canonical already (Exclusive C14N): the digest that is signed is that of the bytes as they go out.
The record's whole metadata.xml goes along as the last 文档, because the standard has no place for all of it.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO

from .contents import PackedEvent, PackedFile, PackedRecord
from .metadata import XML_ILLEGAL, metadata_xml, text_of
from .names import METADATA
from .scheme import BEFORE_FILES, MANUSCRIPT_TYPES, RELATION, Block, Field

NAMESPACE = "http://www.saac.gov.cn/standards/ERM/encapsulation"
YEAR = "2009"
ROOT, SIGNED, DATA = "电子文件封装包", "被签名对象", "编码数据"
FORMAT = "本封装包依据 DA/T 48—2009《基于XML的电子文件封装规范》，编码数据为 Base64（IETF RFC 2045）"
ORIGINAL = "本封装包包含电子文件数据及其元数据，原始封装，未经修改"
DECODING = "Base64（IETF RFC 2045），反编码关键字为 base64-扩展名"
RULE = "Exclusive XML C14N（{}）→ SHA-256 → 签名"
LINE_BYTES = 57  # of a line of 76 characters
BLOCK = LINE_BYTES << 14
TOO_FEW = "没有电子文件，不能封装。"


@dataclass(frozen=True)
class Signer:
    """Who signs: name, certificates (DER, his own first), the algorithm's OID, and how a SHA-256 digest is signed."""

    name: str
    certificates: tuple[bytes, ...]
    algorithm: str
    sign: Callable[[bytes], bytes]


class _Out:
    """Writes canonical XML; what lies inside `signing` is digested too."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.is_signed = False

    def write(self, data: bytes) -> None:
        self.file.write(data)
        if self.is_signed:
            self.digest.update(data)

    @contextmanager
    def element(self, name: str, **attributes: str) -> Iterator[None]:
        self.write(f"<{name}{_attributes(attributes)}>".encode())
        yield
        self.write(f"</{name}>".encode())

    @contextmanager
    def signing(self, name: str, **attributes: str) -> Iterator[None]:
        """The element that is signed: it names the namespace itself, as its canonical form does."""
        self.digest, self.is_signed = hashlib.sha256(), True
        with self.element(name, xmlns=NAMESPACE, **attributes):
            yield
        self.is_signed = False

    def leaf(self, name: str, value: object, **attributes: str) -> None:
        with self.element(name, **attributes):
            self.write(_text(text_of(value)).encode())

    def some(self, name: str, value: object) -> None:
        if value not in ("", None):
            self.leaf(name, value)


def _attributes(given: dict[str, str]) -> str:
    """In the order of canonical XML: the namespace first, then by name."""
    rows = sorted(given.items(), key=lambda one: (one[0] != "xmlns", one[0]))
    return "".join(f' {name}="{_text(value).replace(chr(34), "&quot;")}"' for name, value in rows)


def _text(text: str) -> str:
    kept = XML_ILLEGAL.sub("", text)
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def write_eep(record: PackedRecord, file: BinaryIO, *, made_at: datetime, signer: Signer, read=None) -> None:
    """The whole package; `read(packed_file)` gives the blocks of a file and proves them. ValueError without a file."""
    if not record.files:
        raise ValueError(TOO_FEW)
    out = _Out(file)
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    with out.element(ROOT, xmlns=NAMESPACE):
        out.leaf("封装包格式描述", FORMAT)
        out.leaf("版本", YEAR)
        with out.signing(SIGNED, eep版本=YEAR):
            out.leaf("封装包类型", "原始型")
            out.leaf("封装包类型描述", ORIGINAL)
            out.leaf("封装包创建时间", made_at)
            out.leaf("封装包创建单位", signer.name)
            with out.element("封装内容"):
                _contents(out, record, read)
        _signatures(out, signer, made_at)
    file.write(b"\n")


def _contents(out: _Out, record: PackedRecord, read) -> None:
    agents = _agents(record)
    with out.element("文件实体块"):
        with out.element("文件实体"):
            _entity(out, record, read)
        for relation in record.relations:
            with out.element("文件实体关系"):
                out.leaf("文件标识符", record.record_uid)
                out.leaf("被关联文件标识符", relation.target)
                for one in RELATION[1:]:
                    out.some(one.name, getattr(relation, one.identifier))
    with out.element("业务实体块"):
        for number, event in enumerate(record.events or (_packing(record),), start=1):
            with out.element("业务实体"):
                out.leaf("业务标识符", f"B{number}")
                out.leaf("机构人员标识符", agents.get(_agent(event), "A0"))
                out.leaf("文件标识符", record.record_uid)
                out.leaf("业务状态", event.status)
                out.leaf("业务行为", event.activity)
                out.leaf("行为时间", event.at)
                out.some("行为依据", event.mandate)
                out.some("行为描述", "：".join(filter(None, (event.act, event.description))))
    with out.element("机构人员实体块"):
        _agent_element(out, "A0", "单位", record.unit_name)
        for (name, post, _, code), key in agents.items():
            _agent_element(out, key, "个人", name, code, post)


def _packing(record: PackedRecord) -> PackedEvent:
    """The block has to hold an act at least: of a record without any, that it was filed."""
    return PackedEvent("归档登记", record.filed_at or "", record.unit_name)


def _agent(event: PackedEvent) -> tuple[str, str, str, str]:
    return event.agent_name, event.post, event.unit_name, event.unit_code


def _agents(record: PackedRecord) -> dict[tuple[str, str, str, str], str]:
    found = dict.fromkeys(_agent(event) for event in record.events)
    return {agent: f"A{number}" for number, agent in enumerate(found, start=1)}


def _agent_element(out: _Out, key: str, kind: str, name: str, code: str = "", post: str = "") -> None:
    with out.element("机构人员实体"):
        out.leaf("机构人员标识符", key)
        out.leaf("机构人员类型", kind)
        out.leaf("机构人员名称", name)
        out.some("组织机构代码", code)
        out.some("个人职位", post)


def _entity(out: _Out, record: PackedRecord, read) -> None:
    out.leaf("聚合层次", "文件")
    for block in BEFORE_FILES:
        _block(out, block, record)
    with out.element("存储位置"):
        out.some("当前位置", record.current_location)
        _many(out, "脱机载体编号", record.media or ("在线",))
        _many(out, "脱机载体存址", record.media_places)
        out.some("缩微号", record.microform_no)
    with out.element("权限管理"):
        out.some("知识产权说明", record.rights_statement)
        for agent, act in record.permissions:
            with out.element("授权"):
                out.leaf("授权对象", agent)
                out.leaf("授权行为", act)
        out.some("控制标识", record.control)
    _many(out, "信息系统描述", record.systems)
    _many(out, "附注", (*filter(None, (record.remark,)), *record.annotations))
    with out.element("文件数据"):
        _documents(out, record, read)


def _many(out: _Out, name: str, values: Iterable[str]) -> None:
    for value in values:
        out.leaf(name, value)


NOT_HERE = frozenset({"item_total"})  # M42 件数 is of volumes: the schema of DA/T 48 has no place for it


def _block(out: _Out, block: Block, record: PackedRecord) -> None:
    if not block.name:
        _fields(out, block.fields, record)
        return
    with out.element(block.name):
        if block.name == "档号":
            out.write(_text(record.archival_code).encode())
        _fields(out, block.fields, record)
        if block.name == "形式特征":
            out.some(
                "稿本", next((MANUSCRIPT_TYPES[one.role] for one in record.files if one.role in MANUSCRIPT_TYPES), "")
            )


def _fields(out: _Out, fields: Iterable[Field], record: PackedRecord) -> None:
    for one in fields:
        if one.identifier in NOT_HERE:
            continue
        value = getattr(record, one.identifier)
        for single in value if isinstance(value, tuple) else (value,):
            if one.is_mandatory or single not in ("", None):
                out.leaf(one.name, single)


def _documents(out: _Out, record: PackedRecord, read) -> None:
    """The 正本 with its other manuscripts is the main 文档; whatever else, each its own; metadata.xml the last."""
    main = [one for one in record.files if one.role in MANUSCRIPT_TYPES] or [record.files[0]]
    groups = [main, *([one] for one in record.files if one not in main)]
    for number, files in enumerate(groups, start=1):
        key = f"修改0-文档{number}"
        with out.element("文档"):
            _head(out, key, number, files[0].role, is_main=number == 1)
            for place, one in enumerate(files, start=1):
                told = (one.mime, one.filename, one.bytes, one.created_with)
                _coded(out, f"{key}-文档数据{place}", told, read(one) if read else _blocks(one), record)
    content = metadata_xml(record, [one.filename for one in record.files])
    number = len(groups) + 1
    with out.element("文档"):
        _head(out, f"修改0-文档{number}", number, "元数据", is_main=False)
        _coded(out, f"修改0-文档{number}-文档数据1", ("text/xml", METADATA, len(content), ""), (content,))


def _head(out: _Out, key: str, number: int, title: str, *, is_main: bool) -> None:
    out.leaf("文档标识符", key)
    out.leaf("文档序号", number)
    out.leaf("文档主从声明", "主文档" if is_main else "附属文档")
    out.leaf("题名", title)


def _coded(out: _Out, key: str, told: tuple, blocks: Iterable[bytes], record: PackedRecord | None = None) -> None:
    mime, filename, size, program = told
    ending = PurePath(filename).suffix.lstrip(".").lower() or "bin"
    code = f"{key}-编码1"
    with out.element("文档数据", 文档数据ID=key), out.element("编码", 编码ID=code):
        with out.element("电子属性"):
            out.some("格式信息", mime)
            out.leaf("计算机文件名", filename)
            out.leaf("计算机文件大小", size)
            out.some("文档创建程序", program)
        if record is not None and record.scan_resolution and record.scan_color:
            with out.element("数字化属性"):
                out.some("数字化对象形态", record.digitized_from)
                out.leaf("扫描分辨率", record.scan_resolution)
                out.leaf("扫描色彩模式", record.scan_color)
                out.some("图像压缩方案", record.scan_compression)
        out.leaf("编码描述", DECODING)
        out.leaf("反编码关键字", f"base64-{ending}")
        with out.element(DATA, 编码数据ID=f"{code}-编码数据"):
            for block in _even(blocks):
                out.write(base64.encodebytes(block))


def _even(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of whole lines, so that Base64 goes on where it stopped."""
    left = b""
    for block in blocks:
        left += block
        whole = len(left) // LINE_BYTES * LINE_BYTES
        if whole:
            yield left[:whole]
            left = left[whole:]
    if left:
        yield left


def _blocks(file: PackedFile) -> Iterator[bytes]:
    with file.path.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def _signatures(out: _Out, signer: Signer, made_at: datetime) -> None:
    """电子签名 of 被签名对象, and 锁定签名 of that 电子签名: the standard has both or neither."""
    key = "修改0-签名1"
    result = signer.sign(out.digest.digest())
    with out.element("电子签名块"), out.signing("电子签名"):
        out.leaf("签名标识符", key)
        _signature(out, signer, made_at, RULE.format(SIGNED), result)
    lock = signer.sign(out.digest.digest())
    with out.element("锁定签名"):
        out.leaf("被锁定签名标识符", key)
        _signature(out, signer, made_at, RULE.format("电子签名"), lock)


def _signature(out: _Out, signer: Signer, made_at: datetime, rule: str, result: bytes) -> None:
    out.leaf("签名规则", rule)
    out.leaf("签名时间", made_at)
    out.leaf("签名人", signer.name)
    out.leaf("签名结果", base64.b64encode(result).decode())
    with out.element("证书块"):
        for certificate in signer.certificates:
            out.leaf("证书", base64.b64encode(certificate).decode())
    out.leaf("签名算法标识", signer.algorithm)
