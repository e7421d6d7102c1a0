"""The panels of the batch page: what stands above it, the records at its left, acts and facts at its right."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from archive import inspection
from archive.sample_verdicts import before, standings
from units import form_drafts, steering
from units.access import may, units_with
from units.models import AuditEvent, Job
from units.paging import cut
from units.panels import Page, Panel

from . import accompanying, beside_files, delivery, handover_papers, manual_items, picking, wanted_formats
from . import conditions as when
from .act_forms import SIGNING, UNMARK, side_form
from .forms import ItemReasonForm, step_form
from .handing_panels import left_unaccompanied, papers, progress
from .handover_papers import run_of
from .line_panels import SENDS, consignments
from .models import Batch, RegisterSeal
from .sealed_register import standing_seals
from .side_acts import BATCH_SIDE
from .signing import is_other_signer
from .states import HELD, PartState, Side, State
from .workflow import BATCH

LINES = 200  # findings on the package that one page shows
SAMPLED = ("settle", "propose_return", "accept")  # steps that the archive's look at the sample goes before
BEFORE_SUBMISSION = ("self_check", "approve", "submit")  # steps before which `_told_before` speaks
SAMPLING = (State.INSPECTING, State.PROPOSED, State.HANDING_OVER)


def open_side_acts(page: Page) -> dict:
    if "side_acts" not in page.facts:
        page.facts["side_acts"] = {act.name: act for act in BATCH_SIDE.open_to(page.user, page.obj, page.facts)}
    return page.facts["side_acts"]


def open_steps(page: Page) -> list:
    """Steps of the table that people take; what the worker takes has no button."""
    if "steps" not in page.facts:
        page.facts["steps"] = [
            one for one in BATCH.open_to(page.user, page.obj, page.facts) if one.permission != "deliver"
        ]
    return page.facts["steps"]


def parts_of(page: Page) -> list:
    """Bags as they were built, each with its copies."""
    if "parts" not in page.facts:
        rows = page.obj.parts.filter(record_count__gt=0, state=PartState.DONE)
        page.facts["parts"] = list(rows.prefetch_related("copies"))
    return page.facts["parts"]


def held_copies(page: Page) -> list:
    return [copy for part in parts_of(page) for copy in part.copies.all() if copy.is_held]


def damage(page: Page) -> dict | None:
    bad = [copy for copy in held_copies(page) if copy.is_bad]
    return {"bad_copies": bad} if bad else None


def jobs(page: Page) -> dict | None:
    """What the worker is at, or could not do."""
    # a package on the line has a box of its own with the one cancel (line_panels.py)
    rows = Job.objects.of(page.obj).exclude(kind=SENDS)
    last = steering.attend(rows.with_may("steer", page.user)[:3])
    newest = {job.kind: job for job in reversed(last)}
    rows = [job for job in last if _is_told(job, page.obj, newest[job.kind] is job, is_last=job is last[0])]
    return {"jobs": rows} if rows else None


# where the work of a kind is still wanted; that of any other kind wherever the batch is
WANTED = {
    "package_batch": (State.DRAFT,), "receive_batch": (State.SUBMITTED, State.RECEIVED),
    "reissue_batch": (State.HANDING_OVER,),
}  # fmt: skip


def _is_told(job: Job, batch: Batch, is_newest: bool, *, is_last: bool) -> bool:
    """What is over and well is no news; a failure is one until its work was begun anew or is not wanted any more, what
    was cancelled until anything else was begun."""
    if batch.state not in WANTED.get(job.kind, (batch.state,)):
        return job.is_pending
    failed = job.state == Job.State.FAILED and is_newest
    return job.is_pending or failed or (is_last and job.state == Job.State.CANCELLED)


def package_findings(page: Page) -> dict | None:
    """What the last reading found on the package itself, whichever side read it."""
    rows = list(inspection.findings_on(page.obj.uid)[:LINES])
    return {"package_findings": rows} if rows else None


def items(page: Page) -> dict:
    """Records of the list, all or those with findings, and what may be done with each; what left it after them."""
    batch, only_findings = page.obj, page.request.GET.get("only") == "findings"
    items = batch.items.with_period().select_related("record__unit").order_by("position")
    rows = items.listed().remarkable() if only_findings else items.listed()
    shown = {
        "gone": list(items.filter(is_listed=False)[:LINES]),
        "page": cut(rows, page.request, order=("position",), size=50, count=False),
        "only_findings": only_findings,
        "may_take_out": "add" in open_side_acts(page),  # who may put in now may take out now
        # who may decide the batch may decide its items
        "may_mark": batch.state == State.INSPECTING and any(one.permission == "receive" for one in open_steps(page)),
    }
    away = any(not item.is_open for item in [*shown["gone"], *shown["page"]])  # what is at home again is mended there
    shown["mends"] = away and batch.unit_id in units_with("arrange_records", page.user)
    for item in shown["page"]:
        item.unlike = accompanying.unlike(item.record, item.opening, item.disclosure) if item.is_open else []
    if batch.submitted_at is None:
        beside_files.mark_lent(shown["page"].items)
        wanted_formats.mark_others(batch, shown["page"].items)  # afterwards the inspection says it of each
    if shown["may_take_out"] or shown["may_mark"]:
        failed = page.failed if isinstance(page.failed, ItemReasonForm) else None
        for item in shown["page"]:
            is_it = failed is not None and failed.position == item.position
            form = failed if is_it else ItemReasonForm(position=item.position)
            item.form = form_drafts.attend(page.request, form, f"batch:item:{item.position}", of=batch)
    return shown


def acts(page: Page) -> dict | None:
    """Steps of the table: what goes on first and open, what goes back last and folded."""
    rows = []
    for place, step in enumerate(sorted(open_steps(page), key=lambda one: one.danger)):
        form = page.form_of(step.name, lambda step=step: step_form(step))
        is_open = form.is_bound or (place == 0 and not step.danger)
        rows.append(
            {
                "step": step,
                "form": form,
                "open": is_open,
                "waits": _waits(page, step.name),
                "is_barred": step.name == "accept" and bool(_waits(page, step.name)),  # others have still to sign, seal
                "told": _told_before(page, step.name),
            }
        )
    return {"acts": rows} if rows else None


def first_act(page: Page):
    """The step that goes on and can be taken: near the top of a narrow page, which has the acts below the whole list.
    None while something else is owed first, which stands there instead."""
    if owed(page):
        return None
    return next((one for one in open_steps(page) if not one.danger and not _waits(page, one.name)), None)


def _told_before(page: Page, step: str) -> list[str]:
    """What bars nothing, and is told before the batch goes: paper lent or owed, pieces not checked or numbered,
    and what only a person can look at and nobody has."""
    if step not in BEFORE_SUBMISSION:
        return []
    if "told_before" not in page.facts:
        by_hand = manual_items.left_told(page.obj, Side.UNIT)
        told = [
            *beside_files.is_not_lent(page.obj), beside_files.owed_told(page.obj), *unready_told(page),
            formats_told(page), f"移交单位{by_hand}" if by_hand else "",
        ]  # fmt: skip
        page.facts["told_before"] = [one for one in told if one]
    return page.facts["told_before"]


def formats_told(page: Page) -> str:
    """Of a list by a plan what is not in the formats that it asks for, until the inspection has said it of each."""
    if "formats" not in page.facts:
        page.facts["formats"] = wanted_formats.told_of(page.obj) if page.obj.submitted_at is None else ""
    return page.facts["formats"]


def unready_told(page: Page) -> list[str]:
    return handover_papers.unready_of(page.obj)


def _waits(page: Page, step: str) -> list[str]:
    """What has still to be done before the step, in the words of its refusal."""
    if ("waits", step) not in page.facts:
        page.facts["waits", step] = _waiting(page, step)
    return page.facts["waits", step]


def _waiting(page: Page, step: str) -> list[str]:
    waiting = [when.sample_is_ticked(page.obj)] if step in SAMPLED else []
    if step in SAMPLED and step != "propose_return":
        waiting += when.sample_passes(page.obj)
    if step == "self_check":
        waiting += [when.is_accompanied(page.obj, None)] if left_unaccompanied(page) else []
        waiting += [when.catalogue_is_reviewed(page.obj, None)]
    if step == "accept":
        waiting += when.register_is_signed(page.obj, None) or [when.register_is_sealed(page.obj)]
    return [one for one in waiting if one]


def after_transfer(page: Page) -> dict | None:
    """纸质件 of what was taken over: still owed, or supplied since; both sides see it."""
    if page.obj.state not in HELD:
        return None
    found = beside_files.after_transfer(page.obj)
    if not any(found.values()):
        return None
    return found | {"supplies": page.obj.unit_id in units_with("arrange_records", page.user)}


def picks(page: Page) -> dict | None:
    """Beside 选入档案: exactly what can be taken, and why the rest cannot."""
    if "add" not in open_side_acts(page):
        return None
    return {"picks": picking.picks(page.obj.unit, page.user, page.obj.plan, page.obj)}


@dataclass(frozen=True)
class Owed:
    """What the person owes now: `act` is the side act's name, "" where it has a page of its own."""

    label: str
    address: str
    act: str = ""


def _of_act(act) -> Owed:
    return Owed(act.label, f"#{act.name}-form", act.name)


def asked_for(page: Page) -> list[Owed]:
    """The acts that a refusal sends the person to, by their names in it; else what is owed before any step goes on."""
    told = "".join(page.refused)
    if not told:
        return owed(page)
    return [_of_act(act) for act in open_side_acts(page).values() if f"“{act.label}”" in told]


def owed(page: Page) -> list[Owed]:
    """What is the person's to do before anybody's step can go on, in the order of the work."""
    if "owed" not in page.facts:
        page.facts["owed"] = [*_owed_acts(page), *_owed_pages(page)]
    return page.facts["owed"]


def _owed_acts(page: Page) -> list[Owed]:
    """The name under the 登记表; 随附情况 of a list that lacks it, then its catalogue; the word on a catalogue."""
    found = open_side_acts(page)
    names = [one for one in found if one in SIGNING and not is_other_signer(page.obj, page.user, one)]
    lists = [one for one in ("accompany", "send_catalogue") if one in found]
    if "accompany" in lists:
        lists = lists[:1] if left_unaccompanied(page) else lists[1:]
    return [_of_act(found[one]) for one in (*names, *lists, *(one for one in ("review_catalogue",) if one in found))]


def _owed_pages(page: Page) -> list[Owed]:
    """The look at the sample, and the seal on a register that bears its names."""
    batch = page.obj
    if any(one.name in SAMPLED for one in open_steps(page)) and when.sample_is_ticked(batch):
        return [Owed("抽查并登记", reverse("transfer:sample", args=[batch.uid]))]
    if batch.state != State.HANDING_OVER or all(one.at for one in standing_seals(batch).values()):
        return []
    rows = RegisterSeal.objects.allowing("seal", page.user).filter(batch=batch, at=None, void_at=None)
    return [Owed("登记表用印", one.get_absolute_url()) for one in rows.order_by("pk")]


def to_read(page: Page) -> list[str]:
    """What the register states that is waiting for the person's name: above the button that leads to it."""
    return handover_papers.states(page.obj) if any(one.act in SIGNING for one in owed(page)) else []


def owed_acts(page: Page) -> dict | None:
    """Their forms, before everything else that may be done."""
    return _side_acts(page, {one.act for one in owed(page)}, name="owed_acts")


def side_acts(page: Page) -> dict | None:
    """What else may be done beside the workflow: a button, or a folded section where something is asked."""
    return _side_acts(page, open_side_acts(page).keys() - {one.act for one in owed(page)}, name="side_acts")


def _side_acts(page: Page, names: Collection[str], *, name: str) -> dict | None:
    asked, offered = {one.act for one in asked_for(page)}, open_side_acts(page)
    rows = [
        {
            "act": act,
            "form": page.form_of(act.name, lambda act=act: side_form(act, of=page.obj)),
            "open": act.name in asked,
            "is_owed": name == "owed_acts",
            "told": formats_told(page) if act.name == "send_catalogue" else "",
            "beside": offered.get(UNMARK) if act.name == "mark_many" else None,
        }
        for act in offered.values()
        if act.name in names and act.name != UNMARK
    ]
    return {name: rows} if rows else None


def facts(page: Page) -> dict:
    """The batch itself, which the page has in hand; what of its list nobody checked or numbered, told to both sides."""
    left = _left_after_review(page.obj)
    return {"unready": unready_told(page), "left_after": left, "other_formats": formats_told(page)}


def _left_after_review(batch: Batch) -> list:
    """Pieces that the unit moved out after the archive had agreed to the catalogue: the list is shorter than that."""
    if batch.catalogue_reviewed_at is None:
        return []
    events = AuditEvent.objects.of(batch).filter(verb="take_out", at__gt=batch.catalogue_reviewed_at)
    uids = [event.detail.get("record") for event in events]
    rows = batch.items.filter(record__uid__in=uids, is_listed=False) if uids else batch.items.none()
    return list(rows.select_related("record").order_by("position")[:LINES])


def sample(page: Page) -> dict | None:
    """For whoever may give the verdicts that only persons give: those of his own side, and what is left."""
    side = next(
        (side for side, name in ((Side.ARCHIVE, "receive"), (Side.UNIT, "make")) if may(page.user, name, page.obj)), ""
    )
    if not side:
        return None
    known, to_tick = standings(manual_items.ticks(page.obj, side)), manual_items.to_tick(page.obj, side)
    left = manual_items.unticked(page.obj, side)
    return {
        "side": Side(side).label, "ticked": len(to_tick) - len(left), "to_tick": len(to_tick), "left": left,
        "outgrown": manual_items.outgrown_told(page.obj, side),
        "failed": [tick for one in known.values() for tick in one.open],
        "past": [f"{serial} {before(tick)}" for serial, one in known.items() for tick in one.settled],
        "is_due": side == Side.ARCHIVE and page.obj.state in SAMPLING,
    }  # fmt: skip


def reports(page: Page) -> dict | None:
    """四性检测报告 of each side that has inspected the batch."""
    rows = [(side, inspection.told(run)) for side in Side if (run := run_of(page.obj, side)) is not None]
    return {"reports": rows} if rows else None


def parts(page: Page) -> dict | None:
    rows = parts_of(page)
    return {"parts": rows, "is_one_disk": bool(held_copies(page)) and delivery.is_one_disk()} if rows else None


def receipts(page: Page) -> dict | None:
    rows = list(page.obj.receipts.all())
    return {"receipts": rows} if rows else None


def timeline(page: Page) -> dict:
    return {"events": AuditEvent.objects.of(page.obj)}


ABOVE = (
    Panel("transfer/_damage.html", damage),
    Panel("transfer/_jobs.html", jobs),
)
MAIN = (
    Panel("transfer/_package_findings.html", package_findings),
    Panel("transfer/_items.html", items),
    Panel("transfer/_picks.html", picks),
)
SIDE = (
    Panel("transfer/_owed_acts.html", owed_acts),
    Panel("transfer/_acts.html", acts),
    Panel("transfer/_side_acts.html", side_acts),
    Panel("transfer/_progress.html", progress),
    Panel("transfer/_consignments.html", consignments),
    Panel("transfer/_facts.html", facts),
    Panel("transfer/_papers.html", papers),
    Panel("transfer/_owed_paper.html", after_transfer),
    Panel("transfer/_reports.html", reports),
    Panel("transfer/_sample.html", sample),
    Panel("transfer/_parts.html", parts),
    Panel("transfer/_receipts.html", receipts),
    Panel("transfer/_timeline.html", timeline),
)
