"""What the archive holds, by unit and kind, and how it fares: one reading gives the figures, another their rows.

A record lies in the file store, and, when it came by a batch, in the copies of its package. 已核验 is never said of what
nobody read: a record none of whose files and copies was ever read is 从未核验.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from archive.models import Record
from units.models import Unit

from ..states import BAD_COPY, HELD, CopyState, Place

SIZE = 50
FACTS = """
WITH held AS (
  SELECT id, unit_id, category_code, archival_code, state = 'accessioned' AS by_batch FROM archive_record
  WHERE custodian_id = ANY(%(archives)s) AND state NOT IN ('destroyed', 'joined')
), parts AS (
  SELECT p.batch_id, p.first_position, p.last_position, count(*) AS copies,
    count(*) FILTER (WHERE c.state = 'sound') AS sound, count(*) FILTER (WHERE c.state = ANY(%(bad)s)) AS bad,
    count(c.read_at) AS read, count(c.healed_at) AS healed, min(c.verified_at) AS verified
  FROM transfer_packagepart p
  JOIN transfer_batch b ON b.id = p.batch_id AND b.state = ANY(%(held)s) AND b.archive_id = ANY(%(archives)s)
  JOIN transfer_copy c ON c.part_id = p.id AND c.place = ANY(%(places)s) AND c.state <> 'returned'
  WHERE p.record_count > 0 GROUP BY p.id
), packed AS (
  SELECT i.record_id, p.copies, p.sound, p.bad, p.read, p.healed, p.verified
  FROM transfer_batchitem i JOIN parts p ON p.batch_id = i.batch_id
   AND i.position BETWEEN p.first_position AND p.last_position
  WHERE i.verdict = 'accepted'
), stored AS (
  SELECT c.record_id, count(*) AS files, sum(s.bytes) AS bytes, count(k.read_at) AS read,
    count(*) FILTER (WHERE k.state = ANY(%(bad)s)) AS bad, count(k.healed_at) AS healed, min(k.verified_at) AS verified
  FROM held JOIN archive_component c ON c.record_id = held.id AND c.superseded_at IS NULL
  JOIN files_storedfile s ON s.id = c.stored_file_id
  LEFT JOIN transfer_filereading k ON k.stored_file_id = s.id GROUP BY c.record_id
), facts AS (
  SELECT held.*, coalesce(s.files, 0) AS files, coalesce(s.bytes, 0) AS bytes, coalesce(p.copies, 0) AS copies,
    coalesce(p.sound, 0) AS sound, coalesce(p.bad, 0) + coalesce(s.bad, 0) > 0 AS damaged,
    coalesce(p.healed, 0) + coalesce(s.healed, 0) > 0 AS healed,
    coalesce(p.copies, 0) + coalesce(s.files, 0) > 0 AND coalesce(p.read, 0) + coalesce(s.read, 0) = 0 AS never,
    least(p.verified, s.verified) AS verified
  FROM held LEFT JOIN packed p ON p.record_id = held.id LEFT JOIN stored s ON s.record_id = held.id
)
"""
FIGURES = {
    "all": ("件数", "true"),
    "two": ("两处合格", "sound >= 2"),
    "fewer": ("不足两处", "files > 0 AND sound < 2"),
    "paper": ("无电子文件", "files = 0 AND copies = 0"),
    "damaged": ("损坏未修复", "damaged"),
    "healed": ("曾修复", "healed"),
    "never": ("从未核验", "never"),
}
COUNTS = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, condition in FIGURES.values())
OVERVIEW = f"""{FACTS}
SELECT unit_id, category_code, by_batch, sum(files), sum(bytes), sum(copies), min(verified), max(verified), {COUNTS}
FROM facts GROUP BY unit_id, category_code, by_batch ORDER BY unit_id, category_code, by_batch DESC
"""
ROWS = f"""{FACTS}
SELECT id, files, copies, sound, damaged, healed, never, verified FROM facts
WHERE (%(unit)s::bigint IS NULL OR unit_id = %(unit)s) AND (%(category)s = '' OR category_code = %(category)s)
  AND (%(way)s = '' OR by_batch = (%(way)s = 'batch')) AND id > %(after)s AND {{condition}}
ORDER BY id LIMIT %(size)s
"""


@dataclass(frozen=True)
class Held:
    """One unit's records of one kind; `by_batch` whether they came by a batch, `counts` by the keys of FIGURES."""

    unit: Unit
    category: str
    by_batch: bool
    files: int
    bytes: int
    copies: int
    verified_first: datetime | None
    verified_last: datetime | None
    counts: dict[str, int]


def _given(archives: Iterable[int], **more) -> dict:
    return {
        "archives": list(archives), "held": list(HELD), "bad": list(BAD_COPY),
        "places": [Place.HOLDINGS, Place.SECOND], **more,
    }  # fmt: skip


def overview(archives: Iterable[int]) -> list[Held]:
    with connection.cursor() as cursor:
        cursor.execute(OVERVIEW, _given(archives))
        rows = cursor.fetchall()
    units = Unit.objects.in_bulk({row[0] for row in rows})
    found = [
        Held(units[row[0]], *row[1:3], *map(int, row[3:6]), *row[6:8], dict(zip(FIGURES, row[8:], strict=True)))
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.unit.code, one.category, not one.by_batch))


@dataclass(frozen=True)
class HeldRecord:
    """One record behind a figure; `record` is None where the visitor may not see it."""

    record: Record | None
    files: int
    copies: int
    sound: int
    is_damaged: bool
    was_healed: bool
    was_never_read: bool
    verified_at: datetime | None

    @property
    def standing(self) -> str:
        if self.is_damaged:
            return "损坏未修复"
        if not self.files and not self.copies:
            return "无电子文件"
        if self.was_never_read:
            return "从未核验"
        return CopyState.SOUND.label + ("，曾修复" if self.was_healed else "")


def rows(
    archives: Iterable[int], figure: str, *, viewer, unit: Unit | None, category: str, way: str, after: int
) -> tuple[list[HeldRecord], int]:
    """One page of the records behind `figure`, and the key after which the next one begins (0: there is none)."""
    given = _given(archives, unit=unit.pk if unit else None, category=category, way=way, after=after, size=SIZE + 1)
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(condition=FIGURES[figure][1]), given)
        found = cursor.fetchall()
    keys = [row[0] for row in found[:SIZE]]
    records = Record.objects.allowing("view", viewer).select_related("unit").in_bulk(keys)
    listed = [HeldRecord(records.get(row[0]), *row[1:]) for row in found[:SIZE]]
    return listed, keys[-1] if len(found) > SIZE else 0
