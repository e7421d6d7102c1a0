"""A receipt on paper: a notice to the unit with its content, word for word, and a place for the seal (domain 9.13)."""

from datetime import datetime

from django.utils import timezone

from paper import render_form

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
    made = timezone.localtime(datetime.fromisoformat(receipt.content["made_at"]))
    by = f"经办：{receipt.content.get('made_post', '')} {receipt.content['made_by']}".replace("： ", "：")
    return render_form(
        receipt.get_kind_display(), cells(receipt), moment=receipt.made_at, to=f"{receipt.content['unit']}：",
        ending=[f"{receipt.content['archive']}（印章）", by, f"{made.year}年{made.month}月{made.day}日"],
    ).pdf  # fmt: skip


def cells(receipt: Receipt) -> list[tuple[str, str, bool]]:
    """(label, value, over the whole width) of the notice's table."""
    content, batch = receipt.content, receipt.batch
    rows = [
        ("交接工作名称", batch.name),
        ("批次号", content["batch_no"]),
        ("移交单位", content["unit"]),
        ("接收单位", content["archive"]),
        ("移交方式", batch.get_medium_display()),
        ("移交件数", f"{content['record_count']} 件"),
        ("移交数据量", readable(batch.payload_bytes) if batch.payload_bytes else ""),
        ("接收件数", _pieces(content.get("accepted"))),
        ("退回件数", _pieces(content.get("returned"))),
        ("存放位置", "、".join(content.get("places", ()))),
        ("移交单位副本", f"至少保存至 {content['own_copy_until']}" if content.get("own_copy_until") else ""),
        ("信息包数字摘要", content.get("manifest_digest", "")),
    ]
    found = [(label, value, True) for label, value in rows if value]
    for part in content.get("parts", ()):
        told = f"{part['filename']}，{part['records']} 件，{readable(part['bytes'])}，SHA-256 {part['sha256']}"
        found.append(("移交包", told, True))
    items = content.get("items", ())
    found += [("退回档案", f"{one['code']}　{one['reason']}", True) for one in items[:LINES_OF_ITEMS]]
    if len(items) > LINES_OF_ITEMS:
        found.append(("退回档案", f"（其余 {len(items) - LINES_OF_ITEMS} 件见批次页）", True))
    more = (("意见", content.get("opinion")), ("移交单位同意", content.get("agreed_by")), ("回执摘要", receipt.digest))
    return found + [(label, value, True) for label, value in more if value]


def _pieces(count: int | None) -> str:
    return "" if count is None else f"{count} 件"
