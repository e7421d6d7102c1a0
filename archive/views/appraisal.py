"""到期鉴定: the due list, one appraisal with its steps, its papers, and the holds."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from units import form_drafts
from units.access import gives_many, gives_one, may, needs, units_with
from units.doors import logged
from units.former_deputies import tells_former_deputies
from units.models import AuditEvent
from units.paging import cut
from units.row_forms import Came, put_forms
from units.row_forms import form_of as form_of_row
from units.step_forms import posted_version
from units.tasks import told_next
from units.workflow import Refused, Stale

from .. import periods, unconfirmed
from ..appraisal import actions, erasing, holds, papers, witnessing
from ..appraisal.carriers import carriers_of
from ..appraisal.conditions import may_supervise, signatures_told, supervising
from ..appraisal.forms import DueForm, ExcuseForm, HoldForm, JudgeForm, LiftForm, MemberForm, SignForm, form_of
from ..appraisal.listing import due_records, old_years
from ..appraisal.membership import members_with_posts, waited_for
from ..appraisal_workflow import APPRAISAL
from ..models import Appraisal, Hold, Record
from ..states import AppraisalState
from ..twins.papers import workbook
from .arranging import add_reasons, unit_of

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER = ("-created_at", "-pk")


@gives_many(Appraisal)
@require_safe
def appraisals(request, rows):
    """The unit's own, or those that came to 区档案局; what is due stands above."""
    page = cut(rows.select_related("unit"), request, order=ORDER)
    makes = bool(units_with("arrange_records", request.user))
    return render(request, "archive/appraisal/list.html", {"page": page, "makes": makes})


@needs("arrange_records")
@gives_many(Record, "destroy")
@require_http_methods(["GET", "POST"])
def due(request, rows):
    """到期档案, and the act that makes an appraisal of them."""
    unit, today = unit_of(request), timezone.localdate()
    form = DueForm(request.POST if request.method == "POST" else None, initial={"due_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create(unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            add_reasons(form, refusal)
        else:
            messages.success(request, f"已编制鉴定清单，共 {made.items.count()} 件。")
            return redirect(made)
    own = rows.filter(unit=unit)
    found = due_records(own, today)
    page = cut(found.for_list(), request, order=("-filed_at", "-pk"))
    for record in page.items:
        record.unconfirmed = unconfirmed.told(record)
        record.named_period = periods.old_word(record) or record.period_now
    context = {"unit": unit, "form": form, "page": page, "today": today, "old": old_years(own, today)}
    return render(request, "archive/appraisal/due.html", context, status=422 if form.errors else 200)


@gives_one(Appraisal)
@require_safe
def appraisal(request, appraisal):
    return show(request, appraisal)


def show(request, appraisal, *, status: int = 200, failed=None, refused=(), **forms):
    """The page; `failed` is the bound form of a step that was not taken, `refused` the reasons why."""
    row = Appraisal.objects.select_related("unit", "archive", "operator", "first_witness", "second_witness").get(
        pk=appraisal.pk
    )
    drafting, judging = row.state == AppraisalState.DRAFTING, row.state == AppraisalState.JUDGING
    signing = _signing(request, row, judging)
    page = cut(
        holds.with_marks(papers.items_of(row).select_related("record__unit")), request, order=("position",), size=50
    )
    unconfirmed.tell_items(page.items)
    found, group = carriers_of(row), members_with_posts(row)
    is_ready = not judging or (signing["is_whole"] and not signing["missing"])
    context = {
        "appraisal": row, "refused": list(refused), "failed": failed, "acts": _acts(request, row, failed, is_ready),
        "page": page,
        "group": group, "supervisions": supervising(row),
        "member_form": _member_form(request, row, group) if drafting or judging else None,
        "judge_form": JudgeForm() if judging and may(request.user, "judge", row) else None,
        **signing, **_supervision(request, row),
        "kinds": papers.kinds_of(row, found).items(), "events": AuditEvent.objects.of(row),
        "facts": _facts(row, found), "unchecked": unconfirmed.waiting_in(row), **forms,
    }  # fmt: skip
    if context["judge_form"] is not None:
        form_drafts.attend(request, context["judge_form"], "appraisal:judge", of=row)
    return render(request, "archive/appraisal/appraisal.html", context, status=status)


def _member_form(request, row, group) -> MemberForm | None:
    """For whoever composes the group; who was excused may come in again."""
    if not may(request.user, "make", row):
        return None
    return MemberForm(unit=row.unit, present={one.person_id for one in group if one.excused_at is None})


def _signing(request, row, judging: bool) -> dict:
    """Who of the group is still waited for; the visitor's own signature, and the act that waits for one no longer."""
    missing = waited_for(row) if judging else []
    mine = next((one for one in missing if one.person_id == request.user.pk), None)
    is_whole = judging and not row.items.filter(opinion="").exists()
    makes = bool(missing) and may(request.user, "make", row)
    return {
        "missing": missing, "is_whole": is_whole, "sign_form": SignForm() if mine and is_whole else None,
        "excuse_form": ExcuseForm(missing=missing) if makes else None,
    }  # fmt: skip


def _supervision(request, row) -> dict:
    """Whether the visitor may sign as 监销人; who has signed; and why he, who could, may not."""
    if row.state != AppraisalState.NOTED:
        return {"supervises": False}
    barred = may_supervise(row, request.user)
    has_signed = supervising(row).filter(person=request.user).exists()
    is_named = request.user.pk in (row.first_witness_id, row.second_witness_id)
    return {
        "supervises": not barred, "not_supervising": barred if is_named else "", "withdraws": has_signed,
        "signed": signatures_told(row), "arranged": witnessing.cells(row),
    }  # fmt: skip


def _acts(request, row, failed, is_ready: bool) -> list[dict]:
    """Steps that are open: what goes on first, and unfolded when it is its turn; what ends it last and folded."""
    steps = sorted(APPRAISAL.open_to(request.user, row), key=lambda one: _rank(one, row))
    rows = []
    for place, step in enumerate(steps):
        form = failed if failed is not None and failed.step is step else form_of(step, of=row)
        form_drafts.attend(request, form, f"appraisal:{step.name}", of=row)
        rows.append(
            {"step": step, "form": form, "open": form.is_bound or (place == 0 and is_ready and _rank(step, row) == 0)}
        )
    return rows


def _rank(step, row) -> int:
    """What ends it stands last; an arrangement that is made is changed seldom."""
    if step.name in ("send_back", "object", "dissolve"):
        return 2
    return int(step.name == "arrange_supervision" and bool(row.arranged_digest))


def _facts(row, found) -> list[tuple[str, str]]:
    return [
        ("鉴定单位", row.unit.name), ("到期截止日", f"{row.due_on:%Y-%m-%d}"),
        ("拟销毁", found.shown()), ("电子文件", erasing.told(row)), ("鉴定报告", row.report), *witnessing.cells(row),
        ("操作者", row.operator.name if row.operator else ""),
    ]  # fmt: skip


@tells_former_deputies
@gives_one(Appraisal)
@require_POST
def act(request, appraisal, step):
    found = APPRAISAL.get(step)
    if found is None:
        raise Http404
    form = form_of(found, request.POST, of=appraisal)
    if not form.is_valid():
        return show(request, appraisal, status=422, failed=form)
    try:
        event = APPRAISAL.perform(
            found, appraisal, by=request.user, note=form.noted(), given=form.given(),
            version=posted_version(request),
        )  # fmt: skip
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return show(request, appraisal, status=status, failed=form, refused=refusal.reasons)
    messages.success(request, f"“{appraisal}”{found.done}。{witnessing.voided_told(event)}{told_next(appraisal)}")
    return redirect(appraisal if may(request.user, "view", appraisal) else "archive:appraisals")


@gives_one(Appraisal, "make")
@require_POST
def appoint(request, appraisal):
    form = MemberForm(request.POST, unit=appraisal.unit)
    if form.is_valid():
        try:
            actions.appoint(appraisal, form.cleaned_data["person"], form.cleaned_data["part"], by=request.user)
        except Refused as refusal:
            return show(request, appraisal, status=add_reasons(form, refusal), member_form=form)
        return redirect(appraisal)
    return show(request, appraisal, status=422, member_form=form)


@gives_one(Appraisal, "judge")
@require_POST
def judge(request, appraisal):
    form = JudgeForm(request.POST)
    if form.is_valid():
        chosen = [int(one) for one in request.POST.getlist("items") if one.isascii() and one.isdigit() and len(one) < 7]
        try:
            done = actions.judge(appraisal, chosen, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            return show(request, appraisal, status=add_reasons(form, refusal), judge_form=form)
        messages.success(request, f"已填写 {done} 件的鉴定意见。")
        return redirect(appraisal)
    return show(request, appraisal, status=422, judge_form=form)


@gives_one(Appraisal)
@logged("export")
@require_safe
def appraisal_paper(request, appraisal, kind):
    """鉴定报告, 销毁清册, 销毁登记表 as PDF/A."""
    names = papers.kinds_of(appraisal)
    if kind not in names:
        raise Http404
    response = HttpResponse(papers.pdf_of(appraisal, kind), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{names[kind]}{appraisal.number}.pdf")
    return response


@gives_one(Appraisal)
@logged("export")
@require_safe
def appraisal_workbook(request, appraisal):
    """The list with every opinion."""
    book = workbook("鉴定清单", papers.COLUMNS, papers.sheet_of(appraisal), settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename=f"鉴定清单{appraisal.number}.xlsx", content_type=BOOK)


@gives_many(Hold)
@require_http_methods(["GET", "POST"])
def all_holds(request, rows):
    """冻结: what is on hold, and the act that puts more on hold."""
    asked = {"codes": request.GET.get("code", "")[:60]}  # from the page of a record
    typed = request.POST if request.method == "POST" else None
    form = HoldForm(typed, initial=asked) if _places(request.user) else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                done = holds.place(form.cleaned_data["codes"], by=request.user, reason=form.cleaned_data["reason"])
            except Refused as refusal:
                add_reasons(form, refusal)
            else:
                messages.success(request, f"已冻结 {done} 件。")
                return redirect("archive:holds")
    return _show_holds(request, rows, form, status=422 if form is not None and form.errors else 200)


def _show_holds(request, rows, form, *, status: int, came: Came = None):
    """`came`: a hold's form that was not done."""
    found = rows.filter(lifted_at=None).with_may("lift", request.user).select_related("record", "placed_by")
    page = cut(found, request, order=("-placed_at", "-pk"))
    put_forms(page, LiftForm, came)
    context = {"form": form, "page": page, "lift_form": came and came[1]}
    return render(request, "archive/appraisal/holds.html", context, status=status)


def _places(user) -> bool:
    """Whether he may put something on hold."""
    return bool(units_with("arrange_records", user) | units_with("approve_disposal", user))


@gives_one(Hold, "lift")
@require_POST
def lift_hold(request, hold):
    form, status = form_of_row(hold, LiftForm, request.POST), 422
    if form.is_valid():
        try:
            holds.lift(hold, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            status = add_reasons(form, refusal)
        else:
            messages.success(request, "已解除冻结。")
            return redirect("archive:holds")
    rows, place_form = Hold.objects.allowing("view", request.user), HoldForm() if _places(request.user) else None
    return _show_holds(request, rows, place_form, status=status, came=(hold, form))
