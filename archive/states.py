"""Closed vocabularies of filed records (design section 4; domain 3, 4, 10)."""

from django.db import models

MEND = "mend"  # kind of the open task on a record that was sent back to be completed or corrected (退回待补)


class State(models.TextChoices):
    FILED = "filed", "已归档"
    IN_TRANSFER = "in_transfer", "移交中"
    ACCESSIONED = "accessioned", "已进馆"
    DESTROYED = "destroyed", "已销毁"
    SENT_HOME = "sent_home", "已退还原平台"


class Access(models.TextChoices):
    """The Archives Law knows 开放 and 延期开放; 控制 is the older mark (M74), kept as imported and not given any more."""

    PENDING = "pending_review", "未审核"
    OPEN = "open", "开放"
    CONTROLLED = "controlled", "控制"
    POSTPONED = "postponed", "延期开放"


class Ground(models.TextChoices):
    """Why an opening may be postponed; the four grounds of 国家档案馆档案开放办法 (2022), in the trade's short words."""

    STATE_SECRET = "state_secret", "涉及国家秘密且保密期限未满"
    PUBLIC_INTEREST = "public_interest", "涉及国家和社会重大利益"
    PRIVATE_RIGHTS = "private_rights", "涉及知识产权或者个人信息"
    OTHER_LAW = "other_law", "其他法律、行政法规规定不宜开放"


class Retention(models.TextChoices):
    PERMANENT = "Y", "永久"
    THIRTY = "D30", "30年"
    TEN = "D10", "10年"


OLD_PERIODS = ("长期", "短期")  # of the 1987 rule; kept as filed, mapped for display and statistics only (domain 4.5)
RETENTION_WORDS = {
    "永久": Retention.PERMANENT,
    "长期": Retention.THIRTY,
    "短期": Retention.TEN,
    "30年": Retention.THIRTY,
    "10年": Retention.TEN,
    "定期30年": Retention.THIRTY,
    "定期10年": Retention.TEN,
    "Y": Retention.PERMANENT,
    "D30": Retention.THIRTY,
    "D10": Retention.TEN,
}


class Role(models.TextChoices):
    """What a file is inside its item, in the order of domain 3.3."""

    ORIGINAL = "original", "正本"
    ATTACHMENT = "attachment", "附件"
    DRAFT_SHEET = "draft_sheet", "发文稿纸"
    FINAL_DRAFT = "final_draft", "定稿"
    HANDLING_SHEET = "handling_sheet", "文件处理单"
    COPY = "copy", "复制件"
    CONVERTED = "converted", "转换件"


class Carrier(models.TextChoices):
    ELECTRONIC = "electronic_only", "仅电子"
    PAPER = "paper_only", "仅纸质"
    DUAL = "dual", "纸质和电子"


class Spine(models.IntegerChoices):
    """Thickness of a box's spine in mm (DA/T 22—2015; domain 3.9)."""

    TWENTY = 20, "20 毫米"
    THIRTY = 30, "30 毫米"
    FORTY = 40, "40 毫米"
    FIFTY = 50, "50 毫米"


class Precision(models.TextChoices):
    DAY = "day", "日"
    MONTH = "month", "月"
    YEAR = "year", "年"
    UNKNOWN = "unknown", "不详"


class Stage(models.TextChoices):
    FILING = "GD", "归档"
    TRANSFER = "YJ", "移交与接收"
    KEEPING = "BC", "长期保存"


class Verdict(models.TextChoices):
    """What a check says; the last three are no verdict on the record, and never read as 合格."""

    PASS = "pass", "合格"
    FAIL = "fail", "不合格"
    WARN = "warn", "提示"
    NOT_RUN = "not_run", "未检"
    NOT_APPLICABLE = "na", "不适用"
    MANUAL_PENDING = "manual_pending", "待人工"


class UseScope(models.TextChoices):
    """Who may consult a record (design section 3)."""

    DEPARTMENT = "department", "本处室"
    UNIT = "unit", "本单位"
    DISTRICT = "district", "全区机关"
    PUBLIC = "public", "社会开放"


class AppraisalState(models.TextChoices):
    DRAFTING = "drafting", "编制鉴定清单"
    JUDGING = "judging", "鉴定中"
    REPORTED = "reported", "待批准"
    APPROVED = "approved", "已批准待备案"
    NOTED = "noted", "已备案待销毁"
    DESTROYED = "destroyed", "已销毁"
    CLOSED = "closed", "已办结"
    DISSOLVED = "dissolved", "已撤销"


class GroupPart(models.TextChoices):
    """Whom a 鉴定小组 is made of (practice 1)."""

    LEADER = "leader", "分管领导"
    OFFICE = "office", "办公室"
    ARCHIVIST = "archivist", "档案员"
    BUSINESS = "business", "业务部门"


class Opinion(models.TextChoices):
    DESTROY = "destroy", "销毁"
    PROLONG = "prolong", "延长保管"


class Prolonged(models.TextChoices):
    """Until when something valuable is kept on: a longer period of the same 年度, or ten years from now."""

    THIRTY = "D30", "改为30年"
    PERMANENT = "Y", "改为永久"
    TEN_MORE = "ten_more", "再保管10年"


class ScheduleState(models.TextChoices):
    """A version of a unit's schedule; what 区档案局 returned is a draft again (Order 8 art. 12)."""

    DRAFT = "draft", "草稿"
    PROPOSED = "proposed", "报区档案局审批"
    APPROVED = "approved", "已批准"
    DROPPED = "dropped", "已放弃"


class UseState(models.TextChoices):
    ASKED = "asked", "待审批"
    GRANTED = "granted", "同意利用"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"
