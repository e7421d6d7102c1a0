"""What is to be known of attachments: each sentence once, with the names, and whether one may go on."""

import pkgutil
from importlib import import_module
from types import SimpleNamespace

from django import forms

from documents.file_hints import FileHint, hints_of
from documents.scan_fields import UnscannedMixin

FORMAT = {"code": "not-pdfa", "severity": "warn", "message": "归档格式不符合要求。"}


# read and forgotten, or no file of a paper: the image of a seal
NOT_KEPT = {
    "documents.roster_forms.RosterFileForm.file", "documents.seal_forms.CheckForm.file",
    "documents.seal_forms.SealForm.imprint", "documents.seal_forms.StampForm.imprint",
    "archive.forms.BackfileForm.catalogue", "archive.schedule_forms.SheetForm.sheet",
}  # fmt: skip


def file(name: str, *findings: dict, scanned: str = "", title: str = ""):
    stored = SimpleNamespace(findings=findings, scanned_with=scanned)
    return SimpleNamespace(title_shown=title or name, stored_file=stored)


def test_each_sentence_stands_once_with_the_names(settings):
    settings.EGOV_CLAMAV_SOCKET = "/run/clamav/clamd.ctl"
    found = hints_of([file("甲.pdf", FORMAT), file("乙.pdf", FORMAT, title="计划表"), file("丙.pdf", scanned="ClamAV")])
    assert found == [FileHint("归档格式不符合要求。", ("甲.pdf", "计划表")), FileHint("未查毒。", ("甲.pdf", "计划表"))]


def test_what_bars_stands_first_and_a_scan_that_failed_is_told_once():
    failed = {"code": "not-scanned", "severity": "warn", "message": "本文件未查毒：没有应答。"}
    barred = {"code": "macros", "severity": "refuse", "message": "文档含有宏。"}
    found = hints_of([file("甲.doc", failed), file("乙.doc", barred, scanned="ClamAV")])
    assert [(one.message, one.bars) for one in found] == [("文档含有宏。", True), ("本文件未查毒：没有应答。", False)]
    assert hints_of([file("丙.pdf", scanned="ClamAV")]) == []


def boxes_for_files():
    for app in ("documents", "archive", "transfer", "portal", "oversight", "units"):
        for one in pkgutil.walk_packages(import_module(app).__path__, f"{app}."):
            if "forms" not in one.name.rpartition(".")[2] or ".templatetags" in one.name:
                continue
            for form in vars(import_module(one.name)).values():
                if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == one.name:
                    for name, field in form.base_fields.items():
                        if field.widget.needs_multipart_form:
                            yield f"{one.name}.{form.__name__}.{name}", field


def test_wherever_a_file_is_kept_it_is_said_that_nobody_looks_at_it(settings):
    """A box that is added later is one of these fields, or is named above with what becomes of its file."""
    found = dict(boxes_for_files())
    assert {name for name, field in found.items() if not isinstance(field, UnscannedMixin)} == NOT_KEPT
    assert "archive.forms.BackfileForm.files" in found and "documents.after_forms.EnterForm.proof" in found
    settings.EGOV_CLAMAV_SOCKET = ""
    for name, field in found.items():
        if name not in NOT_KEPT:
            form = forms.Form()
            form.fields["one"] = field
            assert "没有接查毒服务" in form["one"].help_text, name
