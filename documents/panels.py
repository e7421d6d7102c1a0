"""The panels of the document page: what stands beside the paper."""

from django.db.models import Q
from django.urls import reverse

from units.access import may, units_with
from units.panels import Page, Panel

from . import (
    after_panels,
    answering,
    circulation,
    conditions,
    corrections,
    desk_forms,
    disputes,
    exchange_panels,
    filing_port,
    for_reading,
    hanging,
    link_panels,
    offered,
    pages,
    received,
    reply_calls,
    resending,
    said_before,
    seal_panels,
    shared_out,
    starting,
    urging,
    way_shown,
)
from .after_seal import warned
from .deadlines import shown
from .exchange_forms import step_form
from .file_hints import hints_of
from .going_back import explained
from .going_back_notices import asked_of, holding
from .inputs import EXPLAINED
from .issuers import with_keepers
from .models import Document
from .rules import drafts, waiting_kinds
from .side_acts import SIDE_ACTS
from .states import ENDED, Direction, ReceivedAs, State, StepKind
from .workflow import workflow_of

FACTS = (
    ("doc_type", "文种"), ("urgency", "紧急程度"), ("security_class", "密级"), ("disclosure_attr", "公开属性"),
    ("handling_kind", "办件类型"), ("received_as", "来文种类"),
)  # fmt: skip
ISSUED = (State.DISPATCHED, State.COMPLETED)
# side acts that answer a task stand among the acts
IN_ACTS = ("read", "take_back", "take_note", "consent", "decline", "dispose", "object", "object_to_slip",
           "withdraw_objection")  # fmt: skip
# of these, what only was read stands below a step that waits for the same person, and is no dark button there
AFTER_OWN = ("read", "take_note", "object", "object_to_slip", "withdraw_objection")
# and those that have a panel of their own
IN_PANELS = ("attach", "circulate", "recall_circulation", "urge", "answer", "enter_opinion", "feed_back")


def files_of(document) -> list:
    """Attachments of the row and of the issued document it delivers."""
    if document.is_withheld:
        return []
    own = hanging.files(document)
    return own if document.content.pk == document.pk else [*hanging.files(document.content), *own]


def open_side_acts(page: Page) -> dict:
    if "side_acts" not in page.facts:
        page.facts["side_acts"] = {act.name: act for act in SIDE_ACTS.open_to(page.user, page.obj, page.facts)}
    return page.facts["side_acts"]


def _form(page: Page, act):
    form = page.form_of(act.name, lambda: desk_forms.side_form(act, page.obj))
    if act.name == "send_more":
        resending.begin_with(form, page.request.GET.get(resending.AGAIN, ""))
    return form


def _in_acts(page: Page) -> tuple[str, ...]:
    """登记寄送 answers the clerk's item while there is one; afterwards it corrects what was noted."""
    waits = StepKind.SEND_OUT in waiting_kinds(page.user, page.obj, page.facts)
    return (*IN_ACTS, "note_sending") if waits else IN_ACTS


def _open_first(page: Page, ordered: list, waiting, busy: str, said) -> str | None:
    """The step that stands open: none where something else comes first."""
    first = ordered[0].name if ordered and not ordered[0].danger and not _asks_for_readers(page) else None
    if first in waiting:
        return first
    if first == "complete" and (busy or not conditions.is_with_all(page.obj)):
        return None  # 主办 works, or units have not signed: 催办, 收回 and 补发 come first (exchange_panels.bar)
    if said and first != "coordinate":
        return None  # why the waiting act is not offered comes first
    return first


def acts(page: Page) -> dict | None:
    """The step that waits for this person first and open, the others folded, what goes back last.

    协调 before 签发: it is offered while a disagreement bars signing.
    """
    document, steps = page.obj, workflow_of(page.obj).open_to(page.user, page.obj, page.facts)
    waiting = waiting_kinds(page.user, document, page.facts)
    ordered = sorted(steps, key=lambda step: (step.danger, step.name != "coordinate", step.name not in waiting))
    busy = said_before.lead_is_busy(document) if any(step.name == "complete" for step in steps) else ""
    said = offered.said_instead(page.user, document, waiting, steps)
    on_top = disputes.nothing_stands(document, None) if said and holding(document) else ""
    first = _open_first(page, ordered, waiting, busy, said)
    rows = []
    for step in ordered:
        form = page.form_of(step.name, lambda step=step: step_form(step, document, page.user))
        page.facts[step.name] = form
        rows.append({
            "step": step, "form": form, "open": form is page.failed or step.name == first,
            "explained": (busy if step.name == "complete" and not first else "")
            or explained(step.name, steps, document, page.user)
            or said_before.said_before(step.name, document),
            "warned": warned(step, document)
            or circulation.told_before(step.name, document)
            or reply_calls.told_before(step.name, document),
            "phrases": pages.usual_phrases(step.name, document.direction),
            "is_final": step.danger and step.target in ENDED,
        })  # fmt: skip
    is_busy = first in waiting
    side = [
        {"act": act, "form": _form(page, act), "is_late": is_busy and name in AFTER_OWN}
        for name, act in open_side_acts(page).items()
        if name in _in_acts(page)
    ]
    told = [one for one in said if one != on_top]
    if not rows and not side and not told:
        return None
    proposed = any(step.name == "complete" for step in steps)
    return {"acts": rows, "side": side, "said": told, "filing": filing_port.propose(document) if proposed else None}


def route_ahead(page: Page) -> dict | None:
    """The way that the document goes when it is sent off now, with names; before 送审 and 登记."""
    for name in ("submit", "register"):
        if name in page.facts:
            ways, agreed = page.facts[name].ways, asked_of(page).spared
            rows = [{"route": way.route, "places": with_keepers(page.obj, way.without(agreed))} for way in ways]
            return {"ways": rows} if rows else None
    return None


def route(page: Page) -> dict:
    return {"route": way_shown.route_of(page.obj)}


def record(page: Page) -> dict | None:
    if page.obj.completed_at is None:  # it is filed at its completion
        return None
    found = getattr(page.obj, "record", None)
    return {"record": found} if found else None


def current(page: Page) -> dict | None:
    """That the issued document is offered to the public, or was, for its unit's staff."""
    if page.obj.is_incoming or page.obj.state not in ISSUED:
        return None
    found = hanging.current(page.obj)
    return {"current": found} if found and found.may_view else None


def attachments(page: Page) -> dict | None:
    rows, act = files_of(page.obj), open_side_acts(page).get("attach")
    if not rows and act is None:
        return None
    if rows and not page.obj.content.is_incoming:
        beside = pages.beside_the_page(page.obj.content)
        for one in rows:
            one.beside = beside.get(one.pk)
    # what the sender should have done is nothing that its receiver can do
    own = [one for one in rows if one.document_id == page.obj.pk]
    return {"attachments": rows, "hints": hints_of(own), "file_form": _form(page, act) if act else None}


def opinions(page: Page) -> dict:
    return {"opinions": hanging.opinions(page.obj)}


def replies(page: Page) -> dict | None:
    """批复: only those, or those deliveries of them, that the visitor may see."""
    if page.obj.doc_type != "request_for_instruction":
        return None
    content = page.obj.content
    rows = Document.objects.allowing("view", page.user).filter(
        Q(replies_to=content, state__in=ISSUED) | Q(issued__replies_to=content)
    )
    found = {(one.issued_id or one.pk): one for one in rows.order_by("direction", "pk")}
    return {"replies": list(found.values())} if found else None


def _facts_of(document) -> list[tuple[str, str]]:
    """What is set; a telephone call is of no kind of document."""
    is_call = document.received_as == ReceivedAs.TELEPHONE
    return [(name, label) for name, label in FACTS if getattr(document, name) and not (is_call and name == "doc_type")]


def facts(page: Page) -> dict:
    document = page.obj
    incoming, day = document.is_incoming, document.sender_date or document.document_date
    rows = [(label, getattr(document, f"get_{name}_display")()) for name, label in _facts_of(document)]
    if document.direction == Direction.INTERNAL:
        rows[0] = ("文种", document.get_direction_display())
    rows += [
        ("来文单位" if incoming else "拟稿单位", document.sender_name if incoming else str(document.unit)),
        ("收文单位" if incoming else "拟稿人", str(document.unit) if incoming else str(document.drafted_by or "")),
        *received.facts_of(document),
        ("联合发文", f"协办，主办：{document.sender_name}" if document.joint_copy else ""),
        ("收文编号", document.receipt_number),
        ("重复登记", document.repeat_reason),
        *shared_out.handlers(document),
        ("签发人", document.signed_by),
        ("联系人和电话", document.content.contact),
        ("成文日期", day.isoformat() if day else "不详" if incoming else ""),
        ("办理时限", shown(document.due_at) if document.due_at else ""),
        ("办理结果", document.result),
        *((label, getattr(document, name)) for name, label in EXPLAINED.items()),
        ("不归档", document.get_not_to_file_display() if document.not_to_file else ""),
    ]
    return {"facts": rows}


def side_acts(page: Page) -> dict | None:
    """What may be done beside the workflow, each folded in a section of its own."""
    rows = [
        {"act": act, "form": _form(page, act)}
        for name, act in open_side_acts(page).items()
        if name not in (*_in_acts(page), *IN_PANELS)
    ]
    return {"side_acts": rows} if rows else None


def _forms(page: Page, *names: str) -> list[dict]:
    return [{"act": act, "form": _form(page, act)} for name in names if (act := open_side_acts(page).get(name))]


def urgings(page: Page) -> dict | None:
    """催办: who was urged, when and in which words; whoever may urges from here."""
    rows, said = _forms(page, "urge"), urging.said_on(page.obj)
    rows = [row for row in rows if row["form"].found]
    return {"side_acts": rows, "urgings": said} if rows or said else None


def _readers(page: Page) -> list:
    if "readers" not in page.facts:
        page.facts["readers"] = circulation.readers_of(page.obj)
    return page.facts["readers"]


def _asks_for_readers(page: Page) -> bool:
    return for_reading.asks_for_readers(page, open_side_acts(page), _readers(page))


def to_be_circulated(page: Page) -> dict | None:
    """A 阅件 that nobody was asked to read yet: 传阅 is the first act, before those of the workflow."""
    return _circulation(page) if _asks_for_readers(page) else None


def circulated_first(page: Page) -> dict | None:
    """传阅 of a 阅件 is its handling: who has read it stands under the acts."""
    return _circulation(page) if for_reading.is_for_reading(page.obj) and not _asks_for_readers(page) else None


def circulated(page: Page) -> dict | None:
    """传阅: everybody asked with opened and 阅毕; more are added or cancelled from here."""
    return None if for_reading.is_for_reading(page.obj) else _circulation(page)


def _circulation(page: Page) -> dict | None:
    rows, readers = _forms(page, "circulate", "recall_circulation"), _readers(page)
    if not rows and not readers:
        return None
    asked = sum(one.words not in circulation.NO_MORE for one in readers)
    done = sum(one.words == "阅毕" for one in readers)
    return {
        "side_acts": rows,
        "is_first": _asks_for_readers(page),
        "readers": readers,
        "n_done": done,
        "n_asked": asked,
        "n_open": sum(one.is_open for one in readers),
    }


def own_reply(page: Page) -> dict | None:
    """会议回执 of a receiver, before anything else while it waits for him."""
    act = open_side_acts(page).get("answer")
    return after_panels.own_reply(page, _form(page, act) if act else None)


def supervised(page: Page) -> dict | None:
    act = open_side_acts(page).get("feed_back")
    return after_panels.supervised(page, _form(page, act) if act else None)


def entered(page: Page) -> dict | None:
    act = open_side_acts(page).get("enter_opinion")
    return after_panels.entered(page, _form(page, act) if act else None)


PANELS = (
    Panel("documents/_circulation.html", to_be_circulated),
    Panel("documents/_acts.html", acts),
    Panel("documents/_circulation.html", circulated_first),
    seal_panels.PLACE,
    Panel("documents/_own_reply.html", own_reply),
    Panel("documents/_supervised.html", supervised),
    Panel("documents/_repeats.html", exchange_panels.repeats),
    Panel("documents/_linked.html", exchange_panels.linked),
    Panel("documents/_urging.html", urgings),
    Panel("documents/routes_ahead.html", route_ahead),
    Panel("documents/_route.html", route),
    seal_panels.VERDICT,
    Panel("documents/_record.html", record),
    Panel("documents/_current.html", current),
    Panel("documents/_files.html", attachments),
    Panel("documents/_circulation.html", circulated),
    Panel("documents/_opinions.html", opinions),
    Panel("documents/_paper_opinions.html", entered),
    Panel("documents/_deliveries.html", exchange_panels.summary),
    Panel("documents/_reply_call.html", after_panels.asked),
    Panel("documents/_replies.html", replies),
    Panel("documents/_related.html", link_panels.related),
    Panel("documents/_facts.html", facts),
    Panel("documents/_side_acts.html", side_acts),
)


def _page_links(document) -> list[dict]:
    """版式文件; of a paper that counts no more the copy that says so comes first, the original is for checking seals."""
    address = reverse("documents:page_pdf", args=[document.uid])
    if not corrections.counts_no_more(document):
        return [{"label": "版式文件", "url": address}]
    if pages.page_of(document) is None:
        return [{"label": "版式文件（作废）", "url": address}]
    return [
        {"label": "版式文件（作废）", "url": f"{address}?copy=void"},
        {"label": "原版式文件（仅供验章，不得打印使用）", "url": address},
    ]


def head_links(page: Page) -> list[dict]:
    """Links beside the heading: what can be opened or begun from here."""
    document, links = page.obj, []
    if "attach" in open_side_acts(page) and not document.is_incoming:
        links.append({"label": "修改草稿", "url": reverse("documents:edit", args=[document.uid]), "is_main": True})
    if not conditions.may_be_answered(document) and may(page.user, "answer", document):
        links.append({"label": "拟批复", "url": f"{reverse('documents:draft')}?reply_to={document.uid}"})
    elif answering.may_answer(page.user, document, page.facts):
        links.append({"label": "起草复文", "url": f"{reverse('documents:draft')}?answers={document.uid}"})
    if starting.may_be_base(document) and drafts(page.user):
        links.append({"label": "以此为底稿新建", "url": f"{reverse('documents:draft')}?base={document.uid}"})
    if starting.may_be_pattern(document) and drafts(page.user) and units_with("edit_patterns", page.user):
        links.append({"label": "存为范本", "url": f"{reverse('documents:patterns')}?from={document.uid}"})
    if not document.content.is_incoming and not document.is_withheld:
        links += _page_links(document)
    if not document.destroyed:
        sheet = pages.sheet_name(document)
        links.append({"label": sheet, "url": reverse("documents:sheet", args=[document.uid])})
    if not document.is_incoming and not document.destroyed:
        links.append({"label": "历次稿本", "url": reverse("documents:revisions", args=[document.uid])})
    links.append({"label": "办理记录", "url": reverse("documents:trail", args=[document.uid])})
    return links
