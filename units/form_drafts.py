"""Nothing typed is lost (design section 13, "Form drafts").

A form carries a *ticket*: signed, it says whose form it is, which one, on what, and on which page it stands. What is
typed is kept under it by the browser's script, by the sign-in page after a session has ended, and when a form comes
with a dead CSRF token; the page then shows it again. A ticket never does an act: it only says where text belongs.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core import signing
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict

from .models import FormDraft, User

KEPT = timedelta(days=30)
PER_FORM = 20  # rows of one person for one form on one thing; older ones go
BYTES = 2_500_000  # of one form, as sent
TICKET, ADDRESS = "form_ticket", "draft"  # names of the hidden field, and of the parameter that asks for one draft
ONCE = "form_once"  # the hidden field of a form in which nothing is typed that could be lost
VERSION = "version"  # the hidden field that says on which state of the thing a form was opened
SENT = "sent"  # the `tab` of what was sent and could not be done
HELD = "held"  # the `tab` of what came after its person's session had ended
SALT = "units.form_drafts"
NEVER_KEPT: list[Callable[[MultiValueDict], bool]] = []  # apps add what must not be stored: a secret class

Typed = MultiValueDict


@dataclass(frozen=True)
class Ticket:
    """`page`: the address on which the form stands, our own path; `object_uid` and `base_version` may be None."""

    person: int
    form: str
    page: str
    object_uid: UUID | None = None
    base_version: int | None = None
    uid: UUID = field(default_factory=uuid4)

    def signed(self) -> str:
        on = self.object_uid.hex if self.object_uid else ""
        return signing.dumps([self.uid.hex, self.person, self.form, on, self.base_version, self.page], salt=SALT)

    @property
    def address(self) -> str:
        """The page with this form filled again."""
        return f"{self.page}{'&' if '?' in self.page else '?'}{ADDRESS}={self.uid}"


def read(text: Any) -> Ticket | None:
    """The ticket that we signed in the last 30 days, else None."""
    if not isinstance(text, str):
        return None
    try:
        uid, person, form, on, version, page = signing.loads(text, salt=SALT, max_age=KEPT)
    except (signing.BadSignature, UnicodeError):
        return None
    return Ticket(person, form, page, UUID(on) if on else None, version, UUID(uid))


def posted(request, name: str = TICKET) -> Ticket | None:
    """The ticket of the form that was sent, when it is the visitor's own."""
    found = read(request.POST.get(name)) if request.method == "POST" else None
    return found if found is not None and found.person == request.user.pk else None


def typed_of(pairs: Iterable[tuple[str, list[str]]]) -> Typed:
    """Names and values as they are kept: no tokens, no passwords."""
    out = ("csrfmiddlewaretoken", TICKET, ONCE)
    return MultiValueDict({name: values for name, values in pairs if name not in out and "password" not in name})


def is_kept(typed: Typed) -> bool:
    return not any(forbids(typed) for forbids in NEVER_KEPT)


@dataclass
class Attended:
    """What a template shows of a form's draft; `others` are drafts of the same form that were not put in."""

    ticket: Ticket
    restored_at: Any = None
    anew: str = ""  # what was kept and is chosen again all the same, by its labels
    moves_to: str = ""  # the same form under an address that names it: Back finds it without a script too
    others: list[dict] = field(default_factory=list)

    @property
    def signed(self) -> str:
        return self.ticket.signed()

    @property
    def is_alone(self) -> bool:
        """On no thing yet: the address itself has to say which draft it is."""
        return self.ticket.object_uid is None


def attend(request, form, name: str, *, of=None, version: int | None = None, page: str = "", offers: bool = False):
    """`form` with its ticket (`form.draft`) and, unless it was just sent, with what was typed into it before.

    of       the thing (with `uid`) the form is on; without one, only the draft that the address names is put in
    version  of the thing that it overwrites: a draft on an older version is offered, not put in
    page     where the form stands, when it is not the thing's own page or this address
    offers   its fields show what is stored: what was typed before is offered beside that, put in when it is asked for
    """
    page = page or (of.get_absolute_url() if of is not None else here(request))
    ticket = Ticket(request.user.pk, name, page, getattr(of, "uid", None), version, _mint(request.user))
    sent = posted(request)
    if sent is not None and (sent.form, sent.object_uid) != (name, ticket.object_uid):
        sent = None
    if form.is_bound:
        form.draft = Attended(sent or ticket)
        return form
    if sent is not None and sent.base_version != version:  # shown again on the present state: it is the same form
        form.draft = Attended(replace(sent, base_version=version))
        return form
    named = request.GET.get(ADDRESS)
    rows = [row for row in _kept(request, ticket) if row.form == name]
    chosen = next((row for row in rows if str(row.uid) == named), None)
    if chosen is None and of is not None and named is None and not (offers and request.method == "GET"):
        chosen = next((row for row in rows if row.base_version == version), None)
    is_told, anew = False, ""
    if chosen is not None:
        ticket, typed = replace(ticket, uid=chosen.uid), content_of(chosen)
        anew = _left_out(form, typed, chosen.saved_at)
        is_told = _says_more(form, typed)
        if chosen.base_version == version:  # text is restored, not what it was written on
            typed.pop(form.add_prefix(VERSION), None)
        fill(form, typed)
    elif of is None and named is not None:
        ticket = replace(ticket, uid=_own_uid(named, request.user) or ticket.uid)
    form.draft = Attended(ticket, chosen.saved_at if chosen and is_told else None, anew)
    if of is None and named is None:
        form.draft.moves_to = ticket.address
    if chosen is None:
        form.draft.others = list(filter(None, (_offered(form, row, page, offers) for row in rows[:5])))
    return form


def of_page(request) -> str:
    """The ticket of a page's forms in which nothing is typed: one a page, for sent_once tells them apart itself."""
    if not hasattr(request, "_page_ticket"):
        request._page_ticket = Ticket(request.user.pk, "page", request.path, uid=_mint(request.user)).signed()
    return request._page_ticket


def _mint(person, start: bytes = b"") -> UUID:
    """The uid of a form: half of it chance, half of it ours, so that an address cannot name the form of another."""
    start = start or secrets.token_bytes(8)
    return UUID(bytes=start + salted_hmac(SALT, f"{person.pk} {start.hex()}").digest()[:8])


def _own_uid(text: str, person) -> UUID | None:
    """The uid that an address names, when it was minted for this person."""
    try:
        uid = UUID(text)
    except ValueError:
        return None
    return uid if uid == _mint(person, uid.bytes[:8]) else None


def here(request) -> str:
    """This address without the draft it asks for."""
    given = request.GET.copy()
    given.pop(ADDRESS, None)
    return f"{request.path}?{given.urlencode()}" if given else request.path


def _kept(request, ticket: Ticket) -> list[FormDraft]:
    """The visitor's drafts on one thing, the last saved of each form first; read once a page."""
    known = request.__dict__.setdefault("_form_drafts", {})
    key = ticket.object_uid or ticket.form
    if key not in known:
        rows = FormDraft.objects.allowing("view", request.user).filter(object_uid=ticket.object_uid)
        rows = rows if ticket.object_uid else rows.filter(form=ticket.form)
        found: dict[UUID, FormDraft] = {}
        for row in rows.defer("data").order_by("-saved_at", "-pk"):
            found.setdefault(row.uid, row)
        known[key] = list(found.values())
    return known[key]


def _offered(form, row: FormDraft, page: str, offers: bool) -> dict | None:
    """A form that knows what tells its drafts apart says it (`told_of`); one that shows what is stored, what was typed
    otherwise (None: nothing); of any other the longest words."""
    ticket, typed = ticket_of(row, page), content_of(row)
    told_of = getattr(form, "told_of", None)
    if offers:
        told_of = partial(_told_otherwise, form)
        if not _says_more(form, typed):
            return None
    if told_of is not None and (told := told_of(typed)):
        return {"saved_at": row.saved_at, "address": ticket.address, "signed": ticket.signed(), "beginning": told[:80]}
    texts = [value.strip() for values in typed.lists() for value in values[1]]
    written = [text for text in texts if not text.isascii()]  # what is chosen from a list is sent as a code
    longest = max(written, key=len, default="")
    return {"saved_at": row.saved_at, "address": ticket.address, "signed": ticket.signed(), "beginning": longest[:30]}


def kept_at(request, uid) -> FormDraft | None:
    """What the visitor keeps of one thing under the draft that the address names."""
    try:
        named = UUID(request.GET.get(ADDRESS, ""))
    except ValueError:
        return None
    rows = FormDraft.objects.allowing("view", request.user).filter(object_uid=uid, uid=named)
    return rows.order_by("-saved_at", "-pk").first()


def ticket_of(row: FormDraft, page: str) -> Ticket:
    return Ticket(row.person_id, row.form, page, row.object_uid, row.base_version, row.uid)


def content_of(row: FormDraft) -> Typed:
    return MultiValueDict(json.loads(row.data))


def _left_out(form, typed: Typed, saved_at) -> str:
    """Takes from `typed` what was concluded of something else: a form that concludes says what (`concluded_anew`)."""
    concluded_anew = getattr(form, "concluded_anew", None)
    names = concluded_anew(typed, saved_at) if concluded_anew is not None else ()
    gone = [name for name in names if any(typed.pop(form.add_prefix(name), None) or ())]
    return "、".join(f"“{form.fields[name].label}”" for name in gone if name in form.fields)


def _says_more(form, typed: Typed) -> bool:
    """Whether `typed` is more than what the form shows by itself: sent as it stood and refused, it was not typed."""
    return any(_otherwise(form, typed))


def _otherwise(form, typed: Typed) -> Iterator[tuple[Any, list[str]]]:
    """Each field that was typed otherwise than the form shows by itself, and what was typed."""
    for name, one in form.fields.items():
        key = form.add_prefix(name)
        if one.widget.is_hidden or one.widget.value_omitted_from_data(typed, {}, key):
            continue
        given = _plain(one.widget.value_from_datadict(typed, {}, key))
        if given != _plain(form.get_initial_for_field(one, name)):
            yield one, given


def _told_otherwise(form, typed: Typed) -> str:
    said = []
    for one, given in _otherwise(form, typed):
        named = dict(getattr(one, "choices", ()))
        said.append(f"{one.label}：{'、'.join(str(named.get(value, value)) for value in given) or '（空）'}")
    return "，".join(said)


def _plain(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(one).strip() for one in values if one not in (None, "", False)]


def fill(form, typed: Typed) -> None:
    """Show `typed` in an unbound form as it was typed; nothing is judged before it is sent."""
    values = {}
    for name, one in form.fields.items():
        key = form.add_prefix(name)
        if not one.widget.needs_multipart_form and not one.widget.value_omitted_from_data(typed, {}, key):
            values[name] = one.widget.value_from_datadict(typed, {}, key)
    form.initial = {**form.initial, **values}


def keep(ticket: Ticket, typed: Typed, *, by, tab: str = SENT, seq: int | None = None) -> FormDraft | None:
    """Write one draft; None when it is not the person's form, or must not be stored: then what was stored goes."""
    if ticket.person != by.pk:
        return None
    if not is_kept(typed):
        forget(ticket, by=by, everywhere=True)
        return None
    now = timezone.now()
    seq = int(now.timestamp() * 1000) if seq is None else seq
    row = FormDraft(
        uid=ticket.uid, person=by, form=ticket.form, object_uid=ticket.object_uid, base_version=ticket.base_version,
        tab=tab, seq=seq, data=json.dumps(dict(typed.lists())), saved_at=now,
    )  # fmt: skip
    own = FormDraft.objects.allowing("view", by).filter(uid=ticket.uid, tab=tab)
    changed = own.filter(seq__lt=seq).update(
        data=row.data, seq=seq, saved_at=now, base_version=ticket.base_version, form=ticket.form
    )
    if not changed and not own.exists():
        FormDraft.objects.bulk_create([row], ignore_conflicts=True)  # two savings of one window at once: either will do
        _trim(ticket, by)
    return row


def _trim(ticket: Ticket, by) -> None:
    rows = FormDraft.objects.allowing("view", by).filter(form=ticket.form, object_uid=ticket.object_uid)
    old = list(rows.order_by("-saved_at", "-pk").values_list("pk", flat=True)[PER_FORM:])
    if old:
        rows.filter(pk__in=old).delete()


def forget(ticket: Ticket, *, by, everywhere: bool = False) -> None:
    """The form was done or given up; `everywhere`: in other windows on the same thing too."""
    rows = FormDraft.objects.allowing("view", by)
    if everywhere and ticket.object_uid is not None:
        rows.filter(object_uid=ticket.object_uid, form=ticket.form).delete()
    rows.filter(uid=ticket.uid).delete()


def done(ticket: Ticket, *, by) -> None:
    """The act was done: what was kept of its form goes, and what of the same form on this or an older state of the
    thing had been sent and refused: it was offered beside this form, which was done instead. What was never sent stays.
    """
    rows = FormDraft.objects.allowing("view", by)
    own = Q(uid=ticket.uid)
    if ticket.object_uid is not None and ticket.base_version is not None:
        same = rows.filter(form=ticket.form, object_uid=ticket.object_uid, tab=SENT)
        own |= Q(uid__in=same.filter(base_version__lte=ticket.base_version).values("uid"))
    rows.filter(own).delete()


def hold(ticket: Ticket, typed: Typed) -> bool:
    """Keep for its person what came after his session had ended, or while somebody else is signed in.

    Nobody reads it before he signs in himself; False when it must not be stored.
    """
    owner = User.objects.filter(pk=ticket.person).first()
    return owner is not None and is_kept(typed) and keep(ticket, typed, by=owner, tab=HELD) is not None


def hold_for_another(request) -> None:
    """A form that was opened by somebody else than who is signed in now is that person's still."""
    ticket = read(request.POST.get(TICKET))
    if ticket is not None and ticket.person != request.user.pk:
        hold(ticket, typed_of(request.POST.lists()))


def begun(person, forms: Iterable[str]) -> dict[str, int]:
    """How many forms of each name, on no thing yet, the person has typed into and neither sent nor given up."""
    rows = FormDraft.objects.allowing("view", person).filter(object_uid=None, form__in=forms).order_by()
    return dict(rows.values("form").annotate(n=Count("uid", distinct=True)).values_list("form", "n"))


def held_since(person, moment) -> bool:
    """Whether something was held for the person after `moment`, his sign-in before this one."""
    rows = FormDraft.objects.allowing("view", person).filter(tab=HELD)
    return (rows if moment is None else rows.filter(saved_at__gt=moment)).exists()


def carry(request) -> str:
    """Holds what somebody sent after his session ended; its ticket for the sign-in page, which shows no text of it.

    "" when it was no form of ours.
    """
    ticket = read(request.POST.get(TICKET))
    if ticket is None or not hold(ticket, typed_of(request.POST.lists())):
        return ""
    return ticket.signed()


def take_up(carried: str, *, by) -> Ticket | None:
    """The form that the sign-in page carried, for the same person; None when it is another's, too old or not ours."""
    ticket = read(carried)
    if ticket is None or ticket.person != by.pk:
        return None
    return ticket if FormDraft.objects.allowing("view", by).filter(uid=ticket.uid).exists() else None


def clear_old() -> int:
    """Rows older than 30 days."""
    old = FormDraft.objects.unguarded("they end by their age, whoever wrote them")
    return old.filter(saved_at__lt=timezone.now() - KEPT).delete()[0]


def as_sent(data: Mapping) -> Typed:
    """The script's `{"typed": [[name, value], …]}`; ValueError when it is something else."""
    pairs = data.get("typed")
    if not isinstance(pairs, list):
        raise ValueError("typed")
    found: dict[str, list[str]] = {}
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)):
            raise ValueError("typed")
        found.setdefault(pair[0], []).append(pair[1])
    return typed_of(found.items())
