"""Units' posts with their permissions, and the named system user; safe to repeat. People are in units/people.py."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from guardian.models import GroupObjectPermission

from .models import Post, Unit, User
from .roles import ADMINISTRATORS, POST_PERMISSIONS, posts_of


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


def system_user() -> User:
    """The named account that the worker and the commands act as."""
    return User.objects.get_or_create(username="system", defaults={"name": "系统", "is_system": True, "password": "!"})[
        0
    ]
