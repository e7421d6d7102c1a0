import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

import archive.search
import portal.search
from archive.search import BadSearch, sampling
from archive.search.judged import DEPTH, BadJudgments, measure, read
from units.models import Unit
from units.roles import PostKind
from units.tasks import post_of


class Command(BaseCommand):
    help = "Measures the search against judged questions, as a unit's archivist or a citizen; imports nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="tab-separated: query_id query title grade")
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--unit", help="unit code, e.g. D07: asked as its archivist")
        asked.add_argument("--portal", action="store_true", help="asked as a citizen")
        parser.add_argument("--only", choices=["odd", "even"], help="query ids of one half")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, file: Path, unit: str | None, only: str | None, **options) -> None:
        try:
            questions = [one for one in read(file) if not only or one.is_odd == (only == "odd")]
        except BadJudgments as refusal:
            raise CommandError(str(refusal)) from refusal
        if not sampling.is_taken():
            sampling.take()  # what the chore does once a day
        search = portal.search.search if unit is None else _archivists_search(unit)
        measured = measure(questions, lambda query: _titles(search, query))
        if options["json"]:
            self.stdout.write(json.dumps(measured))
        else:
            self.stdout.write("{queries} 个问题，nDCG@10 {ndcg10}，recall@50 {recall50}".format(**measured))


def _archivists_search(code: str):
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise CommandError(f"没有代码为 {code} 的单位。")
    seat = post_of(unit, PostKind.ARCHIVIST).appointments.active().select_related("user").first()
    if seat is None:
        raise CommandError(f"{unit}没有在任的档案员。")
    return lambda text, **chosen: archive.search.search(seat.user, text, **chosen)


def _titles(search, query: str) -> list[str]:
    """The titles that the pages show for `query`, from the first on."""
    titles, page = [], 1
    while len(titles) < DEPTH:
        try:
            found = search(query, page=page, near=DEPTH)
        except BadSearch:
            return []
        titles += [one.title for one in (*found.records, *found.nearest)]
        if not found.has_next:
            return titles
        page += 1
    return titles
