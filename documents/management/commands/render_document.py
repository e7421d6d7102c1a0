"""`render_document UID --out FILE`: the bytes that the page's download gives."""

from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

import paper
from documents import pages
from documents.models import Document
from files.store import path_of


class Command(BaseCommand):
    help = "Writes a document's page as the download gives it: 正本 once proofread, before that the page made now."

    def add_arguments(self, parser):
        parser.add_argument("uid")
        parser.add_argument("--out", type=Path, required=True)

    def handle(self, *, uid: str, out: Path, **options):
        try:
            key = UUID(uid)
        except ValueError as error:
            raise CommandError(f"“{uid}”不是公文标识，应是 36 位的 UUID。") from error
        document = Document.objects.unguarded("the command's user has the database").filter(uid=key).first()
        if document is None:
            raise CommandError(f"没有标识为“{uid}”的公文。")
        try:
            out.write_bytes(_bytes(document))
        except paper.LayoutRefused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        except OSError as error:
            raise CommandError(f"写不了“{out}”：{error.strerror}。") from error
        self.stdout.write(f"{out.name}：{out.stat().st_size} 字节。")


def _bytes(document: Document) -> bytes:
    if document.destroyed:
        raise CommandError(f"“{document}”{document.destroyed}")
    kept = pages.page_of(document)
    if kept is not None:
        return path_of(kept.stored_file).read_bytes()
    if document.content.is_incoming:
        raise CommandError("这是外来文件，没有本系统排的版式文件。")
    content = document.content
    return paper.render_document(pages.page_input(content), moment=pages.moment_of(content)).pdf
