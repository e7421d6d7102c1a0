"""A file that was sent with a refused form is shown as kept, or asked for again in words."""

from django import template

from files import kept

register = template.Library()


@register.inclusion_tag("parts/kept_files.html", takes_context=True)
def kept_files(context, field) -> dict:
    """Of a file field in a refused form; before the field itself, which then asks for no file."""
    request = context.get("request")
    sent = request is not None and field.form.is_bound and request.FILES.getlist(field.html_name)
    if not sent:
        return {}
    if getattr(field.field, "is_forgotten", False):  # 验章: read, judged and forgotten
        return {"is_lost": bool(field.form.errors)}
    found = [] if field.errors else kept.carried(request, field.html_name)
    if found:
        field.field.widget.use_required_attribute = lambda initial: False
    return {"files": found, "name": kept.FIELD, "is_lost": len(found) < len(sent)}
