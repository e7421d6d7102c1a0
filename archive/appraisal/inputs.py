"""What the steps of an appraisal are given."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ReportInput:
    """The text of the 鉴定报告."""

    report: str = ""


@dataclass(frozen=True)
class ArrangeInput:
    """Who watches, on which day, where, and what becomes of the copies in the three places of table A.4
    (GB/T 18894—2016); `witnesses` are users."""

    witnesses: tuple = ()
    planned_on: date | None = None
    place: str = ""
    online_note: str = ""
    offsite_note: str = ""
    offline_note: str = ""
    paper_note: str = ""  # 化浆, 焚毁, 粉碎: how the paper is destroyed, where there is any


@dataclass(frozen=True)
class DestroyInput:
    """From when to when the paper was destroyed (table A.4: 销毁起止时间); files go at the moment of the act itself."""

    started_at: datetime | None = None
    finished_at: datetime | None = None
