"""A receipt on paper: its content, word for word, as PDF/A (domain 9.13)."""

from datetime import datetime

from django.utils import timezone

from paper import render_plain

from .handover_papers import readable, register_pdf
from .models import Receipt
from .sealed_register import sealed_bytes, standing_seals
from .states import ReceiptKind

LINES_OF_ITEMS = 5_000  # a return notice longer than that is read from the batch


def pdf(receipt: Receipt) -> bytes:
    """Raises LayoutRefused (a refusal) where the server has no fonts; the same receipt gives the same bytes."""
    if receipt.kind == ReceiptKind.CUSTODY and "checks" in receipt.content:
        sealed = sealed_bytes(standing_seals(receipt.batch)) if receipt.content.get("sealed") else None
        return sealed or register_pdf(receipt.content, receipt.content["signed"], moment=receipt.made_at)
    return render_plain(receipt.get_kind_display(), "\n".join(lines(receipt)), moment=receipt.made_at).pdf


def lines(receipt: Receipt) -> list[str]:
    content, batch = receipt.content, receipt.batch
    made = timezone.localtime(datetime.fromisoformat(content["made_at"]))
    rows = [
        ("交接工作名称", batch.name),
        ("批次号", content["batch_no"]),
        ("移交单位", content["unit"]),
        ("接收单位", content["archive"]),
        ("移交载体类型", "在线"),
        ("移交件数", f"{content['record_count']} 件"),
        ("移交数据量", readable(batch.payload_bytes) if batch.payload_bytes else ""),
        ("接收件数", _pieces(content.get("accepted"))),
        ("退回件数", _pieces(content.get("returned"))),
        ("存放位置", "、".join(content.get("places", ()))),
        ("移交单位副本至少保存至", content.get("own_copy_until", "")),
        ("移交信息包数字摘要（SHA-256）", content.get("manifest_digest", "")),
    ]
    found = [f"{label}：{value}" for label, value in rows if value]
    for part in content.get("parts", ()):
        found += [
            f"移交包：{part['filename']}，{part['records']} 件，{readable(part['bytes'])}",
            f"　　SHA-256：{part['sha256']}",
        ]
    items = content.get("items", ())
    found += [f"退回：{one['code']}　{one['reason']}" for one in items[:LINES_OF_ITEMS]]
    if len(items) > LINES_OF_ITEMS:
        found.append(f"（其余 {len(items) - LINES_OF_ITEMS} 件见批次页）")
    if content.get("opinion"):
        found.append(f"意见：{content['opinion']}")
    return [*found, f"经办：{content['made_by']}　{made:%Y-%m-%d %H:%M}", f"回执摘要（SHA-256）：{receipt.digest}"]


def _pieces(count: int | None) -> str:
    return "" if count is None else f"{count} 件"
