"""PDF: what the probe saw, said in sentences. Inspection items 2-7, 3-3, 3-4, 3-8 (DA/T 70—2018)."""

import json
import logging
import subprocess
import sys
from pathlib import Path

from .formats import KINDS

logger = logging.getLogger(__name__)

PROBE = Path(__file__).with_name("pdf_probe.py")
WAIT_SECONDS = 30  # wall clock; the probe's own limit is 20 s of processor time
_VERSIONS = {
    "1.0": "fmt/14", "1.1": "fmt/15", "1.2": "fmt/16", "1.3": "fmt/17", "1.4": "fmt/18",
    "1.5": "fmt/19", "1.6": "fmt/20", "1.7": "fmt/276", "2.0": "fmt/1129",
}  # fmt: skip
_PDFA = {
    "1a": "fmt/95", "1b": "fmt/354", "2a": "fmt/476", "2b": "fmt/477", "2u": "fmt/478",
    "3a": "fmt/479", "3b": "fmt/480", "3u": "fmt/481", "4": "fmt/1910", "4e": "fmt/1911", "4f": "fmt/1912",
}  # fmt: skip
_ENCRYPTED = "PDF 已加密或设有密码、限制复制打印。请取消加密和权限限制后再提交。"
_FAULTS = {
    "encrypted": ("encrypted", _ENCRYPTED),
    "too-large": ("pdf-too-complex", "PDF 展开后过大，无法检查。请用软件重新导出为 PDF/A 后再提交。"),
    "too-complex": ("pdf-too-complex", "PDF 结构过于复杂，无法检查完。请拆分或重新导出为 PDF/A 后再提交。"),
    "damaged": ("pdf-damaged", "PDF 已损坏，打不开。请核对原文件，或重新导出后再提交。"),
}
_ACTIVE = {
    "javascript": ("pdf-javascript", "PDF 带有脚本（JavaScript），不能接收。请重新导出为 PDF/A 后再提交。"),
    "launch": ("pdf-launch", "PDF 带有启动程序的动作，不能接收。请重新导出为 PDF/A 后再提交。"),
    "xfa": ("pdf-xfa", "PDF 是动态表单（XFA），显示内容会变化，不能接收。请打印为新的 PDF 后再提交。"),
}


def _probe(path, *arguments):
    """The probe's answer as a dict; {"fault": …} when it did not live to answer."""
    command = [sys.executable, "-I", str(PROBE), str(path.resolve()), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=WAIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"fault": "too-complex"}
    try:
        seen = json.loads(done.stdout)
    except ValueError:
        logger.warning("The PDF probe ended with code %s and no answer", done.returncode)
        return {"fault": "too-complex"}
    if "error" in seen:
        logger.info("A PDF was not readable: %s", seen["error"])
    return seen


def pdf_pages(path: Path) -> int | None:
    """Number of pages of the PDF at `path`; None when it is not a PDF that opens without a password."""
    return _probe(path, "pages").get("pages")


def look(path, seen):
    """Fill `seen` (findings.Seen) from the PDF at `path`."""
    seen.is_kind(KINDS["pdf"])
    found = _probe(path)
    if fault := found.get("fault"):
        seen.refuse(*_FAULTS[fault])
        return
    seen.pages = found["pages"]
    seen.format_id = _PDFA.get(found["pdfa"]) or _VERSIONS.get(found["version"], "")
    if not found["pages"]:
        seen.refuse("pdf-damaged", "PDF 中没有页面。请核对原文件，或重新导出后再提交。")
    if found["encrypted"]:
        seen.refuse("encrypted", _ENCRYPTED)
    for active in found["active"]:
        if active in _ACTIVE:
            seen.refuse(*_ACTIVE[active])
    if not found["whole"]:
        seen.refuse(*_FAULTS["too-complex"])
    _warn(found, seen)


def _warn(found, seen):
    """What does not hinder use today but long-term keeping."""
    if found["pdfa"] not in _PDFA:
        seen.warn("pdf-not-pdfa", "不是 PDF/A，不宜长期保存；建议导出为 PDF/A。")
    if found["version"] not in _VERSIONS:
        seen.warn("pdf-version", f"PDF 版本标识“{found['version'][:10]}”不存在，建议重新导出。")
    if found["fonts"]:
        names = "、".join(found["fonts"][:5])
        seen.warn("pdf-fonts", f"有字体未嵌入（{names}），在其他计算机上显示可能走样；建议导出为 PDF/A。")
    if found["files"]:
        seen.warn("embedded-files", f"PDF 内嵌有 {found['file_count']} 个文件，嵌入的文件未经检查；建议改作单独附件。")
    if "media" in found["active"]:
        seen.warn("pdf-media", "PDF 内嵌有音视频或三维内容，不宜长期保存；建议改作单独附件。")
    if found["repaired"]:
        seen.warn("pdf-repaired", "PDF 的索引有损坏，已可读出；建议重新导出。")
    elif found["syntax"]:
        seen.warn("pdf-syntax", f"PDF 内有 {found['syntax']} 处语法问题，显示可能不全；建议核对或重新导出。")
