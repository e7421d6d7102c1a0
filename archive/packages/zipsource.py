"""A bag inside one ZIP, read in place and distrusted: the strict reader's faults become findings of the package."""

import re
from collections.abc import Iterator
from pathlib import Path

from files.zips import Archive, Entry, Fault, Kind, Policy, ZipFaultError
from files.zips.policy import LEADS_OUT
from units.findings import REFUSE, WARN

from . import findings as f
from .findings import Unreadable
from .sources import BLOCK_BYTES, Source
from .zipstream import common_fields, directory_entry, end_records

POLICY = Policy(
    max_entries=None,
    max_directory_bytes=256 << 20,  # a part has some 20,000 entries: 3 MB
    max_unpacked_bytes=None,
    ratio_free_bytes=BLOCK_BYTES,
    ratio_of_each=True,
    bad_name=re.compile(rf"{LEADS_OUT}|^[~%]"),
    takes_comment=False,
    takes_inner_ends=True,
    names_legacy=True,
    headers_exact=True,
    folds_case=False,
)
AGAIN = "应重新传送或重新封装"
# kind of fault -> (item of the inspection, severity, what to do)
JUDGED = {
    Kind.END: (f.ALL_FILES, REFUSE, AGAIN),
    Kind.DIRECTORY: (f.ALL_FILES, REFUSE, AGAIN),
    Kind.LIMIT: (f.STRUCTURE, REFUSE, "不予读取"),
    Kind.COMMENT: (f.EXTRA, REFUSE, "不在清单内"),
    Kind.LEGACY_NAME: (f.STRUCTURE, WARN, "应以UTF-8封装"),
    Kind.UNKNOWN_NAME: (f.STRUCTURE, REFUSE, "应以UTF-8封装"),
    Kind.LINK: (f.EXTRA, REFUSE, "信息包内只应有普通文件"),
    Kind.NAME: (f.STRUCTURE, REFUSE, "应为包内相对路径"),
    Kind.DUPLICATE: (f.EXTRA, REFUSE, "应只有一个"),
    Kind.SIZE: (f.FIXITY, REFUSE, "信息包已改变"),
    Kind.FOLDER: (f.EXTRA, REFUSE, "不合规"),
    Kind.OVERLAP: (f.STRUCTURE, REFUSE, "不予接收"),
    Kind.GAP: (f.EXTRA, REFUSE, "应删除"),
    Kind.HEADER: (f.FIXITY, REFUSE, "信息包已改变"),
    Kind.CONTENT: (f.FIXITY, REFUSE, "信息包已改变"),
}
READ_LATER = {  # told when the entry is read
    Kind.ENCRYPTED: "文件已加密，移交前应解密。",
    Kind.BOMB: "解压后为原来的200倍以上，疑为压缩炸弹，不予解压。",
    Kind.METHOD: "压缩方式不公开或不支持，信息包应以存储方式（不压缩）封装。",
}
LEFT_OUT = {Kind.LINK, Kind.NAME, Kind.DUPLICATE, Kind.FOLDER}  # these entries are not looked at any more


class ZipSource(Source):
    """The entries of the one bag in the ZIP, without its top folder. What lies beside or between them is a problem."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = Path(path)
        self._archive = Archive(self.path, POLICY)
        self._entries: dict[str, Entry] = {}
        self.prefix = _bag_prefix([entry.name for entry in self._archive.entries])
        left_out = {fault.entry for fault in self._archive.faults if fault.kind in LEFT_OUT}
        for fault in self._archive.faults:
            self._tell(fault)
        for entry in self._archive.entries:
            if entry not in left_out:
                self._take(entry)

    def __exit__(self, *_: object) -> None:
        self._archive.__exit__()

    def _tell(self, fault: Fault) -> None:
        if fault.kind not in READ_LATER:
            code, severity, advice = JUDGED[fault.kind]
            path = fault.entry.name.removeprefix(self.prefix) if fault.entry else self.path.name
            self.problem(code, path, f"ZIP内{fault.what}，{advice}。", severity)

    def _take(self, entry: Entry) -> None:
        if not entry.name.startswith(self.prefix):
            self.problem(f.EXTRA, entry.name, "信息包文件夹以外的多余文件，应删除。")
        elif not entry.is_folder:
            path = entry.name.removeprefix(self.prefix)
            self.entries[path] = entry.unpacked
            self._entries[path] = entry

    def blocks(self, path: str) -> Iterator[bytes]:
        try:
            yield from self._archive.blocks(self._entries[path], BLOCK_BYTES)
        except ZipFaultError as error:
            if error.fault.kind in READ_LATER:
                raise Unreadable(f.COMPRESSED, READ_LATER[error.fault.kind]) from None
            raise Unreadable(f.FIXITY, f"{error.fault.what}。") from None
        except OSError as error:
            raise Unreadable(f.ALL_FILES, f"文件不能读取（{error.strerror or error}），应检查存储设备。") from None

    def deviations(self) -> Iterator[tuple[str, str]]:
        """(path, sentence) where the container is not, bit for bit, what `zipstream` writes for these entries.

        Only for packages of ours: others may be packed in any lawful way.
        """
        file, start = self._archive.file, self._archive.directory_at
        file.seek(start)
        size, count = 0, 0
        for entry in self._archive.entries:
            name = entry.name.encode("utf-8", "replace")
            common = common_fields(entry.moment, entry.crc, entry.unpacked, name)
            expected = directory_entry(name, common, entry.unpacked, entry.header_at)
            version = 45 if entry.unpacked >= 0xFFFFFFFF else 20
            if file.read(len(expected)) != expected or entry.version != version:
                yield entry.name.removeprefix(self.prefix), "ZIP中该文件的条目已改变，与封装时不同。"
                return  # what follows cannot be told apart any more
            size, count = size + len(expected), count + 1
        expected = end_records(count, size, start)
        if file.read(len(expected) + 1) != expected:
            yield self.path.name, "ZIP尾部记录已改变，与封装时不同。"


def _bag_prefix(names: list[str]) -> str:
    """The folder of the bag inside the ZIP, with its slash; "" when the bag lies at the top."""
    if any(name == "bagit.txt" or name.startswith("data/") for name in names):
        return ""
    tops = dict.fromkeys(name.split("/", 1)[0] for name in names if "/" in name)
    with_mark = [top for top in tops if f"{top}/bagit.txt" in names]
    candidates = with_mark or [top for top in tops if any(n.startswith(f"{top}/data/") for n in names)]
    return f"{candidates[0]}/" if candidates else ""
