"""What the label of an offline medium says, read from what is on it."""

from django.db.models import Max, Min, Sum

from archive.states import Retention
from paper.medium_label import MediumLabel

from .handover_papers import readable
from .models import BatchItem, StorageMedium
from .states import ItemVerdict

NEEDS = "任何计算机；ZIP（不压缩）、OFD 和 PDF 阅读软件"


def label_of(medium: StorageMedium) -> MediumLabel:
    """Codes, periods and markings of the records whose packages lie on the medium."""
    batches = medium.contents.values("part__batch")
    rows = BatchItem.objects.filter(batch__in=batches, verdict=ItemVerdict.ACCEPTED)
    ends = rows.aggregate(first=Min("archival_code"), last=Max("archival_code"))
    periods = sorted(set(rows.values_list("retention_code", flat=True)))
    markings = sorted({one.record.get_security_class_display() for one in rows.select_related("record").order_by()
                       .distinct("record__security_class").order_by("record__security_class")})  # fmt: skip
    size = medium.contents.aggregate(bytes=Sum("bytes", default=0))["bytes"]
    return MediumLabel(
        medium.number,
        (
            ("起止档号", f"{ends['first'] or ''} 至 {ends['last'] or ''}"),
            ("数据量", readable(size)),
            ("密级", "、".join(markings)),
            ("保管期限", "、".join(Retention(one).label for one in periods if one)),
            ("存入日期", f"{medium.written_on.year}年{medium.written_on.month}月{medium.written_on.day}日"),
            ("运行环境", NEEDS),
            ("载体类型", f"{medium.get_kind_display()} {medium.model}".strip()),
        ),
    )
