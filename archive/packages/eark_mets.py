"""METS of an E-ARK package: one document for the package, one for its representation (E-ARK CSIP 2.1, chapter 5).

Sections are spooled while files pass, so that memory does not grow with them.
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from .contents import PackageInfo
from .metadata import XML_ILLEGAL

SIP_PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
CSIP_PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
NAMESPACES = {
    "xmlns": "http://www.loc.gov/METS/",
    "xmlns:csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "xmlns:sip": "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": (
        "http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/mets.xsd"
        " https://DILCIS.eu/XML/METS/CSIPExtensionMETS https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd"
        " https://DILCIS.eu/XML/METS/SIPExtensionMETS https://earksip.dilcis.eu/schema/DILCISExtensionSIPMETS.xsd"
    ),
}
CONTENT = {"csip:CONTENTINFORMATIONTYPE": "OTHER", "csip:OTHERCONTENTINFORMATIONTYPE": "DA/T 46—2009"}
SPOOLED = 1 << 20
METADATA = "Metadata"
PREMIS_TYPE = {"MDTYPE": "PREMIS", "MDTYPEVERSION": "3.0"}


@dataclass(frozen=True)
class Packed:
    """One file as METS refers to it; `path` is relative to the METS document, `created` when the file came to be."""

    path: str
    bytes: int
    sha256: str
    mime: str
    created: datetime
    name: str = ""
    format_id: str = ""


def tag(name: str, given: dict[str, object], inside: str | None = None) -> str:
    """An element with its attributes, closed when `inside` is None."""
    attributes = "".join(f" {key}={quoteattr(XML_ILLEGAL.sub('', str(value)))}" for key, value in given.items())
    return f"<{name}{attributes}/>" if inside is None else f"<{name}{attributes}>{inside}</{name}>"


def moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


def _about(file: Packed) -> dict[str, object]:
    return {
        "MIMETYPE": file.mime or "application/octet-stream", "SIZE": file.bytes, "CREATED": moment(file.created),
        "CHECKSUM": file.sha256, "CHECKSUMTYPE": "SHA-256",
    }  # fmt: skip


def _place(path: str) -> dict[str, object]:
    return {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": quote(path, safe="/-_.~")}


class Mets:
    """One METS document under way."""

    def __init__(self, folder, info: PackageInfo, name: str, profile: str) -> None:
        self._folder, self._info, self._name, self._profile = folder, info, name, profile
        self._descriptions, self._provenance = self._spool(), self._spool()
        self._groups: dict[str, IO[bytes]] = {}
        self._ids: dict[str, list[str]] = {"DMDID": [], "ADMID": []}
        self._files = 0

    def _spool(self) -> IO[bytes]:
        return tempfile.SpooledTemporaryFile(SPOOLED, dir=self._folder)

    def describe(self, ident: str, file: Packed, standard: str) -> None:
        """Descriptive metadata by a `standard` that METS has no word for."""
        reference = _place(file.path) | {"MDTYPE": "OTHER", "OTHERMDTYPE": standard} | _about(file)
        given = {"ID": ident, "CREATED": moment(file.created), "STATUS": "CURRENT"}
        self._descriptions.write(tag("dmdSec", given, tag("mdRef", reference)).encode() + b"\n")
        self._ids["DMDID"].append(ident)

    def preserve(self, ident: str, file: Packed) -> None:
        """PREMIS."""
        reference = tag("mdRef", _place(file.path) | PREMIS_TYPE | _about(file))
        self._provenance.write(tag("digiprovMD", {"ID": ident, "STATUS": "CURRENT"}, reference).encode() + b"\n")
        self._ids["ADMID"].append(ident)

    def file(self, group: str, file: Packed, **links: str) -> None:
        """One file of a file group; `links` are its DMDID and ADMID."""
        self._files += 1
        given = {"ID": f"file-{self._files}"} | _about(file) | links
        if file.name:
            given["OWNERID"] = file.name
        if "fmt/" in file.format_id:
            given |= {"sip:FORMATREGISTRY": "PRONOM", "sip:FORMATREGISTRYKEY": file.format_id}
        if group not in self._groups:
            self._groups[group] = self._spool()
        self._groups[group].write(tag("file", given, tag("FLocat", _place(file.path))).encode() + b"\n")

    def written(self, representations: Iterable[tuple[str, str]] = ()) -> IO[bytes]:
        """The document as an open spooled file; `representations` are (path, place of their METS)."""
        out, info = self._spool(), self._info
        root = NAMESPACES | {
            "OBJID": self._name, "TYPE": "Mixed", "LABEL": info.handover_name or self._name,
            "PROFILE": self._profile,
        } | CONTENT  # fmt: skip
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(tag("mets", root, "\n").removesuffix("</mets>").encode())
        out.write(self._header().encode())
        _move(self._descriptions, out)
        out.write(b'<amdSec ID="amd">\n')
        _move(self._provenance, out)
        out.write(b'</amdSec>\n<fileSec ID="files">\n')
        for number, (use, spool) in enumerate(self._groups.items(), start=1):
            given = {"ID": f"group-{number}", "USE": use} | CONTENT
            out.write(tag("fileGrp", given, "\n").removesuffix("</fileGrp>").encode())
            _move(spool, out)
            out.write(b"</fileGrp>\n")
        out.write(b"</fileSec>\n" + self._structure(representations).encode() + b"</mets>\n")
        return out

    def _header(self) -> str:
        info = self._info
        software = tag("name", {}, _text(info.software)) + tag(
            "note", {"csip:NOTETYPE": "SOFTWARE VERSION"}, _text(info.version)
        )
        unit = tag("name", {}, _text(info.unit_name)) + tag(
            "note", {"csip:NOTETYPE": "IDENTIFICATIONCODE"}, _text(info.unit_code)
        )
        agents = (
            ({"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}, software),
            ({"ROLE": "ARCHIVIST", "TYPE": "ORGANIZATION"}, unit),
            ({"ROLE": "CREATOR", "TYPE": "ORGANIZATION"}, unit),
            ({"ROLE": "PRESERVATION", "TYPE": "ORGANIZATION"}, tag("name", {}, _text(info.archives_name))),
        )
        inside = "".join(tag("agent", given, content) + "\n" for given, content in agents)
        inside += tag("altRecordID", {"TYPE": "REFERENCECODE"}, _text(info.batch_uid))
        made = moment(info.made_at)
        given = {"CREATEDATE": made, "LASTMODDATE": made, "RECORDSTATUS": "NEW", "csip:OAISPACKAGETYPE": "SIP"}
        return tag("metsHdr", given, f"\n{inside}\n") + "\n"

    def _structure(self, representations: Iterable[tuple[str, str]]) -> str:
        ids = {name: " ".join(found) for name, found in self._ids.items() if found}
        parts = [tag("div", {"ID": "div-metadata", "LABEL": METADATA} | ids)]
        for number, use in enumerate(self._groups, start=1):
            pointer = tag("fptr", {"FILEID": f"group-{number}"})
            parts.append(tag("div", {"ID": f"div-{number}", "LABEL": use}, pointer))
        for number, (path, place) in enumerate(representations, start=1):
            group = list(self._groups).index("Representations") + 1
            pointer = tag("mptr", _place(place) | {"xlink:title": f"group-{group}"})
            parts.append(tag("div", {"ID": f"div-rep-{number}", "LABEL": f"Representations/{path}"}, pointer))
        whole = tag("div", {"ID": "div-package", "LABEL": self._name}, "\n" + "\n".join(parts) + "\n")
        return tag("structMap", {"ID": "structure", "TYPE": "PHYSICAL", "LABEL": "CSIP"}, whole) + "\n"


def _text(value: str) -> str:
    return XML_ILLEGAL.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _move(spool: IO[bytes], out: IO[bytes]) -> None:
    spool.seek(0)
    while block := spool.read(SPOOLED):
        out.write(block)
    spool.close()
