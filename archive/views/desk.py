"""归档工作台: the tabs, 核对, 批量更正 with its preview and undoing, 著录 and 补充归档."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.models import Document
from units import form_drafts
from units.access import gives_many, gives_one, needs, units_with
from units.models import Unit
from units.paging import cut
from units.workflow import Refused

from .. import (
    bulk_amend,
    bulk_preview,
    checking,
    desk,
    effective,
    entering,
    filed_twice,
    fixed_years,
    mending,
    paper_since,
    unconfirmed,
)
from ..changes import shown
from ..correct_forms import initial_of
from ..desk_forms import BulkForm, EnterForm
from ..models import BulkCorrection, Record
from ..retention import fonds_of
from ..twins import lending
from .arranging import is_uid
from .records import show as show_record

MOST_DUE = 500  # lines of one cause that 待归档 shows
CHOSEN_SHOWN = 200  # of what 批量更正 is about, before the preview
MOST_ANSWERED = 500  # repairs answered by one sentence: each is an act of its own


def unit_of(request, permission: str = "arrange_records") -> Unit:
    """The unit whose desk it is: the one asked for, else the first where the visitor holds `permission`; 404."""
    held = Unit.objects.filter(pk__in=units_with(permission, request.user)).order_by("code")
    asked = request.POST.get("unit") or request.GET.get("unit")
    found = held.filter(code=asked).first() if asked else held.first()
    if found is None:
        raise Http404
    return found


@needs("arrange_records")
@require_safe
def show(request):
    """One tab; its counter is the count of its list."""
    tab = desk.BY_KEY.get(request.GET.get("tab", "due"))
    if tab is None:
        raise Http404
    return _shown(request, unit_of(request), tab)


def _shown(request, unit: Unit, tab: desk.Tab, **more):
    """`nothing_fixed`: 补充归档 was asked for, and no year is fixed yet."""
    rows = Record.objects.allowing("view", request.user)
    documents = Document.objects.allowing("view", request.user)
    counts = desk.counters(unit, rows, documents)
    context = {
        "unit": unit,
        "units": Unit.objects.filter(pk__in=units_with("arrange_records", request.user)).order_by("code"),
        "tab": tab,
        "count": counts[tab.key],
        "tabs": [
            (one.label, f"{reverse('archive:desk')}?unit={unit.code}&tab={one.key}", counts[one.key], one is tab)
            for one in desk.TABS
        ],
        "overdue": lending.overdue(unit),
        "undoable": BulkCorrection.objects.filter(unit=unit, undone_at=None).order_by("-pk").first(),
        **more,
    }
    if tab.rows is None:
        context["due"] = desk.due_lines(unit, rows, documents, MOST_DUE)
        return render(request, "archive/desk/due.html", context)
    cut_rows, by_fallback = unconfirmed.only_fallback(desk.records_of(tab, unit, rows), request.GET)
    narrowed, chosen = desk.narrowed(cut_rows, request.GET)
    listed = paper_since.with_paper(effective.with_period(narrowed.select_related("fonds", "unit", "retention_rule")))
    page = cut(listed, request, order=("archival_code", "pk"), size=100)
    unconfirmed.tell_fallback(page.items)
    if tab.key in ("returned", "unchecked", "imported"):
        desk.tell_reasons(page.items)
    if tab.key == "lent":
        desk.tell_lent(page.items)
    context |= {
        "page": page, "tree": desk.tree(cut_rows, chosen), "total": narrowed.count(), "by_fallback": by_fallback,
        "chosen": "&".join(f"{name}={value}" for name, value in chosen.items()),
        "narrowing": [*chosen.items(), *([("fallback", "1")] if by_fallback else [])],
    }  # fmt: skip
    return render(request, "archive/desk/records.html", context)


def _chosen(request, unit: Unit) -> list[int]:
    """Keys of the records that were ticked, or of all that the list holds (`all`)."""
    rows = Record.objects.allowing("arrange", request.user).filter(unit=unit)
    if request.POST.get("all"):
        tab = desk.BY_KEY.get(request.POST.get("tab", ""))
        if tab is None or tab.rows is None:
            raise Http404
        rows, _ = desk.narrowed(tab.rows(rows), request.POST)
        rows, _ = unconfirmed.only_fallback(rows, request.POST)
        return list(rows.order_by("archival_code", "pk").values_list("pk", flat=True)[: bulk_amend.MOST + 1])
    asked = [one for one in request.POST.getlist("records") if is_uid(one)]
    asked += [one for one in request.POST.get("keys", "").split(",") if is_uid(one)]
    return list(rows.filter(uid__in=asked).values_list("pk", flat=True))


@needs("arrange_records")
@require_POST
def check_many(request):
    """核对无误 for all that were ticked; what cannot be accepted so is named, and keeps none of the others back."""
    unit = unit_of(request)
    count, left = checking.accept_listed(_chosen(request, unit), by=request.user)
    messages.success(request, f"{count} 件已核对无误。")
    for told in left:
        messages.warning(request, told)
    tab = "imported" if request.POST.get("tab") == "imported" else "unchecked"
    return redirect(f"{reverse('archive:desk')}?unit={unit.code}&tab={tab}")


@needs("arrange_records")
@require_POST
def answer_many(request):
    """成批答复: what came back together is answered with one sentence."""
    unit = unit_of(request)
    keys = _chosen(request, unit)
    if len(keys) > MOST_ANSWERED:
        raise Refused(f"一次最多答复 {MOST_ANSWERED} 件，请分次办理。")
    count = mending.answer_many(keys, by=request.user, answer=request.POST.get("answer", ""))
    others = f"，另 {len(keys) - count} 件不由您补正，没有答复" if count < len(keys) else ""
    messages.success(request, f"{count} 件已答复，请核对{others}。")
    return redirect(f"{reverse('archive:desk')}?unit={unit.code}&tab=returned")


@gives_one(Record, "arrange")
@require_POST
def check(request, record):
    try:
        checking.accept([record.pk], by=request.user)
    except Refused as refusal:  # pressed a second time, or sent back meanwhile: the record as it is now says the rest
        for reason in refusal.reasons:
            messages.error(request, reason)
        return show_record(request, record, status=422)
    messages.success(request, "已核对无误。")
    return redirect(record)


@needs("arrange_records")
@require_POST
def bulk(request):
    """批量更正 in three steps on one address: what, every change shown, done."""
    unit, step = unit_of(request), request.POST.get("step", "choose")
    keys = _chosen(request, unit)
    if not keys:
        raise Refused("请先勾选要更正的文件。")
    if len(keys) > bulk_amend.MOST:
        raise Refused(f"一次最多更正 {bulk_amend.MOST:,} 件，请用左侧的树缩小范围。")
    rows = list(
        Record.objects.allowing("arrange", request.user)
        .filter(pk__in=keys)
        .select_related("fonds", "unit")
        .order_by("pk")
    )
    form = BulkForm(request.POST if step != "choose" else None)
    context = {"unit": unit, "form": form, **_told_chosen(rows)}
    if step == "choose" or not form.is_valid():
        return render(request, "archive/desk/bulk.html", context, status=422 if form.errors else 200)
    amendment = form.amendment()
    if step == "apply":
        try:
            done = bulk_amend.apply(
                keys, amendment, unit=unit, by=request.user, reason=form.cleaned_data["reason"],
                digest=request.POST.get("digest", ""),
            )  # fmt: skip
        except Refused as refusal:
            rows = [one for one in Record.objects.allowing("arrange", request.user).filter(pk__in=keys).order_by("pk")]
            context["refused"] = refusal.reasons
        else:
            messages.success(request, f"已更正 {done.count} 件：{done.wording}。")
            return redirect("archive:bulk_done", uid=done.uid)
    context |= _previewed(rows, amendment)
    return render(request, "archive/desk/bulk.html", context, status=409 if context.get("refused") else 200)


def _previewed(rows: list[Record], amendment: bulk_amend.Amendment) -> dict:
    """Every change as it would be done, and the new codes, with the loans of paper that bears the old ones."""
    seen = bulk_amend.preview(rows, amendment)
    codes = bulk_preview.new_codes(seen.lines, amendment)
    loans = lending.loans_of(codes)
    lines = [
        _line(one, amendment) | {"new_code": codes.get(one.record.pk), "loan": loans.get(one.record.pk)}
        for one in seen.lines
    ]
    lowered = bulk_preview.lowered(seen.lines, amendment)
    return {"amendment": amendment, "seen": seen, "lowered": lowered, "lines": lines}


def _told_chosen(rows: list[Record]) -> dict:
    """What the act is about: all keys, and the first records by name."""
    more = max(0, len(rows) - CHOSEN_SHOWN)
    keys = ",".join(str(one.uid) for one in rows)
    return {"keys": keys, "count": len(rows), "chosen_rows": rows[:CHOSEN_SHOWN], "chosen_more": more}


def _line(line: bulk_amend.Line, amendment: bulk_amend.Amendment) -> dict:
    return {
        "record": line.record,
        "before": shown(amendment.field, line.before),
        "after": shown(amendment.field, line.after),
        "fault": line.fault,
    }


@gives_one(BulkCorrection)
@require_safe
def bulk_done(request, done):
    """What one act on many changed, and its undoing while that is possible."""
    changes = list(done.changes.select_related("record").order_by("pk"))
    recoded = [one.record_id for one in changes if one.before["code"] != one.after["code"]]
    rows = [one.record for one in changes]
    left = bulk_amend.left_standing(done, rows, {one.record_id: one for one in changes})
    bars = bulk_amend.bars_undoing(done, rows, left)
    loans = {} if bars else lending.loans_of(recoded)  # undone, their codes change again
    lines = [
        {
            "record": one.record,
            "before": shown(done.field, one.before["value"]),
            "after": shown(done.field, one.after["value"]),
            "code": " → ".join(dict.fromkeys((one.before["code"], one.after["code"]))),  # one where it stayed
            "loan": loans.get(one.record_id),
        }
        for one in changes
    ]
    context = {
        "done": done, "lines": lines, "bars": bars[:5], "changes_codes": bool(recoded), "left": list(left.values()),
        "count": len(rows) - len(left), "stood": bulk_preview.stood(done, rows) if done.undone_at else [],
    }  # fmt: skip
    return render(request, "archive/desk/bulk_done.html", context)


@gives_one(BulkCorrection, "undo")
@require_POST
def undo(request, done):
    told = request.POST.get("count", "")
    count = bulk_amend.undo(done, by=request.user, count=int(told) if told.isdecimal() and len(told) < 7 else None)
    others = f"，另 {done.count - count} 件没有恢复，见下" if count < done.count else ""
    messages.success(request, f"已撤销，{count} 件恢复原来的内容{others}。")
    return redirect("archive:bulk_done", uid=done.uid)


@gives_many(Record, "arrange")
@require_http_methods(["GET", "POST"])
def enter(request, rows):
    """著录一件; `like` names the line above, whose values stand in the form."""
    unit = unit_of(request)
    above = _above(request, rows, unit)
    initial = (
        initial_of(above) | {"title": "", "doc_number": ""} if above is not None and request.GET.get("like") else {}
    )
    late_year = _year_asked(request, unit)  # 补充归档 from the page of a fixed year stays in that year
    if late_year is None and request.GET.get("late"):
        return _shown(request, unit, desk.BY_KEY["due"], nothing_fixed=True)
    initial |= {"year": late_year} if late_year else {}
    form = EnterForm(request.POST or None, request.FILES or None, unit=unit, by=request.user, initial=initial)
    place = f"{reverse('archive:enter')}?unit={unit.code}"
    form_drafts.attend(request, form, "record:enter", page=f"{place}&year={late_year}" if late_year else place)
    if request.method == "POST" and form.is_valid() and (record := _entered(form, unit, request.user)) is not None:
        messages.success(request, f"已归档，档号 {record.archival_code}。")
        again = f"{reverse('archive:enter')}?unit={unit.code}&like={record.uid}"
        return redirect(again if "more" in request.POST else record.get_absolute_url())
    context = {
        "unit": unit,
        "fonds": fonds_of(unit),
        "form": form,
        "heading": f"补充归档一件（{late_year}年度）" if late_year else "著录一件",
        "above": above,
        "copied": [(name, value) for name, value in initial_of(above).items() if value] if above else [],
    }
    return render(request, "archive/desk/enter.html", context, status=422 if form.errors else 200)


def _entered(form, unit: Unit, by) -> Record | None:
    """The record, or None with the reasons beside what was typed."""
    given = form.cleaned_data
    try:
        if not given["is_another"]:
            filed_twice.ask(unit, form.values())
        return entering.enter(
            form.values(), unit=unit, by=by, files=given["files"], late=form.late(), has_paper=given["has_paper"]
        )
    except Refused as refusal:
        place = "is_another" if isinstance(refusal, filed_twice.Alike) else None
        for reason in refusal.reasons:
            form.add_error(place, reason)
    return None


def _year_asked(request, unit: Unit) -> int | None:
    """The year named by the address; of 补充归档 without one (the desk's link), the fixed year that is the newest."""
    asked = request.GET.get("year", "")
    if len(asked) == 4 and asked.isascii() and asked.isdigit():
        return int(asked)
    return fixed_years.newest_of(unit) if request.GET.get("late") else None


def _above(request, rows, unit: Unit):
    """The line above: the record named by the address, else the last that the person entered or filed in the unit."""
    own = rows.filter(unit=unit)
    asked = request.GET.get("like", "")
    if is_uid(asked):
        return own.filter(uid=asked).first()
    return own.filter(document=None, filed_by=request.user).order_by("-pk").first()
