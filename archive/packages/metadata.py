"""metadata.xml of one record by DA/T 46—2009: elements in Chinese, each with its number M1…M88 as attribute 编号.

Four blocks as in the standard: 文件实体, 机构人员实体, 业务实体, 实体关系. What the standard has no element for (digest,
role in the item, opening opinion …) stands without a number: in 扩展元数据, or beside the numbered elements of a file.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from .contents import PackedEvent, PackedFile, PackedRecord
from .scheme import (
    AFTER_FILES,
    BEFORE_FILES,
    BESIDE_EVENT,
    EVENT,
    EXTENSION,
    EXTENSIONS,
    MANUSCRIPT_TYPES,
    PERMISSION,
    RELATION,
    RIGHTS,
    SIGNATURE,
    Block,
    Field,
)

ROOT = "电子文件元数据"
STANDARD = "DA/T 46—2009"
VERSION = "3"  # of our scheme (data/metadata.xsd says what each added)
XML_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKED = re.compile("[&<>\r]")


class _Node:
    """One element as text: a tree of its own, because building and writing one with lxml takes three times as long.

    An element without elements, as most are, is its line.
    """

    __slots__ = ("children", "head", "name", "text")

    def __init__(self, name: str, head: str, text: str = "") -> None:
        self.name, self.head, self.text = name, head, text
        self.children: list[_Node | str] = []

    def write(self, out: list[str], indent: str) -> None:
        """As lxml prints it with pretty_print: nothing is put in where there is text beside elements."""
        if not self.children:
            out.append(indent + _line(self.name, self.head, self.text))
            return
        inner: list[str] = [] if self.text else out
        below = "" if self.text else f"{indent}  "
        if not self.text:
            out.append(f"{indent}<{self.head}>\n")
        for child in self.children:
            if isinstance(child, str):
                inner.append(below + child)
            else:
                child.write(inner, below)
        if self.text:
            lines = "".join(line.removesuffix("\n") for line in inner)
            out.append(f"{indent}<{self.head}>{self.text}{lines}</{self.name}>\n")
        else:
            out.append(f"{indent}</{self.name}>\n")


def _line(name: str, head: str, text: str) -> str:
    return f"<{head}>{text}</{name}>\n" if text else f"<{head}/>\n"


def _escaped(text: str) -> str:
    if _MARKED.search(text) is None:
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


class _Writer:
    """Builds one tree and, where it `cleans`, remembers what XML could not hold."""

    def __init__(self, *, cleans: bool) -> None:
        self.cleans = cleans
        self.removed: list[str] = []

    def element(self, parent: _Node, name: str, value: object = "", number: str = "", **attributes: str) -> _Node:
        """An element that others will stand in."""
        child = _Node(name, self._head(name, number, attributes), self._text(name, value))
        parent.children.append(child)
        return child

    def leaf(self, parent: _Node, name: str, value: object = "", number: str = "", **attributes: str) -> None:
        head = self._head(name, number, attributes)
        parent.children.append(_line(name, head, self._text(name, value)))

    def _head(self, name: str, number: str, attributes: dict[str, str]) -> str:
        head = f'{name} 编号="{number}"' if number else name
        for key, text in attributes.items():
            head += f' {key}="{_quoted(self.clean(text, name))}"'
        return head

    def _text(self, name: str, value: object) -> str:
        if value in ("", None):
            return ""
        text = value if isinstance(value, str) else text_of(value)
        return _escaped(self.clean(text, name) if self.cleans else text)

    def fields(self, parent, fields: Iterable[Field], source: object) -> None:
        """Those of `fields` that `source` has, a repeatable one once a value; mandatory ones even when empty."""
        for number, name, identifier, mandatory in fields:
            value = getattr(source, identifier)
            if not isinstance(value, tuple):
                if mandatory or value not in ("", None):
                    self.leaf(parent, name, value, number)
                continue
            for one in value:
                if mandatory or one not in ("", None):
                    self.leaf(parent, name, one, number)

    def clean(self, text: str, name: str) -> str:
        """`text` without the characters that XML 1.0 forbids; each loss becomes a note of the record."""
        if self.cleans and XML_ILLEGAL.search(text):
            illegal = sorted(set(XML_ILLEGAL.findall(text)))
            codes = "、".join(f"U+{ord(c):04X}" for c in illegal)
            self.removed.append(f"{name}：已去除XML不能记载的字符 {codes}")
            text = XML_ILLEGAL.sub("", text)
        return text


def text_of(value: object) -> str:
    """A value as it stands in the file: 是 or 否, a moment with its seconds and zone, else as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def metadata_xml(record: PackedRecord, stored: Iterable[str]) -> bytes:
    """The record's metadata; `stored` are the names that its files bear in the package, in the order of its files."""
    files = list(stored)
    text = _written(record, files, cleans=False)
    if XML_ILLEGAL.search(text):  # which element it is in is asked only where there is something
        text = _written(record, files, cleans=True)
    return text.encode()


def _written(record: PackedRecord, stored: Iterable[str], *, cleans: bool) -> str:
    root = _Node(ROOT, f'{ROOT} 标准="{STANDARD}" 版本="{VERSION}"')
    writer = _Writer(cleans=cleans)
    entity = writer.element(root, "文件实体")
    writer.leaf(entity, "聚合层次", "文件", "M1")
    for block in BEFORE_FILES:
        _write_block(writer, entity, block, record)
    for file, name in zip(record.files, stored, strict=True):
        _write_file(writer, entity, file, name)
    for block in AFTER_FILES:
        _write_block(writer, entity, block, record)
    _write_rights(writer, entity, record)
    writer.fields(writer.element(entity, EXTENSION), EXTENSIONS, record)
    agents = _write_agents(writer, root, record)
    for event in record.events:
        writer.fields(
            writer.element(root, "业务实体", 机构人员标识=agents[_agent(event)]), (*EVENT, *BESIDE_EVENT), event
        )
    for relation in record.relations:
        writer.fields(writer.element(root, "实体关系"), RELATION, relation)
    _write_annotations(writer, entity, record)
    out = ["<?xml version='1.0' encoding='UTF-8'?>\n"]
    root.write(out, "")
    return "".join(out)


def _write_block(writer: _Writer, entity, block: Block, record: PackedRecord) -> None:
    parent = entity
    if block.name:
        if not block.is_mandatory and not any(getattr(record, one.identifier) for one in block.fields):
            return
        parent = writer.element(entity, block.name, record.archival_code if block.name == "档号" else "", block.number)
    writer.fields(parent, block.fields, record)


def _write_file(writer: _Writer, entity, file: PackedFile, stored: str) -> None:
    block = writer.element(entity, "电子属性", number="M46")
    writer.leaf(block, "文档序号", file.seq, "M19")
    if manuscript := MANUSCRIPT_TYPES.get(file.role):
        writer.leaf(block, "稿本", manuscript, "M45")
    writer.leaf(block, "格式信息", file.mime, "M47", 格式标识=file.format_id)
    writer.leaf(block, "计算机文件名", file.filename, "M48")
    writer.leaf(block, "计算机文件大小", file.bytes, "M49")
    if file.created_with:
        writer.leaf(block, "文档创建程序", file.created_with, "M50")
    for one in file.signatures:
        writer.fields(writer.element(block, "电子签名", number="M57"), SIGNATURE, one)
    writer.leaf(block, "件内角色", file.role)
    writer.leaf(block, "原件", file.is_original)
    if file.pages is not None:
        writer.leaf(block, "文件页数", file.pages)
    writer.leaf(block, "包内文件名", stored)
    writer.leaf(block, "数字摘要", file.sha256, 算法="SHA-256")


def _write_rights(writer: _Writer, entity, record: PackedRecord) -> None:
    rights = writer.element(entity, "权限管理", number="M70")
    writer.fields(rights, RIGHTS[:1], record)
    for agent, act in record.permissions:
        granted = writer.element(rights, "授权")
        for (number, name), value in zip(PERMISSION, (agent, act), strict=True):
            writer.leaf(granted, name, value, number)
    writer.fields(rights, RIGHTS[1:], record)


def _agent(event: PackedEvent) -> tuple[str, str, str, str]:
    return event.agent_name, event.post, event.unit_name, event.unit_code


def _write_agents(writer: _Writer, root, record: PackedRecord) -> dict[tuple[str, str, str, str], str]:
    """One 机构人员实体 for the creating unit and one for each person in each post; their identifiers by agent."""
    unit = writer.element(root, "机构人员实体", 标识="A0")
    writer.leaf(unit, "机构人员类型", "单位", "M76")
    writer.leaf(unit, "机构人员名称", record.unit_name, "M77")
    agents: dict[tuple[str, str, str, str], str] = {}
    for event in record.events:
        if (agent := _agent(event)) in agents:
            continue
        agents[agent] = f"A{len(agents) + 1}"
        block = writer.element(root, "机构人员实体", 标识=agents[agent])
        writer.leaf(block, "机构人员类型", "个人", "M76")
        writer.leaf(block, "机构人员名称", event.agent_name, "M77")
        if event.unit_code:
            writer.leaf(block, "组织机构代码", event.unit_code, "M78")
        if event.post:
            writer.leaf(block, "个人职位", event.post, "M79")
        if event.unit_name:
            writer.leaf(block, "所在单位", event.unit_name)
    return agents


def _write_annotations(writer: _Writer, entity, record: PackedRecord) -> None:
    """附注 comes last in 文件实体 (M75), and last in time: only now are all lost characters known."""
    notes = [("备注", record.remark)] if record.remark else []
    notes += [("附注", text) for text in record.annotations]
    notes += [("归档检测", finding) for finding in record.findings]
    for kind, text in notes:
        writer.leaf(entity, "附注", text, "M75", 类型=kind)
    for text in dict.fromkeys(writer.removed):
        writer.leaf(entity, "附注", text, "M75", 类型="字符清理")
