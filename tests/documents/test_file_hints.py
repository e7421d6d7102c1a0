"""What is to be known of attachments: each sentence once, with the names, and whether one may go on."""

from types import SimpleNamespace

from documents.file_hints import FileHint, hints_of

FORMAT = {"code": "not-pdfa", "severity": "warn", "message": "归档格式不符合要求。"}


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
