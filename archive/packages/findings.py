"""What a verification says: findings whose codes are items of DA/T 70—2018 table A.1 (archive/plan.py)."""

from dataclasses import dataclass, field

from units.findings import Finding

FIXED = "1-1"  # 固化信息有效性
FIXITY = "1-14"  # 信息包一致性
ATTRIBUTES = "1-10"  # 内容数据的电子属性一致性
LINKED = "1-11"  # 元数据是否关联内容数据
PAPERS = "1-12"  # 说明文件和目录文件规范性
STRUCTURE = "1-13"  # 信息包目录结构规范性
RECORD_COUNT = "2-1"  # 总件数相符性
TOTAL_BYTES = "2-2"  # 总字节数相符性
ALL_FILES = "2-11"  # 信息包内容数据完整性
METADATA_READABLE = "3-1"  # 信息包中元数据的可读性
COMPRESSED = "3-8"  # 非公开压缩、加密
EXTRA = "4-3"  # 多余文件


@dataclass(frozen=True)
class Verification:
    """The result over a bag or a batch: valid means that no finding is a refusal.

    A finding's target is the path in the package. Sizes are the payload's, in bytes.

    `manifest_sha256` is the digest of the bag's manifest-sha256.txt, for a batch `contents.batch_digest` of its parts.
    `checked` is item → on how many bags or records it was checked. `parts` holds (file name, part number,
    manifest digest) of each bag of a batch.
    """

    valid: bool
    findings: list[Finding]
    record_count: int
    file_count: int
    bytes: int
    manifest_sha256: str
    parts: list[tuple[str, int, str]] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)


class NotAPackage(Exception):
    """The path is no package at all: the sentence says what would be one."""


class Unreadable(Exception):
    """A file of a package cannot be read: `code` and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


def shown(path: str) -> str:
    """A path that can be printed and stored, whatever bytes it was made of."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "�")
