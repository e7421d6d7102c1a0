"""The Excel template of a catalogue: labels, notes, the allowed values as choices, and examples on a second sheet."""

import xlsxwriter

from documents.states import Disclosure, DocType, SecurityClass

from ..states import Retention
from .columns import COLUMNS

SHEET, EXAMPLES = "归档文件目录", "示例"
ROWS = 10_000  # rows that offer choices
NOTES = {
    "seq": "可空",
    "archival_code": "纸质件上已有的档号，如 Z407-WS·2003-D30-BGS-0012；合规且未被占用的照用，空则另编",
    "item_no": "只有件号、没有档号的纸质件填写，如 12；与年度、保管期限一同照编档号，空则另编",
    "doc_number": "照原文填写，如 长信〔2003〕12号",
    "author": "形成文件的机关或个人；不详可空",
    "title": "必填；没有题名的，自拟题名并加方括号",
    "date": "八位数字，如 20030405；只知年月写 200304，只知年份写 2003；不详可空",
    "security_class": "公开或内部，空即公开；国家秘密不得录入",
    "page_count": "整数；空则按电子文件计",
    "remark": "可空",
    "retention": "永久、30年或10年；空则按保管期限表建议",
    "year": "归档年度，四位数字；空则取档号或日期的年份",
    "class_code": "不超过三位的大写字母或数字，如 BGS；没有可空",
    "doc_type": "从列表中选；没有可空",
    "disclosure_attr": "从列表中选；没有可空",
    "file": "压缩包中的文件名，多个用分号隔开；仅有纸质件的留空",
}
CHOICES = {
    "retention": tuple(Retention.labels),
    "security_class": tuple(SecurityClass.labels),
    "doc_type": tuple(DocType.labels),
    "disclosure_attr": tuple(Disclosure.labels),
}
EXAMPLE_ROWS = (
    {
        "seq": "1", "archival_code": "Z407-WS·2003-D30-BGS-0012", "doc_number": "长信〔2003〕12号",
        "author": "长宁区信息化委员会", "title": "关于开展政务信息资源调查的通知", "date": "20030405", "page_count": "6",
        "retention": "30年", "year": "2003", "class_code": "BGS", "doc_type": "通知", "disclosure_attr": "主动公开",
        "file": "2003/0012.pdf；2003/0012附件.xlsx",
    },
    {
        "seq": "2", "author": "长宁区信息化委员会", "title": "[2003年度工作总结]", "date": "2003", "page_count": "11",
        "retention": "永久", "remark": "仅有纸质件",
    },
)  # fmt: skip


def write_template(target) -> None:
    """Write it to a path or a binary file."""
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    head = book.add_format({"bold": True, "bg_color": "#f4f3ef", "border": 1})
    text = book.add_format({"num_format": "@"})
    for name, rows in ((SHEET, ()), (EXAMPLES, EXAMPLE_ROWS)):
        sheet = book.add_worksheet(name)
        for place, (column, (label, _)) in enumerate(COLUMNS.items()):
            sheet.write_string(0, place, label, head)
            sheet.write_comment(0, place, NOTES[column])
            sheet.set_column(place, place, 40 if column in ("title", "file") else 18, text)
            for line, row in enumerate(rows, start=1):
                sheet.write_string(line, place, row.get(column, ""), text)
            if not rows and column in CHOICES:
                sheet.data_validation(1, place, ROWS, place, _choice(label, CHOICES[column]))
        sheet.freeze_panes(1, 0)
    book.close()


def _choice(label: str, values: tuple[str, ...]) -> dict:
    return {
        "validate": "list",
        "source": list(values),
        "ignore_blank": True,
        "error_title": label,
        "error_message": f"{label}应从列表中选择，或留空。",
    }
