"""送审 and 校对 of a long text: its pages are laid out by the worker, once a wording (issue 13, Must show)."""

import pytest
from django.urls import reverse

from documents import page_ahead, pages, render_jobs
from documents.actions import attach
from documents.models import Rendition
from documents.workflow import workflow_of
from files.store import land_bytes
from tests.made import brought_to, draft, take
from tests.transfer.stock import browser
from units import jobs
from units.models import Job
from units.workflow import Refused

pytestmark = pytest.mark.django_db
PARAGRAPH = "各单位应当按照本办法的规定做好电子公文的归档工作，及时整理、定期检查，确保真实、完整、可用、安全。"
LONG = "\n".join([PARAGRAPH] * 1_500)  # 120 pages and more


@pytest.fixture
def submitted(people):
    document = draft(people, body=LONG)
    take(document, "submit", people["D07:officer"])
    return document


def seen(document):
    return Rendition.objects.filter(document=document, kind=Rendition.Kind.SEEN)


def job_of(document) -> Job:
    return Job.objects.get(kind=render_jobs.KIND, subject_uid=document.uid)


def test_a_long_text_is_submitted_without_being_laid_out_and_the_worker_does_it(submitted, people):
    assert submitted.state == "in_review" and not seen(submitted).exists()
    job = job_of(submitted)
    assert (job.state, job.owner, job.unit.code) == (Job.State.QUEUED, people["D07:officer"], "D07")
    page = browser(people["D07:officer"]).get(reverse("units:jobs")).content.decode()
    assert f"排送审稿版面：{submitted.title}" in page
    jobs.run_now(job)
    made = seen(submitted).get()
    assert made.pages >= 120 and made.revision == submitted.revisions.order_by("-number").first()
    job.refresh_from_db()
    assert job.state == Job.State.DONE and job.note == f"共 {made.pages} 页"
    take(submitted, "check", people["D07:reviewer"], note="同意。")
    assert submitted.opinions.get(kind="check").rendition == made


def test_it_runs_twice_and_makes_one(submitted):
    job = job_of(submitted)
    jobs.run_now(job)
    revision = submitted.revisions.order_by("-number").first()
    render_jobs.render_draft(job, revision.pk)
    assert seen(submitted).count() == 1


def test_a_wording_that_was_changed_meanwhile_has_no_page_of_another_text(submitted, people):
    job, first = job_of(submitted), submitted.revisions.order_by("-number").first()
    take(submitted, "withdraw", people["D07:officer"], note="再改。")
    client = browser(people["D07:officer"])
    edit = reverse("documents:edit", args=[submitted.uid])
    form = client.get(edit).context["form"]
    data = {name: value for name, value in form.initial.items() if value not in (None, "")}
    assert (
        client.post(edit, {**data, "body": f"{LONG}\n另加一段。", "form_ticket": form.draft.signed}).status_code == 302
    )
    jobs.run_now(job)
    assert not seen(submitted).filter(revision=first).exists()


def test_an_opinion_before_the_file_names_none(submitted, people):
    take(submitted, "check", people["D07:reviewer"], note="同意。")
    assert submitted.opinions.get(kind="check").rendition is None
    jobs.run_now(job_of(submitted))
    assert seen(submitted).count() == 1


def test_a_short_text_has_its_page_with_the_submission(people):
    document = brought_to("submit", people)
    assert seen(document).count() == 1 and not Job.objects.filter(kind=render_jobs.KIND).exists()


def test_a_long_attachment_that_is_bound_counts(people):
    document, by = draft(people), people["D07:officer"]
    attach(document, land_bytes(LONG.encode(), "附件.txt"), by=by, name="附件.txt")
    document.refresh_from_db()
    assert render_jobs.is_long(document)


# 校对


def ahead(document) -> list[Job]:
    return list(Job.objects.filter(kind=page_ahead.KIND, subject_uid=document.uid).order_by("pk"))


def test_the_page_of_a_long_text_is_laid_out_after_numbering_and_proofread_as_it_lies_there(people):
    document, clerk = brought_to("number", people, body=LONG), people["D07:clerk"]
    (job,) = ahead(document)
    with pytest.raises(Refused, match="正在后台排版"):
        take(document, "proofread", clerk)
    assert ahead(document) == [job] and document.state == "numbered"  # one is enough
    jobs.run_now(job)
    made = Rendition.objects.get(document=document, kind=Rendition.Kind.AHEAD)
    assert pages.page_of(document) is None and made.pages >= 120
    take(document, "proofread", clerk)
    page = pages.page_of(document)
    assert page.stored_file == made.stored_file and page.pages == made.pages
    assert document.page_digest == made.stored_file.sha256


def test_a_page_of_anything_else_is_not_taken_and_the_right_one_is_asked_for(people, units):
    document, clerk = brought_to("number", people, body=LONG), people["D07:clerk"]
    jobs.run_now(ahead(document)[0])
    step = workflow_of(document).steps["add_copies_anew"]
    given = step.input(units=(units["D15"],), consented="经签发人同意")
    workflow_of(document).perform(step, document, by=clerk, given=given)
    with pytest.raises(Refused, match="正在后台排版"):
        take(document, "proofread", clerk)
    (_, again) = ahead(document)
    jobs.run_now(again)
    assert Rendition.objects.filter(document=document, kind=Rendition.Kind.AHEAD).count() == 2
    jobs.run_now(again)  # nothing is made twice
    assert Rendition.objects.filter(document=document, kind=Rendition.Kind.AHEAD).count() == 2
    take(document, "proofread", clerk)
    assert document.state == "proofread"


def test_a_short_text_is_proofread_at_once(people):
    document = brought_to("proofread", people)
    assert document.state == "proofread" and ahead(document) == []
