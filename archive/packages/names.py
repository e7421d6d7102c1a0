"""Where things lie in a package, and how a name that came from a person becomes one that every system can hold."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

RECORDS_FOLDER = "data/电子档案"  # domain 9.5, by 年度/类别/件
CATALOGUE_XML = "data/目录文件.XML"
FORMER_CATALOGUE_XML = "data/文件目录.XML"  # as packages made before bear it
README = "data/说明文件.TXT"
OTHER_FOLDER = "data/其他"
REGISTER_XML = f"{OTHER_FOLDER}/移交接收登记表.XML"
FORMER_REGISTER_XML = f"{OTHER_FOLDER}/移交与接收登记表.XML"
DIGEST_LIST = f"{OTHER_FOLDER}/数字摘要清单.CSV"
SCHEME = f"{OTHER_FOLDER}/元数据与命名说明.TXT"
CATALOGUE_CSV = "data/catalogue.csv"
CATALOGUE_XLSX = "data/catalogue.xlsx"
CATALOGUE_PDF = "data/catalogue.pdf"
METADATA = "metadata.xml"
RECORD_DIGESTS = "sha256.txt"

LONGEST_NAME_BYTES = 200  # file systems hold 255; the rest is for a "~2" and for tools that add a suffix
_WINDOWS_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def is_uid(text: str) -> bool:
    """Whether `text` can name a record's folder as it stands."""
    return _UID.fullmatch(text) is not None


def record_folder(year: int | str, category_code: str, record_uid: str) -> str:
    """The payload folder of one record: named by its uid, which never changes, not by its code, which may."""
    return f"{RECORDS_FOLDER}/{safe_name(str(year))}/{safe_name(category_code or 'WS')}/{record_uid}"


def record_uid_of(path: str) -> str:
    """The record that a path of a bag, or of a bag in a batch's folder, belongs to; "" when it belongs to none."""
    if not path.startswith("data/"):
        path = path.partition("/")[2]  # the bag's name
    parts = path.split("/")
    return parts[4] if len(parts) >= 6 and path.startswith(f"{RECORDS_FOLDER}/") else ""


def safe_name(name: str) -> str:
    """`name` as one path component for Linux, Windows and macOS, the same result for the same name always.

    Separators, controls, invisible direction marks and characters that Windows forbids become "_"; "%" becomes "％",
    because BagIt escapes it and the Library of Congress's tool does not take that back; what is too long keeps its
    beginning, its extension and eight digits of its digest. The metadata keep the name as it was.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    text = "".join(_safe_character(c) for c in text).strip(" ").rstrip(". ")
    if not text.strip("._ "):
        text = f"file-{_digest(name)}"
    if text.startswith((".", "~")) or _WINDOWS_DEVICES.match(text):
        text = f"_{text}"
    if len(text.encode()) > LONGEST_NAME_BYTES:
        stem, dot, extension = text.rpartition(".")
        if not dot or not stem or len(extension.encode()) > 16:
            stem, dot, extension = text, "", ""
        tail = f"~{_digest(name)}{dot}{extension}"
        text = _cut(stem, LONGEST_NAME_BYTES - len(tail.encode())) + tail
    return text


def _safe_character(character: str) -> str:
    if character == "%":
        return "％"
    if character in '\\/:*?"<>|\ufffd' or unicodedata.category(character)[0] == "C":
        return "_"
    return " " if unicodedata.category(character)[0] == "Z" else character


def _cut(text: str, limit_bytes: int) -> str:
    return text.encode()[:limit_bytes].decode("utf-8", "ignore").rstrip(". ")


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def stored_names(filenames: Iterable[str]) -> list[str]:
    """Names inside one record's folder, in order: safe, and distinct even where case does not count."""
    taken = {METADATA, RECORD_DIGESTS}
    names = []
    for filename in filenames:
        name, number = safe_name(filename), 1
        stem, dot, extension = name.rpartition(".")
        if not dot:
            stem, extension = name, ""
        while folded(name) in taken:
            number += 1
            name = f"{stem}~{number}{dot}{extension}"
        taken.add(folded(name))
        names.append(name)
    return names


def folded(path: str) -> str:
    """What two paths have in common when a file system takes them for one: composed and without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def percent_encoded(path: str) -> str:
    """A path as it stands in a manifest (RFC 8493 section 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def percent_decoded(path: str) -> str:
    """A manifest's path as it stands in the file system: only the three escapes of the standard are taken back."""
    escapes = {"%0d": "\r", "%0a": "\n", "%25": "%"}
    return re.sub("%(?:0[dD]|0[aA]|25)", lambda match: escapes[match[0].lower()], path)


def out_of_scope(path: str) -> bool:
    """Whether a path would lead out of the bag on any system: absolute, drive, UNC, home, variable or ".."."""
    return (
        not path
        or "\0" in path
        or path.startswith(("/", "\\", "~", "%"))
        or re.match(r"[A-Za-z]:[\\/]", path) is not None
        or ".." in re.split(r"[\\/]", path)
    )
