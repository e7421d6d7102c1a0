"""What people of the demo write when they act, by step; one of each list is taken by the document's key."""

from .texts import pick

WRITTEN = {
    "check": (
        "文字已核，格式符合要求，请领导审签。",
        "内容完整，已与承办科室核对数据，拟同意送签。",
        "已按公文格式核改标题和层次序号，请审签。",
        "所引文件名称和日期已核对无误，拟同意。",
    ),
    "countersign": ("同意。", "同意，无修改意见。", "涉及我单位部分已核，同意会签。", "同意，请注意与年度预算衔接。"),
    "approve": ("同意发文。", "同意，请按程序印发。", "同意，抓紧落实。", "同意。注意做好政策解读。"),
    "propose": (
        "拟请分管领导阅示，由相关科室承办。",
        "拟由办公室牵头，有关科室配合办理，按时报送结果。",
        "此件与我单位职责相关，拟请领导阅示后交业务科室研究。",
        "拟请领导阅示，并转有关科室阅研。",
    ),
    "instruct": (
        "请相关科室抓好落实，按时反馈。",
        "同意拟办意见，注意与有关单位沟通衔接。",
        "请认真研究，提出具体办法。",
        "此项工作重要，请专人负责，办结后报我。",
    ),
    "handle": ("承办。", "收悉，即办。", "已安排专人办理。"),
    "report": (
        "已按要求完成，有关材料已报送来文单位。",
        "经研究已形成书面意见并答复来文单位。",
        "已对照通知逐项落实，发现的问题已整改完毕。",
        "已会同有关科室办理，结果已电话告知来文单位并留存记录。",
    ),
    "complete": ("办理完毕，归档。", "已办结。", "材料齐全，同意归档。"),
    "read": ("已阅。", "阅，请注意收集有关资料。", "已阅，转告科室人员。"),
    "send_back": ("第二部分表述不够具体，请补充宣传的时间安排和责任分工后再送。",),
    "withdraw": ("因与其他活动时间冲突，暂缓举办，撤回本稿。",),
    "void": ("会议时间有误且已另行通知，本文作废，文号保留。",),
    "return_to_sender": ("所涉店招管理不属我局职责，请改送有关部门。",),
}


def opinion(step: str, key: str) -> str:
    """The words for `step` on the document named by `key`; "" where nothing is written."""
    words = WRITTEN.get(step, ())
    return words[pick(f"{step}:{key}", len(words))] if words else ""
