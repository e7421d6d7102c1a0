"""Sixty descriptions as `render_layout` takes them: four layouts × five lengths × seal cases."""

import itertools
from collections.abc import Iterator

LAYOUTS = ("文件", "信函", "命令", "纪要")
LENGTHS = (1, 6, 14, 26, 47)  # paragraphs of two rows
SEALS = ("with", "without", "joint")
AGENCIES = ["长宁区信息化委员会", "长宁区档案局", "长宁区财政局"]
PARAGRAPH = "各单位要把归档责任落实到岗位和个人，逐件核对，按期移交，不得积压，并于每月底前报送办理情况。"
MARKS = {
    "文件": "长宁区信息化委员会文件",
    "信函": "长宁区信息化委员会",
    "命令": "长宁区人民政府令",
    "纪要": "长宁区信息化委员会会议纪要",
}
NUMBERS = {"文件": "长信〔2026〕12号", "信函": "长信函〔2026〕8号", "命令": "第12号", "纪要": "〔2026〕3号"}
TITLE = "长宁区信息化委员会关于做好二〇二六年冬季北新泾地区电子公文归档与移交工作的通知"


def specs() -> Iterator[tuple[str, dict]]:
    for number, (layout, length, seals) in enumerate(itertools.product(LAYOUTS, LENGTHS, SEALS)):
        yield f"{layout}-{length}-{seals}", _spec(layout, length, seals, number)


def _spec(layout: str, length: int, seals: str, number: int) -> dict:
    joint = seals == "joint"
    spec = {
        "layout": layout,
        "issuing_mark": [f"{AGENCIES[0]}文件", *AGENCIES[1:]] if joint and layout == "文件" else MARKS[layout],
        "doc_number": NUMBERS[layout],
        "title": TITLE,
        "body": "\n".join(["一、总体要求", "（一）明确职责", *[PARAGRAPH] * length]),
        "issuer_signature": AGENCIES if joint else AGENCIES[0],
        "document_date": "2026-11-04",
        "note": "此件公开发布",
        "cc_recipients": [
            "区委办公室",
            "区人大常委会办公室",
            "区政协办公室",
            "区监察委",
            "区法院",
            "区检察院",
            "各人民团体",
        ],
        "printing_agency": "长宁区信息化委员会办公室",
        "printing_date": "2026-11-25",
        "seals": seals != "without",
    }
    if layout in ("文件", "信函"):
        spec["main_recipients"] = ["各有关单位", "各街道办事处"]
        spec["attachments"] = [
            {"title": "归档范围说明书", "body": "归档范围如下。\n单位\t件数\n区档案局\t12"}, {"title": "目录格式样本", "body": "目录如下。"},
        ]  # fmt: skip
    if number % 2:
        spec |= {"copy_number": "000001", "urgency": "特急"}
    elif number % 3:
        spec["urgency"] = "加急"
    if layout == "文件" and number % 4 == 1:
        spec |= {"routing_direction": "up", "signatory_name": ["张某某", "李某", "王某某"] if joint else "张某某"}
    if layout == "命令":
        spec |= {"signatory_name": "张某某", "signatory_title": "区长"}
    if layout == "纪要":
        spec["attendance"] = {"出席": ["张某某", "李某某", "王某某"], "列席": ["赵某某"] * 12}
    return spec
