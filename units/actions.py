"""Every write on units, people and posts: one function a verb, one transaction, one event."""

from datetime import date

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from guardian.models import GroupObjectPermission

from . import audit
from .access import forget_standing, holds
from .models import Appointment, Post, Unit, User
from .roles import ADMINISTRATORS, POST_PERMISSIONS, posts_of
from .workflow import Refused


@transaction.atomic
def ensure_posts(units: list[Unit]) -> None:
    """Give each of `units` its posts, groups and guardian permissions on its own Unit row; safe to repeat."""
    for unit in units:
        for kind in posts_of(unit):
            ensure_post(unit, kind, over=[unit])


def ensure_post(unit: Unit, kind: str, *, over: list[Unit]) -> Post:
    """The post (made when absent), holding exactly the table's permissions on each of `over`."""
    group, _ = Group.objects.get_or_create(name=f"{unit.code}:{kind}")
    post, _ = Post.objects.get_or_create(unit=unit, kind=kind, defaults={"group": group})
    content_type = ContentType.objects.get_for_model(Unit)
    permissions = Permission.objects.filter(content_type=content_type, codename__in=POST_PERMISSIONS[kind])
    held = GroupObjectPermission.objects.filter(group=group, content_type=content_type)
    wanted = {(permission.pk, str(one.pk)) for permission in permissions for one in over}
    have = set(held.values_list("permission_id", "object_pk"))
    GroupObjectPermission.objects.bulk_create(
        [
            GroupObjectPermission(group=group, content_type=content_type, permission_id=permission, object_pk=key)
            for permission, key in sorted(wanted - have)
        ],
        ignore_conflicts=True,
    )
    for permission, key in have - wanted:
        held.filter(permission_id=permission, object_pk=key).delete()
    return post


def ensure_administrators(seat: Unit) -> list[Post]:
    """The three administrators' posts sit at `seat` and hold their permission on every unit."""
    everywhere = list(Unit.objects.all())
    return [ensure_post(seat, kind, over=everywhere) for kind in sorted(ADMINISTRATORS)]


@transaction.atomic
def create_person(*, username: str, name: str, password: str, by: User, phone: str = "") -> User:
    """A new account; ValidationError when the password is weak or the name taken."""
    person = User(username=username, name=name, phone=phone)
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    person._history_user = by
    person.save()
    audit.record("create_person", "建立账号", _Subject("person", person.name), by=by, username=username)
    return person


@transaction.atomic
def appoint(
    person: User,
    post: Post,
    *,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    department=None,
) -> Appointment:
    """Put `person` into `post` from a day to a day; Refused when an administrator would hold two posts."""
    if not by.is_system and not holds("appoint", by, post.unit):
        raise Refused(f"您没有任免{post.unit}岗位的权限。")
    User.objects.select_for_update().get(pk=person.pk)
    open_posts = Appointment.objects.active().filter(user=person).select_related("post")
    mixed = [one for one in open_posts if one.post.is_administrator != post.is_administrator]
    if mixed or (post.is_administrator and open_posts):
        raise Refused(f"{person.name}已任{open_posts[0].post}：三员分立，管理员不得兼任其他岗位。")
    if any(one.post_id == post.pk for one in open_posts):
        raise Refused(f"{person.name}已任{post}。")
    appointment = Appointment(
        user=person,
        post=post,
        department=department,
        starts_on=starts_on or timezone.localdate(),
        ends_on=ends_on,
        is_administrator=post.is_administrator,
    )
    try:
        appointment.full_clean()
    except ValidationError as error:
        raise Refused(*error.messages) from error
    appointment._history_user = by
    appointment.save()
    person.groups.add(post.group)
    forget_standing(person)
    audit.record("appoint", "任命", appointment, by=by, through="appoint", person=person.name, post=str(post))
    return appointment


@transaction.atomic
def dismiss(appointment: Appointment, *, by: User, reason: str = "") -> Appointment:
    """End an appointment at once; what the person did in it stays as it was."""
    if not by.is_system and not holds("appoint", by, appointment.unit):
        raise Refused(f"您没有任免{appointment.unit}岗位的权限。")
    row = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    if row.dismissed_at is not None:
        raise Refused("该任职已经结束。")
    row.dismissed_at = timezone.now()
    row._history_user = by
    row.save()
    if not Appointment.objects.active().filter(user=row.user, post=row.post).exists():
        row.user.groups.remove(row.post.group)
    forget_standing(row.user)
    audit.record(
        "dismiss", "免去", row, by=by, through="appoint", opinion=reason, person=row.user.name, post=str(row.post)
    )
    return row


class _Subject:
    """An event's object that has no uid of its own in addresses."""

    def __init__(self, kind: str, label: str, unit=None) -> None:
        self.AUDIT_TYPE, self.label, self.uid, self.unit = kind, label, None, unit

    def __str__(self) -> str:
        return self.label


def system_user() -> User:
    """The named account that the worker and the commands act as."""
    return User.objects.get_or_create(username="system", defaults={"name": "系统", "is_system": True, "password": "!"})[
        0
    ]
