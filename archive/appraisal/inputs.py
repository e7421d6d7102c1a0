"""What the steps of an appraisal are given."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReportInput:
    """The text of the 鉴定报告."""

    report: str = ""


@dataclass(frozen=True)
class DestroyInput:
    """Where, and what became of the copies in the three places of table A.4 of GB/T 18894—2016."""

    place: str = ""
    online_note: str = ""
    offsite_note: str = ""
    offline_note: str = ""
    paper_note: str = ""  # 化浆, 焚毁, 粉碎: how the paper was destroyed, where there is any
