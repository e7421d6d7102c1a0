"""The public search: functions of the database that know open records and current documents only (portal/views.sql)."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from archive.search import nearest, snippets
from archive.search.words import GENERIC, PART, BadSearch, around, is_sentence, words_of
from units.doc_numbers import called, other_reading
from units.folding import alternatives, folded

from .models import OpenCurrent, OpenRecord, OpenUnit

CAP, SIZE = 10_000, 20
LONGEST = 200  # characters of a question
KINDS = {"record": "开放档案", "current": "现行文件"}
MODELS: dict[str, Any] = {"record": OpenRecord, "current": OpenCurrent}

__all__ = ["CAP", "KINDS", "SIZE", "BadSearch", "Found", "Wanted", "search"]


@dataclass(frozen=True)
class Wanted:
    """What a result is narrowed to; `kind` is a key of KINDS."""

    unit: OpenUnit | None = None
    year: int | None = None
    kind: str | None = None

    def as_json(self) -> str:
        chosen = {"unit": self.unit and self.unit.pk, "year": self.year, "kind": self.kind}
        return json.dumps({name: value for name, value in chosen.items() if value is not None})


@dataclass
class Found:
    """`records`: open records and current documents, each with `kind` and `snippet`; `nearest` holds none of them."""

    words: list[str] = field(default_factory=list)
    total: int = 0
    records: list = field(default_factory=list)
    nearest: list = field(default_factory=list)
    nearest_words: list[str] = field(default_factory=list)
    is_far: bool = False  # these have single words of the question only
    kinds: list[tuple[str, str, int]] = field(default_factory=list)
    units: list[tuple[OpenUnit, int]] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    page: int = 1
    is_prefix: bool = False
    kind_label: str = ""
    read_as: str = ""  # the number as which the question was read

    @property
    def is_capped(self) -> bool:
        return self.total > CAP

    @property
    def count_label(self) -> str:
        return f"{CAP:,}+" if self.is_capped else f"{self.total:,}"

    @property
    def last_page(self) -> int:
        return max(-(-min(self.total, CAP) // SIZE), 1)

    @property
    def has_next(self) -> bool:
        return self.page < self.last_page


def search(text: str, *, wanted: Wanted | None = None, page: int = 1, near: int = SIZE) -> Found:
    """One page: what is called exactly so, title hits, then the newest; the nearest where nothing has all words.

    A question that reads as a document number is asked as one; where there is none, as it stands.
    """
    if len(text) > LONGEST:
        raise BadSearch(f"检索内容不超过 {LONGEST} 个字，请缩短，只留关键的字词。")
    if (number := other_reading(text)) and (found := _searched(number, wanted, page, 0)).total:
        found.read_as = number
        return found
    return _searched(text, wanted, page, near)


def _searched(text: str, wanted: Wanted | None, page: int, near: int) -> Found:
    words, wanted = words_of(text), wanted or Wanted()
    found = Found(words, page=max(page, 1), is_prefix=all(len(word) == 1 for word in words))
    found.kind_label = KINDS.get(wanted.kind or "", "")
    forms = [alternatives(word) for word in words]
    if found.is_prefix:
        forms[0] = [PART + words[0]]
    with connections["portal"].cursor() as cursor:
        cursor.execute(
            "SELECT portal_search(%s, %s, %s::text[], %s, %s, %s)",
            [json.dumps(forms), called(words), _names(words), wanted.as_json(), SIZE, (found.page - 1) * SIZE],
        )
        answer = json.loads(cursor.fetchone()[0])  # Django leaves jsonb as text
        if not answer["total"] and found.page == 1 and near:
            cursor.execute("SELECT portal_found_nothing(%s)", [" ".join(words)])
    found.total = answer["total"]
    found.records = _shown([tuple(one) for one in answer["hits"] or []], alternatives(max(words, key=len)))
    _name_facets(found, answer)
    if (
        near
        and found.page == 1
        and not found.is_prefix
        and (not found.total or (is_sentence(text) and found.total < SIZE))
    ):
        _add_nearest(found, text, wanted, near)
    return found


def _names(words: list[str]) -> list[str]:
    named = {folded(name) for names in OpenUnit.objects.values_list("name", "short_name") for name in names if name}
    return around({*named, *GENERIC}, words)


def _name_facets(found: Found, answer: dict) -> None:
    units, years, kinds = (answer[name] or {} for name in ("units", "years", "kinds"))
    named = OpenUnit.objects.in_bulk([int(key) for key in units])
    found.units = sorted(((named[int(key)], hits) for key, hits in units.items()), key=lambda one: one[0].code)
    found.years = sorted(((int(key), hits) for key, hits in years.items()), reverse=True)
    found.kinds = [(key, label, kinds[key]) for key, label in KINDS.items() if key in kinds]


def _shown(keys: list[tuple[str, int]], forms: list[str], places: dict | None = None) -> list:
    """The rows of the views in this order, each with `kind` and a `snippet` of its text as written."""
    rows: dict[tuple[str, int], Any] = {}
    for kind, model in MODELS.items():
        wanted = [key for one, key in keys if one == kind]
        rows |= {(kind, key): row for key, row in model.objects.in_bulk(wanted).items()}
    cut = snippets.cut if places is None else snippets.cut_densest
    at = [None if places is None else places[one] + 1 for one in keys]
    with connections["portal"].cursor() as cursor:
        cursor.execute(
            "SELECT k.kind, k.key, portal_piece(k.kind, k.key, %s::text[], k.place) "
            "FROM unnest(%s::text[], %s::bigint[], %s::int[]) AS k(kind, key, place)",
            [forms, [kind for kind, _ in keys], [key for _, key in keys], at],
        )
        for kind, key, piece in cursor.fetchall():
            if row := rows.get((kind, key)):
                row.kind, row.snippet = kind, cut(piece or "", forms)
    return [rows[one] for one in keys if one in rows]


def _add_nearest(found: Found, text: str, wanted: Wanted, near: int) -> None:
    asked = nearest.bigrams_of(text)
    with connections["portal"].cursor() as cursor:
        cursor.execute("SELECT bigram, texts FROM portal_bigram_counts(%s::text[])", [asked])
        counts = dict(cursor.fetchall())
        total = counts.pop("", 0)
        weights = nearest.weights_of(asked, total, counts)
        if not weights:
            return
        pairs = nearest.rarest(counts, weights)
        cursor.execute(
            "SELECT kind, key, head, rest FROM portal_nearest(%s::text[], %s::float8[], %s)",
            [pairs, [weights[pair] for pair in pairs], wanted.as_json()],
        )
        texts = (((kind, key), head, rest) for kind, key, head, rest in cursor.fetchall())
        met = nearest.weighed(texts, asked, weights, total)
    there = {(one.kind, one.pk) for one in found.records}
    places = {one.key: one.place for one in met.hits}
    keys = [one.key for one in met.hits if one.key not in there][:near]
    found.nearest_words, found.is_far = met.words, met.is_far
    found.nearest = _shown(keys, list(weights), places)
