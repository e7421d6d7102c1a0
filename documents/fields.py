"""Fields whose text goes on paper: what a mark forbids is said at saving, what no font shows when it is given."""

from django.core.exceptions import ValidationError

import paper
from units.secrecy import marks_in, sentence
from units.texts import LineField, TextField

from .checks import no_glyph


def refuse_marks(text: str, label: str, *, is_name: bool = False) -> None:
    """Raises ValidationError (code `secret-mark`) when `text` bears a mark of a state secret."""
    if marks := marks_in(text, is_name=is_name):
        raise ValidationError(sentence(label, marks), code="secret-mark")


def refuse_unprintable(text: str, label: str) -> None:
    """Raises ValidationError when a character of `text` has no glyph; without any fonts nothing can be said yet."""
    try:
        lost = paper.missing_glyphs(text)
    except paper.FontsMissing:
        return
    if lost:
        raise ValidationError(no_glyph(label, text, lost), code="glyph")


def refuse_name(name: str, title: str, *, is_printed: bool) -> None:
    """A file's name and the title it is printed under: no mark of secrecy, and on an own document glyphs for both."""
    refuse_marks(name, "文件名", is_name=True)
    shown = title or name.rsplit(".", 1)[0]
    if is_printed:
        refuse_unprintable(shown, "附件名称" if title else "文件名")


class _Unmarked:
    """Refuses marks of secrecy; `is_name` for titles and names of files."""

    def __init__(self, *args, is_name: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_name = is_name

    def validate(self, value):
        super().validate(value)
        refuse_marks(value or "", self.label or "此项", is_name=self.is_name)


class _Printed(_Unmarked):
    """What is set on a sheet as it is given, with no draft in between (an opinion, a sender's name)."""

    def validate(self, value):
        super().validate(value)
        refuse_unprintable(value or "", self.label or "此项")


class UnmarkedLine(_Unmarked, LineField):
    pass


class UnmarkedText(_Unmarked, TextField):
    pass


class PrintedLine(_Printed, LineField):
    pass


class PrintedText(_Printed, TextField):
    pass
