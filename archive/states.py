"""Closed vocabularies of filed records (design section 4; domain 3, 4, 10)."""

from django.db import models

MEND = "mend"  # kind of the open task on a record that was sent back to be completed or corrected (退回待补)
LOOK = "look_at_mend"  # kind of the archivist's item: a repair was answered, and nobody has looked at the answer yet


class State(models.TextChoices):
    FILED = "filed", "已归档"
    IN_TRANSFER = "in_transfer", "移交中"
    ACCESSIONED = "accessioned", "已进馆"
    DESTROYED = "destroyed", "已销毁"
    SENT_HOME = "sent_home", "已退还原平台"
    JOINED = "joined", "已并入复文"


class PairPolicy(models.TextChoices):
    """来文 and 复文 of a unit: DA/T 22—2015 has them each one item as a rule, and lets them be one (domain 3.2 no. 10)."""

    SEPARATE = "separate", "各为一件"
    MERGED = "merged", "合为一件"


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


def place_of(retention: str) -> int:
    """永久, 30年, 10年: as the catalogue and the boxes have them; what is none of them comes last."""
    return [*Retention.values, retention].index(retention)


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
    FORWARDED = "forwarded", "被转发文"
    TRANSLATION = "translation", "译本"
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


ALL_STAFF = (UseScope.DISTRICT, UseScope.PUBLIC)  # what every member of staff may consult


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
    ENDED = "ended", "已终止"
    GIVEN_BACK = "given_back", "已归还"


GIVEN = (UseState.GRANTED, UseState.ENDED, UseState.GIVEN_BACK)  # there is, or was, a grant


class RoundState(models.TextChoices):
    """Where a 开放审核批次 is (国家档案馆档案开放办法; domain 10.2): three reviews by three persons, consent, publication."""

    FIRST = "first", "初审"
    SECOND = "second", "复审"
    FINAL = "final", "审定"
    CONSENT = "consent", "待区档案局同意延期"
    DECIDED = "decided", "待公布"
    PUBLISHED = "published", "已公布"
    DISSOLVED = "dissolved", "已撤销"


class Proposal(models.TextChoices):
    """What is proposed of a record: the Law knows no 控制."""

    OPEN = "open", "开放"
    POSTPONE = "postpone", "延期开放"
    EARLY = "early", "提前开放"


class EarlyGround(models.TextChoices):
    """Why a record is opened before its 25 years (Archives Law 2020 art. 27)."""

    KIND = "kind", "经济、教育、科技、文化等类档案"
    DISCLOSED = "disclosed", "形成时已主动公开"
    OTHER = "other", "其他适宜提前开放的情形"


class ConsultationState(models.TextChoices):
    """会同形成单位审核: silence past the limit is silence, never consent."""

    ASKED = "asked", "待答复"
    SIGNING = "signing", "待领导审签"
    ANSWERED = "answered", "已答复"
    LAPSED = "lapsed", "逾期未答复"
    KNOWN = "known", "已知悉结果"
    DROPPED = "dropped", "已撤销"


class UnitOpinion(models.TextChoices):
    """What the forming unit says of a record (实施条例 30); it names no third."""

    OPEN = "open", "同意开放"
    POSTPONE = "postpone", "建议延期开放"


class CodePattern(models.TextChoices):
    """How a 档号 is written (domain 3.6 a and b)."""

    DAT22 = "DAT22-2015", "DA/T 22—2015（全宗号-门类·年度-期限-机构-件号）"
    DAT13 = "DAT13-2022", "DA/T 13—2022（全宗号-门类·年度·期限·机构-件号）"


class EvaluationKind(models.TextChoices):
    """Who evaluates single-set keeping (DA/T 92—2022, clause 10)."""

    OWN = "self", "自评估"
    AUTHORITY = "authority", "评估（区档案局）"


class Passed(models.TextChoices):
    """There is nothing between them: DA/T 92 knows only these two."""

    PASSED = "passed", "通过"
    FAILED = "failed", "未通过"


class KeptPaper(models.TextChoices):
    """Registers that the evaluation of single-set keeping asks for (DA/T 92—2022, items 1, 2, 15, 18)."""

    RULE_BOOK = "rule_book", "管理制度"
    SPECIFICATION = "specification", "技术和工作规范"
    GRADING = "grading", "等级保护"
    DRILL = "drill", "应急演练"


BY_LIST, BY_CODE = "按目录所列", "按档号所列"  # 期限依据 of what an import took over
TAKEN_OVER = frozenset({BY_LIST, BY_CODE})
