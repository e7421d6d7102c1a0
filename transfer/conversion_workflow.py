"""The eight steps of a conversion or migration as a table: need, risk and plan are the draft, then approve, test, carry
out, evaluate, report (which another person reviews), and the new backup (domain 19.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.utils import timezone

from units import jobs
from units.job_workflow import PENDING
from units.models import Job
from units.roles import PostKind
from units.tasks import Opens
from units.workflow import Act, Transition, Workflow

from .models import ConversionMigration
from .states import ConversionState, ConvertedState

S = ConversionState
Row = ConversionMigration


@dataclass(frozen=True)
class Figures:
    """What a migration came to, as whoever carried it out says."""

    started_at: datetime | None = None
    finished_at: datetime | None = None
    before_count: int = 0
    after_count: int = 0
    before_bytes: int = 0
    after_bytes: int = 0


def _converts(person, row: Row) -> bool:
    return row.is_conversion


def _migrates(person, row: Row) -> bool:
    return not row.is_conversion


def _is_conversion(row: Row, act: Act) -> str:
    return "" if row.is_conversion else "迁移在别处实施，请登记其测试和实施结果。"


def _is_migration(row: Row, act: Act) -> str:
    return "格式转换由系统实施，结果由系统登记。" if row.is_conversion else ""


def _failed(person, row: Row) -> bool:
    return row.items.filter(state=ConvertedState.FAILED).exists()


def _has_failures(row: Row, act: Act) -> str:
    return "" if _failed(act.by, row) else "没有未转换的文件。"


def _is_being_tried(row: Row) -> bool:
    return row.state == S.TRYING and Job.objects.of(row).filter(state__in=PENDING).exists()


def _can_be_dropped(person, row: Row) -> bool:
    return not _is_being_tried(row)


def _is_not_being_tried(row: Row, act: Act) -> str:
    return "正在后台测试，请待测试结束后再撤销。" if _is_being_tried(row) else ""


def _by_another(name: str, label: str) -> Callable[[Row, Act], str]:
    def check(row: Row, act: Act) -> str:
        return f"{label}和此人不能是同一人，须由另一人办理。" if getattr(row, f"{name}_id") == act.by.pk else ""

    return check


def _in_order(row: Row, act: Act[Figures]) -> str:
    begun, ended = act.given.started_at, act.given.finished_at
    if begun is None or ended is None or not begun <= ended <= timezone.now():
        return "实施起止时间应有先后，不晚于现在。"
    return ""


def _noted(person: str, moment: str, words: str = "") -> Callable[[Row, Act], None]:
    """Who did the step and when, and in which words."""

    def effect(row: Row, act: Act) -> None:
        setattr(row, person, act.by)
        setattr(row, moment, timezone.now())
        if words:
            setattr(row, words, act.note[: row._meta.get_field(words).max_length])

    return effect


def _starts(kind: str, label: str) -> Callable[[Row, Act], None]:
    def effect(row: Row, act: Act) -> None:
        if kind == "carry_out_conversion":
            row.operator, row.started_at = act.by, row.started_at or timezone.now()
            row.items.filter(state=ConvertedState.FAILED).update(state=ConvertedState.WAITING)
        else:
            row.tried_by = act.by
        jobs.start(kind, f"{label} {row.number}", by=act.by, unit=row.archive, subject=row, conversion=str(row.uid))

    return effect


def _tried(row: Row, act: Act) -> None:
    row.trial, row.tried_at = act.note, timezone.now()


def _ran(row: Row, act: Act) -> None:
    """The figures of the register, counted: the files that were taken, and those that were made of them."""
    done = Q(state=ConvertedState.DONE)
    found = row.items.aggregate(
        before=Count("pk"), size=Sum("source_bytes", default=0), after=Count("pk", filter=done),
        made=Sum("made_bytes", filter=done, default=0),
    )  # fmt: skip
    row.before_count, row.before_bytes = found["before"], found["size"]
    row.after_count, row.after_bytes = found["after"], found["made"]
    row.finished_at = timezone.now()
    left = found["before"] - found["after"]
    row.result = f"应转换 {found['before']} 个文件，已转换 {found['after']} 个" + (
        f"，未转换 {left} 个" if left else ""
    )


def _figured(row: Row, act: Act[Figures]) -> None:
    for name in Figures.__dataclass_fields__:
        setattr(row, name, getattr(act.given, name))
    row.operator, row.result = act.by, act.note[:1000]


def _opens(kind: str, label: str, post: str = PostKind.ACCESSIONER) -> tuple[Opens, ...]:
    return (Opens(kind, label, post, "archive"),)


ON = {
    "approve": _opens("approve_conversion", "审批格式转换与迁移", PostKind.LEADER),
    "mend": _opens("mend_conversion", "修改格式转换与迁移方案"),
    "test": _opens("test_conversion", "测试格式转换与迁移"),
    "carry_out": _opens("run_conversion", "实施格式转换与迁移"),
    # what the worker does stays on a desk until it is done: a job that fails for good tells nobody
    "trying": _opens("test_conversion", "查看格式转换测试结果"),
    "running": _opens("run_conversion", "查看格式转换实施结果"),
    "evaluate": _opens("evaluate_conversion", "评估格式转换与迁移"),
    "report": _opens("report_conversion", "填报格式转换与迁移登记表"),
    "review": _opens("review_conversion", "审核格式转换与迁移登记表", PostKind.LEADER),
    "back_up": _opens("back_up_conversion", "转换、迁移后新建备份"),
}
CONVERSION = Workflow(
    Transition("propose", "提请审批", frozenset({S.DRAFT}), S.PROPOSED, "enter",
               effect=_noted("proposed_by", "proposed_at"), opens=ON["approve"]),
    Transition("approve", "批准", frozenset({S.PROPOSED}), S.APPROVED, "confirm", (_by_another("proposed_by", "提请人"),),
               _noted("approved_by", "approved_at", "approval"), opens=ON["test"], needs_note=True, note="审批意见"),
    Transition("send_back", "退回修改", frozenset({S.PROPOSED}), S.DRAFT, "confirm", opens=ON["mend"], needs_note=True,
               danger=True),
    Transition("try_out", "开始测试", frozenset({S.APPROVED, S.TRIED}), S.TRYING, "enter", (_is_conversion,),
               _starts("try_conversion", "测试格式转换"), opens=ON["trying"], offered=_converts, past="已开始测试，可离开此页"),
    Transition("tried", "测试完成", frozenset({S.TRYING}), S.TRIED, "run", effect=_tried, opens=ON["carry_out"]),
    Transition("note_trial", "登记测试结果", frozenset({S.APPROVED}), S.TRIED, "enter", (_is_migration,),
               _noted("tried_by", "tried_at", "trial"), opens=ON["carry_out"], offered=_migrates, needs_note=True,
               note="测试结果"),
    Transition("carry_out", "开始实施", frozenset({S.TRIED}), S.RUNNING, "enter", (_is_conversion,),
               _starts("carry_out_conversion", "实施格式转换"), opens=ON["running"], offered=_converts,
               past="已开始实施，可离开此页"),
    Transition("again", "重试未转换的", frozenset({S.RAN}), S.RUNNING, "enter", (_is_conversion, _has_failures),
               _starts("carry_out_conversion", "重试格式转换"), opens=ON["running"], offered=_failed, past="已开始重试，可离开此页"),
    Transition("ran", "实施完成", frozenset({S.RUNNING}), S.RAN, "run", effect=_ran, opens=ON["evaluate"]),
    Transition("note_result", "登记实施结果", frozenset({S.TRIED}), S.RAN, "enter", (_is_migration, _in_order), _figured,
               input=Figures, opens=ON["evaluate"], offered=_migrates, needs_note=True, note="完成情况"),
    Transition("evaluate", "登记评估结论", frozenset({S.RAN}), S.EVALUATED, "enter",
               effect=_noted("evaluated_by", "evaluated_at", "evaluation"), opens=ON["report"], needs_note=True,
               note="评估结论"),
    Transition("report", "填报登记表", frozenset({S.EVALUATED}), S.REPORTED, "enter",
               effect=_noted("filled_by", "filled_at", "report"), opens=ON["review"], needs_note=True,
               note="实施报告"),
    Transition("review", "审核登记表", frozenset({S.REPORTED}), S.REVIEWED, "confirm", (_by_another("filled_by", "填表人"),),
               _noted("reviewed_by", "reviewed_at"), opens=ON["back_up"]),
    Transition("return_report", "退回重填", frozenset({S.REPORTED}), S.EVALUATED, "confirm", opens=ON["report"],
               needs_note=True, danger=True),
    Transition("back_up", "登记新备份", frozenset({S.REVIEWED}), S.CLOSED, "enter",
               effect=_noted("backed_up_by", "backed_up_at", "backup"), opens=(), needs_note=True,
               note="备份情况"),
    Transition("drop", "撤销", frozenset({S.DRAFT, S.PROPOSED, S.APPROVED, S.TRYING, S.TRIED}), S.DROPPED, "enter",
               (_is_not_being_tried,), opens=(), offered=_can_be_dropped, needs_note=True, danger=True),
    ended=(S.CLOSED, S.DROPPED),
)  # fmt: skip
