"""Sign-in, people and appointments."""

from collections import Counter

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from . import deputies_offered
from .choosing import UnitsField, offer_of_units
from .handover import Choice, Group
from .models import Appointment, Department, Post, Task, Unit, User
from .people import period_faults
from .roles import PostKind

CHOICE = {"invalid_choice": "所选内容不在列表中，请重新选择。", "required": "请选择一项。"}
DATE = {"invalid": "日期应写成 2026-11-24 的样式。", "required": "请填写日期。"}


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不正确。连续输错五次，账号将锁定十五分钟。",
        "inactive": "该账号已停用，请与系统管理员联系。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"
        for name, label in (("username", "用户名"), ("password", "密码")):
            self.fields[name].error_messages["required"] = f"请填写{label}。"


class PersonForm(forms.Form):
    username = forms.CharField(
        max_length=60,
        label="用户名",
        help_text="字母、数字和 . - _，如 chenjing",
        validators=[RegexValidator(r"\A[a-zA-Z0-9._-]+\Z", "用户名只能用字母、数字和 . - _。")],
        error_messages={"required": "请填写用户名。"},
    )
    name = forms.CharField(max_length=40, label="姓名", error_messages={"required": "请填写姓名。"})
    phone = forms.CharField(max_length=30, required=False, label="电话")
    joined_on = forms.DateField(
        required=False, label="入职日期", help_text="任命不得早于此日；不填为今天",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=DATE,
    )  # fmt: skip
    password = forms.CharField(
        label="初始密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="至少十个字符，不能全为数字",
        error_messages={"required": "请填写初始密码。"},
    )

    def clean_username(self):
        if User.objects.filter(username=self.cleaned_data["username"]).exists():
            raise ValidationError("这个用户名已被使用，请换一个。")
        return self.cleaned_data["username"]


class AppointForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label="人员", empty_label="请选择", error_messages=CHOICE)
    post = forms.ModelChoiceField(Post.objects.none(), label="岗位", empty_label="请选择", error_messages=CHOICE)
    department = forms.ModelChoiceField(
        Department.objects.none(), required=False, label="科室", empty_label="不指定", error_messages=CHOICE
    )
    starts_on = forms.DateField(
        label="起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=DATE
    )
    ends_on = forms.DateField(
        required=False,
        label="止",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=DATE,
    )

    def __init__(self, *args, unit: Unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.filter(is_active=True, is_system=False).order_by(
            "name", "username"
        )
        self.fields["person"].label_from_instance = lambda user: f"{user.name}（{user.username}）"
        self.fields["post"].queryset = Post.objects.filter(unit=unit).select_related("unit")
        self.fields["department"].queryset = Department.objects.filter(unit=unit)

    def clean(self):
        data = super().clean()
        if not self.errors:
            faults = period_faults(data["person"], data["post"], data["starts_on"], data["ends_on"])
            for name, sentence in faults.items():
                self.add_error(name, sentence)
        return data


def _told_apart(people) -> dict[int, str]:
    """Key → name as it is offered; with the user name only where two of `people` have the same one. One query."""
    rows = list(people)
    times = Counter(one.name for one in rows)
    return {one.pk: one.name if times[one.name] == 1 else f"{one.name}（{one.username}）" for one in rows}


REASON = {"required": "请填写理由。", "max_length": "理由最多 200 个字，请缩短。"}


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, label="理由", error_messages=REASON)


class NoteForm(forms.Form):
    note = forms.CharField(
        max_length=200, required=False, label="意见", error_messages={"max_length": "意见最多 200 个字，请缩短。"}
    )


class DismissForm(ReasonForm):
    """A reason, and for each kind of open item the person or post that has it next."""

    def __init__(self, *args, groups: list[Group], **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        for group in groups:
            options = [(f"person:{key}", name) for key, name in _told_apart(group.people).items()]
            if group.post is not None:
                options.append((f"post:{group.post.pk}", f"交回{group.post}"))
            self.fields[f"to-{group.kind}"] = forms.ChoiceField(
                label=f"{group.label}（{len(group.items)} 项）转给",
                choices=[("", "请选择"), *options],
                error_messages={
                    "required": f"请选择{group.label}转办给谁。",
                    "invalid_choice": CHOICE["invalid_choice"],
                },
            )

    def choices(self) -> dict[str, Choice]:
        found = {}
        for group in self.groups:
            kind, _, key = self.cleaned_data[f"to-{group.kind}"].partition(":")
            if kind == "post":
                found[group.kind] = Choice(post=group.post)
            else:
                found[group.kind] = Choice(person=next(one for one in group.people if str(one.pk) == key))
        return found


class HandOverForm(forms.Form):
    """转办: which of the open tasks that are listed, or all of them, to whom of the unit, and why.

    `receivers` are (User, names of his posts).
    """

    everything = forms.BooleanField(required=False, label="全选（转办上面列出的全部事项）")
    tasks = forms.ModelMultipleChoiceField(
        Task.objects.none(), label="事项", required=False,
        error_messages={"invalid_choice": "所选事项中有已经办理的，请重新勾选。",
                        "invalid_pk_value": "所选事项不在列表中，请重新勾选。"},
    )  # fmt: skip
    to = forms.ModelChoiceField(User.objects.none(), label="转给", empty_label="请选择", error_messages=CHOICE)
    reason = forms.CharField(max_length=200, required=False, label="说明", error_messages=REASON)
    tasks.depends = True

    def __init__(self, *args, tasks, receivers, **kwargs):
        super().__init__(*args, **kwargs)
        posts = {person.pk: names for person, names in receivers}
        self.fields["tasks"].queryset = tasks
        self.fields["to"].queryset = User.objects.filter(pk__in=posts).order_by("name", "username")
        self.fields["to"].label_from_instance = lambda user: f"{user.name}（{posts[user.pk]}）"

    def clean(self):
        data = super().clean()
        if data.get("everything"):
            data["tasks"] = self.fields["tasks"].queryset
        elif "tasks" not in self.errors and not data.get("tasks"):
            self.add_error("tasks", "请先勾选要转办的事项，或选“全选”。")
        return data


class EndForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False, label="说明", error_messages=REASON)


class DelegationForm(forms.Form):
    """Which appointment of the unit is acted for, by whom, and for how long."""

    appointment = forms.ModelChoiceField(
        Appointment.objects.none(), label="被代理的岗位", empty_label="请选择", error_messages=CHOICE
    )
    deputy = forms.ModelChoiceField(User.objects.none(), label="代理人", empty_label="请选择", error_messages=CHOICE)
    starts_on = forms.DateField(
        label="起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=DATE
    )
    ends_on = forms.DateField(
        label="止", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages=DATE
    )
    reason = forms.CharField(max_length=200, label="事由", error_messages={**REASON, "required": "请填写代理的事由。"})
    signs_upward = forms.BooleanField(required=False, label="可代行签发上行文（代理人主持工作）")
    sure = forms.BooleanField(required=False)

    def __init__(self, *args, appointments, people, by, arranges_for_others: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not arranges_for_others:  # nobody gives that by himself
            del self.fields["signs_upward"]
        if len(appointments) == 1:
            self.fields["appointment"].initial = appointments[0]
        self.fields["appointment"].queryset = appointments
        self.fields["appointment"].label_from_instance = lambda one: f"{one.user.name} {one.post}"
        self.fields["deputy"].queryset = people
        self.fields["ends_on"].help_text = "一次最长一年"
        others = [one for one in people if one.pk != by.pk]  # neither his own deputy nor, as who arranges it, another's
        is_leader = [one.post.kind == PostKind.LEADER for one in appointments]
        self.offer = deputies_offered.offered(others, for_leader=any(is_leader))
        names = _told_apart(others)
        self.fields["deputy"].choices = [("", "请选择"), *((one.key, one.named(names[one.key])) for one in self.offer)]
        self.fields["sure"].label = deputies_offered.SURE

    def clean(self):
        data = super().clean()
        own, deputy = data.get("appointment"), data.get("deputy")
        self.warning = deputies_offered.warning(deputy, own.post) if own and deputy else ""
        if self.warning and not data.get("sure"):
            self.add_error("sure", self.warning)
        return data

    @property
    def asks(self) -> bool:
        """Only whoever was warned ticks that he means it."""
        return "sure" in self.errors or bool(self.data.get("sure"))


class UnitGroupForm(forms.Form):
    """A unit's own group of units; `units`: those whose groups the visitor edits."""

    name = forms.CharField(max_length=30, label="组名", error_messages={"required": "请填写组名。"})
    unit = forms.ModelChoiceField(Unit.objects.none(), label="所属单位", empty_label=None, error_messages=CHOICE)
    members = UnitsField(label="组内单位")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        self.fields["members"].offer = offer_of_units(Unit.objects.in_force().order_by("code"))


class PasswordForm(PasswordChangeForm):
    """The old password is judged as at sign-in: wrong ones count, and lock the account (domain 12.4)."""

    def __init__(self, request, data=None):
        super().__init__(request.user, data)
        self.request = request
        for name, label in (
            ("old_password", "原密码"),
            ("new_password1", "新密码"),
            ("new_password2", "新密码（再次）"),
        ):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"请填写{label}。"

    def clean_old_password(self):
        old = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.username, password=old) is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old

    def clean(self):
        data = super().clean()
        if data.get("new_password1") and data["new_password1"] == data.get("old_password"):
            self.add_error("new_password1", "新密码不能与原密码相同，请换一个。")
        return data

    def save(self, commit=True):
        self.user.must_change_password = False
        return super().save(commit)

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不正确。",
        "password_mismatch": "两次输入的新密码不一致。",
    }
