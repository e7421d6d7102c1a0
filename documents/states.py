"""Closed vocabularies of documents. Source: domain 1.1 (types), 1.2 (elements), design section 4 (states)."""

from django.db import models


class Direction(models.TextChoices):
    OUTGOING = "outgoing", "发文"
    INCOMING = "incoming", "收文"
    INTERNAL = "internal", "签报"


class State(models.TextChoices):
    DRAFTING = "drafting", "拟稿中"
    IN_REVIEW = "in_review", "审核中"
    APPROVED = "approved", "已签发"
    NUMBERED = "numbered", "已编号"
    PROOFREAD = "proofread", "已校对"
    SEALED = "sealed", "已用印"
    DISPATCHED = "dispatched", "已分发"
    DELIVERED = "delivered", "待签收"
    SIGNED_FOR = "signed_for", "已签收"
    REGISTERED = "registered", "已登记"
    PROPOSED = "proposed", "已拟办"
    INSTRUCTED = "instructed", "已批示"
    IN_HANDLING = "in_handling", "承办中"
    COMPLETED = "completed", "已办结"
    VOIDED = "voided", "已作废"
    RETURNED_TO_SENDER = "returned_to_sender", "已退文"
    RECALLED = "recalled", "已收回"
    REPLACED = "replaced", "已替换"


STATES_OF = {
    Direction.OUTGOING: (
        State.DRAFTING,
        State.IN_REVIEW,
        State.APPROVED,
        State.NUMBERED,
        State.PROOFREAD,
        State.SEALED,
        State.DISPATCHED,
        State.COMPLETED,
        State.VOIDED,
        State.REPLACED,
    ),
    Direction.INCOMING: (
        State.DELIVERED,
        State.SIGNED_FOR,
        State.REGISTERED,
        State.PROPOSED,
        State.INSTRUCTED,
        State.IN_HANDLING,
        State.COMPLETED,
        State.RETURNED_TO_SENDER,
        State.RECALLED,
        State.REPLACED,
    ),
    Direction.INTERNAL: (
        State.DRAFTING,
        State.IN_REVIEW,
        State.INSTRUCTED,
        State.COMPLETED,
        State.VOIDED,
    ),
}
GONE = frozenset({State.RETURNED_TO_SENDER, State.RECALLED, State.REPLACED})  # deliveries that nobody has any more
ENDED = frozenset({State.COMPLETED, State.VOIDED}) | GONE
NUMBERED_STATES = (State.NUMBERED, State.PROOFREAD, State.SEALED, State.DISPATCHED)


class DocType(models.TextChoices):
    RESOLUTION = "resolution", "决议"
    DECISION = "decision", "决定"
    ORDER = "order", "命令（令）"
    COMMUNIQUE = "communique", "公报"
    ANNOUNCEMENT = "announcement", "公告"
    PUBLIC_NOTICE = "public_notice", "通告"
    OPINION = "opinion", "意见"
    NOTICE = "notice", "通知"
    CIRCULAR = "circular", "通报"
    REPORT = "report", "报告"
    REQUEST = "request_for_instruction", "请示"
    REPLY = "reply_to_request", "批复"
    PROPOSAL = "proposal", "议案"
    LETTER = "letter", "函"
    MINUTES = "minutes", "纪要"
    INFORMAL_LETTER = "informal_letter", "便函"
    INTERNAL_MATERIAL = "internal_material", "内部资料"
    MEETING_MINUTES_LEGACY = "meeting_minutes_legacy", "会议纪要"
    INSTRUCTION_LEGACY = "instruction_legacy", "指示"
    REGULATION_LEGACY = "regulation_legacy", "条例"
    PROVISION_LEGACY = "provision_legacy", "规定"


CURRENT_TYPES = tuple(value for value in DocType.values if not value.endswith("_legacy"))
WITHOUT_RECIPIENTS = frozenset(
    {
        DocType.ANNOUNCEMENT,
        DocType.PUBLIC_NOTICE,
        DocType.MINUTES,
        DocType.ORDER,
        DocType.COMMUNIQUE,
        DocType.RESOLUTION,
    }
)
WITHOUT_SEAL = frozenset({DocType.MINUTES, DocType.INTERNAL_MATERIAL})


class Urgency(models.TextChoices):
    NORMAL = "", "一般"
    URGENT = "urgent", "加急"
    EXTRA_URGENT = "extra_urgent", "特急"


class RoutingDirection(models.TextChoices):
    UP = "up", "上行"
    DOWN = "down", "下行"
    PARALLEL = "parallel", "平行"
    PUBLIC = "public", "公布"


USUAL_DIRECTIONS = {  # every other kind goes down
    DocType.REPORT: RoutingDirection.UP,
    DocType.REQUEST: RoutingDirection.UP,
    DocType.PROPOSAL: RoutingDirection.UP,
    DocType.LETTER: RoutingDirection.PARALLEL,
    DocType.INFORMAL_LETTER: RoutingDirection.PARALLEL,
    DocType.COMMUNIQUE: RoutingDirection.PUBLIC,
    DocType.ANNOUNCEMENT: RoutingDirection.PUBLIC,
    DocType.PUBLIC_NOTICE: RoutingDirection.PUBLIC,
}


class Disclosure(models.TextChoices):
    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    NOT_DISCLOSED = "not_disclosed", "不予公开"


class SecurityClass(models.TextChoices):
    """The only classes this network may hold (domain 12.1 SC-01)."""

    PUBLIC = "public", "公开"
    INTERNAL = "internal", "内部"


SECRET_CLASSES = {"secret": "秘密", "confidential": "机密", "top_secret": "绝密"}


class HandlingKind(models.TextChoices):
    FOR_ACTION = "for_action", "办件"
    FOR_READING = "for_reading", "阅件"


class ReceivedAs(models.TextChoices):
    """来文种类 of what is registered by hand (practice 2.1 item 10); what came over the platform has none."""

    PAPER = "paper", "纸质来文"
    FAX = "fax", "传真"
    TELEGRAM = "telegram", "明电"
    TELEPHONE = "telephone", "电话记录"
    MEETING = "meeting", "会议材料"
    EMAIL = "email", "电子邮件"


class TelegramGrade(models.TextChoices):
    """Grades of a telegram (Regulations of 2012 art. 9(3))."""

    HIGHEST = "highest", "特提"
    EXTRA_URGENT = "extra_urgent", "特急"
    URGENT = "urgent", "加急"
    NORMAL = "normal", "平急"


URGENCY_OF_GRADE = {
    TelegramGrade.HIGHEST: Urgency.EXTRA_URGENT,
    TelegramGrade.EXTRA_URGENT: Urgency.EXTRA_URGENT,
    TelegramGrade.URGENT: Urgency.URGENT,
    TelegramGrade.NORMAL: Urgency.NORMAL,
}


class OpinionWay(models.TextChoices):
    """By what an opinion was given that is entered afterwards."""

    PAPER = "paper", "纸质"
    TELEPHONE = "telephone", "电话"


class AddresseeKind(models.TextChoices):
    MAIN = "main", "主送"
    CC = "cc", "抄送"


class DispatchKind(models.TextChoices):
    """docs/rules/exchange.md: the first sending, 补发, and that of a 更正件."""

    INITIAL = "initial", "分发"
    ADDITIONAL = "additional", "补发"
    REPLACEMENT = "replacement", "更正重发"


class SendingWay(models.TextChoices):
    """How paper goes to a body outside the platform."""

    COURIER = "courier", "机要"
    POST = "post", "邮寄"
    EXCHANGE = "exchange", "交换站"
    FAX = "fax", "传真"
    BY_HAND = "by_hand", "直送"


class SealState(models.TextChoices):
    """Of a unit's seal (印章): only one in use is put on documents."""

    IN_USE = "in_use", "在用"
    SUSPENDED = "suspended", "停用"
    SURRENDERED = "surrendered", "缴销"


class Disposal(models.TextChoices):
    """What becomes of an original that was replaced."""

    RETURNED = "returned", "已退回原件"
    DESTROYED = "destroyed", "已销毁原件"


class LinkKind(models.TextChoices):
    """How a document speaks of another, as its own text does: 修改《…》的通知, 转发…的通知."""

    REPLIES = "replies", "答复"
    AMENDS = "amends", "修改"
    ABOLISHES = "abolishes", "废止"
    CITES = "cites", "引用"
    FORWARDS = "forwards", "转发"


LINKED_BY = {  # the same, from the side of the document that is spoken of
    LinkKind.REPLIES: "答复本件",
    LinkKind.AMENDS: "修改本件",
    LinkKind.ABOLISHES: "废止本件",
    LinkKind.CITES: "引用本件",
    LinkKind.FORWARDS: "转发本件",
}


class NotToFile(models.TextChoices):
    """Reasons of Order 8 (2006) art. 4, domain 4.2."""

    NF_1 = "NF-1", "上级机关普发性、任免奖惩非本机关人员、供参考的文件"
    NF_2 = "NF-2", "本机关重份、无查考价值的事务性文件、一般性文件的历次修改稿"
    NF_3 = "NF-3", "同级机关不需贯彻执行、抄送不需办理的文件"
    NF_4 = "NF-4", "下级机关供参阅的简报、情况反映、抄送件"


class Offer(models.TextChoices):
    """Whether a current document is before the public now."""

    OFFERED = "offered", "公开中"
    WITHDRAWN = "withdrawn", "已撤下"


class Validity(models.TextChoices):
    """What a document is on a day, computed from its dates; domain 1.10 MG-06."""

    IN_FORCE = "in_force", "现行有效"
    NOT_YET = "not_yet", "尚未施行"
    AMENDED = "amended", "已修改"
    ABOLISHED = "abolished", "已废止"
    EXPIRED = "expired", "已失效"


class StepKind(models.TextChoices):
    """What an item of a route or of the incoming flow asks for; also the kind of its task."""

    DRAFT = "draft", "拟稿"
    REDRAFT = "redraft", "修改"
    REVIEW = "review", "部门审核"
    CHECK = "check", "核稿"
    COUNTERSIGN = "countersign", "会签"
    APPROVE = "approve", "签发"
    NUMBER = "number", "编号"
    PROOFREAD = "proofread", "校对"
    SEAL = "seal", "用印"
    DISPATCH = "dispatch", "分发"
    SIGN_FOR = "sign_for", "签收"
    REGISTER = "register", "登记"
    PROPOSE = "propose", "拟办"
    INSTRUCT = "instruct", "批示"
    HANDLE = "handle", "接办"
    REPORT = "report", "填报办理结果"
    ASSIST = "assist", "协办"
    READ = "read", "传阅"
    COMPLETE = "complete", "办结"
    TAKE_BACK = "take_back", "退文处理"
    CONSENT = "consent", "同意补发"
    DISPOSE = "dispose", "原件处理"
    SEND_OUT = "send_out", "登记寄送"
    REAPPROVE = "reapprove", "复审"
    NOTICE = "notice", "阅知"
    ANSWER = "answer", "填报回执"
    FEED_BACK = "feed_back", "督办反馈"


DUTY = "值班转告"  # label of the item by which whoever is on duty is told
BESIDE = (StepKind.READ, StepKind.NOTICE)  # to be read; nothing waits for it
REVIEWS = (StepKind.REVIEW, StepKind.CHECK, StepKind.COUNTERSIGN, StepKind.APPROVE, StepKind.INSTRUCT)


class Addressed(models.TextChoices):
    """Of whom a step of a route asks."""

    POST = "post", "岗位"
    PERSON = "person", "指定人员"
    DRAFTER = "drafter", "拟稿人"
    LEAD_OFFICER = "lead_officer", "主办人"
    COUNTERSIGNERS = "countersigners", "各会签单位"
    DEPARTMENT = "department", "科室"
    CHOICE = "choice", "送审时选定"


class AnswerKind(models.TextChoices):
    """How a question of 会议通知回执 is answered."""

    YES_NO = "yes_no", "是/否"
    TEXT = "text", "文字"
    NUMBER = "number", "数字"


class When(models.TextChoices):
    """For which urgency a step, or a whole route, is."""

    ALWAYS = "", "不限"
    NORMAL = "normal", "仅一般"
    PRESSING = "pressing", "加急和特急"
    URGENT = "urgent", "仅加急"
    EXTRA_URGENT = "extra_urgent", "仅特急"


URGENCIES_OF = {
    When.ALWAYS: frozenset(Urgency),
    When.NORMAL: frozenset({Urgency.NORMAL}),
    When.PRESSING: frozenset({Urgency.URGENT, Urgency.EXTRA_URGENT}),
    When.URGENT: frozenset({Urgency.URGENT}),
    When.EXTRA_URGENT: frozenset({Urgency.EXTRA_URGENT}),
}


class LimitUnit(models.TextChoices):
    WORKING_DAYS = "working_days", "工作日"
    HOURS = "hours", "小时"


class StepState(models.TextChoices):
    AHEAD = "ahead", "未到"
    OPEN = "open", "待办"
    DONE = "done", "已办"
    SKIPPED = "skipped", "不需办理"
    DROPPED = "dropped", "已终止"


class StepResult(models.TextChoices):
    """What a reviewer said (practice 1): an opinion is not a return."""

    AGREED = "agreed", "同意"
    AGREED_WITH_CHANGES = "agreed_with_changes", "同意（附修改意见）"
    DISAGREED = "disagreed", "不同意（有分歧）"
    RETURNED = "returned", "退回"
    COORDINATED = "coordinated", "经协调，意见一致"
    DECIDED = "decided", "协调未能一致，按现稿办理"


COUNTERSIGNED = (StepResult.AGREED, StepResult.AGREED_WITH_CHANGES, StepResult.DISAGREED)


class RunOutcome(models.TextChoices):
    UNDER_WAY = "under_way", "流转中"
    DONE = "done", "办结"
    RETURNED = "returned", "退回"
    WITHDRAWN = "withdrawn", "撤回"
    DROPPED = "dropped", "终止"
    TAKEN_BACK = "taken_back", "取回"
