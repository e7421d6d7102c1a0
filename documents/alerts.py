"""领导批示: the clerk of the unit is told that a leader has written, until somebody at his post has opened it."""

from django.utils import timezone

from units.access import standing
from units.models import Post
from units.roles import PostKind

from . import hanging
from .models import Alert, Opinion
from .states import StepKind

TOLD_OF = frozenset({StepKind.INSTRUCT, StepKind.READ})  # 批示, 传阅批注; what else leaders write moves the document on
TELLS = frozenset({PostKind.LEADER})


def tell_clerk(opinion: Opinion, seat) -> None:
    """In the act that wrote the opinion: an empty one tells nothing, the clerk's own post is not told of itself."""
    if opinion.kind not in TOLD_OF or not opinion.text or seat is None or seat.post.kind not in TELLS:
        return
    clerk = Post.objects.filter(unit=opinion.document.unit_id, kind=PostKind.CLERK).first()
    if clerk is not None:
        Alert.objects.create(document=opinion.document, opinion=opinion, post=clerk, at=opinion.at)


def unseen_by(user):
    """Alerts that wait at the posts the person holds; list and counter are this one queryset."""
    return Alert.objects.filter(post__in=standing(user).post_ids, seen_at=None)


def see(document, user) -> None:
    """Whoever holds the post has opened the document: nobody of the post is told again."""
    is_clerk = any(seat.post.kind == PostKind.CLERK for seat in standing(user).seats)
    if is_clerk and any(one.waits for one in hanging.opinions(document)):
        unseen_by(user).filter(document=document).update(seen_at=timezone.now(), seen_by=user)
