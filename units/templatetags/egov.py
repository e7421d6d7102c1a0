"""Filters every template may use: local dates, sizes, counts. Loaded as built-ins (settings.TEMPLATES)."""

import re
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add

from django import template
from django.forms.utils import flatatt
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from units.calendar import ends_a_day
from units.choosing import typed_in
from units.context import address, entries
from units.folding import spans
from units.form_drafts import ONCE, of_page
from units.kept_parts import kept, rows_of
from units.kept_parts import part as kept_part
from units.texts import how_many

register = template.Library()
# a day with its hour, and the end of a 发文字号: 〔2026〕12号
WHOLE = re.compile(r"(\b(?:\d{4}-)?\d{2}-\d{2}(?: \d{2}:\d{2})?\b|(?<=〕)第?\d+[号期])", re.ASCII)
TONES = {
    "completed": "good", "accessioned": "good", "done": "good", "accepted": "good", "effective": "good", "open": "good",
    "withdrawn": "quiet", "dissolved": "quiet", "voided": "quiet", "returned_to_sender": "quiet", "repealed": "quiet",
    "recalled": "quiet", "replaced": "quiet", "ended": "quiet", "given_back": "quiet",
    "failed": "bad", "returned": "bad", "refused": "bad", "controlled": "bad",
}  # fmt: skip

# what is safe stays so when it is added up: no text becomes safe by being called so
NOTHING, MARK, MARK_ENDS = mark_safe(""), mark_safe("<mark>"), mark_safe("</mark>")
OPTION, QUOTED, CLOSED, OPTION_ENDS = (
    mark_safe('<option value="'), mark_safe('"'), mark_safe(">"), mark_safe("</option>\n")
)  # fmt: skip

register.filter("flatatt", flatatt)


@register.filter
def options(groups) -> str:
    """The `<option>`s of a widget's `optgroups`: a list's filters hold hundreds, a template node each costs more than
    the list itself.
    """
    made = NOTHING
    for heading, choices, _ in groups:
        lines = reduce(add, (_option(one) for one in choices), NOTHING)
        made += format_html('<optgroup label="{}">{}</optgroup>', heading, lines) if heading else lines
    return made


def _option(one: dict) -> SafeString:
    attributes = flatatt(one["attrs"]) if one["attrs"] else NOTHING
    return OPTION + escape(one["value"]) + QUOTED + attributes + CLOSED + escape(one["label"]) + OPTION_ENDS


@register.filter
def day(value) -> str:
    """2026-11-24 in local time; "" for nothing."""
    if isinstance(value, datetime):
        value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return value.isoformat() if isinstance(value, date) else ""


@register.filter
def moment(value) -> str:
    """2026-11-24 15:30 in local time; "" for nothing."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else ""


@register.filter
def due(value) -> str:
    """A limit: 12-11, of another year 2027-01-05; with its hour only where it is one of the clock; "" for nothing."""
    if not isinstance(value, datetime):
        return ""
    local = timezone.localtime(value)
    shown = f"{local:%m-%d}" if local.year == timezone.localdate().year else f"{local:%Y-%m-%d}"
    return shown if ends_a_day(value) else f"{shown} {local:%H:%M}"


@register.filter
def dated(value) -> str:
    """A line of text whose dates, times and 发文字号 are not broken, and in which no line begins with “·”."""
    pieces = WHOLE.split(str(value).replace(" · ", "\u00a0· "))
    return format_html_join("", "{}", ((_unbroken(one) if n % 2 else escape(one),) for n, one in enumerate(pieces)))


def _unbroken(text: str) -> str:
    return format_html('<span class="when">{}</span>', text)


@register.filter
def span(value) -> str:
    """A length of time as people say it: 8 秒, 3 分 20 秒, 2 小时 5 分; "" for nothing."""
    if not isinstance(value, timedelta):
        return ""
    minutes, seconds = divmod(max(0, int(value.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"


@register.filter
def size(value) -> str:
    """Bytes as people say them."""
    number = float(value or 0)
    for unit in ("B", "KB", "MB", "GB"):
        if number < 1024 or unit == "GB":
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return ""


@register.filter
def the_first(rows, most: int):
    """Of `rows` those that a list of `most` shows: units.texts.how_many, as in a sentence."""
    return rows[: how_many(len(rows), most)]


@register.filter
def has_more_than(rows, most: int) -> bool:
    return how_many(len(rows), most) < len(rows)


@register.filter
def number(value) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value or "")


@register.simple_tag
def state(obj, field: str = "state") -> str:
    """The state of a row in words, its tone second."""
    code = getattr(obj, field)
    return format_html('<span class="state {}">{}</span>', TONES.get(code, ""), getattr(obj, f"get_{field}_display")())


@register.simple_tag
def limit(deadline) -> str:
    """A deadline (`at`, `words`, `tone`) in words, its day below; "" for none."""
    if not deadline:
        return ""
    return format_html(
        '<span class="limit {}">{}</span> <span class="second">限 {}</span>',
        deadline.tone, deadline.words, dated(due(deadline.at)),
    )  # fmt: skip


@register.simple_tag
def paper(svg: str) -> str:
    """An SVG page from paper, which escapes every text it sets."""
    return mark_safe(svg)  # noqa: S308


@register.simple_tag
def part(template_name: str, **given) -> str:
    """A part that reads nothing but what is given here (units.kept_parts)."""
    return kept_part(template_name, **given)


@register.simple_tag(takes_context=True)
def csrf_token(context) -> str:
    """Django's own token and, for who is signed in, the mark by which a form that comes twice is known
    (units.sent_once): in one tag, so that no form can be without it."""
    made = CsrfTokenNode().render(context)
    request = context.get("request")
    person = getattr(request, "user", None)  # none on the page of a fault that came before the session
    if person is None or not person.is_authenticated:
        return made
    return made + format_html('<input type="hidden" name="{}" value="{}">', ONCE, of_page(request))


@register.simple_tag(takes_context=True)
def rows(context, template_name: str, rows, **given) -> str:
    """`rows` of values (no models), each kept by all that it shows; with boxes to tick they are made anew."""
    if context.get("selecting"):
        row, same = get_template(template_name), {**given, "selecting": True, "request": context.get("request")}
        return reduce(add, (row.render({"row": one, **same}) for one in rows), NOTHING)
    year = timezone.localdate().year  # limits of another year are told with it
    return reduce(add, rows_of(template_name, rows, **given, year=year), NOTHING)


@register.simple_tag
def menu(groups) -> str:
    """The main menu (units.context) as it stands for whoever has these entries, counters and marks."""
    shown = tuple((group["label"], tuple(tuple(item.values()) for item in group["items"])) for group in groups)
    return kept_part("parts/menu.html", groups=shown)


@register.simple_tag(takes_context=True)
def room(context, name: str, label: str) -> str:
    """A link to the room `name` for whoever has it in his menu; for others its name in bold."""
    if any(one[2] == name for one in entries(context["request"].user)):
        return format_html('<a href="{}">{}</a>', address(name), label)
    return format_html("<b>{}</b>", label)


@register.simple_tag
def post_options(appointments, acting) -> str:
    """The `<option>`s of the posts in which the person may act."""
    rows, chosen = tuple((one.pk, str(one.post)) for one in appointments), getattr(acting, "pk", None)
    attributes = {True: {"selected": True}, False: {}}
    return kept(("posts", rows, chosen), lambda: reduce(add, (
        _option({"value": key, "label": label, "attrs": attributes[key == chosen]}) for key, label in rows
    ), NOTHING))  # fmt: skip


@register.simple_tag
def filter_fields(form, which: str) -> str:
    """The bound fields `form.<which>` with labels, kept by all that they show (`form.kept_key`); by None never."""

    def made() -> SafeString:
        return get_template("parts/filter_fields.html").render({"fields": getattr(form, which)})

    return made() if form.kept_key is None else kept(("fields", which, form.kept_key), made)


@register.simple_tag(takes_context=True)
def panel(context, one) -> str:
    """A panel of the page (units.panels.Built) in the page's own context."""
    with context.push(**one.context):
        return context.template.engine.get_template(one.template).render(context)


@register.inclusion_tag("parts/choose.html", takes_context=True)
def choose(context, field):
    """The box of a units.choosing field: plain list, and the data for type-ahead, once a page for each offer."""
    offer, request = field.field.offer, context.get("request")
    written = request.__dict__.setdefault("_offers_written", set()) if request is not None else set()
    data = None if offer.name in written else offer.data()
    written.add(offer.name)
    chosen = {str(one) for one in field.value() or ()}
    return {
        "field": field,
        "offer": offer,
        "data": data,
        "sections": offer.sections(chosen),
        "chosen": [one for one in offer.candidates if str(one.key) in chosen],
        "typed": typed_in(chosen),
    }


@register.filter
def get(mapping, key):
    """`mapping[key]` for templates."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.simple_tag
def marked(text: str, words) -> str:
    """`text` escaped as written, every place that folds to one of the folded `words` marked."""
    line, made, done = str(text), NOTHING, 0
    for start, end in spans(line, words):
        made += escape(line[done:start]) + MARK + escape(line[start:end]) + MARK_ENDS
        done = end
    return made + escape(line[done:])


@register.simple_tag(takes_context=True)
def ticked(context, name: str, value) -> str:
    """ " checked" for a row's box that was ticked in the form just refused: ticks are work, and stay."""
    request = context.get("request")
    is_sent = request is not None and request.method == "POST"
    if not is_sent:
        return ""
    if "_ticked" not in request.__dict__:
        request.__dict__["_ticked"] = {}
    known = request.__dict__["_ticked"].setdefault(name, set(request.POST.getlist(name)))
    return " checked" if str(value) in known else ""
