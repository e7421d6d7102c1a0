"""What the document page shows of the exchange: who has it, what it is tied to, what the unit has already."""

from units.panels import Page, Panel

from . import after_panels, exchange, exchange_trail, hanging, resending
from .models import Document
from .states import Direction, State, StepKind

SHOWN = (*exchange.ISSUED, State.REPLACED)
UNREGISTERED = (State.DELIVERED, State.SIGNED_FOR)


def _table(page: Page) -> exchange.Receivers | None:
    """Read once a page; None where there is nobody yet."""
    if "receivers" not in page.facts:
        document = page.obj
        is_issued = document.direction == Direction.OUTGOING and document.state in SHOWN
        first = page.request.GET.get("receivers") == "waiting"
        found = exchange.receivers(document, waiting_first=first) if is_issued else None
        page.facts["receivers"] = found if found and (found.rows or found.outside) else None
    return page.facts["receivers"]


def summary(page: Page) -> dict | None:
    """The counts beside the paper, with the way to the table."""
    table = _table(page)
    return {"counts": table.counts} if table else None


# what the sender does while units have not signed, in the order of the bar: act → words of its link
IN_BAR = {
    "urge": "催未签收的", "note_sending": "登记寄送", "recall": "收回", "send_more": "补发", "correct": "更正重发",
}  # fmt: skip


def bar(page: Page) -> dict | None:
    """签收 n/m on top of the sender's page, with what he can do about it; for whoever may do one of them.

    What came back is told to everybody who reads the page, the drafter first.
    """
    table, open_now = _table(page), page.facts.get("side_acts", {})
    if table is None or not any(table.counts[name] for name in ("all", "returned", "outside")):
        return None
    back = resending.returned(table.rows, may_send="send_more" in open_now)
    waiting = table.counts["all"] - table.counts["signed"]
    unsent = table.counts["outside"] - table.counts["outside_sent"]
    while_any = {"urge": waiting, "note_sending": unsent}
    links = [
        {"name": name, "label": label, "is_main": name in while_any}
        for name, label in IN_BAR.items()
        if name in open_now and while_any.get(name, 1)
    ]
    found = {
        "counts": table.counts, "waiting": waiting, "links": links, "returned": back,
        "replies": after_panels.reply_counts(page),
    }  # fmt: skip
    return found if links or back else None


def receivers(page: Page) -> dict | None:
    """The issuer's table under the paper, and each sending with its reason."""
    table = _table(page)
    if table is None:
        return None
    return {
        "deliveries": table.rows,
        "outside": table.outside,
        "counts": table.counts,
        "waiting_first": table.waiting_first,
        "sendings": exchange_trail.sendings_of(page.obj),
        "requests": _requests(page),
    }


def _requests(page: Page) -> list:
    """补发 that was asked for and not agreed to; each was an item of whoever was asked."""
    document, may_withdraw = page.obj, "withdraw_request" in page.facts.get("side_acts", {})
    asked = [task for task in hanging.items(document) if task.kind == StepKind.CONSENT]
    if not asked:
        return []
    rows = document.dispatch_requests.exclude(is_agreed=True).select_related("asked_by", "decided_by")
    found, waiting = list(rows.prefetch_related("units")), {task.step_uid for task in asked if task.is_open}
    for one in found:
        one.is_waiting = one.uid in waiting
        one.may_be_withdrawn = may_withdraw and one.asked_by_id == page.user.pk
    return found


def linked(page: Page) -> dict | None:
    """Original and 更正件, each from the other's page, where the visitor may see it."""
    document = page.obj
    if document.state not in (*SHOWN, State.REPLACED) and not document.corrects_id and document.issued_id is None:
        return None
    found = exchange.linked_of(document, Document.objects.allowing("view", page.user))
    return {"linked": found} if found else None


def repeats(page: Page) -> dict | None:
    """Before it is registered: what the unit has received under the same number of the same sender."""
    document = page.obj
    if not document.is_incoming or document.state not in UNREGISTERED or document.repeat_reason:
        return None
    found = exchange.twins(document.unit, document.sender_number, document.sender_name, but=document.pk)
    seen = Document.objects.allowing("view", page.user).filter(pk__in=[one.pk for one in found])
    return {"repeats": list(seen)} if found and seen else None


RECEIPT = Panel("documents/_receipt_bar.html", bar)
BELOW = (Panel("documents/_receivers.html", receivers), Panel("documents/_answers.html", after_panels.answers))
