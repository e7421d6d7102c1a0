"""One record as a folder that anybody can read without this software: files, metadata.xml, schema, digests, a readme.

The folder is named by the archival code; inside it lies what a package of a transfer holds of the record.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from .models import Record
from .packages.contents import PackedFile, PackedRecord, SourceDamaged, SourceProblem
from .packages.metadata import metadata_xml
from .packages.names import METADATA, RECORD_DIGESTS, safe_name, stored_names
from .packages.schema import SCHEMA
from .packing import packed

README = "说明.txt"
SCHEME = "元数据方案.xsd"
BLOCK = 1 << 20


def export_record(record: Record, out: Path) -> Path:
    """The record's folder under `out`; it appears under its name only when it is whole.

    Raises FileExistsError when a folder of that name is there, SourceDamaged with every file that is not what its row
    says, OSError of the disk; nothing is left behind then.
    """
    (plain,) = packed([record.pk], record.custodian.name)
    target = out / safe_name(record.archival_code)
    if target.exists():
        raise FileExistsError(target)
    out.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=out, prefix=".export-"))
    try:
        _write(plain, made)
        made.chmod(0o755)
        os.rename(made, target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return target


def zipped(record: Record, tmp: Path) -> IO[bytes]:
    """The same folder as an open temporary ZIP (stored, not compressed) at its beginning; raises SourceDamaged."""
    made = tempfile.TemporaryFile(dir=tmp)
    try:
        with tempfile.TemporaryDirectory(dir=tmp, prefix="export-") as out:
            folder = export_record(record, Path(out))
            with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.iterdir()):
                    archive.write(path, f"{folder.name}/{path.name}")
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def _write(record: PackedRecord, folder: Path) -> None:
    stored = stored_names([README, SCHEME, *(file.filename for file in record.files)])[2:]
    own = {
        METADATA: metadata_xml(record, stored), README: _readme(record, stored).encode(), SCHEME: SCHEMA.read_bytes()
    }  # fmt: skip
    digests = []
    for name, content in own.items():
        (folder / name).write_bytes(content)
        digests.append((hashlib.sha256(content).hexdigest(), name))
    problems = []
    for file, name in zip(record.files, stored, strict=True):
        digests.append((file.sha256, name))
        if reason := _copied(file, folder / name):
            problems.append(SourceProblem(record.record_uid, record.archival_code, file.filename, reason))
    if problems:
        raise SourceDamaged(problems)
    (folder / RECORD_DIGESTS).write_text("".join(f"{digest}  {name}\n" for digest, name in digests), encoding="utf-8")


def _copied(file: PackedFile, target: Path) -> str:
    """Copies and proves one file; why it is not what its row says, "" when it is."""
    digest = hashlib.sha256()
    try:
        with file.path.open("rb") as source, target.open("xb") as out:
            while block := source.read(BLOCK):
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
    except FileNotFoundError:
        return "文件不存在"
    return "" if digest.hexdigest() == file.sha256 else "内容与登记的摘要不符"


def _readme(record: PackedRecord, stored: list[str]) -> str:
    """Text, as it opens everywhere: what the item is, what each file is, how the digests are checked."""
    pairs = (
        ("档号", record.archival_code), ("电子文件号", record.record_uid), ("题名", record.title),
        ("责任者", record.author), ("文号", record.doc_number), ("日期", record.date or "不详"),
        ("密级", record.security_class), ("年度", record.year), ("保管期限", record.retention),
        ("全宗", f"{record.fonds_code} {record.fonds_name}".strip()), ("立档单位", record.unit_name),
        ("保管单位", record.archives_name), ("载体", record.carrier_mode),
    )  # fmt: skip
    lines = [f"{name}：{' '.join(str(value).split())}" for name, value in pairs if value not in ("", None)]
    lines += ["", f"文件 {len(record.files)} 个："]
    lines += [
        f"{number}. {name}（{file.role}，{file.mime or '格式未识别'}，{file.bytes:,} 字节）"
        for number, (file, name) in enumerate(zip(record.files, stored, strict=True), start=1)
    ]
    lines += [
        "",
        f"{METADATA} 是本件的元数据（DA/T 46—2009，元素为中文，属性“编号”为该标准的元素编号），用浏览器或文本编辑器阅读。",
        f"{SCHEME} 说明元数据有哪些元素、怎样填写，可用任何 XML 工具验证 {METADATA}。",
        f"{RECORD_DIGESTS} 是各文件的数字摘要（SHA-256）：在本文件夹中执行 sha256sum -c {RECORD_DIGESTS} 即可核对。",
    ]
    return "".join(f"{line}\r\n" for line in lines)
