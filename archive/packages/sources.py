"""A bag where it lies: a folder or a ZIP, both as the same few questions.

Nothing is unpacked, links are not followed.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from units.findings import REFUSE, Finding

from . import findings as f
from .findings import NotAPackage, Unreadable, shown

BLOCK_BYTES = 1 << 20


class Source:
    """`entries` are (path in the bag -> size in bytes) in reading order; `problems` what the container itself shows."""

    def __init__(self) -> None:
        self.entries: dict[str, int] = {}
        self.problems: list[Finding] = []

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing stays open for a folder."""

    def blocks(self, path: str) -> Iterator[bytes]:
        """The bytes of one entry, never more than its stated size and one block; raises Unreadable."""
        raise NotImplementedError

    def content(self, path: str, limit: int) -> bytes:
        """All bytes of one entry of at most `limit` bytes; raises Unreadable."""
        if self.entries[path] > limit:
            raise Unreadable(f.STRUCTURE, f"文件超过{limit >> 20} MB，不予解析。")
        return b"".join(self.blocks(path))

    def problem(self, code: str, path: str, message: str, severity: str = REFUSE) -> None:
        self.problems.append(Finding(code, severity, shown(path), message))


class FolderSource(Source):
    """A bag's folder."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = Path(root)
        self._walk("")

    def _walk(self, prefix: str) -> None:
        waiting = [prefix]
        while waiting:
            prefix = waiting.pop()
            try:
                children = sorted(os.scandir(self.root / prefix), key=lambda child: child.name)
            except OSError as error:
                self.problem(f.ALL_FILES, prefix, f"文件夹不能读取（{error.strerror}）。")
                continue
            for child in children:
                path = f"{prefix}{child.name}"
                if child.is_symlink():
                    self.problem(f.EXTRA, path, "信息包内不应有符号链接，应放入文件本身。")
                elif child.is_dir():
                    waiting.append(f"{path}/")
                elif child.is_file():
                    self.entries[path] = child.stat(follow_symlinks=False).st_size
                else:
                    self.problem(f.EXTRA, path, "不是普通文件，信息包内只应有普通文件。")

    def blocks(self, path: str) -> Iterator[bytes]:
        try:
            # O_NOFOLLOW: the entry may have become a link since the walk
            descriptor = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise Unreadable(f.ALL_FILES, "不是普通文件。")
                while block := file.read(BLOCK_BYTES):
                    yield block
        except (OSError, ValueError) as error:
            raise Unreadable(f.ALL_FILES, f"文件不能读取（{getattr(error, 'strerror', '') or error}）。") from None


def is_bag_folder(path: Path) -> bool:
    """Whether a folder is (perhaps a damaged) bag: it has one of the things that only bags have."""
    return (path / "bagit.txt").is_file() or any(path.glob("manifest-*.txt")) or any(path.glob("tagmanifest-*.txt"))


def is_zip(path: Path) -> bool:
    """Whether a file is a ZIP or claims to be one (a torn one must be reported, not overlooked)."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in (b"PK\3\4", b"PK\5\6") or path.suffix.lower() == ".zip"


def bags_of(path: Path) -> tuple[bool, list[Path]]:
    """(is a batch, its bags): the bag itself, or the bags of a batch's folder by name. Raises NotAPackage."""
    path = Path(path)
    try:
        if path.is_dir():
            if is_bag_folder(path):
                return False, [path]
            bags = [child for child in sorted(path.iterdir()) if not child.is_symlink() and _is_bag(child)]
            if bags:
                return True, bags
            raise NotAPackage(
                f"“{path}”不是信息包：文件夹中没有bagit.txt，也没有任何信息包。应指定信息包文件夹、ZIP或批次文件夹。"
            )
        if is_zip(path):
            return False, [path]
    except OSError as error:
        raise NotAPackage(f"“{path}”不能读取（{error.strerror}）。") from None
    reason = "该文件不是ZIP" if path.exists() else "没有这个文件或文件夹"
    raise NotAPackage(f"“{path}”不是信息包：{reason}。应指定信息包文件夹、ZIP或批次文件夹。")


def _is_bag(path: Path) -> bool:
    return is_bag_folder(path) if path.is_dir() else is_zip(path)
