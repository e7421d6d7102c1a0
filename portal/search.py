"""The public search: two functions of the database that know open records only (portal/views.sql)."""

from dataclasses import dataclass, field

from django.db import connections

from units.folding import folded

from .models import OpenRecord, OpenUnit

CAP, SIZE, LAST_PAGE = 10_000, 20, 50


class BadSearch(ValueError):
    """A sentence for the visitor."""


@dataclass
class Found:
    words: list[str] = field(default_factory=list)
    total: int = 0
    records: list[OpenRecord] = field(default_factory=list)
    units: list[tuple[OpenUnit, int]] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    page: int = 1

    @property
    def is_capped(self) -> bool:
        return self.total > CAP

    @property
    def count_label(self) -> str:
        return f"{CAP:,}+" if self.is_capped else f"{self.total:,}"

    @property
    def has_next(self) -> bool:
        return self.page < LAST_PAGE and self.page * SIZE < self.total


def words_of(text: str) -> list[str]:
    tidy = text.replace("\x00", " ").encode("utf-8", "replace").decode()
    parts = tidy.split()
    if len(parts) > 10:
        raise BadSearch("一次最多检索 10 个词，请减少。")
    if any(len(part) > 100 for part in parts):
        raise BadSearch("每个检索词不超过 100 个字，请缩短。")
    words = sorted({word for part in parts if (word := folded(part))}, key=len, reverse=True)
    if not words or len(words[0]) < 2:
        raise BadSearch("请至少输入两个字，单字检索范围过大。")
    return words


def search(text: str, *, unit: OpenUnit | None = None, year: int | None = None, page: int = 1) -> Found:
    """One page of open records that contain every word, title hits first, then the newest."""
    words = words_of(text)
    page = min(max(page, 1), LAST_PAGE)
    key = unit.pk if unit is not None else None
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT * FROM portal_search(%s, %s, %s, %s, %s)", [words, key, year, SIZE, (page - 1) * SIZE])
        rows = cursor.fetchall()
        if not rows:
            if page == 1:
                cursor.execute("SELECT portal_found_nothing(%s)", [" ".join(words)])
            return Found(words, page=page)
        cursor.execute("SELECT kind, key, hits FROM portal_facets(%s, %s, %s)", [words, key, year])
        facets = cursor.fetchall()
    records = OpenRecord.objects.in_bulk([row[0] for row in rows])
    found = Found(words, rows[0][2], page=page)
    for record_id, _, _, snippet in rows:
        if record_id in records:
            records[record_id].snippet = snippet
            found.records.append(records[record_id])
    units = OpenUnit.objects.in_bulk([key for kind, key, _ in facets if kind == "unit"])
    found.units = sorted(
        ((units[key], hits) for kind, key, hits in facets if kind == "unit"), key=lambda one: (-one[1], one[0].code)
    )
    found.years = sorted(((key, hits) for kind, key, hits in facets if kind == "year"), reverse=True)
    return found
