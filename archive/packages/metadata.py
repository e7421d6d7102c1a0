"""metadata.xml of one record by DA/T 46—2009: elements in Chinese, each with its number M1…M88 as attribute 编号.

Four blocks as in the standard: 文件实体, 机构人员实体, 业务实体, 实体关系. What the standard has no element for (digest,
role in the item, opening opinion …) stands without a number: in 扩展元数据, or beside the numbered elements of a file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from .contents import PackedEvent, PackedFile, PackedRecord, PackedRelation

LONGEST_BYTES = 8 << 20
ROOT = "电子文件元数据"
STANDARD = "DA/T 46—2009"

# (container, its number) -> its simple elements (number, name, identifier of PackedRecord, mandatory)
CONTAINERS = (
    (
        ("来源", "M2"),
        (
            ("M3", "档案馆名称", "archives_name", False),
            ("M5", "全宗名称", "fonds_name", False),
            ("M6", "立档单位名称", "unit_name", True),
        ),
    ),
    (("", ""), (("M7", "电子文件号", "record_uid", True),)),
    (
        ("档号", "M8"),
        (
            ("M9", "全宗号", "fonds_code", False),
            ("M11", "年度", "year", True),
            ("M12", "保管期限", "retention", True),
            ("M13", "机构或问题", "class_name", False),
            ("M14", "类别号", "category_code", False),
            ("M17", "室编件号", "item_no", False),
        ),
    ),
    (
        ("内容描述", "M21"),
        (
            ("M22", "题名", "title", True),
            ("M31", "文件编号", "doc_number", False),
            ("M32", "责任者", "author", True),
            ("M33", "日期", "date", True),
            ("M34", "文种", "doc_type", False),
            ("M35", "紧急程度", "urgency", False),
            ("M36", "主送", "main_recipients", False),
            ("M37", "抄送", "cc_recipients", False),
            ("M38", "密级", "security_class", True),
        ),
    ),
)
EXTENSIONS = (
    ("机构或问题代码", "class_code"),
    ("日期精度", "date_precision"),
    ("主办部门", "responsible_department"),
    ("办结时间", "completed_at"),
    ("归档时间", "filed_at"),
    ("归档人", "filed_by"),
    ("载体形式", "carrier_mode"),
    ("纸质件", "paper_exists"),
    ("开放审核意见", "access_opinion"),
    ("公开属性", "disclosure_attr"),
)
EVENT_ELEMENTS = (
    ("M81", "业务行为", "activity"),
    ("M82", "行为时间", "at"),
    ("M83", "行为依据", "mandate"),
    ("M84", "行为描述", "description"),
)
RELATION_ELEMENTS = (
    ("M85", "实体标识符", "target"),
    ("M86", "关系类型", "relation_type"),
    ("M87", "关系", "relation"),
    ("M88", "关系描述", "description"),
)
MANUSCRIPT_TYPES = {"正本": "正本", "定稿": "定稿", "复制件": "副本", "修订本": "修订本"}
XML_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Writer:
    """Builds one tree and remembers what XML could not hold."""

    def __init__(self) -> None:
        self.removed: list[str] = []

    def element(self, parent, name: str, value: object = "", number: str = "", **attributes: str):
        child = etree.SubElement(parent, name)
        if number:
            child.set("编号", number)
        for key, text in attributes.items():
            child.set(key, self.clean(text, name))
        if value not in ("", None):
            child.text = self.clean(_text(value), name)
        return child

    def clean(self, text: str, name: str) -> str:
        """`text` without the characters that XML 1.0 forbids; each loss becomes a note of the record."""
        if illegal := sorted(set(XML_ILLEGAL.findall(text))):
            codes = "、".join(f"U+{ord(c):04X}" for c in illegal)
            self.removed.append(f"{name}：已去除XML不能记载的字符 {codes}")
            text = XML_ILLEGAL.sub("", text)
        return text


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)


def metadata_xml(record: PackedRecord, stored: Iterable[str]) -> bytes:
    """The record's metadata; `stored` are the names that its files bear in the package, in the order of its files."""
    root = etree.Element(ROOT, 标准=STANDARD, 版本="1")
    writer = _Writer()
    entity = writer.element(root, "文件实体")
    _write_description(writer, entity, record)
    for file, name in zip(record.files, stored, strict=True):
        _write_file(writer, entity, file, name)
    _write_management(writer, entity, record)
    agents = _write_agents(writer, root, record)
    for event in record.events:
        block = writer.element(root, "业务实体", 机构人员标识=agents[_agent(event)])
        writer.element(block, "业务状态", "历史行为", "M80")
        _write_all(writer, block, EVENT_ELEMENTS, event, ("activity", "at"))
    for relation in record.relations:
        _write_all(writer, writer.element(root, "实体关系"), RELATION_ELEMENTS, relation, ("target",))
    _write_annotations(writer, entity, record)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _write_description(writer: _Writer, entity, record: PackedRecord) -> None:
    writer.element(entity, "聚合层次", "文件", "M1")
    for (container, number), elements in CONTAINERS:
        parent = entity
        if container:
            text = record.archival_code if container == "档号" else ""
            parent = writer.element(entity, container, text, number)
        for number, name, identifier, mandatory in elements:
            value = getattr(record, identifier)
            if identifier == "security_class":
                value = value or "公开"
            if mandatory or value not in ("", None):
                writer.element(parent, name, value, number)
    form = writer.element(entity, "形式特征", number="M40")
    writer.element(form, "文件组合类型", "组合文件" if len(record.files) > 1 else "单件", "M41")
    if record.page_count is not None:
        writer.element(form, "页数", record.page_count, "M43")
    writer.element(form, "语种", "汉语", "M44")


def _write_file(writer: _Writer, entity, file: PackedFile, stored: str) -> None:
    block = writer.element(entity, "电子属性", number="M46")
    writer.element(block, "文档序号", file.seq, "M19")
    if manuscript := MANUSCRIPT_TYPES.get(file.role):
        writer.element(block, "稿本", manuscript, "M45")
    writer.element(block, "格式信息", file.mime, "M47", 格式标识=file.format_id)
    writer.element(block, "计算机文件名", file.filename, "M48")
    writer.element(block, "计算机文件大小", file.bytes, "M49")
    writer.element(block, "件内角色", file.role)
    writer.element(block, "原件", file.is_original)
    writer.element(block, "包内文件名", stored)
    writer.element(block, "数字摘要", file.sha256, 算法="SHA-256")


def _write_management(writer: _Writer, entity, record: PackedRecord) -> None:
    if record.files or not record.paper_exists:  # what lies in a box only is not online
        place = writer.element(entity, "存储位置", number="M65")
        writer.element(place, "脱机载体编号", "在线", "M67")
    rights = writer.element(entity, "权限管理", number="M70")
    if record.access_opinion in ("开放", "控制"):  # the whole range of M74; other opinions stand in the extension
        writer.element(rights, "控制标识", record.access_opinion, "M74")
    extension = writer.element(entity, "扩展元数据")
    for name, identifier in EXTENSIONS:
        if (value := getattr(record, identifier)) not in ("", None):
            writer.element(extension, name, value)


def _agent(event: PackedEvent) -> tuple[str, str, str]:
    return event.agent_name, event.post, event.unit_name


def _write_agents(writer: _Writer, root, record: PackedRecord) -> dict[tuple[str, str, str], str]:
    """One 机构人员实体 for the creating unit and one for each person in each post; their identifiers by agent."""
    unit = writer.element(root, "机构人员实体", 标识="A0")
    writer.element(unit, "机构人员类型", "单位", "M76")
    writer.element(unit, "机构人员名称", record.unit_name, "M77")
    agents: dict[tuple[str, str, str], str] = {}
    for event in record.events:
        if (agent := _agent(event)) in agents:
            continue
        agents[agent] = f"A{len(agents) + 1}"
        block = writer.element(root, "机构人员实体", 标识=agents[agent])
        writer.element(block, "机构人员类型", "个人", "M76")
        writer.element(block, "机构人员名称", event.agent_name, "M77")
        if event.post:
            writer.element(block, "个人职位", event.post, "M79")
        if event.unit_name:
            writer.element(block, "所在单位", event.unit_name)
    return agents


def _write_all(writer: _Writer, block, elements, source: object, mandatory: tuple[str, ...]) -> None:
    for number, name, identifier in elements:
        value = getattr(source, identifier)
        if value or identifier in mandatory:
            writer.element(block, name, value, number)


def _write_annotations(writer: _Writer, entity, record: PackedRecord) -> None:
    """附注 comes last in 文件实体 (M75), and last in time: only now are all lost characters known."""
    notes = [("备注", record.remark)] if record.remark else []
    notes += [("归档检测", finding) for finding in record.findings]
    blocks = [writer.element(entity, "附注", text, "M75", 类型=kind) for kind, text in notes]
    for text in dict.fromkeys(writer.removed):
        blocks.append(writer.element(entity, "附注", text, "M75", 类型="字符清理"))


# ----------------------------------------------------------------- reading


class MetadataUnreadable(Exception):
    """metadata.xml cannot be read: the sentence says why."""


@dataclass(frozen=True)
class MetadataFile:
    """One 电子属性 as stated; `bytes` is -1 when the size stated is no number."""

    filename: str
    stored_name: str
    role: str
    seq: str
    bytes: int
    sha256: str
    mime: str
    format_id: str
    is_original: bool


@dataclass(frozen=True)
class RecordMetadata:
    """A record as its metadata state it: `fields` by the identifiers of PackedRecord, all text, "" when absent."""

    fields: dict[str, str]
    files: tuple[MetadataFile, ...]
    events: tuple[PackedEvent, ...]
    relations: tuple[PackedRelation, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def record_uid(self) -> str:
        return self.fields["record_uid"]


def parsed_xml(content: bytes):
    """The root of an XML file from outside: no document type, no entities, no network, bounded size."""
    if len(content) > LONGEST_BYTES:
        raise MetadataUnreadable(f"文件超过{LONGEST_BYTES >> 20} MB，不予解析。")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MetadataUnreadable(f"不是合格的XML：{error}。") from None
    if root.getroottree().docinfo.doctype:
        raise MetadataUnreadable("XML含有DOCTYPE声明，不予接收。")
    return root


def read_metadata(content: bytes) -> RecordMetadata:
    """Reads metadata.xml back; raises MetadataUnreadable. Missing elements are empty: judging is the inspection's."""
    root = parsed_xml(content)
    entity = root.find("文件实体")
    if root.tag != ROOT or entity is None:
        raise MetadataUnreadable(f"根元素应为“{ROOT}”并含“文件实体”。")
    notes: dict[str, list[str]] = {"备注": [], "归档检测": [], "字符清理": []}
    for note in entity.findall("附注"):
        notes.setdefault(note.get("类型", "备注"), []).append(note.text or "")
    agents = {block.get("标识", ""): block for block in root.findall("机构人员实体")}
    fields = _read_fields(entity) | {"remark": "\n".join(notes["备注"])}
    return RecordMetadata(
        fields=fields,
        files=tuple(_read_file(block) for block in entity.findall("电子属性")),
        events=tuple(_read_event(block, agents) for block in root.findall("业务实体")),
        relations=tuple(PackedRelation(**_read_all(block, RELATION_ELEMENTS)) for block in root.findall("实体关系")),
        findings=tuple(notes["归档检测"]),
        notes=tuple(notes["字符清理"]),
    )


def _read(parent, path: str) -> str:
    return (parent.findtext(path) or "").strip() if parent is not None else ""


def _read_fields(entity) -> dict[str, str]:
    fields = {"archival_code": _read(entity, "档号"), "page_count": _read(entity, "形式特征/页数")}
    for (container, _), elements in CONTAINERS:
        for _, name, identifier, _ in elements:
            fields[identifier] = _read(entity, f"{container}/{name}" if container else name)
    for name, identifier in EXTENSIONS:
        fields[identifier] = _read(entity, f"扩展元数据/{name}")
    return fields


def _read_all(block, elements) -> dict[str, str]:
    return {identifier: _read(block, name) for _, name, identifier in elements}


def _read_file(block) -> MetadataFile:
    size, form = _read(block, "计算机文件大小"), block.find("格式信息")
    return MetadataFile(
        filename=block.findtext("计算机文件名") or "",
        stored_name=block.findtext("包内文件名") or "",
        role=_read(block, "件内角色"),
        seq=_read(block, "文档序号"),
        bytes=int(size) if size.isascii() and size.isdigit() and len(size) < 20 else -1,
        sha256=_read(block, "数字摘要").lower(),
        mime=_read(block, "格式信息"),
        format_id=form.get("格式标识", "") if form is not None else "",
        is_original=_read(block, "原件") != "否",
    )


def _read_event(block, agents: dict) -> PackedEvent:
    agent = agents.get(block.get("机构人员标识", ""))
    return PackedEvent(
        **_read_all(block, EVENT_ELEMENTS),
        agent_name=_read(agent, "机构人员名称"),
        post=_read(agent, "个人职位"),
        unit_name=_read(agent, "所在单位"),
    )
