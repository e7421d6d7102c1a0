"""“附件1” before the name of a file: the order of the files numbers them, here and on the page."""

import re

# 附件1 任务分解表, 附件（一）：…, 附件一、…: the layout numbers them itself. 附件2024年预算 and 附件一览表 are names.
NUMBERED = re.compile(
    r"^附件\s*(?:[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[）)]\s*[.．、:：_—-]?"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:[\s.．、:：_]|[—-]+)\s*(?!\d)"
    r"|\d{1,2}(?=[\u4e00-\u9fff《“])(?![年月日号季届期个项份张类次页人级批条区、])"
    r"|[:：])\s*(?=\S)"
)


def without_number(name: str) -> str:
    """The name of an attachment as it is shown; its file keeps its own."""
    return NUMBERED.sub("", name)
