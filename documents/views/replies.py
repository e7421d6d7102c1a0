"""What hangs on a document and is taken away by itself: 会议通知回执 as a workbook, the scan of a paper opinion."""

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from files.serving import file_response
from units.access import gives_one
from units.doors import logged

from .. import reply_calls as calls
from ..kept_text import while_it_is_kept
from ..models import Document
from ..registers.columns import Column
from ..registers.excel import as_workbook
from ..registers.rows import Line, Register

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@gives_one(Document)
@logged("export")
@require_safe
def workbook(request, document):
    """A line a person, as in the table under the paper."""
    call = None if document.is_incoming else calls.call_of(document)
    if call is None:
        raise Http404
    answers = calls.answers_to(call)
    lines = [Line(cells, is_struck=is_struck) for cells, is_struck in calls.lines_of(answers)]
    heading = f"{document.title}（{calls.summary_of(answers)}；{timezone.localtime():%Y-%m-%d %H:%M}）"
    register = Register("replies", "会议回执", tuple(Column(*one) for one in answers.columns), (), None, None)
    book = as_workbook(register, heading, lines, settings.EGOV_TMP_DIR)
    return FileResponse(book, as_attachment=True, filename="会议回执.xlsx", content_type=BOOK)


@gives_one(Document)
@require_safe
@while_it_is_kept
def scan(request, document, entry):
    """The paper that a leader signed; whoever sees the document sees it."""
    row = document.paper_opinions.filter(uid=entry, proof__isnull=False).select_related("proof").first()
    if row is None:
        raise Http404
    return file_response(request, row.proof, row.proof_name, inline=True, obj=document)
