"""Several files in one field, examined before anything is kept: the scans of a paper that is being registered."""

from django import forms

from files.examination import safe_filename
from files.store import Landed, land

MOST = 20
Landing = tuple[tuple[str, Landed], ...]


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data, files, name):
        chosen = getattr(files, "getlist", None)  # what is put into a form again has no files
        return chosen(name) if chosen is not None else []


class ScansField(forms.Field):
    """Cleaned to (name, examined bytes) in the order of choosing; every file that cannot be kept is named."""

    widget = SeveralFiles

    def has_changed(self, initial, data) -> bool:
        return bool(data)

    def clean(self, value) -> Landing:
        uploads = value or []
        if len(uploads) > MOST:
            raise forms.ValidationError(f"一次最多上传 {MOST} 个文件，其余的登记后再添加。")
        empty = [f"“{one.name}”是空的（0 字节），请核对后重新选择。" for one in uploads if not one.size]
        if empty:
            raise forms.ValidationError(empty)
        landed = tuple((name, land(one.chunks(), name)) for one in uploads if (name := safe_filename(one.name or "")))
        barred = [f"“{name}”不能作为附件：{why.message}" for name, one in landed for why in one.examination.refusals]
        if barred:
            raise forms.ValidationError(barred)
        return landed
