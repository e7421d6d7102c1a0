"""Generated records for the package tests: small, different from each other, the same every time."""

import hashlib
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from archive.packages.contents import PackageInfo, PackedEvent, PackedFile, PackedRecord, PackedRelation

SHANGHAI = timezone(timedelta(hours=8))


def packed_file(folder: Path, filename: str, content: bytes, role="正本", seq=1, **other) -> PackedFile:
    digest = hashlib.sha256(content).hexdigest()
    path = folder / digest
    path.write_bytes(content)
    return PackedFile(filename, role, seq, path, len(content), digest, zlib.crc32(content), "text/plain", **other)


def record_uid(number: int) -> str:
    return f"5f0c1d7e-0000-4000-8000-{number:012d}"


def packed_record(folder: Path, number: int, **changed) -> PackedRecord:
    text = f"关于做好第{number}季度档案移交工作的通知\n各街道办事处：\n" * (number % 7 + 1)
    values = {
        "record_uid": record_uid(number),
        "fonds_code": "Z109",
        "fonds_name": "区人民政府办公室全宗",
        "unit_name": "区人民政府办公室",
        "archives_name": "区档案馆",
        "archival_code": f"Z109-WS·2011-Y-BGS-{number:04d}",
        "category_code": "WS",
        "year": 2011,
        "retention": "永久",
        "class_code": "BGS",
        "class_name": "办公室",
        "item_no": number,
        "title": f"关于做好第{number}季度档案移交工作的通知",
        "author": "区人民政府办公室",
        "doc_number": f"区府办发〔2011〕{number}号",
        "date": "20110105",
        "doc_type": "通知",
        "main_recipients": "各街道办事处、各委办局",
        "page_count": 3,
        "carrier_mode": "仅电子",
        "access_opinion": "开放",
        "disclosure_attr": "主动公开",
        "filed_at": datetime(2011, 3, 31, 1, 0, tzinfo=UTC),
        "filed_by": "李文",
        "files": (
            packed_file(folder, "正文.txt", text.encode()),
            packed_file(folder, "发文稿纸.txt", f"稿纸{number}".encode(), "发文稿纸", 3),
        ),
        "events": (
            PackedEvent("起草", "2011-01-03T09:00:00+08:00", "王起", "承办人", "区人民政府办公室"),
            PackedEvent("签发", "2011-01-05T10:00:00+08:00", "赵签", "领导", description="同意"),
        ),
        "relations": (PackedRelation("Z109-WS·2010-Y-BGS-0001", "请示与批复"),),
    }
    return PackedRecord(**(values | changed))


def package_info(count: int, part: int = 1, parts: int = 1, **changed) -> PackageInfo:
    values = {
        "batch_uid": "b8f4a1de-0000-4000-8000-000000000001",
        "batch_no": "Z109-2011-02",
        "part": part,
        "parts": parts,
        "unit_code": "D01",
        "unit_name": "区人民政府办公室",
        "fonds_code": "Z109",
        "archives_name": "区档案馆",
        "made_at": datetime(2012, 5, 4, 13, 21, 9, tzinfo=SHANGHAI),
        "made_by": "李文",
        "record_count": count,
    }
    return PackageInfo(**(values | changed))
