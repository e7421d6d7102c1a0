"""metadata.xml read back: what the file states, not what is true of the record; judging is the inspection's.

Text is taken as it stands, blanks and line breaks included, so that what was written comes back unchanged.
"""

from dataclasses import dataclass, field

from lxml import etree

from .contents import PackedEvent, PackedRelation, PackedSignature
from .metadata import ROOT
from .scheme import (
    AFTER_FILES,
    BEFORE_FILES,
    BESIDE_EVENT,
    EVENT,
    EXTENSION,
    EXTENSIONS,
    PERMISSION,
    RELATION,
    REPEATED,
    RIGHTS,
    SIGNATURE,
)

LONGEST_BYTES = 8 << 20
NOTES = {"备注": "remark", "附注": "annotations", "归档检测": "findings", "字符清理": "notes"}


class MetadataUnreadable(Exception):
    """metadata.xml cannot be read: the sentence says why."""


PLACES = (
    *((block.name, one) for block in (*BEFORE_FILES, *AFTER_FILES) for one in block.fields),
    *(("权限管理", one) for one in RIGHTS),
    *((EXTENSION, one) for one in EXTENSIONS),
)


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
    created_with: str = ""
    pages: str = ""
    signatures: tuple[PackedSignature, ...] = ()


@dataclass(frozen=True)
class RecordMetadata:
    """A record as its metadata state it: `fields` by the identifiers of PackedRecord, all text, "" when absent.

    `many` holds the repeatable ones, `permissions` (whom, what) of 授权, `present` the numbers of all elements there.
    """

    fields: dict[str, str]
    files: tuple[MetadataFile, ...]
    events: tuple[PackedEvent, ...]
    relations: tuple[PackedRelation, ...]
    findings: tuple[str, ...]
    notes: tuple[str, ...]
    many: dict[str, tuple[str, ...]] = field(default_factory=dict)
    permissions: tuple[tuple[str, str], ...] = ()
    present: frozenset[str] = frozenset()

    @property
    def record_uid(self) -> str:
        return self.fields["record_uid"]

    def missing(self) -> list[tuple[str, str, str]]:
        """(number, name, identifier) of the mandatory elements that are absent or empty; M33 may be 不详."""
        wanted = [one for block in BEFORE_FILES for one in block.fields if one.is_mandatory]
        return [
            (one.number, one.name, one.identifier)
            for one in wanted
            if not self.fields[one.identifier].strip() and not self._is_told_unknown(one.identifier)
        ]

    def _is_told_unknown(self, identifier: str) -> bool:
        """责任者 and 日期 are filed as unknown where nobody knows them (domain 3.4)."""
        return identifier == "author" or (identifier == "date" and self.fields["date_precision"] == "不详")


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


def _opened(content: bytes):
    """(root, 文件实体); raises MetadataUnreadable."""
    root = parsed_xml(content)
    entity = root.find("文件实体")
    if root.tag != ROOT or entity is None:
        raise MetadataUnreadable(f"根元素应为“{ROOT}”并含“文件实体”。")
    return root, entity


@dataclass(frozen=True)
class StatedFile:
    """Of one 电子属性 what a package is held against."""

    stored_name: str
    bytes: int
    sha256: str


def read_files(content: bytes) -> tuple[str, tuple[StatedFile, ...]]:
    """(电子文件号, files) as `read_metadata` has them, for whoever asks of 30,000 records nothing else."""
    _, entity = _opened(content)
    files = tuple(
        StatedFile(_read(block, "包内文件名"), _size(block), _read(block, "数字摘要").strip().lower())
        for block in entity.findall("电子属性")
    )
    return _read(entity, "电子文件号"), files


def read_metadata(content: bytes) -> RecordMetadata:
    """Reads metadata.xml back; raises MetadataUnreadable. Missing elements are empty: judging is the inspection's."""
    root, entity = _opened(content)
    notes: dict[str, list[str]] = {name: [] for name in NOTES.values()}
    for note in entity.findall("附注"):
        notes[NOTES.get(note.get("类型", "备注"), "annotations")].append(note.text or "")
    agents = {block.get("标识", ""): block for block in root.findall("机构人员实体")}
    fields, many = _read_fields(entity)
    return RecordMetadata(
        fields=fields | {"remark": "\n".join(notes["remark"])},
        files=tuple(_read_file(block) for block in entity.findall("电子属性")),
        events=tuple(_read_event(block, agents) for block in root.findall("业务实体")),
        relations=tuple(PackedRelation(**_read_all(block, RELATION)) for block in root.findall("实体关系")),
        findings=tuple(notes["findings"]),
        notes=tuple(notes["notes"]),
        many=many | {"annotations": tuple(notes["annotations"])},
        permissions=tuple(
            (_read(one, PERMISSION[0][1]), _read(one, PERMISSION[1][1])) for one in entity.findall("权限管理/授权")
        ),
        present=frozenset(one.get("编号", "") for one in root.iter() if isinstance(one.tag, str)) - {""},
    )


def _read(parent, path: str) -> str:
    """The text of a leaf; "" when it is absent."""
    return (parent.findtext(path) or "") if parent is not None else ""


def _read_fields(entity) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    found = _leaves(entity)
    fields, many = {"archival_code": found.get(("", "档号"), [""])[0].strip()}, {}
    for container, one in PLACES:
        texts = found.get((container, one.name), [])
        if one.identifier in REPEATED:
            many[one.identifier] = tuple(texts)
        else:
            fields[one.identifier] = texts[0] if texts else ""
    return fields, many


def _leaves(entity) -> dict[tuple[str, str], list[str]]:
    """(container or "", name) → texts in their order: one walk, where a search for each element would be a hundred."""
    found: dict[tuple[str, str], list[str]] = {}
    for child in entity:
        found.setdefault(("", child.tag), []).append(child.text or "")
        for leaf in child:
            found.setdefault((child.tag, leaf.tag), []).append(leaf.text or "")
    return found


def _read_all(block, fields) -> dict[str, str]:
    texts: dict[str, str] = {}
    for child in block:
        texts.setdefault(child.tag, child.text or "")
    return {one.identifier: texts.get(one.name, "") for one in fields}


def _size(block) -> int:
    size = _read(block, "计算机文件大小").strip()
    return int(size) if size.isascii() and size.isdigit() and len(size) < 20 else -1


def _read_file(block) -> MetadataFile:
    form = block.find("格式信息")
    return MetadataFile(
        filename=_read(block, "计算机文件名"),
        stored_name=_read(block, "包内文件名"),
        role=_read(block, "件内角色"),
        seq=_read(block, "文档序号"),
        bytes=_size(block),
        sha256=_read(block, "数字摘要").strip().lower(),
        mime=_read(block, "格式信息"),
        format_id=form.get("格式标识", "") if form is not None else "",
        is_original=_read(block, "原件").strip() != "否",
        created_with=_read(block, "文档创建程序"),
        pages=_read(block, "文件页数"),
        signatures=tuple(_read_signature(one) for one in block.findall("电子签名")),
    )


def _read_signature(block) -> PackedSignature:
    certificates = tuple(one.text or "" for one in block.findall("证书"))
    return PackedSignature(**(_read_all(block, SIGNATURE) | {"certificates": certificates}))


def _read_event(block, agents: dict) -> PackedEvent:
    agent = agents.get(block.get("机构人员标识", ""))
    return PackedEvent(
        **_read_all(block, (*EVENT, *BESIDE_EVENT)),
        agent_name=_read(agent, "机构人员名称"),
        post=_read(agent, "个人职位"),
        unit_name=_read(agent, "所在单位"),
        unit_code=_read(agent, "组织机构代码"),
    )
