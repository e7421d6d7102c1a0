"""接收计划 and what a unit proposes by it (domain 9.1–9.3): who is asked for what, what goes in, what stays and why.

The three things that accompany each item (实施条例 30) are filled in many at once; a batch by a plan shows its catalogue
to the archive before any file travels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from archive import disposed, mending
from archive.effective import of_period
from archive.models import Record, YearFixed
from archive.states import Carrier, Retention
from archive.states import State as RecordState
from units import audit
from units.access import may, on_units
from units.models import Post, Task, Unit
from units.reading import READ
from units.roles import PostKind
from units.tasks import close_tasks, open_at, open_task
from units.texts import some_of
from units.workflow import Nothing, Refused

from . import accompanying
from . import conditions as when
from .inputs import AccompanyInput, Done, ReviewInput
from .locking import locked
from .models import Batch, ReceivingPlan
from .places import beyond
from .states import HELD, OpeningOpinion, State
from .wanted_formats import is_other

TAKEN = (Retention.PERMANENT, Retention.THIRTY)  # without a plan (domain 9.1)
REVIEW = "review_catalogue"  # kind of the task at the archive's side
RECORDED = tuple(
    f"record__{name}" for name in ("disclosure_attr", "direction", "access_status", "postponed_until")
)  # what 随附情况 is held against (accompanying.py)


# ----------------------------------------------------------------- plans


@transaction.atomic
def publish(archive: Unit, *, by, units: Iterable[Unit] = (), **fields) -> ReceivingPlan:
    """A plan that the units see, and have to read; no `retentions` is all of them, no `units` every unit."""
    plan = ReceivingPlan(archive=archive, made_by=by, **fields)
    plan.save()
    plan.units.set(units)
    audit.record(
        "publish_plan", "发布接收计划", plan, by=by, through="withdraw", years=[plan.first_year, plan.last_year]
    )
    _tell(plan, "接收计划", by)
    return plan


@transaction.atomic
def correct(plan: ReceivingPlan, *, by, formats: str, due_on: date, reason: str) -> None:
    """Its last day and its formats, with the reason; what was, and what is now, stands in its history."""
    row = _standing(plan, by, "更正")
    if not reason.strip():
        raise Refused("更正接收计划须填写理由。")
    pairs = (("移交截止", str(row.due_on), str(due_on)), ("格式要求", row.formats, formats))
    changed = [f"{label}由“{old}”改为“{new}”" for label, old, new in pairs if old != new]
    if not changed:
        raise Refused("移交截止和格式要求都没有变化。")
    row.formats, row.due_on = formats, due_on
    row.save()
    told = f"{'；'.join(changed)}。理由：{reason.strip()}"
    audit.record("correct_plan", "更正接收计划", row, by=by, through="withdraw", opinion=told)
    _tell(row, "接收计划已更正", by, told)


def batches_of(plan: ReceivingPlan):
    """Lists by the plan that are not over: what hangs on it."""
    rows = Batch.objects.unguarded("how many, to whoever may withdraw the plan").filter(plan=plan)
    return rows.exclude(state__in=(State.CLOSED, State.DISSOLVED, State.RETURNED, *HELD))


def told_before_withdrawal(plan: ReceivingPlan, batches: int) -> str:
    """What it does that is not taken back: whom it tells, and that `batches` go on."""
    whom = f"{plan.units.count()} 个单位" if plan.units.exists() else "全区各单位"
    told = f"撤回后不能恢复，并告知{whom}"
    return f"{told}；有 {batches} 个移交批次按该计划编制、尚未办完，撤回后照常办理" if batches else told


def unconfirmed(told: str) -> str:
    return f"{told}；确认撤回的，请勾选。"


@transaction.atomic
def withdraw(plan: ReceivingPlan, *, by, reason: str, knows: bool = False) -> None:
    """It is asked for no more, and the units are told; what was put together by it goes on. `by` has to know both."""
    row = _standing(plan, by, "撤回")
    if not reason.strip():
        raise Refused("撤回接收计划须填写理由。")
    count = batches_of(row).count()
    if not knows:
        raise Refused(unconfirmed(told_before_withdrawal(row, count)))
    row.withdrawn_at = timezone.now()
    row.save()
    audit.record("withdraw_plan", "撤回接收计划", row, by=by, through="withdraw", opinion=reason.strip(), batches=count)
    _tell(row, "接收计划已撤回", by, reason.strip())


def _standing(plan: ReceivingPlan, by, act: str) -> ReceivingPlan:
    """The row under its lock, not withdrawn, and `by` may act on it."""
    rows = ReceivingPlan.objects.unguarded("the act asks its own rule under this lock")
    row = rows.select_for_update(of=("self",)).get(pk=plan.pk)
    if not may(by, "withdraw", row):
        raise Refused(f"您没有{act}接收计划的权限。")
    if row.withdrawn_at is not None:
        raise Refused("该接收计划已撤回。")
    return row


def _tell(plan: ReceivingPlan, label: str, by, remark: str = "") -> None:
    """An item to be read for the archivist of each unit that the plan asks; what was told before is overtaken."""
    close_tasks(plan, by=by, kinds=(READ,), outcome="dropped")
    units = plan.units.all() if plan.units.exists() else Unit.objects.in_force().exclude(category=Unit.Category.ARCHIVE)
    posts = Post.objects.filter(kind=PostKind.ARCHIVIST, unit__in=units).select_related("unit").order_by("unit__code")
    open_at(posts, READ, label, plan, remark=remark)


def has_read(plan: ReceivingPlan | None, unit: Unit, *, by) -> None:
    """Who puts a list together by the plan has read it."""
    if plan is None:
        return
    keys = list(Task.objects.of(plan).open().filter(unit=unit, kind=READ).values_list("pk", flat=True))
    close_tasks(plan, by=by, only=keys)


def open_plans(unit: Unit):
    """Plans by which `unit` is asked now, the one due first on top."""
    rows = ReceivingPlan.objects.unguarded("what the archive asks of a unit is no secret to it")
    return rows.filter(Q(units=unit) | Q(units=None), withdrawn_at=None).order_by("due_on", "pk").distinct()


# -------------------------------------------------------------- proposal


@dataclass(frozen=True)
class LeftOut:
    """Why some records of the asked years stay behind, how many, the first code and the last."""

    reason: str
    count: int
    first: str
    last: str
    kind: str = ""

    @property
    def codes(self) -> str:
        """As a sentence names them that has said how many: of two both, of more the first."""
        return some_of(list(dict.fromkeys((self.first, self.last))), 1, count=self.count)


@dataclass(frozen=True)
class Proposal:
    plan: ReceivingPlan | None
    unit: Unit
    count: int
    left_out: tuple[LeftOut, ...]
    done: int  # already taken over
    unchecked: int = 0  # of those that fit: nobody has checked them; `imported` of these came by an import
    imported: int = 0
    unnumbered: int = 0  # of those that fit: their year is not fixed yet
    other_format: int = 0  # of those that fit: an original is in none of the plan's formats

    @property
    def is_late(self) -> bool:
        return self.plan is not None and bool(self.count) and self.plan.due_on < timezone.localdate()


def retentions_of(plan: ReceivingPlan) -> list[str]:
    return list(plan.retentions) or list(Retention.values)


def _asked(plan: ReceivingPlan | None) -> Q:
    if plan is None:
        return of_period(*TAKEN)
    return Q(year__gte=plan.first_year, year__lte=plan.last_year) & of_period(*retentions_of(plan))


def proposals(found: Sequence[ReceivingPlan | None], unit: Unit, user, within: Q | None = None) -> list[Proposal]:
    """What would go into a batch by each plan now, and what of its years would not, with the reason each; one query.

    `within` narrows what is looked at further than a plan does.
    """
    own = Record.objects.filter(on_units("unit", "make_batches", user), unit=unit).unguarded(
        "the condition before is the rule of offering"
    )  # fmt: skip
    own = own.filter(within) if within is not None else own
    asked = {}
    for at, plan in enumerate(found):
        of_kind = kinds(plan, unit)
        for name, condition in of_kind.items():
            asked[f"plan{at}_{name}"] = Count("pk", filter=condition)
            asked[f"plan{at}_{name}_first"] = Min("archival_code", filter=condition)
            asked[f"plan{at}_{name}_last"] = Max("archival_code", filter=condition)
        for name, condition in cautions(plan, of_kind["fit"]).items():
            asked[f"plan{at}_{name}"] = Count("pk", filter=condition)
    counted = own.aggregate(**asked)
    return [_read(plan, unit, f"plan{at}", counted) for at, plan in enumerate(found)]


def proposal(plan: ReceivingPlan | None, unit: Unit, user) -> Proposal:
    return proposals([plan], unit, user)[0]


LEFT_OUT = {
    "other_period": "保管期限不在接收范围内",
    "in_repair": "已被退回，尚未补正或答复",
    "to_destroy": "已列入经批准的销毁清册",
    "to_look": "退档补正已答复，待本单位档案员核对",
    "elsewhere": "已在其他移交批次中",
    "no_file": "仅纸质，随纸质移交",
}


def kinds(plan: ReceivingPlan | None, unit: Unit) -> dict[str, Q]:
    """Which records of the unit are of which kind by the plan; without one, what the archive takes of any year."""
    to_look, to_destroy = mending.is_answered(), disposed.is_listed()
    years = Q(year__gte=plan.first_year, year__lte=plan.last_year) if plan else Q()
    asked, here, in_repair = _asked(plan), Q(state=RecordState.FILED, custodian=unit), Q(mending.under_repair())
    paper = Q(component_count=0) | Q(carrier_mode=Carrier.PAPER)
    return {
        "fit": asked & here & ~in_repair & ~to_look & ~to_destroy & ~paper,
        "done": asked & Q(state=RecordState.ACCESSIONED),
        "other_period": years & here & ~asked,
        "in_repair": asked & here & in_repair,
        "to_destroy": asked & here & to_destroy,
        "to_look": asked & here & ~in_repair & to_look,
        "elsewhere": asked & Q(state=RecordState.IN_TRANSFER),
        "no_file": asked & here & paper,
    }


def cautions(plan: ReceivingPlan | None, fit: Q) -> dict[str, Q]:
    """What is told of records that fit, and keeps none of them back (practice 1: checked, then 定号, then transfer)."""
    other = is_other(plan.formats, "pk") if plan is not None else None
    fixed = YearFixed.objects.filter(fonds=OuterRef("fonds"), year=OuterRef("year"), reopened_at=None)
    return {
        "unchecked": fit & Q(checked_at=None),
        "imported": fit & Q(checked_at=None, document=None),
        "unnumbered": fit & ~Exists(fixed),
        **({"other_format": fit & other} if other is not None else {}),
    }


def _read(plan: ReceivingPlan | None, unit: Unit, key: str, counted: dict) -> Proposal:
    left = tuple(
        LeftOut(reason, *(counted[f"{key}_{name}{which}"] for which in ("", "_first", "_last")), name)
        for name, reason in LEFT_OUT.items()
        if counted[f"{key}_{name}"]
    )
    names = ("unchecked", "imported", "unnumbered", "other_format")
    told = {name: counted.get(f"{key}_{name}", 0) for name in names}
    return Proposal(plan, unit, counted[f"{key}_fit"], left, counted[f"{key}_done"], **told)


# ------------------------------------------------------ what accompanies


@transaction.atomic
def accompany(batch: Batch, *, by, note: str = "", given: AccompanyInput) -> Done:
    """到期开放意见, 政府信息公开情况, 密级变更情况 of the items chosen, or of all that have none yet: how many, and which
    of them it does not fit."""
    row = locked(batch.pk, by=by, permission="make", moment=when.is_put_together)
    rows = row.items.filter(is_open=True)
    if missing := beyond(given.positions, rows.values_list("position", flat=True) if given.positions else ()):
        raise Refused(missing)
    rows = rows.filter(position__in=given.positions) if given.positions else when.unaccompanied(row)
    if given.opening == OpeningOpinion.POSTPONE and not given.ground.strip():
        raise Refused("建议延期开放须写明依据。")
    items = list(rows.select_related("record").only("position", *RECORDED).order_by("position"))
    if not items:
        raise Refused("没有选中档案；各件的随附情况均已填写，要修改请勾选或填写序号。")
    filled = accompanying.disclosures(items, given)
    for disclosure, keys in filled.by_disclosure.items():
        row.items.filter(pk__in=keys).update(
            opening=given.opening, opening_ground=given.ground.strip(), disclosure=disclosure,
            classification=given.classification,
        )  # fmt: skip
    count = sum(map(len, filled.by_disclosure.values()))
    audit.record(
        "accompany", "填写随附情况", row, by=by, through="make", record_count=count, opening=given.opening,
        unlike_the_record=filled.is_unlike,
    )  # fmt: skip
    return Done(count, filled.skipped)


# ------------------------------------------------------ catalogue first


@transaction.atomic
def send_catalogue(batch: Batch, *, by, note: str = "", given: Nothing | None = None) -> None:
    """The archive sees the list, no file yet."""
    row = locked(batch.pk, by=by, permission="make", moment=when.catalogue_can_be_sent)
    _move(row, by, catalogue_sent_at=timezone.now(), catalogue_reviewed_at=None, catalogue_opinion="")
    close_tasks(row, by=by)  # putting it together, or mending it, is done
    open_task(REVIEW, "移交目录预审", row, unit=row.archive, post=PostKind.ACCESSIONER)
    audit.record("send_catalogue", "送审移交目录", row, by=by, through="make", record_count=row.record_count)


@transaction.atomic
def review_catalogue(batch: Batch, *, by, note: str = "", given: ReviewInput) -> None:
    """同意按目录移交, or what is to change first."""
    row = locked(batch.pk, by=by, permission="preview", moment=when.catalogue_waits)
    if not given.is_agreed and not note:
        raise Refused("退回目录须填写意见。")
    if given.is_agreed:
        _move(row, by, catalogue_reviewed_at=timezone.now(), catalogue_opinion=note[:500])
    else:
        _move(row, by, catalogue_sent_at=None, catalogue_reviewed_at=None, catalogue_opinion=note[:500])
    close_tasks(row, by=by)
    label = "目录预审同意" if given.is_agreed else "目录预审退回"
    open_task("build_batch", label, row, unit=row.unit, post=PostKind.ARCHIVIST, remark=note[:300])
    audit.record("review_catalogue", label, row, by=by, through="preview", opinion=note)


def _move(row: Batch, by, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row._history_user = by
    row.save()
