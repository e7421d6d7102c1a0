"""归档文件: the filed list, the record page and its files."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from files.forms import publication_panel
from files.serving import file_response
from files.store import path_of
from files.text import beginning_of
from units import form_drafts, reading
from units.access import gives_many, gives_one, may, open_permissions
from units.doors import logged
from units.matching import holds
from units.models import AuditEvent
from units.paging import cut
from units.workflow import Refused

from .. import (
    disposed,
    effective,
    filing,
    fixed_years,
    inspection,
    joining,
    mending,
    opening,
    pages,
    paper_since,
    periods,
    plan,
    tying,
    unconfirmed,
)
from ..class_registry import class_name
from ..deciders import decided
from ..entered import approver_told
from ..forms import CloseForm, FiledFilter, PartForm, TieForm
from ..further_fields import FURTHER
from ..models import Record, RecordRelation
from ..notices import facts_beside, warnings_of
from ..opening import PUBLIC_ROLES as CONSULTED  # 利用范围 reaches the paper itself, not the sheets of its handling
from ..opening_review.advice import told_before
from ..opening_review.listing import reviewed
from ..retention import classes_of
from ..schedules.explaining import decision_of
from ..states import ALL_STAFF, Access, Role, Stage, State
from ..twins import owing
from ..twins.forms import WithdrawSupplyForm

ASKED = ("whole", "inside", "arrange", "mend", "join", "supply", "open", "hold")  # of a page, in one query
# what the other record is, seen from this one
ANSWERS, ANSWERED = {RecordRelation.Kind.REPLY_TO: "本件答复的来文"}, {RecordRelation.Kind.REPLY_TO: "答复本件的复文"}
SHOWN_TEXT = 20_000  # characters of a text file on the record page; the whole file is a click away


@gives_many(Record, "whole")
@require_safe
def filed(request, rows):
    form = FiledFilter(request.GET or None)
    if form.is_valid():
        chosen = form.cleaned_data
        if chosen["q"]:
            rows = rows.filter(holds("text__words__head_n", chosen["q"]))
        if chosen["year"]:
            rows = rows.filter(year=chosen["year"])
        if chosen["retention"]:
            rows = rows.filter(effective.of_period(chosen["retention"]))
        rows = rows.filter(state=chosen["state"]) if chosen["state"] else rows.items()
    else:
        rows = rows.items()
    page = cut(rows.for_list(), request, order=("-filed_at", "-pk"))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "archive/filed.html", {"form": form, "page": page}, status=status)


@gives_one(Record)
@logged()
@require_safe
def record(request, record):
    return show(request, record)


def show(request, record, *, status: int = 200, **forms):
    held = open_permissions(request.user, ASKED, record, {})
    whole, inside = "whole" in held, "inside" in held
    paper = paper_since.came(record)
    relations, repaired = _relations(record, request.user), repairs(request.user, record, held) if inside else {}
    components = [one for one in record.components.select_related("stored_file") if whole or one.role in CONSULTED]
    context = {
        "record": record,
        "whole": whole,
        "why": decision_of(record),
        "decided": decided(record) if whole else record.period_now,
        "not_met": unconfirmed.not_met(record),
        "components": components,
        "facts": [*_facts(record, paper), *(facts_beside(record) if whole else [])],
        "findings": inspection.open_on(record) if inside else [],
        "warnings": [*warnings_of(record), *(_pages_doubted(record, components) if whole else [])] if inside else [],
        "relations": relations,
        "inside": inside,
        "may_hold": "hold" in held and record.state not in (State.DESTROYED, State.JOINED),
        # a pair is always related
        **(_pairs(record, repaired["may_arrange"]) if relations and inside else {}),
        **_joined(request.user, record, held),
        "tie_form": TieForm(auto_id="tie_%s") if repaired.get("may_amend") else None,
        "events": AuditEvent.objects.of(record) if inside else [],
        **repaired,
        **_supplied(request.user, record, held, paper),
        "text": _text_of(record, components),
        **_inspected(record, repaired),
        **_publicity(request, record, held),
        **forms,
    }
    if (form := context.get("opening_form")) is not None:
        form_drafts.attend(request, form, "record:opening", of=record)
    return render(request, "archive/record.html", context, status=status)


def _joined(user, record, held: set[str]) -> dict:
    """The 复文 with which a 来文 is one item, for everybody who may read that: the files lie there."""
    if record.state != State.JOINED or not may(user, "view", record.joined_to):
        return {}
    return {"into": record.joined_to, "part_form": PartForm() if "join" in held else None}


def _pairs(record, may_arrange: bool) -> dict:
    """来文 and 复文 that could be one item, or are no pair; the acts, which say what bars them, are the archivist's."""
    if not may_arrange:
        return {}
    return {
        "pairs": joining.pairs_of(record), "join_form": PartForm(auto_id="join_%s"),
        "tied": tying.by_hand(record).filter(record=record.pk), "untie_form": PartForm(auto_id="untie_%s"),
    }  # fmt: skip


def _supplied(user, record, held: set[str], row) -> dict:
    """How the paper came that it owed when it was accessioned, for whoever sees all; its unit may withdraw that."""
    if record.state != State.ACCESSIONED or "whole" not in held:
        return {}
    withdraws, owes = row is not None and "supply" in held, row is None and owing.owes_paper(record)
    return {"supplied": row, "supply_form": WithdrawSupplyForm() if withdraws else None, "owes_paper": owes,
            "paper_news": list(reading.to_read(record, user)) if row or owes else []}  # fmt: skip


def _publicity(request, record, held: set[str]) -> dict:
    """What concerns an accessioned record's being public: the decision, what bars it, and when it was public."""
    if record.state != State.ACCESSIONED:
        return {}
    reviews = "open" in held
    return {
        "opening_form": CloseForm() if reviews and record.access_status == Access.OPEN else None,
        "reviewed": reviewed(record),
        "barred": opening.barred(record) if reviews else [],
        "advised": told_before([record.pk]).get(record.pk, []) if reviews or "whole" in held else [],
        **publication_panel(record, request.GET),
    }


def repairs(user, record, held: set[str]) -> dict:
    """The open repair, who may answer it, and what the archivist may do to the record (archive/_mending.html)."""
    mend, arranges = mending.open_mend_of(record), record.state == State.FILED and "arrange" in held
    listed = disposed.listed_in(record) if record.state == State.FILED else None
    return {
        "listed": listed,
        "leads_to_list": listed is not None and may(user, "view", listed),
        "may_amend": arranges and listed is None,
        "mend": mend,
        "loan": record.loans.filter(returned_on=None).first() if arranges and record.paper_exists else None,
        "returned_by": mending.returned_by(record, mend) if mend is not None else "",
        "is_mended": mend is not None and mending.is_mended(record, mend),
        "may_mend": mend is not None and "mend" in held,
        "may_arrange": arranges,
        "is_year_fixed": arranges and fixed_years.is_fixed(record.fonds_id, record.year),
        "answered": mending.answer_of(record) if arranges and record.checked_at is None else None,
        "checks": arranges and mend is None and unconfirmed.is_unchecked(record),
        "replaced": record.components(manager="versions").filter(superseded_at__isnull=False).order_by("seq", "pk")
        if arranges
        else [],
    }


def _pages_doubted(record, components) -> list[str]:
    """Until it is checked: a count that its files do not bear out, as after an attachment that was added."""
    if not unconfirmed.is_unchecked(record):
        return []
    # a conversion is the same pages once more; the 定稿 is a text that the platform wrote, and need not be counted
    own = (one for one in components if one.role != Role.CONVERTED)
    files = [(one.filename, one.pages or (0 if one.role == Role.FINAL_DRAFT else None)) for one in own]
    return pages.doubts(record, files)


def _inspected(record, repaired: dict) -> dict:
    """The last filing run in a line, and whether the person may add to the description."""
    run = inspection.runs_over(record.uid, Stage.FILING).first()
    return {
        "inspected": inspection.told(run) if run else "",
        "item_count": len(plan.items_of(Stage.FILING)),  # of the table that the link opens
        "may_describe": repaired.get("may_amend", False),
    }


def _facts(record, paper) -> list[tuple[str, str]]:
    """Labels of domain 3.8; `paper` is how its paper came, where it came after the accession."""
    return [
        ("档号", record.archival_code), ("电子文件号", str(record.uid)), ("全宗", f"{record.fonds.code} {record.fonds.name}"),
        ("年度", str(record.year)),
        ("现保管期限" if effective.is_changed(record) else "保管期限", effective.shown(record)),
        ("期限依据", record.retention_basis),
        ("期限确定人", record.retention_decided_by.name if record.retention_decided_by else ""),
        ("归档时期限", record.retention_as_filed), ("期满", periods.shown(record)),
        ("机构（问题）", _class(record)), ("件号", str(record.item_no)), ("责任者", record.author or "不详"),
        ("文号", record.doc_number), ("文种", record.doc_type_shown),
        ("日期", record.date_shown or "不详"), ("主送", record.main_recipients), ("抄送", record.cc_recipients),
        ("密级", record.get_security_class_display()), ("公开属性", record.get_disclosure_attr_display()),
        ("利用范围", _scope(record)),
        ("开放状态", record.get_access_status_display()), ("审核意见", record.access_opinion),
        ("延期至", f"{record.postponed_until:%Y-%m-%d}" if record.postponed_until else ""),
        ("延期理由", record.get_postponed_ground_display() if record.postponed_ground else ""),
        ("页数", pages.told(record)), ("载体", record.carrier_now),
        ("纸质件存放", paper_since.place_of(record, paper)),
        ("原件", "由联合发文主办单位归档，本单位存复制件" if record.copy_only else ""),
        ("主题词", record.subject_words),
        ("核对", _checked(record)),
        ("补充归档", _late(record)), ("销毁", disposed.destroyed_told(record)),
        ("盒号", "" if record.state == State.DESTROYED else record.box),
        ("立档单位", record.unit.name), ("保管单位", record.custodian.name),
        ("归档人", record.filed_by.name), ("曾用档号", "、".join(one["code"] for one in record.former_codes)),
        ("原档号", record.legacy_code), ("备注", record.remark),
        *_further(record),
    ]  # fmt: skip


def _scope(record) -> str:
    is_wider = record.access_status == Access.OPEN and record.use_scope not in ALL_STAFF
    return f"{record.get_use_scope_display()}{'（已开放，不再限制）' if is_wider else ''}"


def _class(record) -> str:
    """The code with its name."""
    return f"{record.class_code} {class_name(record, lambda: classes_of(record.unit).get(record.class_code))}".strip()


def _checked(record) -> str:
    if record.checked_by is None:
        return "" if record.state in (State.DESTROYED, State.SENT_HOME, State.JOINED) else "未核对"
    return f"{record.checked_by.name} {timezone.localtime(record.checked_at):%Y-%m-%d}"


def _late(record) -> str:
    """补充归档: found when, why, approved by whom."""
    day = f"{record.late_found_on} 发现" if record.late_found_on else ""
    return "，".join(filter(None, (record.late_reason, day, approver_told(record.late_approved_by))))


def _further(record) -> list[tuple[str, str]]:
    """补充著录, as far as there is any."""
    return [
        (one.label, _one_line(record.further[one.identifier])) for one in FURTHER if one.identifier in record.further
    ]


def _one_line(value: str | list[str]) -> str:
    return "；".join(value) if isinstance(value, list) else value


def _relations(record, user) -> list:
    """Linked records, only those the person may see himself."""
    linked = {one.other_id: ANSWERS.get(one.kind, one.get_kind_display()) for one in record.relations.all()}
    linked |= {one.record_id: ANSWERED.get(one.kind, one.get_kind_display()) for one in record.related_from.all()}
    if not linked:
        return []
    return [(linked[other.pk], other) for other in Record.objects.allowing("view", user).filter(pk__in=linked)]


def _text_of(record, components) -> str:
    """The text of the 正本, else of the 定稿; never that of a draft whose 正本 was replaced since (its row is newer)."""
    if record.state == State.DESTROYED:
        return ""
    newest = max((one.pk for one in components if one.role == "original"), default=0)
    for component in components:
        is_shown = component.role == "original" or (component.role == "final_draft" and component.pk > newest)
        if component.stored_file.mime == "text/plain" and is_shown:
            return beginning_of(path_of(component.stored_file), SHOWN_TEXT)
    return ""


def _component(request, record, component, *, replaced: bool = False):
    """A present file; one that was replaced for the record's archivist alone; the handling's for whoever sees all."""
    rows = record.components
    if replaced and may(request.user, "arrange", record):
        rows = record.components(manager="versions")
    row = rows.filter(uid=component).select_related("stored_file").first()
    if row is None or (row.role not in CONSULTED and not may(request.user, "whole", record)):
        raise Http404
    if record.state == State.DESTROYED:
        raise Refused(f"“{record}”已依法销毁，只保留目录和元数据。")
    row.record = record
    return row


@gives_one(Record)
@require_safe
def component(request, record, component):
    row = _component(request, record, component, replaced=True)
    return file_response(request, row.stored_file, row.filename, inline="show" in request.GET, obj=record)


@gives_one(Record)
@logged()
@require_safe
def component_pdf(request, record, component):
    """A text file as pages, made when asked for and kept nowhere."""
    row = _component(request, record, component)
    if row.stored_file.mime != "text/plain":
        raise Http404
    try:
        made = filing.text_pdf(row)
    except ValueError as error:
        raise Refused(str(error)) from error
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="text.pdf"'
    return response
