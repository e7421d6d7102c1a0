"""`manage.py catalogue --unit CODE --year Y --out FILE(.xlsx|.pdf)`: the 归档文件目录 of a unit's year."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

import paper
from archive.catalogue import books_of, records_of, write_pdf, write_workbook
from archive.states import Retention
from units.models import Unit


class Command(BaseCommand):
    help = "Writes the catalogue of filed items (DA/T 22—2015) of one unit and year as a workbook or as PDF/A."

    def add_arguments(self, parser):
        parser.add_argument("--unit", required=True, help="code of the unit")
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--retention", choices=Retention.values, default="", help="one period; without it all")
        parser.add_argument("--out", type=Path, required=True, help="a file that ends with .xlsx or .pdf")

    def handle(self, *, unit: str, year: int, retention: str, out: Path, **options):
        found = Unit.objects.filter(code=unit).first()
        if found is None:
            raise CommandError(f"没有代码为“{unit}”的单位。")
        if out.suffix.lower() not in (".xlsx", ".pdf"):
            raise CommandError("--out 应以 .xlsx 或 .pdf 结尾。")
        rows = records_of(found, year, retention)
        try:
            if out.suffix.lower() == ".xlsx":
                count = write_workbook(books_of(found, year, rows), out)
            else:
                count = write_pdf(found, year, rows, out)
        except paper.LayoutRefused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        except OSError as error:
            raise CommandError(f"写不了“{out}”：{error.strerror}。") from error
        self.stdout.write(f"{out.name}：{count} 件。")
