"""PREMIS 3 of one record and of one package (E-ARK CSIP 5.3.2): its files with their digests, and what was done to it.

Acts stand in the trail's own words; who did them is an agent by name and post.
"""

from collections.abc import Iterable

from lxml import etree

from .contents import PackageInfo, PackedEvent, PackedFile, PackedRecord
from .metadata import XML_ILLEGAL, text_of

PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOCATION = f"{PREMIS} http://www.loc.gov/standards/premis/premis.xsd"
PRONOM = "PRONOM"
UNKNOWN = "未识别"


class _Premis:
    """One document under way: objects, then events, then agents, as the schema orders them."""

    def __init__(self) -> None:
        self.root = etree.Element(f"{{{PREMIS}}}premis", nsmap={"premis": PREMIS, "xsi": XSI}, version="3.0")
        self.root.set(f"{{{XSI}}}schemaLocation", LOCATION)

    def add(self, parent, name: str, value: object = None):
        child = etree.SubElement(parent, f"{{{PREMIS}}}{name}")
        if value is not None:
            child.text = XML_ILLEGAL.sub("", text_of(value))
        return child

    def object(self, kind: str, identifier_type: str, identifier: str):
        made = self.add(self.root, "object")
        made.set(f"{{{XSI}}}type", f"premis:{kind}")
        self.identifier(made, "object", identifier_type, identifier)
        return made

    def identifier(self, parent, what: str, kind: str, value: str, container: str = "") -> None:
        holder = self.add(parent, container or f"{what}Identifier")
        self.add(holder, f"{container or what + 'Identifier'}Type", kind)
        self.add(holder, f"{container or what + 'Identifier'}Value", value)

    def content(self) -> bytes:
        return etree.tostring(self.root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def record_premis(record: PackedRecord, paths: Iterable[str]) -> bytes:
    """One record; `paths` are the places of its files below the representation, in the order of its files."""
    premis = _Premis()
    whole = premis.object("intellectualEntity", "电子文件号", record.record_uid)
    premis.identifier(whole, "object", "档号", record.archival_code)
    for file, path in zip(record.files, paths, strict=True):
        _file(premis, record, file, path)
    agents: dict[tuple[str, str, str, str], str] = {}
    for number, event in enumerate(record.events, start=1):
        agents.setdefault(_agent(event), f"{record.record_uid}-A{len(agents) + 1}")
        _event(premis, record, number, event, agents[_agent(event)])
    for (name, post, unit, code), key in agents.items():
        _agent_element(premis, key, name, "person", (post, unit, code))
    return premis.content()


def _file(premis: _Premis, record: PackedRecord, file: PackedFile, path: str) -> None:
    made = premis.object("file", "包内路径", path)
    traits = premis.add(made, "objectCharacteristics")
    fixity = premis.add(traits, "fixity")
    premis.add(fixity, "messageDigestAlgorithm", "SHA-256")
    premis.add(fixity, "messageDigest", file.sha256)
    premis.add(traits, "size", file.bytes)
    shape = premis.add(traits, "format")
    premis.add(premis.add(shape, "formatDesignation"), "formatName", file.mime or UNKNOWN)
    if "fmt/" in file.format_id:
        registry = premis.add(shape, "formatRegistry")
        premis.add(registry, "formatRegistryName", PRONOM)
        premis.add(registry, "formatRegistryKey", file.format_id)
    if file.created_with:
        premis.add(premis.add(traits, "creatingApplication"), "creatingApplicationName", file.created_with)
    premis.add(made, "originalName", file.filename)
    relation = premis.add(made, "relationship")
    premis.add(relation, "relationshipType", "structural")
    premis.add(relation, "relationshipSubType", "is part of")
    premis.identifier(relation, "", "电子文件号", record.record_uid, container="relatedObjectIdentifier")


def _agent(event: PackedEvent) -> tuple[str, str, str, str]:
    return event.agent_name, event.post, event.unit_name, event.unit_code


def _event(premis: _Premis, record: PackedRecord, number: int, event: PackedEvent, agent: str) -> None:
    made = premis.add(premis.root, "event")
    premis.identifier(made, "event", "序号", f"{record.record_uid}-{number}")
    premis.add(made, "eventType", event.activity)
    premis.add(made, "eventDateTime", event.at)
    told = "；".join(part for part in (event.act, event.mandate, event.description) if part)
    if told:
        premis.add(premis.add(made, "eventDetailInformation"), "eventDetail", told)
    premis.identifier(made, "", "序号", agent, container="linkingAgentIdentifier")
    premis.identifier(made, "", "电子文件号", record.record_uid, container="linkingObjectIdentifier")


def _agent_element(premis: _Premis, key: str, name: str, kind: str, notes: Iterable[str]) -> None:
    made = premis.add(premis.root, "agent")
    premis.identifier(made, "agent", "序号", key)
    premis.add(made, "agentName", name)
    premis.add(made, "agentType", kind)
    for note in notes:
        if note:
            premis.add(made, "agentNote", note)


def package_premis(info: PackageInfo, name: str, told: str) -> bytes:
    """The making of the package itself; `told` says of what it was made."""
    premis = _Premis()
    premis.object("intellectualEntity", "信息包", name)
    made = premis.add(premis.root, "event")
    premis.identifier(made, "event", "序号", f"{name}-1")
    premis.add(made, "eventType", "封装")
    premis.add(made, "eventDateTime", info.made_at)
    premis.add(premis.add(made, "eventDetailInformation"), "eventDetail", told)
    premis.identifier(made, "", "序号", "software", container="linkingAgentIdentifier")
    premis.identifier(made, "", "信息包", name, container="linkingObjectIdentifier")
    _agent_element(premis, "software", info.software, "software", ())
    return premis.content()
