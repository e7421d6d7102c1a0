"""业务行为 (domain 6.4): every act that becomes an event of the metadata bears a term of the controlled list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from archive.activities import LIST, activities, activity_of
from archive.packages.metadata import metadata_xml
from archive.packages.metadata_reading import read_metadata
from archive.packages.names import stored_names
from archive.packages.schema import SCHEMA, faults
from archive.packing import packed
from archive.workflow import OPENING, RECORD
from documents.exchange_workflow import EXCHANGE
from documents.models import Document
from documents.workflow import INCOMING, INTERNAL, OUTGOING
from tests.made import registered, take
from units.models import AuditEvent

ROOT = Path(__file__).resolve().parents[2]
PHASES = (  # by hand from domain 6.4
    "起草 审核 会签 签发 复核 登记 校对 用印 核发 签收 初审 拟办 批示 承办 传阅 催办 答复 办结",
    "捕获 鉴定 归档登记 分类 编号 格式转换 封装 归档检测 归档接收 退回",
    "移交检测 移交 接收检测 接收 登记入库 拒收",
    "备份 恢复 迁移 长期保存检测 开放审核 开放 延期开放 密级变更 解密 利用 保管期限变更 销毁",
)
# Acts on other things than a document or a record: no event of theirs is among a record's metadata.
ELSEWHERE = """
accept_baseline accompany add_peer add_to_batch amend_conversion announce answer_urging appoint appoint_group
approve_single_set ask_opening_opinion ask_renumbering ask_units ask_use begin_evaluation bring_package cancel_sending
change_password check_medium check_stock close_evaluation close_numbers correct_plan create_appraisal create_batch
create_person default_route delegate dismiss draft_conversion draft_schedule edit_box edit_group end_delegation
end_group end_peer end_single_set end_unit enlist_opening enter_accession enter_duty enter_keeping_paper excuse_member
fill_box fix_year inspect judge judge_evaluation judge_opening load_schedule load_unit make_specimen mark_failing
mark_item mark_many medium_due note_box note_delegation note_environment peer_received peer_refused propose_dismissal
publish_current publish_plan register_class register_medium register_seal reissue remove_duty remove_member
restore_rule retire_body retire_medium retire_pattern retire_route retry_job retry_sending reverify review_catalogue
save_route save_rule say_opening seal_register send_catalogue send_to_peer set_code_pattern set_go_live
set_pair_policy sets_short sets_whole sign_in sign_opinions sign_out sign_register space_enough space_low
state_baseline store strike_rule take_out take_out_opening tick_sample undelivered unmark_many urge_unit
void_accession withdraw_baseline withdraw_plan withdraw_supervision write_off
"""
# Where the verb is not written at the call: of the steps of a workflow, or handed in by callers that are read too.
HANDED_IN = {
    "archive/bulk_amend.py",
    "archive/monthly.py",
    "archive/twins/changing.py",
    "archive/year_end.py",
    "documents/current.py",
    "documents/management/commands/certificates.py",
    "documents/outside_bodies.py",
    "documents/patterns.py",
    "oversight/freezing.py",
    "units/steering.py",
    "units/workflow.py",
}


def written(node: ast.expr) -> set[str] | None:
    """The verbs that an argument can be; None where it is no literal."""
    if isinstance(node, ast.IfExp):
        one, other = written(node.body), written(node.orelse)
        return None if one is None or other is None else one | other
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


PLACE = {"record": 0, "record_many": 0, "_tell": 0, "change": 2}  # which argument is the verb


def calls() -> Iterator[tuple[str, set[str] | None]]:
    """(module, verbs) of every call that writes an event."""
    for app in ("archive", "documents", "files", "oversight", "paper", "portal", "transfer", "units"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = PLACE.get(name)
                if name == "_tell" and path.name != "bulk_amend.py":
                    continue
                if place is not None and len(node.args) > place + 1:
                    yield path.relative_to(ROOT).as_posix(), written(node.args[place])


def test_every_act_on_a_document_or_record_has_a_term_of_the_list():
    """Shows: 6.4"""
    assert dict.fromkeys(" ".join(PHASES).split()) == dict.fromkeys(LIST)
    assert set(activities().values()) <= set(LIST)
    steps = {("document", name) for one in (OUTGOING, INCOMING, INTERNAL, EXCHANGE) for name in one.steps}
    steps |= {("record", name) for one in (RECORD, OPENING) for name in one.steps}
    assert steps - set(activities()) == set()
    found = list(calls())
    told = set().union(*(verbs for _, verbs in found if verbs is not None))
    known, elsewhere = {verb for _, verb in activities()}, set(ELSEWHERE.split())
    assert told - known - elsewhere == set(), (
        "give each a term in archive/data/activities.tsv, or say that it is elsewhere"
    )
    assert elsewhere - told == set() and known - told - {name for _, name in steps} == set()
    assert {place for place, verbs in found if verbs is None} == HANDED_IN


def test_the_schema_takes_the_list_and_nothing_else():
    """Shows: 6.4"""
    drawn = etree.parse(SCHEMA).iterfind('.//{*}simpleType[@name="业务行为"]//{*}enumeration')
    assert [one.get("value") for one in drawn] == list(LIST)
    with pytest.raises(KeyError):
        activity_of("record", "an act of tomorrow")


def test_the_acts_of_a_record_bear_the_terms_and_come_back_with_their_own_names(people):
    """Shows: 6.4"""
    received = registered(people)
    take(received, "complete", people["D09:clerk"], retention_code="D10")
    record = Document.objects.unguarded("a test looks").get(pk=received.pk).record
    events = AuditEvent.objects.filter(object_uid__in=(received.uid, record.uid)).order_by("id")
    (plain,) = packed([record.pk], "区档案馆")
    content = metadata_xml(plain, stored_names(one.filename for one in plain.files))

    assert faults(content) == []
    back = read_metadata(content).events
    assert [one.activity for one in back] == [activity_of(one.object_type, one.verb) for one in events]
    assert {one.activity for one in back} >= {"签收", "登记", "办结", "归档登记"}
    assert [one.act or one.activity for one in back] == [one.label for one in events]
    assert ("归档登记", "归档") in [(one.activity, one.act) for one in back]
    wrong = content.decode().replace(">归档登记</业务行为>", ">归档</业务行为>").encode()
    assert faults(wrong)
