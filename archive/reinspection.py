"""One record inspected now, apart from any batch: every item of the stage with its verdict, and nothing is written.

The files are read and their digests taken afresh; the metadata are judged as they would be packed. What persons tick
(M) and what was measured of the surroundings (E) is the newest that stands. What belongs to a package (its structure,
its papers, its count) has no object here and is told so: it is no pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from units.findings import Finding
from units.texts import some_of

from . import further_checks as further
from . import inspection
from .models import Component, Record
from .packages.metadata import metadata_xml
from .packages.names import stored_names
from .packing import packed
from .plan import CARRIER, OF_FILES, WITHOUT_OBJECT, By, Item, code_of, items_of
from .standing_findings import Kept, standing
from .states import Carrier, Role, Stage, State, Verdict

OF_A_PACKAGE = frozenset({"1-12", "1-13", "1-14", "2-1", "2-2", "4-3"})
OF_CONTENT = frozenset({"1-1", "1-10", "1-11", "2-6", "2-11", "3-3", "3-5", "3-6", "3-8", "4-2", *OF_FILES})
# what only the bytes themselves can pass: where they cannot be read, what stands in the row passes nothing
OF_BYTES = frozenset({"1-10", "2-8", "3-3", "3-5", "3-8", "4-2", *OF_FILES})


@dataclass(frozen=True)
class Judged:
    """One item of the stage: its code, its verdict on this record, what was found, and what the verdict rests on."""

    item: Item
    code: str
    verdict: Verdict
    findings: list[Finding] = field(default_factory=list)
    told: str = ""

    @property
    def words(self) -> str:
        """Everything in one cell: findings, else what it rests on."""
        said = [f"{one.target}：{one.message}" if one.target else one.message for one in self.findings]
        return "；".join(said) or self.told


@dataclass(frozen=True)
class Looked:
    """A record as it is before the checks, with all they need: nothing more is read from the database."""

    record: Record
    components: list[Component]
    metadata: bytes
    twins: frozenset = frozenset()
    kept: Mapping[str, Kept] = field(default_factory=dict)
    scan: further.Scan | None = None  # instead of the site's virus scanner: path -> what was found, "" for nothing


def inspect_record(record: Record, stage: Stage) -> list[Judged]:
    """Every item of `stage` in the standard's order (DA/T 70—2018, table A.1)."""
    is_gone = record.state == State.DESTROYED
    components = [] if is_gone else list(record.components.select_related("stored_file").order_by("seq"))
    twins = inspection.twins_of([record])
    return judge(Looked(record, components, _metadata(record), twins, standing(record, stage)), stage)


def judge(looked: Looked, stage: Stage) -> list[Judged]:
    """Every item of `stage` on what is given; pure but for the files' bytes and the virus scanner."""
    sheet = inspection.Sheet(stage)
    inspection.examine(sheet, looked.record, looked.components, twins=looked.twins)
    lost = further.unreadable(looked.components)
    _look_further(sheet, looked, is_lost=bool(lost))
    without = _without_object(looked.record, stage, looked.components)
    if CARRIER in looked.kept:  # it travelled on a medium
        without.pop(CARRIER, None)
    judged = [
        _judged(item, stage, sheet, looked.kept.get(item.serial), without.get(item.serial)) for item in items_of(stage)
    ]
    return [_unless_lost(one, lost, looked.components) for one in judged]


def _unless_lost(one: Judged, lost: list[str], components: list[Component]) -> Judged:
    """No pass, and no look of a person, speaks of bytes that cannot be read now."""
    if not lost or one.item.serial not in OF_BYTES or one.verdict not in (Verdict.PASS, Verdict.WARN):
        return one
    told = f"{len(components)}个文件中{len(lost)}个不能读取（{some_of(lost, 3)}），未检。"
    verdict = Verdict.MANUAL_PENDING if one.item.by == By.PERSON else Verdict.NOT_RUN
    return Judged(one.item, one.code, verdict, one.findings, told)


def _look_further(sheet: inspection.Sheet, looked: Looked, *, is_lost: bool) -> None:
    """The items that look past the row, each where the stage has it and it has an object; a file that cannot be read
    (`is_lost`) is not scanned either."""
    components = looked.components
    found = {
        "2-9": further.in_scope(looked.record),
        "2-10": further.whole(looked.metadata),
        "3-1": further.readable(looked.metadata),
    }
    if components:
        found |= {
            "1-1": further.fixed(components),
            "1-10": further.attributes(components),
            "3-5": further.lasting(components),
            "3-6": further.surroundings(components),
            "3-8": further.plain(components),
            "4-2": None if is_lost or "4-2" in sheet.tally else further.scanned(components, looked.scan),
        }
    here = {item.serial for item in items_of(sheet.stage)}
    for serial, findings in found.items():
        if findings is not None and serial in here:
            sheet.note(serial, findings, looked.record)


def _metadata(record: Record) -> bytes:
    """metadata.xml as a package would hold it now."""
    (plain,) = packed([record.pk], record.custodian.name)
    return metadata_xml(plain, stored_names([one.filename for one in plain.files]))


def _without_object(record: Record, stage: Stage, components: list[Component]) -> dict[str, str]:
    """Item → why it has nothing to look at here."""
    why = dict.fromkeys(OF_A_PACKAGE, "单件检测，没有信息包，随移交批次检测。")
    online = (
        "电子封装包检测，本系统信息包不采用封装包。" if stage == Stage.KEEPING else "在线归档、移交，没有脱机载体。"
    )
    why |= dict.fromkeys(WITHOUT_OBJECT[stage], online)
    if not any(one.role == Role.ATTACHMENT for one in components):
        why["2-8"] = "没有附件。"
    if record.document_id is None:
        why["2-5"] = "不是在本系统办理的文件，没有办理过程。"
    if not components:
        is_paper = record.carrier_mode == Carrier.PAPER
        told = "仅有纸质件，没有电子文件。" if is_paper else "没有电子文件可检。"
        is_gone = record.state == State.DESTROYED
        why |= dict.fromkeys(OF_CONTENT, "已依法销毁，电子文件不再检测。" if is_gone else told)
    return why


def _judged(item: Item, stage: Stage, sheet: inspection.Sheet, kept: Kept | None, without: str | None) -> Judged:
    code = code_of(stage, item.serial)
    found = [one for _, one in sheet.found if one.code == item.serial]
    if item.serial in sheet.tally:
        _, failed, warned = sheet.tally[item.serial]
        return Judged(item, code, Verdict.FAIL if failed else Verdict.WARN if warned else Verdict.PASS, found)
    if without is not None:
        return Judged(item, code, Verdict.NOT_APPLICABLE, told=without)
    if kept is not None:
        return Judged(item, code, kept.verdict, told=kept.told)
    if item.by == By.PERSON:
        return Judged(item, code, Verdict.MANUAL_PENDING, told="待人工抽查。")
    told = "没有查毒服务，未查毒。" if item.serial == "4-2" else "没有登记检测情况。"
    return Judged(item, code, Verdict.NOT_RUN, told=told)
