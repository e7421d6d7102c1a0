"""What full-text search reads of a filed item: its body, the words of its files, and of a 来文 that is one with it."""

from documents.models import Attachment
from files.store import path_of
from files.text import text_of as words_of

from .models import Record
from .states import Role


def text_of(document, attached: list[Attachment]) -> str:
    """What full-text search finds: the body and the words of its files; the opinions' words are not mixed with them."""
    words = [words_of(path_of(one.stored_file), one.stored_file.mime) for one in attached]
    return "\n".join(filter(None, [_body(document), *words]))


def words_of_files(record: Record, components) -> str:
    """As `text_of`, of the files that a record has now; what the platform set itself is read from the document."""
    document = record.document
    read = [one for one in components if not one.made_with and one.role != Role.FINAL_DRAFT]
    words = [words_of(path_of(one.stored_file), one.stored_file.mime) for one in read]
    own = _body(document)
    parts = record.joined.unguarded("the words of one item").select_related("document__issued").order_by("pk")
    return "\n".join(filter(None, [own, *words, *(piece for one in parts for piece in (heads_of(one), body_of(one)))]))


def heads_of(record: Record) -> str:
    """What a joined 来文 is called and numbered: the item is found by it, though its 复文 gives the item its name."""
    return "\n".join(filter(None, [record.title, record.doc_number, record.archival_code]))


def body_of(record: Record) -> str:
    return _body(record.document)


def _body(document) -> str:
    return (document.content.body or document.body) if document else ""
