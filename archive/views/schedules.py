"""归档范围和保管期限表: the unit's versions, their rows, comparing, trying, and the acts of unit and 区档案局."""

import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import Document
from files.examination import safe_filename
from files.store import land, name_of
from units import form_drafts
from units.access import gives_many, gives_one, may, needs, units_with
from units.doors import logged
from units.models import AuditEvent, Unit
from units.tasks import told_next
from units.views import again
from units.workflow import Refused, Stale

from .. import schedule_acts as acts
from ..models import Record, RetentionRule, RetentionSchedule
from ..schedule_forms import (
    ProbeForm,
    RuleForm,
    SheetForm,
    StepForm,
    TakeInForm,
    YearForm,
    initial_of,
    last_year,
    said_before,
)
from ..schedule_workflow import SCHEDULE, approved_before, basis_for, told_late
from ..schedules import sheets, trying
from ..schedules.matching import NOT_MET, judged
from ..schedules.versions import differences, rules_of
from ..schedules.wording import findings_of
from ..states import ScheduleState

FIND = 40  # characters by which a rule is looked for
HELD = timedelta(hours=20)  # of an uploaded sheet until it is confirmed; the sweep takes its bytes after a day
SALT = "archive.schedule_sheet"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@gives_many(RetentionSchedule)
@require_safe
def schedules(request, rows):
    """Whoever drafts begins here; 区档案局 finds what waits for it first."""
    found = list(rows.select_related("unit", "drafted_from").exclude(state=ScheduleState.DROPPED))
    drafts_for = Unit.objects.filter(pk__in=units_with("arrange_records", request.user)).order_by("code")
    in_work = {one.unit_id for one in found if one.state in acts.IN_WORK}
    is_authority = bool(units_with("inspect_units", request.user))
    context = {
        "waiting": [one for one in found if one.state == ScheduleState.PROPOSED] if is_authority else [],
        "own": [one for one in found if one.unit_id is not None],
        "samples": [one for one in found if one.unit_id is None],
        "begins": [unit for unit in drafts_for if unit.pk not in in_work],
        "is_authority": is_authority,
        "today": holding_today(found),
    }
    return render(request, "archive/schedules/list.html", context)


def holding_today(found) -> set[int]:
    """Keys of those of `found` that hold today: of each owner the one begun last."""
    today, last = timezone.localdate(), {}
    for one in found:
        if one.state == ScheduleState.APPROVED and one.valid_from <= today <= (one.valid_to or today):
            before = last.setdefault(one.unit_id, one)
            last[one.unit_id] = max(before, one, key=lambda row: row.valid_from)
    return {one.pk for one in last.values()}


@needs("arrange_records")
@require_POST
def draft(request):
    units = Unit.objects.filter(pk__in=units_with("arrange_records", request.user))
    unit = units.filter(code=request.POST.get("unit", "")).first()
    if unit is None:
        raise Refused("请选择您任档案员的单位。")
    schedule = acts.draft(unit, by=request.user)
    base = schedule.drafted_from
    coming = f"（{base.valid_from} 起施行，本版本的施行日期应在其后）" if _is_coming(base) else ""
    messages.success(request, f"已据“{base}”{coming}拟订“{schedule}”，请逐条核对。")
    return redirect(schedule)


def _is_coming(version: RetentionSchedule | None) -> bool:
    """Approved, and its first day still to come."""
    return version is not None and version.valid_from is not None and version.valid_from > timezone.localdate()


@gives_one(RetentionSchedule)
@require_safe
def schedule(request, schedule):
    return show(request, schedule)


def show(request, schedule, *, status: int = 200, failed=None, sheet_form=None, sheet_findings=()):
    """The version: what waits for the visitor, then its rows."""
    steps, events = SCHEDULE.open_to(request.user, schedule), list(AuditEvent.objects.of(schedule))
    said = said_before(events)
    forms = []
    for step in steps:
        form = (
            failed if failed is not None and failed.step == step else StepForm(step=step, schedule=schedule, said=said)
        )
        forms.append(form_drafts.attend(request, form, f"schedule:{step.name}", of=schedule))
    edits = schedule.state == ScheduleState.DRAFT and may(request.user, "draft", schedule)
    rules = list(schedule.rules.order_by("code"))
    base = default_base(schedule)
    probe = ProbeForm(request.GET if "title" in request.GET else None, auto_id="probe_%s")
    live, find = [rule for rule in rules if not rule.is_struck], request.GET.get("find", "").strip()[:FIND]
    meets = judged(live, probe.asked()) if probe.is_valid() else None
    context = {
        "schedule": schedule, "forms": forms, "edits": edits, "base": base,
        "groups": _grouped([rule for rule in live if _speaks_of(rule, find)]), "find": find, "find_most": FIND,
        "is_coming": _is_coming(schedule.drafted_from),
        "struck": [rule for rule in rules if rule.is_struck],
        "count": len(live),
        "findings": findings_of(live),
        "sheet_form": (sheet_form or SheetForm()) if edits else None,
        "sheet_findings": [(sheets.cell_of(one), one) for one in sheet_findings],
        "events": events, "late": told_late(schedule),
        "probe": probe, "meets": meets, "not_met": NOT_MET,
        "is_tried": schedule.unit_id is not None and schedule.state in acts.IN_WORK,
        **(_to_judge(schedule, base, rules) if schedule.state == ScheduleState.PROPOSED else {}),
    }  # fmt: skip
    return render(request, "archive/schedules/one.html", context, status=422 if probe.errors else status)


def _speaks_of(rule, words: str) -> bool:
    """Whether `words` are in what the page shows of the rule."""
    return not words or words in " ".join(
        (rule.code, rule.category, rule.description, rule.keywords_shown, rule.period)
    )


def _grouped(rules) -> list[tuple[str, list]]:
    groups: dict[str, list] = {}
    for rule in rules:
        groups.setdefault(rule.category, []).append(rule)
    return list(groups.items())


@gives_one(RetentionSchedule)
@require_POST
def act(request, schedule, step):
    found = SCHEDULE.get(step)
    if found is None:
        raise Http404
    form = StepForm(request.POST, step=found, schedule=schedule)
    if not form.is_valid():
        return show(request, schedule, status=422, failed=form)
    try:
        SCHEDULE.perform(
            found, schedule, by=request.user, note=form.cleaned_data["note"], given=form.given(),
            version=form.cleaned_data["version"],
        )  # fmt: skip
    except Refused as refusal:
        status = again.refused(form, refusal, schedule)
        schedule.refresh_from_db()
        return show(request, schedule, status=status, failed=form)
    messages.success(request, f"“{schedule}”{found.done}。{told_next(schedule)}")
    if late := told_late(schedule):
        messages.warning(request, late)
    # what 区档案局 returned is the unit's draft again
    return redirect(schedule if may(request.user, "view", schedule) else "archive:schedules")


@gives_one(RetentionSchedule, "draft")
@require_http_methods(["GET", "POST"])
def rule(request, schedule, code=""):
    """One row of a draft, changed or added."""
    row = schedule.rules.filter(code=code).first() if code else None
    if code and row is None:
        raise Http404
    acts.check_open(schedule)
    initial = initial_of(row) if row else {}
    form = RuleForm(
        request.POST if request.method == "POST" else None, initial={**initial, "version": schedule.version}
    )
    form_drafts.attend(
        request, form, f"schedule:rule:{code}", of=schedule, version=schedule.version, page=request.path, offers=True
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = acts.save_rule(schedule, form.row, by=request.user, code=code, version=form.cleaned_data["version"])
        except Refused as refusal:
            status = again.refused(form, refusal, schedule)
            return _rule_page(request, schedule, row, form, status)
        messages.success(request, f"条款 {saved} 已保存。")
        return redirect(f"{schedule.get_absolute_url()}#r{saved.code}")
    return _rule_page(request, schedule, row, form, 422 if form.errors else 200)


def _rule_page(request, schedule, row, form, status: int):
    context = {"schedule": schedule, "rule": row, "form": form}
    return render(request, "archive/schedules/rule.html", context, status=status)


@gives_one(RetentionSchedule, "draft")
@require_POST
def strike(request, schedule, code):
    back = "back" in request.POST
    acts.strike(schedule, code, by=request.user, back=back)
    messages.success(request, f"条款 {code} 已{'恢复' if back else '删去'}。")
    return redirect(f"{schedule.get_absolute_url()}#rules")


@gives_one(RetentionSchedule)
@require_safe
@logged("export")
def workbook(request, schedule):
    file = tempfile.TemporaryFile(dir=settings.EGOV_TMP_DIR)
    sheets.write(file, rules_of(schedule), str(schedule))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{schedule}.xlsx", content_type=BOOK)


@gives_one(RetentionSchedule, "draft")
@require_POST
def load(request, schedule):
    """Excel back: every cell that is wrong is told, and what would differ is shown before any of it is taken."""
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, schedule, status=422, sheet_form=form)
    try:
        acts.check_open(schedule)
        held = _landed(form.cleaned_data["sheet"])
        _, found = sheets.read(_place(held))
        if found:
            form.add_error(None, f"表中有 {len(found)} 处错误，没有导入；请按下面所列单元格修改后重新导入。")
            return show(request, schedule, status=422, sheet_form=form, sheet_findings=found)
    except (Refused, sheets.NotASheet) as refusal:
        for reason in getattr(refusal, "reasons", [str(refusal)]):
            form.add_error("sheet", reason)
        return show(request, schedule, status=422, sheet_form=form)
    return redirect("archive:check_schedule_sheet", schedule.uid, held_for(held, request.user, schedule))


def held_for(digest: str, user, schedule) -> str:
    """What the address says of an uploaded sheet: whose it is, and for which draft."""
    return signing.dumps([digest, user.pk, schedule.uid.hex], salt=SALT)


@gives_one(RetentionSchedule, "draft")
@require_http_methods(["GET", "POST"])
def check_sheet(request, schedule, held):
    """What an uploaded sheet has otherwise than the draft, by clause, and taking it in when that is confirmed."""
    rows = _held(held, request.user, schedule)
    if rows is None:
        messages.error(request, "导入的文件已不在，什么都没有改动；请重新选择文件导入。")
        return redirect(schedule)
    acts.check_open(schedule)
    form, status = (
        TakeInForm(request.POST if request.method == "POST" else None, initial={"version": schedule.version}),
        200,
    )
    if request.method == "POST" and form.is_valid():
        try:
            added, changed, struck = acts.take_in(schedule, rows, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            status = again.refused(form, refusal, schedule)
            if isinstance(refusal, Stale) and form.data.pop("strikes", None):  # another list now: agreed to anew
                form.add_error(None, "表中没有的条款可能已不同，是否删去请重新勾选。")
        else:
            messages.success(request, f"已导入：增加 {added} 条，修改 {changed} 条，删去 {struck} 条。")
            return redirect(schedule)
    found = differences(rules_of(schedule), [RetentionRule(schedule=schedule, **values) for values in rows])
    context = {"schedule": schedule, "form": form, **_sorted(found)}
    status = 422 if form.errors and status == 200 else status
    return render(request, "archive/schedules/sheet.html", context, status=status)


def _sorted(found) -> dict:
    """The differences of a sheet: what it brings, and apart from it the rows that it does not have."""
    brought = [one for one in found if one.kind != "struck"]
    return {
        "differences": brought, "moved": sum(one.moves_period for one in brought),
        "added": sum(one.kind == "added" for one in brought), "changed": sum(one.kind == "changed" for one in brought),
        "absent": [one.rule for one in found if one.kind == "struck"],
    }  # fmt: skip


def _held(signed: str, user, schedule) -> list[dict] | None:
    """Rows of the sheet that this person uploaded for this draft; None where it is not there any more."""
    try:
        digest, person, uid = signing.loads(signed, salt=SALT, max_age=HELD)
    except signing.BadSignature:
        return None
    if (person, uid) != (user.pk, schedule.uid.hex) or not Path(_place(digest)).is_file():
        return None
    return sheets.read(_place(digest))[0]


def _place(digest: str) -> str:
    return storages["default"].path(name_of(digest))


def _landed(upload) -> str:
    """The digest under which the sheet lies in the store, named by no row. Raises Refused, NotASheet."""
    if upload.size > sheets.MOST_BYTES:
        raise sheets.NotASheet("文件超过 2 MB，保管期限表没有这么大，请核对后再导入。")
    name = safe_filename(upload.name or "")
    landed = land(upload.chunks(), name)
    if landed.examination.refusals:
        raise Refused(*(f"“{name}”不能使用：{one.message}" for one in landed.examination.refusals))
    return landed.sha256


@gives_one(RetentionSchedule)
@require_safe
def compare(request, schedule):
    """What differs from the version before it, or from the one that the address names."""
    rows = RetentionSchedule.objects.allowing("view", request.user).select_related("unit")
    others = [one for one in rows if one.pk != schedule.pk and one.unit_id in (None, schedule.unit_id)]
    named = request.GET.get("with", "")
    base = next((one for one in others if str(one.uid) == named), None) if named else default_base(schedule)
    if named and base is None:
        raise Http404
    context = {"schedule": schedule, "base": base, "others": others, **_compared(base, rules_of(schedule))}
    return render(request, "archive/schedules/compare.html", context)


def _to_judge(schedule, base: RetentionSchedule | None, rules) -> dict:
    """What whoever approves reads before the rows: what is new in them, and that it is his unit that is asked."""
    proposed = AuditEvent.objects.of(schedule).filter(verb="propose").order_by("-pk").first()
    return {"authority": schedule.authority, "proposed": proposed, **_compared(base, rules)}


def _compared(base: RetentionSchedule | None, rules) -> dict:
    """What of `rules` stands otherwise than in `base`, and how many of it change the period."""
    found = differences(rules_of(base), rules) if base else []
    return {"differences": found, "moved": sum(one.moves_period for one in found)}


def default_base(schedule) -> RetentionSchedule | None:
    """What a version stands beside: the unit's approved one before its day, else what it was drafted from."""
    return approved_before(schedule, schedule.valid_from) or schedule.drafted_from if schedule.unit_id else None


@gives_one(RetentionSchedule)
@require_safe
def trial(request, schedule):
    """What the version would change of a year's papers; nothing is changed by looking."""
    if schedule.unit is None:
        raise Http404
    form = YearForm(request.GET if "year" in request.GET else {"year": last_year()})
    context = {"schedule": schedule, "form": form}
    if form.is_valid():
        year = form.cleaned_data["year"]
        base = basis_for(schedule.unit) if schedule.state in acts.IN_WORK else default_base(schedule)
        found = trying.tried(trying.papers_of(schedule.unit, year), rules_of(base) if base else [], rules_of(schedule))
        context |= {"is_coming": _is_coming(base)}
        context |= {"year": year, "base": base, "trial": found, "rows": _titled(request.user, found.listed)}
        context["standing"] = _titled(request.user, found.listed_differs)
    return render(request, "archive/schedules/trial.html", context, status=422 if form.errors else 200)


def _titled(user, listed) -> list[dict]:
    """The changes with their titles where the visitor may read them: 区档案局 sees numbers and codes."""
    records = {one.subject.pk for one in listed if isinstance(one.subject, Record)}
    seen = set(Record.objects.allowing("whole", user).filter(pk__in=records).values_list("pk", flat=True))
    documents = {one.subject.pk for one in listed if not isinstance(one.subject, Record)}
    read = _readable_documents(user, documents)
    return [
        {"change": one, "is_record": (is_record := isinstance(one.subject, Record)),
         "may_read": one.subject.pk in (seen if is_record else read)}
        for one in listed
    ]  # fmt: skip


def _readable_documents(user, keys) -> set[int]:
    rows = Document.objects.allowing("view", user).filter(pk__in=keys)
    return set(rows.values_list("pk", flat=True)) if keys else set()
