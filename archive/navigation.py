"""The archive's part of the staff menu."""

from units import context
from units.paging import CAP, CountOf, capped_number
from units.roles import PostKind

from .checking import unchecked
from .models import Record

UNCHECKED = "unchecked"  # what filed itself and waits for the archivist of the unit

context.NAVIGATION += [
    ("档案", "归档工作台", "archive:desk", "arrange_records"),
    ("档案", "归档文件", "archive:filed", "view_records"),
    ("档案", "馆藏档案", "archive:filed", "view_holdings"),
    ("档案", "检索", "archive:search", None),
    ("档案", "纸质档案", "archive:owed", "arrange_records"),
    ("档案", "鉴定销毁", "archive:appraisals", "view_records"),
    ("档案", "鉴定备案", "archive:appraisals", "inspect_units"),
    ("档案", "年度整理", "archive:years", "view_records"),
    ("档案", "归档登记表", "archive:filing_registers", "view_records"),
    ("档案", "单套管理", "archive:evaluations", "arrange_records"),
    ("档案", "单套管理（区档案局）", "archive:evaluations", "inspect_units"),
    ("档案", "目录导入", "archive:import_backfile", "arrange_records"),
    ("档案", "四性检测", "archive:own_checks", "arrange_records"),
    ("档案", "四性检测", "archive:own_checks", "receive_batches"),
    ("档案", "开放审核", "archive:opening", "open_records"),
    ("档案", "开放意见", "archive:opening_consultations", "arrange_records"),
    ("档案", "保管期限表", "archive:schedules", "view_records"),
    ("档案", "保管期限表审批（区档案局）", "archive:schedules", "inspect_units"),
    ("档案", "利用申请", "archive:uses", None),
    ("档案", "全宗与机构撤并", "archive:fonds", "view_holdings"),
]
context.LAST.append(("管理", "全宗与机构撤并", "archive:fonds", "manage_people"))
context.LANDING.append((PostKind.ARCHIVIST, "archive:desk"))
context.COUNTS[UNCHECKED] = lambda user: CountOf(unchecked(Record.objects.allowing("arrange", user)), CAP)
context.COUNTERS["archive:desk"] = (UNCHECKED, lambda count: capped_number(count, CAP))
