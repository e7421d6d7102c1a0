"""What was uploaded stays over a refusal of another field: a signed name of its bytes goes with the form.

Bytes that no row names are swept after a day (files/chores.py), so a name is good for half of one.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core import signing
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile

from units import form_drafts
from units.views import errors

from .store import Landed, land, name_of

FIELD = "kept_file"
SALT = "files.kept"
KEPT = timedelta(hours=12)


def carried(request, name: str) -> list[tuple[str, str]]:
    """(file name, signed name of its bytes) of every file sent as `name`; what may or can not be kept is left out."""
    if not form_drafts.is_kept(form_drafts.typed_of(request.POST.lists())):
        return []
    found = []
    for upload in request.FILES.getlist(name):
        upload.seek(0)
        landed = land(upload.chunks(), upload.name or "")
        if not landed.examination.refusals:
            found.append((landed.filename, _signed(request.user, name, landed)))
    return found


def _signed(person, name: str, landed: Landed) -> str:
    return signing.dumps([person.pk, name, landed.sha256, landed.filename], salt=SALT)


class KeptFilesMiddleware:
    """Puts the files that an earlier sending of the form brought where a browser would have put them."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or not request.user.is_authenticated or FIELD not in request.POST:
            return None
        if lost := _restore(request, request.POST.getlist(FIELD)):
            told = [f"先前上传的{'、'.join(lost)}已超过保存时限，请返回，重新选择文件后再提交。"]
            return errors.refused(request, told, status=422)
        return None


def _restore(request, tokens: Iterable[str]) -> list[str]:
    """The names of what cannot be had any more."""
    chosen_anew = set(request.FILES)
    lost = []
    for token in tokens:
        try:
            person, name, sha256, filename = signing.loads(token, salt=SALT, max_age=KEPT)
        except (signing.BadSignature, UnicodeError):
            lost.append("文件")
            continue
        if name in chosen_anew:
            continue
        path = name_of(sha256)
        if person != request.user.pk or not storages["default"].exists(path):
            lost.append(f"“{filename}”")
            continue
        content = storages["default"].open(path)
        request.FILES.appendlist(name, UploadedFile(content, filename, size=content.size))
    return lost
