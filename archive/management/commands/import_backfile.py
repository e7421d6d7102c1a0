import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from archive.backfile.again import KNOWN
from archive.backfile.columns import COLUMNS
from archive.backfile.folder import Packed, refusals
from archive.backfile.importing import Import, run
from archive.backfile.reading import BadCatalogue
from archive.backfile.report import Mark, write
from archive.backfile.template import write_template
from units.actions import system_user
from units.models import Unit
from units.roles import PostKind
from units.tasks import post_of


class Command(BaseCommand):
    help = "Files the rows of a catalogue (CSV or Excel) with their files; run twice, nothing doubles."

    def add_arguments(self, parser) -> None:
        parser.add_argument("catalogue", nargs="?", type=Path)
        parser.add_argument("--unit", help="code of the unit whose files these are, e.g. D07")
        parser.add_argument("--files", type=Path, help="folder or ZIP of the files; the catalogue's folder by default")
        parser.add_argument("--dry-run", action="store_true", help="judge every row, store nothing")
        parser.add_argument(
            "--correct", action="store_true", help="rows filed before that differ correct their records"
        )
        parser.add_argument("--report", type=Path, help="write the catalogue with every faulty cell marked")
        parser.add_argument("--template", nargs="?", const="template.xlsx", help="write the Excel template and stop")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, catalogue, unit, files, dry_run, correct, template, **options) -> None:
        if template is not None:
            return self._template(Path(template), options["json"])
        if catalogue is None or not unit:
            raise CommandError("请给出目录文件和 --unit 单位代码；--template 可得到模板。")
        home = Unit.objects.filter(code=unit).first()
        if home is None:
            raise CommandError(f"没有代码为 {unit} 的单位。")
        files = self._files(files)
        seat = post_of(home, PostKind.ARCHIVIST).appointments.active().select_related("user").first()
        try:
            outcome = run(
                catalogue,
                home,
                by=seat.user if seat else system_user(),
                files=files,
                dry_run=dry_run,
                correct=correct,
                progress=None if options["json"] else self._progress,
            )
        except BadCatalogue as refusal:
            if options["json"]:
                found = [{"line": 0, "column": "", "severity": "refuse", "message": fault} for fault in refusal.faults]
                self.stdout.write(json.dumps(Import().as_dict() | {"findings": found}, ensure_ascii=False))
            raise CommandError("\n".join(refusal.faults)) from refusal
        if options["report"] is not None:
            found = sorted(outcome.findings, key=lambda one: one.line)
            write(catalogue, options["report"], lambda: map(_mark, found))
        self._tell(outcome, options["json"])
        if outcome.refused:
            sys.exit(1)

    def _files(self, given: Path | None) -> Path | Packed | None:
        if given is None or given.is_dir():
            return given
        if not given.is_file():
            raise CommandError(f"没有文件夹或压缩包 {given}。")
        packed = Packed(given)
        if told := refusals(packed.archive):
            raise CommandError("\n".join(told))
        return packed

    def _template(self, path: Path, as_json: bool) -> None:
        write_template(path)
        columns = list(COLUMNS)
        self.stdout.write(
            json.dumps({"template": str(path), "columns": columns}) if as_json else f"{path}: {', '.join(columns)}"
        )

    def _progress(self, done: int) -> None:
        self.stdout.write(f"\r{done} 行", ending="")
        self.stdout.flush()

    def _tell(self, outcome, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(outcome.as_dict(), ensure_ascii=False))
            return
        self.stdout.write("")
        for one in outcome.findings:
            label = COLUMNS[one.field][0] if one.field in COLUMNS else ""
            self.stdout.write(f"第{one.line}行 {label} {'不能归档' if one.is_refusal else '提示'}：{one.message}")
        self.stdout.write(f"已归档 {outcome.filed}，{outcome.told}")


def _mark(finding) -> Mark:
    column = finding.field if finding.field in COLUMNS else ""
    return Mark(finding.line, column, finding.is_refusal, finding.message, is_quiet=finding.code == KNOWN)
