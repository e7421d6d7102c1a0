"""单套管理台账: what a unit enters of its rule books, specifications, grading and drills; what of them is missing."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from units import audit
from units.access import may
from units.models import Unit
from units.texts import too_long
from units.workflow import Refused

from .models import KeepingPaper
from .states import KeptPaper

# DA/T 92—2022, annex A.1 and A.2
RULE_BOOKS = (
    "电子档案管理基本制度", "办公自动化系统、业务系统归档制度", "电子档案管理系统运行维护制度",
    "电子文件归档范围、电子档案分类方案与保管期限制度", "电子文件整理与归档制度",
    "电子档案鉴定、利用、统计与移交制度", "电子档案安全（保密）管理制度", "电子档案管理培训制度",
)  # fmt: skip
SPECIFICATIONS = (
    "电子档案数据规范", "电子档案管理系统接口规范", "电子档案存储和备份策略", "电子档案转换与迁移策略", "电子档案数据恢复方案",
    "电子档案管理应急处置方案",
)  # fmt: skip
NAMES = {KeptPaper.RULE_BOOK: RULE_BOOKS, KeptPaper.SPECIFICATION: SPECIFICATIONS}
ITEM_OF = {KeptPaper.RULE_BOOK: 1, KeptPaper.SPECIFICATION: 2, KeptPaper.GRADING: 15, KeptPaper.DRILL: 18}
LONGEST_TEXT = 50_000


@dataclass(frozen=True)
class Entry:
    """What is entered; of a rule book or specification its text, of a grading or drill what came out."""

    kind: str
    name: str
    number: str
    dated_on: date
    review_on: date | None = None
    told: str = ""
    follow_up: str = ""
    text: str = ""

    def faults(self) -> list[str]:
        known, today = NAMES.get(KeptPaper(self.kind), ()), timezone.localdate()
        found = [
            "" if self.name.strip() else "请填写名称。",
            f"名称应为附录 A 所列之一：{'、'.join(known)}。" if known and self.name.strip() not in known else "",
            "" if known or self.told.strip() else "请填写内容和结果。",
            "" if not known or self.number.strip() else "请填写文号。",
            "日期不能晚于今天。" if self.dated_on > today and not known else "",
            "下次复核应晚于日期。" if self.review_on and self.review_on <= self.dated_on else "",
            too_long(self.text, LONGEST_TEXT, "全文"),
        ]
        return [one for one in found if one]


@transaction.atomic
def enter(unit: Unit, entry: Entry, *, by) -> KeepingPaper:
    """A row; what stood before under the same name stays as an earlier version. Refused with every reason."""
    if entry.kind not in KeptPaper.values:
        raise Refused("请选择台账。")
    found = entry.faults()
    if not may(by, "arrange_years", unit):
        found.append("只有本单位档案员可以登记台账。")
    if found:
        raise Refused(*found)
    row = KeepingPaper.objects.create(
        unit=unit, kind=entry.kind, name=entry.name.strip(), number=entry.number.strip(), dated_on=entry.dated_on,
        review_on=entry.review_on, told=entry.told.strip(), follow_up=entry.follow_up.strip(), text=entry.text.strip(),
        entered_by=by,
    )  # fmt: skip
    audit.record("enter_keeping_paper", "登记单套管理台账", row, by=by, kind=entry.kind, name=row.name)
    return row


def in_force(unit: Unit) -> list[KeepingPaper]:
    """Of each kind and name the newest; drills all of the last three years. In the order of the kinds."""
    rows = KeepingPaper.objects.filter(unit=unit).select_related("entered_by").order_by("-dated_on", "-pk")
    newest: dict[tuple[str, str], KeepingPaper] = {}
    for row in rows.exclude(kind=KeptPaper.DRILL):
        newest.setdefault((row.kind, row.name), row)
    drills = list(rows.filter(kind=KeptPaper.DRILL, dated_on__year__gte=timezone.localdate().year - 3))
    order = list(KeptPaper.values)
    return sorted([*newest.values(), *drills], key=lambda one: order.index(one.kind))


def lines_of(unit: Unit) -> dict[int, str]:
    """Item of the evaluation → what the registers show for it."""
    rows, today = in_force(unit), timezone.localdate()
    found = {}
    for kind, item in ITEM_OF.items():
        mine = [row for row in rows if row.kind == kind]
        late = sum(row.review_on is not None and row.review_on < today for row in mine)
        told = f"，{late} 项已过复核日期" if late else ""
        if kind in NAMES:
            missing = [name for name in NAMES[kind] if name not in {row.name for row in mine}]
            lacks = f"，缺：{'、'.join(missing)}" if missing else ""
            found[item] = f"{len(NAMES[kind])} 项中已登记 {len(NAMES[kind]) - len(missing)} 项{lacks}{told}"
        elif mine:
            found[item] = f"已登记 {len(mine)} 次，最近 {mine[0].dated_on}：{mine[0].name}{told}"
        else:
            found[item] = "没有登记"
    return found
