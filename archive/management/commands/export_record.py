"""`manage.py export_record UID OUT`: one record as a folder that is readable without this software, or as an EEP."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from archive.disposed import not_here
from archive.enveloping import export_eep
from archive.exporting import export_record
from archive.packages.contents import SourceDamaged
from archive.states import State
from units.workflow import Refused

from ._record import named

WAYS = {"folder": export_record, "eep": export_eep}


class Command(BaseCommand):
    help = (
        "Writes one record into OUT: a folder named by its archival code, with files, metadata, digests, readme; or, "
        "with --format eep, one signed file by DA/T 48."
    )

    def add_arguments(self, parser):
        parser.add_argument("uid")
        parser.add_argument("out", type=Path)
        parser.add_argument("--format", choices=sorted(WAYS), default="folder", dest="way")

    def handle(self, *, uid: str, out: Path, way: str, **options):
        record = named(uid)
        if record.state == State.DESTROYED:  # bytes that other papers refer to are there still
            raise CommandError(f"没有导出：“{record}”{not_here(record)}。")
        try:
            made = WAYS[way](record, out)
        except FileExistsError as error:
            raise CommandError(f"“{error.args[0].name}”已经存在，请换一个文件夹或先移走它。") from error
        except SourceDamaged as damage:
            raise CommandError(f"没有导出：{damage}") from damage
        except Refused as refusal:
            raise CommandError(f"没有导出：{refusal}") from refusal
        except OSError as error:
            raise CommandError(f"写不了“{out}”：{error.strerror}。") from error
        self.stdout.write(f"{made.name}：{record.component_count} 个文件。")
