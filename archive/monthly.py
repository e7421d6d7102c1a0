"""《电子文件归档登记表》 of one unit and month (GB/T 18894—2016 table A.1, domain 9.7): fills itself, signed by two.

Office and archivist confirm it (also the 互信签名 of DA/T 92 item 16). The first signature freezes what stands in it.
What was not inspected is never 合格.
"""

from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

import paper
from units import audit
from units.access import may
from units.models import Unit
from units.workflow import Refused, patiently

from .models import Component, FilingRegister, InspectionRun, Record
from .plan import ITEMS
from .states import Stage, Verdict
from .ticking import month_scope, open_items, ticks_of

# (栏目, items of the plan whose verdicts it sums up)
CHECKS = (
    ("载体外观检验", ()),
    ("病毒检验", ("4-2",)),
    ("真实性检验", tuple(one for one in ITEMS if one.startswith("1-"))),
    ("可靠性检验", ("2-5",)),
    ("完整性检验", tuple(one for one in ITEMS if one.startswith("2-"))),
    ("可用性检验", tuple(one for one in ITEMS if one.startswith("3-"))),
)
ONLINE_ONLY = "不适用（在线归档，无载体）"
SIDES = {"office": "电子文件形成或办理部门", "archivist": "档案部门"}


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


def counts(unit: Unit, since: datetime) -> dict[tuple[int, int], int]:
    """(year, month) → how many items the unit filed in it, from `since` on; one query."""
    rows = Record.objects.unguarded("numbers of one unit's months; the page asks its own rule").items()
    months = rows.filter(unit=unit, filed_at__gte=since).annotate(filed_in=TruncMonth("filed_at")).order_by()
    found = months.values_list("filed_in").annotate(n=Count("pk"))
    return {(one.year, one.month): count for one, count in ((timezone.localtime(at), n) for at, n in found)}


def filled(unit: Unit, year: int, month: int) -> dict:
    """The register's content as it is now; words and numbers only, ready to be kept."""
    rows = records_of(unit, year, month)
    counted = rows.aggregate(
        items=Count("pk"), online=Count("pk", filter=Q(document__isnull=False)),
        last=Count("pk", filter=~Q(late_reason="")),
    )  # fmt: skip
    files = Component.objects.filter(record__in=rows).aggregate(n=Count("pk"), bytes=Sum("stored_file__bytes"))
    _, after = period(year, month)
    runs = InspectionRun.objects.filter(subject_uid__in=rows.values("uid"), stage=Stage.FILING, finished_at__lt=after)
    items, online = counted["items"], counted["online"]
    return {
        "unit": unit.name,
        "period": f"{year}年{month}月",
        "filed_on": _days(rows),
        "category": "文书",
        "items": items,
        "late": counted["last"],
        "files": files["n"],
        "bytes": files["bytes"] or 0,
        "method": "、".join(
            f"{label} {count} 件" for label, count in (("在线归档", online), ("离线归档", items - online)) if count
        ),
        "checks": checks_of(list(runs.order_by("subject_uid", "pk").values_list("subject_uid", "tally")), items),
        "manual": manual_of(unit, year, month),
        "tools": "、".join(sorted(set(runs.values_list("tool_version", flat=True)))) or "未检",
    }


def manual_of(unit: Unit, year: int, month: int) -> str:
    """What persons found on the month's sample, by the newest tick of each item."""
    scope = month_scope(unit, Stage.FILING, date(year, month, 1))
    newest = {tick.serial: tick for tick in ticks_of(scope)}
    if not newest:
        return "未检" if scope.total else ""
    failed = [ITEMS[serial].name for serial, tick in newest.items() if tick.verdict == Verdict.FAIL]
    sampled = max(len(tick.sample) for tick in newest.values())
    told = f"不合格 {len(failed)} 项（{'、'.join(failed)}）" if failed else f"合格 {len(newest)} 项"
    return f"抽查 {sampled} 件，{told}"


def _days(rows) -> str:
    days = sorted({timezone.localdate(one) for one in rows.values_list("filed_at", flat=True)})
    if not days:
        return ""
    return days[0].isoformat() if len(days) == 1 else f"{days[0].isoformat()} 至 {days[-1].isoformat()}"


def checks_of(runs: list[tuple], items: int) -> list[list[str]]:
    """[栏目, result] of each check; of several runs over one record the last counts."""
    last = dict(runs)
    found = []
    for label, serials in CHECKS:
        if not serials:
            found.append([label, ONLINE_ONLY])
            continue
        checked = [one for one in last.values() if any(serial in one for serial in serials)]
        failed = sum(any(one.get(serial, [0, 0, 0])[1] for serial in serials) for one in checked)
        found.append([label, _verdict(len(checked), failed, items)])
    return found


def _verdict(checked: int, failed: int, items: int) -> str:
    if not items:
        return "无归档"
    if not checked:
        return "未检"
    left = f"，未检 {items - checked} 件" if checked < items else ""
    return f"不合格 {failed} 件（已检 {checked} 件{left}）" if failed else f"合格（已检 {checked} 件{left}）"


def row_of(unit: Unit, year: int, month: int) -> FilingRegister | None:
    rows = FilingRegister.objects.filter(unit=unit, year=year, month=month)
    return rows.select_related("unit", "office_by", "archivist_by").first()


def bars_signing(unit: Unit, year: int, month: int, content: dict, left: list[str] | None = None) -> list[str]:
    """Why the month cannot be confirmed yet: not over, nothing filed, or its sample not looked at (practice 1).

    `left`: what `unticked` says, where that is known.
    """
    _, after = period(year, month)
    is_over = timezone.now() >= after
    left = (unticked(unit, year, month) if left is None else left) if is_over else []
    found = [
        "" if is_over else f"{year}年{month}月尚未结束，月末后再签字确认。",
        "" if content["items"] else f"{year}年{month}月没有归档文件，不必签字。",
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
    return [
        ("单位名称", content["unit"]),
        ("归档时间", content["filed_on"] or f"{content['period']}无归档"),
        ("归档电子文件门类", content["category"]),
        ("归档电子文件数量", f"{content['items']} 件{late}，{content['files']} 个文件，{content['bytes']:,} 字节"),
        ("归档方式", content["method"] or "—"),
        *((label, result) for label, result in content["checks"]),
        *([("人工检测（抽样）", content["manual"])] if content.get("manual") else []),
        ("技术方法与相关软件说明登记表、软件、说明资料检验", content["tools"]),
        *((f"{label}（签章）", signature(row, side)) for side, label in SIDES.items()),
    ]


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
