"""What was destroyed is opened nowhere: page, files, drafts, sheet, search; another unit's own item stays whole."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from archive import joining
from archive.appraisal import actions, erasing
from archive.appraisal.inputs import DestroyInput
from archive.appraisal_workflow import APPRAISAL
from documents import current, exchange_conditions
from documents.actions import attach
from documents.models import Document
from documents.states import Disclosure
from files.models import StoredFile
from files.store import land_bytes, path_of
from tests.archive.test_appraisal import GROUP, all_records, arranged, judged
from tests.archive.test_appraisal import ReportInput as Report
from tests.archive.test_pairs import answered, filed
from tests.documents.test_corrections import sent_again
from tests.made import STEPS, brought_to, draft, take
from tests.scenarios.owner import as_owner, unwatched
from tests.transfer.stock import browser
from units.workflow import Refused

pytestmark = pytest.mark.django_db
WORD = "珊瑚礁"  # stands in the text alone


@pytest.fixture
def sent(people) -> Document:
    return filed_by_both(people)


def filed_by_both(people, **fields) -> Document:
    """Issued by D07 with a file, completed and filed by D09, which received it, and by D07."""
    document = draft(people, **fields, body=f"各有关单位：\n{WORD}监测工作安排如下。\n特此通知。")
    attach(document, land_bytes("附件里的字".encode(), "附件.txt"), by=people["D07:officer"], name="附件.txt")
    for step, post in STEPS:
        take(document, step, people[f"D07:{post}"], note="同意。")
    received = received_of(document)
    for step, given in (("sign_for", {}), ("register", {"handling_kind": "for_reading"})):
        take(received, step, people["D09:clerk"], **given)
    take(received, "complete", people["D09:clerk"], retention_code="D10")
    take(document, "complete", people["D07:clerk"], retention_code="D10")
    return Document.objects.unguarded("a test looks").get(pk=document.pk)


def received_of(document) -> Document:
    return document.deliveries.unguarded("a test looks").get()


def destroyed_lawfully(document, people):
    """The whole way, of the one record of D07."""
    made = brought_before_the_leader(document, people)
    APPRAISAL.perform("approve", made, by=people["D07:leader"])
    APPRAISAL.perform("note", made, by=people["D30:inspector"])
    arranged(made, people)
    for post in ("officer", "clerk"):
        actions.supervise(made, by=people[f"D07:{post}"])
    now = timezone.now()
    APPRAISAL.perform("destroy", made, by=people["D07:archivist"], given=DestroyInput(now, now))
    return made


def brought_before_the_leader(document, people):
    """Long due, judged and reported."""
    by = people["D07:archivist"]
    with unwatched():
        all_records().filter(document=document.pk).update(
            year=2012, retention_as_filed="10年", checked_at=timezone.now(), checked_by=by
        )
    made = actions.create(document.unit, by=by)
    for post, part in GROUP:
        actions.appoint(made, people[f"D07:{post}"], part, by=by)
    APPRAISAL.perform("start", made, by=by)
    judged(made, people, destroy=(1,), keep_on=())
    APPRAISAL.perform("report", made, by=by, given=Report("鉴定情况属实。"))
    return made


def destroyed_by_force(document) -> None:
    """As a list of its unit's would leave it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no ALTER while checks are pending
    with as_owner("archive_record") as cursor:
        cursor.execute("UPDATE archive_record SET state = 'destroyed' WHERE document_id = %s", [document.pk])


def addresses_of(document) -> list[str]:
    """Where text, file, draft or sheet of it is opened."""
    uid, file = document.uid, document.content.attachments.get().uid
    found = [
        reverse(f"documents:{name}", args=[uid, *more])
        for name, more in (
            ("attachment", [file]), ("attachment_page", [file, 1]), ("page_pdf", []), ("sheet", []), ("sheet_pdf", []),
        )
    ]  # fmt: skip
    if not document.is_incoming:
        found += [reverse(f"documents:{name}", args=[uid]) for name in ("revisions", "compare")]
        found.append(reverse("documents:revision", args=[uid, 1]))
    return found


def bytes_of(document) -> list[StoredFile]:
    own = [*document.attachments.all(), *document.renditions.all()]
    return [one.stored_file for one in own]


def test_nothing_of_a_destroyed_item_is_opened_by_its_document_and_the_page_says_by_which_list(sent, people, tmp_path):
    clerk = browser(people["D07:clerk"])
    opened = [one for one in addresses_of(sent) if clerk.get(one).status_code == 200]
    assert len(opened) == 7
    made = destroyed_lawfully(sent, people)
    assert [one for one in addresses_of(sent) if clerk.get(one).status_code != 422] == []
    page = clerk.get(sent.get_absolute_url()).content.decode()
    told = f"已按{made.number}号档案销毁清册销毁（{timezone.localdate()}），正文和附件不再提供。"
    assert told in page and WORD not in page and sent.title in page and sent.doc_number in page
    assert not [word for word in ("附件.txt", "以此为底稿新建", "历次稿本", "当时所见") if word in page]
    assert clerk.get(reverse("documents:trail", args=[sent.uid])).status_code == 200
    register = clerk.get(reverse("documents:register", args=["issued"])).content.decode()
    assert sent.title in register
    gone = Document.objects.unguarded("a test looks").get(pk=sent.pk)
    assert told in exchange_conditions.may_be_sent_on(gone) and told in exchange_conditions.may_be_corrected(gone)
    found = clerk.get(reverse("archive:search"), {"q": WORD}).content.decode()
    own, other = (all_records().get(document=one.pk).archival_code for one in (sent, received_of(sent)))
    assert own not in found and other in found  # what the other unit lets everybody consult is its own
    with pytest.raises(CommandError, match="不再提供"):
        call_command("render_document", str(sent.uid), out=tmp_path / "page.pdf")


def test_the_receivers_own_item_stays_whole_until_it_destroys_that_and_then_the_bytes_go(sent, people):
    received, files = received_of(sent), bytes_of(sent)
    destroyed_lawfully(sent, people)
    erasing.erase()
    assert all(path_of(one).is_file() for one in files)
    clerk = browser(people["D09:clerk"])
    assert WORD in clerk.get(received.get_absolute_url()).content.decode()
    (file, *_), record = addresses_of(received), all_records().get(document=received.pk)
    assert b"".join(clerk.get(file).streaming_content).decode() == "附件里的字"
    archivist = browser(people["D09:archivist"])
    assert record.title in archivist.get(record.get_absolute_url()).content.decode()
    for one in record.components.all():
        address = reverse("archive:component", args=[record.uid, one.uid])
        assert b"".join(archivist.get(address).streaming_content)
    destroyed_by_force(received)
    erased, *_ = erasing.erase()
    assert erased >= len({one.pk for one in files}) and not [one for one in files if path_of(one).exists()]
    assert erasing.erase()[0] == 0  # the same again
    assert clerk.get(file).status_code == 422
    assert "不再提供" in clerk.get(received.get_absolute_url()).content.decode()


def test_what_the_receiver_destroyed_stays_with_who_issued_it(sent, people):
    received, files = received_of(sent), bytes_of(sent)
    destroyed_by_force(received)
    erasing.erase()
    assert all(path_of(one).is_file() for one in files)
    assert WORD in browser(people["D07:clerk"]).get(sent.get_absolute_url()).content.decode()
    page = browser(people["D09:clerk"]).get(received.get_absolute_url()).content.decode()
    assert WORD not in page and "正文和附件不再提供" in page


def test_what_the_public_reads_is_withdrawn_first_and_cannot_be_offered_again(people):
    document, clerk = filed_by_both(people, disclosure_attr=Disclosure.PROACTIVE), people["D07:clerk"]
    offered = current.publish(document, by=clerk, topic="综合政务", summary="监测")
    files = bytes_of(document)
    made = brought_before_the_leader(document, people)
    with pytest.raises(Refused, match="仍作为现行文件公开，请文书先撤下再销毁"):
        APPRAISAL.perform("approve", made, by=people["D07:leader"])
    current.withdraw(offered, by=clerk, reason="到期")
    APPRAISAL.perform("dissolve", made, by=people["D07:archivist"], note="重新鉴定")
    destroyed_lawfully(document, people)
    offered.refresh_from_db()
    with pytest.raises(Refused, match="没有正本文件，不能公开"):
        current.OFFER.perform("offer_again", offered, by=clerk, note="再公开")
    destroyed_by_force(received_of(document))
    erasing.erase()
    assert not [one for one in files if path_of(one).exists()]  # a publication that is over holds nothing


def test_what_came_with_a_destroyed_reply_and_what_a_correction_replaced_are_destroyed_with_it(people):
    part, reply = filed(people, *answered(people))
    joining.join(reply, part, by=people["D09:archivist"], reason="一并整理")
    destroyed_by_force(reply.document)
    for one in (part, reply):
        document = Document.objects.unguarded("a test looks").get(pk=one.document_id)
        assert "已依法销毁" in document.destroyed and document.is_withheld


def test_a_replaced_original_goes_with_its_correction(people):
    original = brought_to("dispatch", people, title="关于报送监测数据的通知")
    made = sent_again(original, people)
    take(made, "complete", people["D07:clerk"], retention_code="D10")
    original = Document.objects.unguarded("a test looks").get(pk=original.pk)
    page = original.renditions.filter(kind="sealed").get().stored_file
    assert original.state == "replaced" and not original.destroyed
    destroyed_by_force(made)
    fresh = [Document.objects.unguarded("a test looks").get(pk=one.pk) for one in (original, received_of(original))]
    assert [bool(one.destroyed) for one in fresh] == [True, True]
    erasing.erase()
    assert not path_of(page).exists()
    assert path_of(made.renditions.filter(kind="sealed").get().stored_file).is_file()  # its receiver has that one
