"""The four papers that go with a batch, as files (DA/T 93—2022, 6.1): one row each."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from archive.models.record import date_text
from archive.packages.catalogue import CatalogueRow, write_catalogue_xml

from .handover_papers import (
    list_pdf,
    numbered,
    readme_lines,
    register_content,
    register_pdf,
    remark_on,
    signed_content,
)
from .models import Batch
from .sealed_register import sealed_bytes, standing_seals
from .states import ReceiptKind

PDF, XML, TEXT = "application/pdf", "application/xml", "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Paper:
    label: str
    mime: str
    extension: str
    make: Callable[[Batch], bytes]


def _list(batch: Batch) -> bytes:
    return list_pdf(batch, moment=batch.submitted_at or timezone.now())


def _readme(batch: Batch) -> bytes:
    return "".join(f"{label}：{value}\r\n" for label, value in readme_lines(batch)).encode()


def _catalogue(batch: Batch) -> bytes:
    out = io.BytesIO()
    write_catalogue_xml(_rows(batch), out)
    return out.getvalue()


def _rows(batch: Batch):
    for line, item, record in numbered(batch):
        marking = record.get_security_class_display()
        yield CatalogueRow(
            seq=line, record_uid=str(record.uid), archival_code=item.shown_code, doc_number=record.doc_number,
            author=record.author, title=item.shown_title, date=date_text(record.date, record.date_precision),
            security_class="" if marking == "公开" else marking, page_count=str(record.page_count or ""),
            remark=remark_on(line, item, record.remark), folder="", digest="", bytes=0, retention=item.shown_retention,
        )  # fmt: skip


def _register(batch: Batch) -> bytes:
    """As it was sealed, or signed, where it was; else as it stands."""
    if (sealed := sealed_bytes(standing_seals(batch))) is not None:
        return sealed
    kept = batch.receipts.filter(kind=ReceiptKind.CUSTODY).last()
    if kept is not None and "checks" in kept.content:
        return register_pdf(kept.content, kept.content["signed"], moment=kept.made_at)
    return register_pdf(register_content(batch), signed_content(batch), moment=timezone.now())


PAPERS = {
    "list": Paper("移交清单", PDF, "pdf", _list),
    "readme": Paper("说明文件", TEXT, "txt", _readme),
    "catalogue": Paper("目录文件", XML, "xml", _catalogue),
    "register": Paper("电子档案移交接收登记表", PDF, "pdf", _register),
}
