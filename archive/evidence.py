"""What the platform itself can show for an item of the 单套管理 evaluation: figures of the unit, never a verdict."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from units.models import Appointment, AuditEvent, Unit

from .appraisal.listing import due_records
from .keeping_papers import lines_of
from .models import Appraisal, Component, FilingRegister, InspectionRun, Record, SampleTick, SingleSet
from .states import AppraisalState, Stage

PAGES = {  # where the archivist sees it
    **dict.fromkeys((1, 2, 15, 18), "archive:keeping_papers"),
    4: "archive:years", 6: "archive:desk", 7: "archive:filed", 8: "transfer:deployment", 9: "transfer:deployment",
    13: "archive:filed", 14: "archive:due", 16: "archive:filing_registers", 22: "archive:own_checks",
    23: "archive:own_checks",
}  # fmt: skip
ASSESSED = frozenset({8, 9})  # pages of the platform as a whole, which whoever evaluates sees too
LASTING = ("application/pdf", "application/ofd")


def evidence_of(unit: Unit) -> dict[int, str]:
    """Item → a line of figures as of today; an item without a line rests on what the person brings."""
    today = timezone.localdate()
    since = today - timedelta(days=365)
    rows = Record.objects.unguarded("numbers of one unit; the page asks its own rule").items().filter(unit=unit)
    counted = rows.aggregate(
        all=Count("pk"), online=Count("pk", filter=Q(document__isnull=False)),
        lately=Count("pk", filter=Q(filed_at__date__gte=since)),
        checked=Count("pk", filter=Q(checked_at__isnull=False)),
    )  # fmt: skip
    due = due_records(rows, today).count()
    runs = InspectionRun.objects.filter(finished_at__isnull=False, finished_at__date__gte=since)
    runs = dict(runs.filter(subject_uid__in=rows.values("uid")).order_by().values_list("stage").annotate(n=Count("pk")))
    files = Component.objects.filter(record__in=rows).aggregate(
        all=Count("pk"), lasting=Count("pk", filter=Q(stored_file__mime__in=LASTING))
    )
    signed = FilingRegister.objects.filter(unit=unit, office_at__isnull=False, archivist_at__isnull=False).count()
    ended = Appraisal.objects.filter(unit=unit, state=AppraisalState.DESTROYED).count()
    ticks = SampleTick.objects.filter(unit=unit, ticked_at__date__gte=since).count()
    oldest = AuditEvent.objects.order_by("pk").values_list("at", flat=True).first()
    registers = lines_of(unit)
    three = Appointment.objects.active().filter(is_administrator=True).count()
    return registers | {
        4: f"近一年归档 {counted['lately']} 件，归档检测 {runs.get(Stage.FILING, 0)} 次，销毁鉴定 {ended} 次",
        6: f"办结自动归档 {counted['online']} 件，已核对 {counted['checked']} 件",
        7: f"在本平台管理 {counted['all']} 件，电子文件 {files['all']} 个",
        8: f"一体化部署：办文、归档、档案管理在同一平台，办结自动归档 {counted['online']} 件",
        12: f"OFD、PDF {files['lasting']} 个，其他格式 {files['all'] - files['lasting']} 个",
        13: f"在线归档 {counted['online']} 件，其他方式 {counted['all'] - counted['online']} 件，档号均由系统给定",
        14: f"保管期满待鉴定 {due} 件",
        16: f"双方已签字的《电子文件归档登记表》 {signed} 份",
        17: f"在任系统管理、安全保密、安全审计管理员 {three} 人",
        22: "，".join(f"近一年{stage.label}检测 {runs.get(stage, 0)} 次" for stage in Stage) + f"，人工抽检 {ticks} 项",
        24: "业务和管理操作逐一留痕，见各件的管理过程",
        25: f"最早的操作记录 {timezone.localdate(oldest)}" if oldest else "",
    }


def approved_of(unit: Unit) -> SingleSet | None:
    """The approval in force."""
    return SingleSet.objects.filter(unit=unit, ended_on=None).first()
