"""`render_layout SPEC.json OUT.pdf`: the page of a description, without any row of the database."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

import paper
from paper.specs import page_of_spec


class Command(BaseCommand):
    help = (
        "Sets a description (JSON; the elements of an official document by identifier, `layout`, `seals`) as PDF/A. "
        "A bad one gets every fault in a sentence, exit code 1, and no file."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("spec", type=Path)
        parser.add_argument("out", type=Path)

    def handle(self, *, spec: Path, out: Path, **options):
        try:
            described = json.loads(spec.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"读不到“{spec}”：{error.strerror}。") from error
        except ValueError as error:
            raise CommandError(f"“{spec.name}”不是 UTF-8 编码的 JSON：{error}。") from error
        try:
            given, faults = page_of_spec(described)
            if given is None:
                raise CommandError("\n".join(fault.message for fault in faults))
            day = given.printing_date or given.document_date or date(2026, 1, 1)
            made = paper.render_document(given, moment=datetime.combine(day, time(4), UTC))
        except paper.LayoutRefused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        try:
            out.write_bytes(made.pdf)
        except OSError as error:
            raise CommandError(f"写不了“{out}”：{error.strerror}。") from error
        self.stdout.write(
            f"{out.name}：{made.pages} 页，{len(made.pdf)} 字节；字体 {made.fonts['title'].split()[0]} 等。"
        )
