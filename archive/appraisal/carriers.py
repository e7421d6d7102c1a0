"""What is destroyed, files or paper or both: each asks for its own words, and neither for the other's.

Paper is destroyed by pulping, burning or shredding (机关档案管理规定 art. 44: 监销 of the place, the way, the two names);
files in the three places of table A.4 (GB/T 18894—2016). A.4 has no row of its own for paper: it gets one
where there is paper.
"""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from .. import pages
from ..models import Appraisal, Component
from ..states import Carrier, Opinion
from .inputs import ArrangeInput

NO_FILES = "没有电子文件"
FILES = (
    ("online_note", "在线存储内容销毁说明"), ("offsite_note", "异地容灾备份内容销毁说明"),
    ("offline_note", "离线存储介质销毁说明"),
)  # fmt: skip
PAPER = ("paper_note", "纸质件销毁方式")


@dataclass(frozen=True)
class Carriers:
    """Of the items to be destroyed: how many, with files, with paper, pages of paper and bytes of files."""

    items: int = 0
    with_files: int = 0
    with_paper: int = 0
    pages: int = 0
    bytes: int = 0

    @property
    def are_paper_alone(self) -> bool:
        return bool(self.items) and not self.with_files

    def shown(self) -> str:
        """7 件，仅纸质 12 页; 3 件，1,204 字节; both where there are both."""
        if not self.items:
            return ""
        files = f"电子文件 {self.bytes:,} 字节" if self.with_files else ""
        paper = f"{'' if self.with_files else '仅'}纸质 {self.with_paper} 件 {self.pages} 页" if self.with_paper else ""
        return "，".join(filter(None, (f"{self.items} 件", files, paper)))


def carriers_of(appraisal: Appraisal) -> Carriers:
    items = appraisal.items.filter(opinion=Opinion.DESTROY)
    on_paper = Q(record__carrier_mode=Carrier.PAPER) | Q(record__paper_exists=True)
    counted = items.aggregate(
        items=Count("pk"), with_files=Count("pk", filter=~Q(record__carrier_mode=Carrier.PAPER)),
        with_paper=Count("pk", filter=on_paper), pages=Sum(pages.counted("record__"), filter=on_paper),
    )  # fmt: skip
    size = Component.versions.filter(record__in=items.values("record")).aggregate(size=Sum("stored_file__bytes"))
    return Carriers(**counted | {"pages": counted["pages"] or 0}, bytes=size["size"] or 0)


def asked_of(found: Carriers) -> tuple[tuple[str, str], ...]:
    """(field, label) of what must be told before the destruction."""
    return ((FILES if found.with_files else ()) + ((PAPER,) if found.with_paper else ())) or FILES


def notes(given: ArrangeInput, found: Carriers) -> dict[str, str]:
    """The three notes and the one of paper, as they are kept."""
    online, offsite, offline = (getattr(given, name).strip() for name, _ in FILES)
    if not found.with_files:
        online = offsite = NO_FILES
        offline = ""
    paper = given.paper_note.strip() if found.with_paper else ""
    return {"online_note": online, "offsite_note": offsite, "offline_note": offline, "paper_note": paper}
