"""发文稿纸, 签报单 and 文件处理单 on the screen; the same form as a file is page.sheet_pdf."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

import paper
from units.access import gives_one
from units.doors import logged

from .. import pages
from ..kept_text import while_it_is_kept
from ..models import Document


@gives_one(Document)
@logged()
@require_safe
@while_it_is_kept
def sheet(request, document):
    filled = pages.filled_sheet(document)
    context = {
        "document": document,
        "heading": paper.heading_of(filled),
        "cells": paper.cells_of(filled),
        "boxes": paper.boxes(filled.opinions, filled.boxes),
    }
    return render(request, "documents/sheet.html", context)
