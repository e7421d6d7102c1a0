"""The files of a back-file: a folder on disk, or a ZIP that is read in place, entry by entry.

What the catalogue calls a file is found exactly, else by one file only that differs in case, width or kind of slash;
two such files are told, never guessed between.
"""

import os
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from files.examination import safe_filename
from files.store import CHUNK
from files.zips import Archive, Entry, Fault, Kind, Policy
from units.texts import some_of

LONGEST_NAME = 255  # characters of one name; the record keeps it
LEADS_OUT = re.compile(r"\x00|^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.?([/\\]|$)|[/\\]{2}")
CONTROLS = re.compile("[\x01-\x1f\x7f-\x9f]")
NOISE = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
TOLD = frozenset({Kind.UNKNOWN_NAME})  # one entry is left out and told; every other fault refuses the container
SHOWN = 20


def policy() -> Policy:
    """As of uploads, but backslashes are slashes here: older Windows programs write them."""
    return Policy(
        max_unpacked_bytes=settings.EGOV_UPLOAD_BYTES * 20,
        takes_inner_ends=True,  # scans and office files are stored as they are
        bad_name=LEADS_OUT,
    )


class Missing(LookupError):
    """No file, or several, for a name; the sentence says which. `is_absent`: there is none at all."""

    def __init__(self, told: str, *, is_absent: bool = False) -> None:
        super().__init__(told)
        self.told, self.is_absent = told, is_absent


@dataclass(frozen=True)
class Source:
    """One file: its name without path, its bytes block by block (OSError, ZipFaultError when unreadable), and where it
    lies in the folder."""

    name: str
    blocks: Callable[[], Iterable[bytes]]
    place: str = ""

    @property
    def kept_name(self) -> str:
        return safe_filename(self.name)


def tidy(name: str) -> str:
    """Slashes of one kind, no `./` in front."""
    plain = name.strip().replace("\\", "/")
    while plain.startswith("./"):
        plain = plain[2:]
    return plain


def folded(name: str) -> str:
    return unicodedata.normalize("NFKC", tidy(name)).casefold()


def is_noise(name: str) -> bool:
    """What systems leave behind in every folder."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].casefold() in NOISE


class Files(ABC):
    """What both kinds share: the search for a name. `all_names` are tidy paths below the folder."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def find(self, name: str) -> Source:
        """Raises Missing."""
        wanted = tidy(name)
        if self.has(wanted):
            return self._give(wanted)
        found = self._unlike.get(folded(wanted), [])
        if not found and self._top:
            found = self._unlike.get(folded(f"{self._top}/{wanted}"), [])
        if len(found) == 1:
            return self._give(found[0])
        if found:
            told = some_of([f"“{one[:60]}”" for one in found], SHOWN, "个")
            raise Missing(f"文件“{name[:100]}”有几个只差大小写或全半角的（{told}），无法确定是哪一个，请写准确。")
        raise Missing(self.absent(name), is_absent=True)

    def absent(self, name: str) -> str:
        return f"找不到文件“{name[:100]}”，请核对文件名和文件夹。"

    def _give(self, name: str) -> Source:
        self._asked.add(name)
        return Source(name.rpartition("/")[2], self.reader(name), name)

    @cached_property
    def _unlike(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.all_names():
            found.setdefault(folded(name), []).append(name)
        return found

    @cached_property
    def _top(self) -> str:
        """The one folder that everything lies in (whoever packs a folder packs its name too); "" when none."""
        tops = {name.partition("/")[0] if "/" in name else "" for name in self.all_names() if not is_noise(name)}
        return tops.pop() if len(tops) == 1 else ""

    @abstractmethod
    def has(self, name: str) -> bool: ...

    @abstractmethod
    def reader(self, name: str) -> Callable[[], Iterable[bytes]]: ...

    @abstractmethod
    def all_names(self) -> Iterable[str]: ...

    def remarks(self) -> list[str]:
        """What is to be told of the files as a whole, before and after the rows."""
        return []

    def unused(self) -> list[str]:
        return []

    def close(self) -> None:
        """Nothing is held open."""
        return


class Folder(Files):
    """A folder on disk; nothing outside it is read, by dots, links or absolute paths."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self.place = place.resolve()

    def _inside(self, name: str) -> Path | None:
        try:
            path = (self.place / name).resolve()
            return path if path.is_relative_to(self.place) and path.is_file() else None
        except (OSError, ValueError, RuntimeError):
            return None

    def has(self, name: str) -> bool:
        return self._inside(name) is not None

    def reader(self, name: str) -> Callable[[], Iterator[bytes]]:
        def blocks() -> Iterator[bytes]:
            path = self._inside(name)
            if path is None:
                raise FileNotFoundError(2, os.strerror(2))
            with path.open("rb") as file:
                while block := file.read(CHUNK):
                    yield block

        return blocks

    def all_names(self) -> Iterator[str]:
        for folder, _, names in os.walk(self.place):
            below = Path(folder).relative_to(self.place)
            for name in names:
                path = (below / name).as_posix()
                if self._inside(path) is not None:
                    yield path


class NoFiles(Files):
    """A catalogue that came alone."""

    def has(self, name: str) -> bool:
        return False

    def reader(self, name: str) -> Callable[[], Iterable[bytes]]:
        raise FileNotFoundError(name)

    def all_names(self) -> tuple[str, ...]:
        return ()

    def absent(self, name: str) -> str:
        return f"没有上传电子文件压缩包，找不到“{name[:100]}”；仅有纸质件的，“文件”列应留空。"


class Packed(Files):
    """A ZIP, sound as a container (`refusals`), read in place: no name of it ever becomes a path."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        self.archive = Archive(source, policy())
        self.bad = bad_entries(self.archive)
        self.entries = {
            tidy(entry.name): entry
            for entry in self.archive.entries
            if not entry.is_folder and id(entry) not in self.bad
        }

    def has(self, name: str) -> bool:
        return name in self.entries

    def reader(self, name: str) -> Callable[[], Iterator[bytes]]:
        return lambda: self.archive.blocks_apart(self.entries[name], CHUNK)

    def all_names(self) -> Iterable[str]:
        return self.entries

    def remarks(self) -> list[str]:
        return list(self.bad.values())

    def unused(self) -> list[str]:
        return [name for name in self.entries if name not in self._asked and not is_noise(name)]

    def close(self) -> None:
        self.archive.__exit__()


def bad_entries(archive: Archive) -> dict[int, str]:
    """Entries that are left out, by identity, each with its sentence; the others load."""
    found = {}
    for fault in archive.faults:
        if fault.kind in TOLD and fault.entry is not None:
            shown = fault.entry.name.replace("\ufffd", "？")[:60]
            found[id(fault.entry)] = f"压缩包中有一个文件的名称无法识别（“{shown}”），没有读入，请改名后重新压缩。"
    for entry in archive.entries:
        if told := _bad_name(entry):
            found[id(entry)] = told
    return found


def _bad_name(entry: Entry) -> str:
    last = tidy(entry.name).rstrip("/").rpartition("/")[2]
    if len(last) > LONGEST_NAME:
        return (
            f"压缩包中“{last[:40]}…”的文件名有 {len(last)} 个字，最多 {LONGEST_NAME} 个，没有读入，请改短后重新压缩。"
        )
    if CONTROLS.search(last):
        shown = CONTROLS.sub("？", last)[:60]
        return f"压缩包中“{shown}”的文件名含有控制字符，没有读入，请改名后重新压缩。"
    return ""


def refusals(archive: Archive) -> list[str]:
    """Why the container as a whole is not taken, as uploads are refused; empty when it is sound."""
    faults = [fault for fault in archive.faults if fault.kind not in TOLD]
    if not faults:
        faults = list(_same_names(archive))
    told = list(dict.fromkeys(f"文件压缩包不能接收：{fault.what}。" for fault in faults))
    if len(told) > SHOWN:
        told = [*told[:SHOWN], f"另有 {len(told) - SHOWN} 处同类问题。"]
    return told and [*told, "请用 ZIP 格式、不加密，重新压缩后上传。"]


def _same_names(archive: Archive) -> Iterator[Fault]:
    seen: set[str] = set()
    for entry in archive.entries:
        name = tidy(entry.name).casefold().rstrip("/")
        if name in seen:
            yield Fault(Kind.DUPLICATE, f"有两个同名条目“{entry.name[:60]}”，内容以谁为准无法确定", entry)
        seen.add(name)
