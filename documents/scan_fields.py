"""Several files in one field, examined before anything is kept: wherever people add files, they may choose many."""

from collections.abc import Callable

from django import forms

from files.examination import safe_filename
from files.store import Landed, land

from .file_hints import unscanned

MOST = 20
Landing = tuple[tuple[str, Landed], ...]


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        chosen = getattr(files, "getlist", None)  # what is put into a form again has no files
        return chosen(name) if chosen is not None else []


class UnscannedMixin(forms.Field):
    """Wherever a paper's files are added: that nobody looks at them for a virus is said beside the box."""

    def get_bound_field(self, form, field_name):
        bound = super().get_bound_field(form, field_name)
        bound.help_text = f"{bound.help_text}{unscanned()}"
        return bound


class ProofField(UnscannedMixin, forms.FileField):
    """One file that is kept, or unpacked into such, and examined by the act that does it."""


class ScansField(UnscannedMixin):
    """Cleaned to (name, examined bytes) in the order of choosing; every file that cannot be kept is named, and none is.

    `barred` says what such a file cannot be; `check_name` raises ValidationError for a name that may not stand.
    """

    widget = SeveralFiles
    default_error_messages = {"required": "请选择要上传的文件。"}

    def __init__(self, *, barred: str = "不能作为附件", check_name: Callable[[str], None] | None = None, **kwargs):
        super().__init__(**kwargs)
        self.barred, self.check_name = barred, check_name

    def has_changed(self, initial, data) -> bool:
        return bool(data)

    def clean(self, value) -> Landing:
        uploads = value or []
        if self.required and not uploads:
            raise forms.ValidationError(self.error_messages["required"])
        if len(uploads) > MOST:
            raise forms.ValidationError(f"一次最多上传 {MOST} 个文件，其余的随后再添加。")
        wrong, landed = [], []
        for one in uploads:
            name = safe_filename(one.name or "")
            wrong += self._faults_of_name(name)
            if not one.size:
                wrong.append(f"“{name}”是空的（0 字节），请核对后重新选择。")
                continue
            landed.append((name, land(one.chunks(), name)))
            wrong += [f"“{name}”{self.barred}：{why.message}" for why in landed[-1][1].examination.refusals]
        if wrong:
            raise forms.ValidationError(list(dict.fromkeys(wrong)))
        return tuple(landed)

    def _faults_of_name(self, name: str) -> list[str]:
        try:
            if self.check_name is not None:
                self.check_name(name)
        except forms.ValidationError as error:
            return error.messages
        return []
