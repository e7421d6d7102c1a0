"""改为归档: what was completed as 不归档 is filed after all, by the unit itself or because 抽查 did not accept that.

办结 stays as it was, with its day and its result, so that the filing rate counts the piece where it was counted
(practice 3); only the record is new. The reason stands in the event and on no sheet: it is no opinion on the paper.
"""

from dataclasses import replace

from units.behind import who_changed
from units.fitting import FITTING, Fit, holding
from units.roles import PostKind
from units.tasks import close_tasks
from units.workflow import Act, Stale, Transition

from . import conditions as when
from . import filing_port
from .inputs import CompleteInput, FileInput
from .states import State

TASK = "file_after_all"
FITTING[TASK] = Fit(holding("complete_documents"), PostKind.CLERK)


def was_left_out(document, act: Act) -> str:
    """It was completed as 不归档, and stays so"""
    return "" if document.not_to_file else "这件公文办结时没有定为不归档，或者已经归档。"


def is_offered(user, document) -> bool:
    """It was completed as 不归档"""
    return bool(document.not_to_file)


def prepare(document, act: Act[FileInput]):
    """First half of filing, without a lock, with the sheet as it stood when the paper was completed."""
    given = CompleteInput(act.given.retention_code, act.given.class_code, result=document.result)
    return filing_port.prepare(document, replace(act, note="", given=given))


def file(document, act: Act[FileInput]) -> None:
    if act.prepared.version != document.version:
        raise Stale(f"“{document}”在归档准备期间被{who_changed(document, act.by)}修改，请重新办理。")
    act.detail["not_to_file"] = document.not_to_file
    document.not_to_file, document.not_to_file_by = "", None  # the day stays: until now it was not to be filed
    record = filing_port.file(document, act.prepared, act.by, act.seat)
    act.detail["archival_code"] = record.archival_code
    close_tasks(document, by=act.by, kinds=(TASK,))


FILE_AFTER_ALL = Transition(
    TASK, "改为归档", frozenset({State.COMPLETED}), State.COMPLETED, TASK,
    (when.reason_is_short, was_left_out, when.period_is_decided), file, prepare=prepare, input=FileInput,
    offered=is_offered, needs_note=True, past="已归档", note="改为归档的理由",
)  # fmt: skip
