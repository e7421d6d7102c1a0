"""《电子文件归档登记表》 of one unit and month (GB/T 18894—2016 table A.1, domain 9.7): fills itself, signed by two.

Office and archivist confirm it (also the 互信签名 of DA/T 92 item 16). The first signature freezes what stands in it.
What was not inspected is never 合格.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

import paper
from units import audit
from units.access import may
from units.fitting import holding
from units.models import Unit
from units.roles import PostKind
from units.texts import some_of
from units.workflow import Refused, patiently

from .models import FilingRegister, InspectionRun, Record
from .plan import ITEMS
from .register_rows import ROWS, Examined, carriers, examined, files_of, said, techniques
from .sample_verdicts import Standing
from .states import Carrier, Stage
from .ticking import Scope, month_scope, open_items, standing_of
from .unopened import passed_unopened, sampled

SIDES = {"office": "电子文件形成或办理部门", "archivist": "档案部门"}
SIGNED_BY = {"office": ("complete_documents", "approve_years"), "archivist": ("arrange_records",)}  # archive/rules.py
MANUAL = "人工检测（抽样）"
NAMED = 5  # titles in one cell


def period(year: int, month: int) -> tuple[datetime, datetime]:
    """The month's first moment, and the next month's, in local time; ValueError for no month."""
    following = (year + month // 12, month % 12 + 1)
    first, after = date(year, month, 1), date(*following, 1)
    return _moment(first), _moment(after)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def records_of(unit: Unit, year: int, month: int):
    first, after = period(year, month)
    rows = Record.objects.unguarded("numbers of one unit's month; the page asks its own rule").items()
    return rows.filter(unit=unit, filed_at__gte=first, filed_at__lt=after)


def counts(unit: Unit, since: datetime) -> dict[tuple[int, int], tuple[int, int]]:
    """(year, month) → how many items the unit filed in it as files, and how many on paper alone; from `since` on."""
    rows = Record.objects.unguarded("numbers of one unit's months; the page asks its own rule").items()
    months = rows.filter(unit=unit, filed_at__gte=since).annotate(filed_in=TruncMonth("filed_at")).order_by()
    alone = Count("pk", filter=Q(carrier_mode=Carrier.PAPER))
    found = months.values_list("filed_in").annotate(n=Count("pk"), alone=alone)
    days = ((timezone.localtime(at), n, paper) for at, n, paper in found)
    return {(one.year, one.month): (count - paper, paper) for one, count, paper in days}


def filled(unit: Unit, year: int, month: int) -> dict:
    """The register's content as it is now; words and numbers only, ready to be kept."""
    rows = records_of(unit, year, month)
    first, after = period(year, month)
    runs = InspectionRun.objects.filter(stage=Stage.FILING, finished_at__gte=first, finished_at__lt=after)
    found, files = examined(rows, runs, unit), files_of(rows)
    scope = month_scope(unit, Stage.FILING, date(year, month, 1))
    standing = standing_of(scope)
    ways = (("在线归档", found.items - found.offline), ("离线归档", found.offline))
    return {
        "unit": unit.name,
        "period": f"{year}年{month}月",
        "filed_on": _days(rows),
        "category": "文书",
        "items": found.items,
        "paper": found.on_paper,
        "late": found.late,
        "files": files.count,
        "bytes": files.bytes,
        "method": "、".join(f"{label} {count} 件" for label, count in ways if count),
        "checks": [["载体外观检验", carriers(found)], *([one.label, said(one, found, standing)] for one in ROWS)],
        "manual": manual_of(scope, standing),
        "tools": techniques(files, found.tools),
        "failing": _failing(rows, found, standing),
    }


def _failing(rows, found: Examined, standing: Mapping[str, Standing]) -> list[list[str]]:
    """[栏目, uid, 档号, 题名] of each record that one of them calls 不合格: whoever reads the number can go and look."""
    by_label = {label: {str(uid) for uid in uids} for label, uids in found.failing.items()}
    by_label[MANUAL] = {uid for one in standing.values() for tick in one.open for uid in tick.failing}
    wanted = set().union(*by_label.values())
    if not wanted:
        return []
    named = rows.filter(uid__in=wanted).order_by("archival_code").values_list("uid", "archival_code", "title")
    known = [(str(uid), code, title) for uid, code, title in named]
    return [[label, *one] for label, uids in by_label.items() for one in known if one[0] in uids]


def opens_on(year: int, month: int) -> date:
    """The first day on which a month can be confirmed: the one after its last."""
    return timezone.localdate(period(year, month)[1])


def told_signing(year: int, month: int) -> str:
    """From when and by whom: 自 2026-12-01 起由…签字，两方由不同的人签."""
    sides = "，".join(f"{SIDES[side]}由{signers(side)}" for side in SIDES)
    return f"自 {opens_on(year, month)} 起签字确认：{sides}，两方由不同的人签"


def signers(side: str) -> str:
    """The posts that sign for one side, for who wonders who does."""
    posts = frozenset().union(*(holding(one) for one in SIGNED_BY[side]))
    return "或".join(one.label for one in PostKind if one in posts)


def manual_of(scope: Scope, standing: Mapping[str, Standing]) -> str:
    """What persons found on the month's sample: how each item stands, and every 不合格 that was settled since."""
    if not standing:
        return "未检" if scope.total else ""
    failed = [f"{ITEMS[serial].name}：{'、'.join(one.codes)}" for serial, one in standing.items() if one.open]
    passed = len(standing) - len(failed)
    told = [
        passed_unopened(standing.values()) or sampled(standing.values()),
        f"合格 {passed} 项" if passed else "",
        f"不合格 {len(failed)} 项（{'；'.join(failed)}）" if failed else "",
    ]
    past = [f"{ITEMS[serial].name}{one.told}" for serial, one in standing.items() if one.settled]
    return "；".join(["，".join(filter(None, told)), *past])


def _days(rows) -> str:
    days = sorted({timezone.localdate(one) for one in rows.values_list("filed_at", flat=True)})
    if not days:
        return ""
    return days[0].isoformat() if len(days) == 1 else f"{days[0].isoformat()} 至 {days[-1].isoformat()}"


def row_of(unit: Unit, year: int, month: int) -> FilingRegister | None:
    rows = FilingRegister.objects.filter(unit=unit, year=year, month=month)
    return rows.select_related("unit", "office_by", "archivist_by").first()


def bars_signing(unit: Unit, year: int, month: int, content: dict, left: list[str] | None = None) -> list[str]:
    """Why the month cannot be confirmed yet: not over, nothing filed, or its sample not looked at (practice 1).

    `left`: what `unticked` says, where that is known.
    """
    is_over = timezone.localdate() >= opens_on(year, month)
    left = (unticked(unit, year, month) if left is None else left) if is_over else []
    none = "归档的都仅有纸质件，没有电子文件" if content.get("paper") else "没有归档文件"
    found = [
        "" if is_over else f"{year}年{month}月尚未结束，{told_signing(year, month)}。",
        "" if content["items"] or not is_over else f"{year}年{month}月{none}，不必签字。",
        f"本月抽样还有 {len(left)} 项人工检测未登记（{'、'.join(left)}），登记后再签字确认。"
        if is_over and left
        else "",
    ]
    return [one for one in found if one]


def unticked(unit: Unit, year: int, month: int) -> list[str]:
    """Names of the manual items (M) that nobody has ticked on the month's sample; DA/T 70, domain 8.2."""
    scope = month_scope(unit, Stage.FILING, date(year, month, 1))
    return [one.name for one in open_items(scope)]


def sign(unit: Unit, year: int, month: int, *, side: str, by) -> FilingRegister:
    """签字确认 of one side, with time. Refused when the month is not over or the person is not of that side."""
    with patiently(), transaction.atomic():
        row = FilingRegister.objects.select_for_update().filter(unit=unit, year=year, month=month).first()
        if row is None:
            row = FilingRegister(unit=unit, year=year, month=month, content=filled(unit, year, month))
            if reasons := bars_signing(unit, year, month, row.content):
                raise Refused(*reasons)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError as error:
                raise Refused("另一人刚刚签字，请刷新后再签。") from error
        if not may(by, f"sign_{side}", row):
            raise Refused(f"您不是本单位{SIDES[side]}的签字人。")
        if getattr(row, f"{side}_at") is not None:
            raise Refused(f"{SIDES[side]}已由{getattr(row, f'{side}_by').name}签字。")
        other = "archivist" if side == "office" else "office"
        if getattr(row, f"{other}_by_id") == by.pk:
            raise Refused("两方应由不同的人签字，您已代表另一方签过。")
        seat = audit.seat_for(by, row, f"sign_{side}")
        setattr(row, f"{side}_by", by)
        setattr(row, f"{side}_post", seat.kind_label[:60] if seat else "")
        setattr(row, f"{side}_at", timezone.now())
        row.save()
        audit.record(f"sign_{side}", "登记表签字", row, by=by, seat=seat, side=SIDES[side])
    return row


def lines_of(content: dict, row: FilingRegister | None) -> list[tuple[str, str]]:
    """(栏目, 内容) in the order of table A.1."""
    late = f"（其中补充归档 {content['late']} 件）" if content["late"] else ""
    on_paper = f"；另有仅有纸质件 {content['paper']} 件，不计入" if content.get("paper") else ""
    files = f"{content['files']} 个文件，{content['bytes']:,} 字节"
    return [
        ("单位名称", content["unit"]),
        ("归档时间", content["filed_on"] or f"{content['period']}无归档"),
        ("归档电子文件门类", content["category"]),
        ("归档电子文件数量", f"{content['items']} 件{late}，{files}{on_paper}"),
        ("归档方式", content["method"] or "—"),
        *((label, _with_titles(content, label, result)) for label, result in content["checks"]),
        *([(MANUAL, content["manual"])] if content.get("manual") else []),
        ("技术方法与相关软件说明登记表、软件、说明资料检验", content["tools"]),
        *((f"{label}（签章）", signature(row, side)) for side, label in SIDES.items()),
    ]


def _with_titles(content: dict, label: str, result: str) -> str:
    titles = [f"{code}《{title}》" for one, _, code, title in content.get("failing", ()) if one == label]
    return f"{result}；不合格的是：{some_of(titles, NAMED, '件')}" if titles else result


def signature(row: FilingRegister | None, side: str) -> str:
    at = getattr(row, f"{side}_at", None)
    if at is None:
        return "未签字"
    name, post = getattr(row, f"{side}_by").name, getattr(row, f"{side}_post")
    return f"{name}（{post}） {timezone.localtime(at):%Y年%-m月%-d日 %H:%M}"


HEADING = "电子文件归档登记表"


def as_pdf(content: dict, row: FilingRegister | None, moment: datetime) -> bytes:
    """PDF/A of the register; Refused on a server without fonts."""
    lines = tuple(paper.LedgerLine(cells) for cells in lines_of(content, row))
    made = f"{timezone.localtime(moment):%Y年%-m月%-d日}打印"
    ledger = paper.Ledger(
        HEADING, f"{content['unit']}　{content['period']}", made, (("栏目", 90), ("内容", 183)), lines
    )
    return paper.render_ledger(ledger, moment=moment).pdf


def as_workbook(content: dict, row: FilingRegister | None, out: Path) -> None:
    """The same lines as text cells: nothing in them becomes a formula."""
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(HEADING)
        sheet.set_paper(9)
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 1, 70)
        bold, cell = book.add_format({"bold": True, "font_size": 16}), book.add_format({"border": 1, "text_wrap": True})
        sheet.write_string(0, 0, f"{HEADING}（{content['period']}）", bold)
        for place, (label, text) in enumerate(lines_of(content, row), start=1):
            sheet.write_string(place, 0, label, cell)
            sheet.write_string(place, 1, text, cell)
