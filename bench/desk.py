"""One unit with very many documents, a fifth of them its clerk's: what his work lists cost (issue 12, "Must show").

Of every hundred received documents twenty were registered by the clerk, and two of these are still open: they wait at
his post, one of them with a limit. The others were completed long ago.
"""

from django.db import transaction

from documents.models import Document, Participant
from units.models import Counter, Post, Task, User
from units.roles import PostKind

from .copying import insert, reserve
from .generator import HOME, settle
from .rebuilding import as_owner

PAGES = ("waiting", "waiting?limit=any", "handled", "under_way", "under_way?limit=overdue", "overdue", "completed")
HIS, OPEN = 5, 50  # every fifth is his, every fiftieth is open


def fill(count: int, clerk: User) -> str:
    """`count` received documents of HOME; a size that was filled once is left as it is."""
    series = f"bench-desk:{count}"
    if Counter.objects.filter(series=series).exists():
        return "there"
    post = Post.objects.get(unit__code=HOME, kind=PostKind.CLERK)
    with as_owner(), transaction.atomic():
        keys = reserve(Document, count)
        given = {"unit": post.unit_id, "post": post.pk, "clerk": clerk.pk, "first": keys[0], "last": keys[-1]}
        _documents(given)
        _tasks(given)
        _parts(given)
        Counter.objects.create(series=series, last=count)
    settle()
    return "filled"


def _documents(given: dict) -> None:
    moment = "now() - (n - %(first)s + 1) * interval '7 minutes'"
    insert(
        Document, "generate_series(%(first)s::bigint, %(last)s::bigint) AS n", given,
        id="n", uid="md5('desk ' || n)::uuid", direction="'incoming'",
        state=f"CASE WHEN n %% {OPEN} = 0 THEN 'registered' ELSE 'completed' END", unit_id="%(unit)s",
        title="'关于做好第' || n || '项工作的通知'", sender_name="'上海市信息化委员会'",
        sender_number="'沪信息委〔2026〕' || n || '号'", handling_kind="'for_reading'", created_at=moment,
        changed_at=moment, registered_at=moment,
    )  # fmt: skip


def _tasks(given: dict) -> None:
    """What the clerk did on his documents, and what of them still waits at his post."""
    source = "documents_document d WHERE d.id BETWEEN %(first)s AND %(last)s AND d.id %% {} = 0"
    both = {
        "subject_type": "'document'", "subject_uid": "d.uid", "title": "d.title", "unit_id": "d.unit_id",
        "post_id": "%(post)s", "opened_at": "d.created_at",
    }  # fmt: skip
    insert(
        Task, source.format(HIS), given, **both, kind="'register'", label="'登记'", closed_at="d.created_at",
        done_by_id="%(clerk)s", outcome="'done'", subject_ended="d.state = 'completed'",
    )  # fmt: skip
    limit = f"CASE WHEN d.id %% {OPEN * 2} = 0 THEN now() + (d.id %% 40 - 20) * interval '1 day' END"
    insert(Task, source.format(OPEN), given, **both, kind="'complete'", label="'办结'", due_at=limit)


def _parts(given: dict) -> None:
    source = f"documents_document d WHERE d.id BETWEEN %(first)s AND %(last)s AND d.id %% {HIS} = 0"
    common = {"document_id": "d.id", "unit_id": "d.unit_id", "created_at": "d.created_at"}
    insert(Participant, source, given, **common, user_id="%(clerk)s", reason="'did'")
    insert(Participant, source, given, **common, post_id="%(post)s", reason="'register'")
