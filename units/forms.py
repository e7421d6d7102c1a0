"""Sign-in, people and appointments."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from .models import Department, Post, Unit, User

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
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "止日不能早于起日。")
        return data


class PasswordForm(PasswordChangeForm):
    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不正确。",
        "password_mismatch": "两次输入的新密码不一致。",
    }
