"""Template tags of the design system: icons, covers, figures, fields, pages of a list.

Templates of every app load them with ``{% load ui %}``; docs/templates.md shows each.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, Form
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.http import QueryDict
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from cms import formats, sprite
from repository import terms

register = template.Library()

FALLBACK_SIGN = "giaoan"

register.filter("name_initial", formats.initial)


# Figures, with the signs of the page's language


def _language() -> str:
    return get_language() or formats.VIETNAMESE


@register.filter
def vi_number(value: object, places: int | None = None) -> str:
    return formats.number(value, places, language=_language())


@register.filter
def vi_percent(value: object, places: int | None = None) -> str:
    return formats.percent(value, places, language=_language())


@register.filter
def vi_size(value: object) -> str:
    return formats.size(value, language=_language())


# Icons


class PageSymbols(template.Node):
    """Renders a page's body, then the symbols that it used.

    Where htmx asked, a part of the page may be all that is taken: there each icon brings its own drawing.
    """

    def __init__(self, body: NodeList) -> None:
        self.nodelist = body

    def render(self, context: Context) -> SafeString:
        with sprite.collect() as used:
            body = self.nodelist.render(context)
        if getattr(context.get("request"), "htmx", False):
            return SafeString(sprite.drawn(body))
        return SafeString(body + sprite.definitions(used))


@register.tag("page_symbols")
def page_symbols(parser: Parser, token: Token) -> PageSymbols:
    """``{% page_symbols %}…{% endpage_symbols %}`` around the whole body, in base templates only."""
    del token
    body = parser.parse(("endpage_symbols",))
    parser.delete_first_token()
    return PageSymbols(body)


def _drawing(name: str) -> tuple[SafeString, str]:
    try:
        # The sprite is ours, never a user's.
        return mark_safe(sprite.content(name)), sprite.symbols()[name].box  # noqa: S308
    except KeyError:
        raise template.TemplateSyntaxError(f"static/sprite.svg draws no '{name}'.") from None


@register.simple_tag
def icon(name: str, class_: str = "", label: str = "", **more: str) -> SafeString:
    """``{% icon "check" %}``, ``{% icon "warn" class="bad" label="…" %}``.

    Without a label it is hidden from assistive technology: put the word beside it.
    """
    extra = more.get("class", class_)
    inside, box = _drawing(f"i-{name}")
    classes = f"i {extra}" if extra else "i"
    if label:
        return format_html(
            '<svg class="{}" viewBox="{}" role="img" aria-label="{}">{}</svg>', classes, box, label, inside
        )
    return _plain_icon(classes, box, inside)


@lru_cache(maxsize=512)
def _plain_icon(classes: str, box: str, inside: SafeString) -> SafeString:
    """A hundred of these stand on a page, most of them alike."""
    return format_html('<svg class="{}" viewBox="{}" aria-hidden="true">{}</svg>', classes, box, inside)


@register.simple_tag
def logo() -> SafeString:
    inside, box = _drawing("logo")
    return format_html('<svg viewBox="{}" aria-hidden="true">{}</svg>', box, inside)


def _sign_content(sign: str) -> SafeString:
    known = f"s-{sign}" if f"s-{sign}" in sprite.symbols() else f"s-{FALLBACK_SIGN}"
    return _drawing(known)[0]


@register.simple_tag
def sign(subject_sign: str, subject_group: str = "math") -> SafeString:
    """The small coloured sign of a subject beside its name."""
    return format_html(
        '<svg class="sign" data-group="{}" viewBox="0 0 48 48" aria-hidden="true">{}</svg>',
        subject_group,
        _sign_content(subject_sign),
    )


@register.simple_tag
def cover(
    subject_group: str = "math", subject_sign: str = "", grade_label: str = "", image: str = ""
) -> SafeString:
    """The drawn cover of a lesson: colour of the subject's group, its sign, the grade's number.

    ``grade_label`` may be "5" or "Lớp 5"; a label without a number is left to the words beside.
    ``image`` is the address of a picture that is shown instead.
    """
    if image:
        inside = format_html('<img src="{}" alt="" width="320" height="200" loading="lazy">', image)
    else:
        number = next((w for w in reversed(str(grade_label or "").split()) if w.isdigit()), "")
        grade = format_html("<small>{}</small><b>{}</b>", _("Grade"), number) if number else ""
        inside = format_html('<svg viewBox="0 0 48 48">{}</svg>{}', _sign_content(subject_sign), grade)
    return format_html(
        '<span class="cover" data-group="{}" aria-hidden="true">{}</span>', subject_group, inside
    )


@register.simple_tag
def bar(share: float | None, goal: float | None = None, label: str = "") -> SafeString:
    """A bar of ``share`` percent (0 to 100) with a line at ``goal`` percent; words stand beside it."""
    width = min(max(float(share or 0), 0), 100)
    line = (
        format_html('<rect class="bar-goal" x="{}" y="-3" width=".8" height="16"/>', f"{float(goal):g}")
        if goal is not None
        else ""
    )
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" {}>'
        '<rect width="{}" height="10"/>{}</svg>',
        role,
        f"{width:g}",
        line,
    )


@register.simple_tag
def stars(given: float) -> SafeString:
    """Five stars, as many of them full as the average (1 to 5) rounds to; the figure for screen readers."""
    full = min(max(int(float(given) + 0.5), 0), 5)
    inside, box = _drawing("i-star")
    drawn = ((_plain_icon("i" if n < full else "i off", box, inside),) for n in range(5))
    label = _("%(n)s of 5 stars") % {"n": vi_number(round(float(given), 1))}
    return format_html(
        '<span class="stars" role="img" aria-label="{}">{}</span>', label, format_html_join("", "{}", drawn)
    )


# Dates

_WEEKDAYS = (
    pgettext_lazy("in a line", "Monday"),
    pgettext_lazy("in a line", "Tuesday"),
    pgettext_lazy("in a line", "Wednesday"),
    pgettext_lazy("in a line", "Thursday"),
    pgettext_lazy("in a line", "Friday"),
    pgettext_lazy("in a line", "Saturday"),
    pgettext_lazy("in a line", "Sunday"),
)


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.simple_tag
def vi_date(value: date | datetime | None, style: str = "") -> SafeString | str:
    """``<time>23/11/2026</time>``; ``style="weekday"`` gives ``thứ Bảy 28/11``, ``"short"`` ``28/11``."""
    if value is None or value == "":
        return "–"
    day = _day(value)
    text = f"{day:%d/%m}" if style else f"{day:%d/%m/%Y}"
    if style == "weekday":
        text = f"{_WEEKDAYS[day.weekday()]}{formats.NBSP}{text}"
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), text)


@register.simple_tag
def vi_datetime(value: datetime | None, style: str = "") -> SafeString | str:
    """``<time>8:05 23/11/2026</time>`` in local time; ``style="seconds"`` gives ``8:05:12 23/11/2026``."""
    if not value:
        return "–"
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{local.hour}:{local:%M:%S %d/%m/%Y}" if style == "seconds" else f"{local.hour}:{local:%M %d/%m/%Y}",
    )


@register.simple_tag
def vi_month(value: date | datetime) -> str:
    """``tháng 11``, under the number of a ``.day``."""
    return _("month %(month)s") % {"month": _day(value).month}


@register.simple_tag
def vi_lang() -> SafeString:
    """``<h3{% vi_lang %}>``: marks data, which are Vietnamese, on a page in another language."""
    return SafeString("" if get_language() == "vi" else ' lang="vi"')


@register.simple_tag
def data_name(name: str | None) -> SafeString | str:
    """``{% data_name resource.type.name %}``: a name of our data (subject, grade, licence …) in the
    language of the page, marked as such where what is around it is marked Vietnamese."""
    shown = terms.data_name(name or "")
    if shown == (name or ""):
        return shown
    return format_html('<span lang="{}">{}</span>', get_language(), shown)


@register.simple_tag
def ui_lang() -> SafeString:
    """``<span{% ui_lang %}>``: marks words of ours inside what ``vi_lang`` marked."""
    language = get_language()
    return SafeString("" if language == "vi" else f' lang="{language}"')


# Lists


def _query(context: Context, changes: dict[str, Any]) -> str:
    request = context.get("request") or getattr(context, "request", None)
    query: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, list | tuple):
            query.setlist(key, [str(v) for v in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: Any) -> str:
    """The present query string with some parameters changed; None or "" takes one away."""
    return _query(context, changes)


@register.inclusion_tag("components/pages.html", takes_context=True)
def paginate(context: Context, page: Page, label: str = "", parameter: str = "page") -> dict[str, Any]:
    """Links to the pages of a list: first, last, the present one and its neighbours."""
    steps = []
    if page.paginator.num_pages > 1:
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
            if isinstance(number, int):
                near = abs(number - page.number) <= 1
                steps.append({"number": number, "url": _query(context, {parameter: number}), "near": near})
            else:
                steps.append({"number": None})
    before = _query(context, {parameter: page.previous_page_number()}) if page.has_previous() else ""
    after = _query(context, {parameter: page.next_page_number()}) if page.has_next() else ""
    return {"page": page, "steps": steps, "before": before, "after": after, "label": label}


# Forms


def _shape(bound: BoundField, as_: str) -> str:
    widget = bound.field.widget
    if as_:
        return as_
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "tick"
    return "plain"


def _attributes(bound: BoundField, shape: str, extra: str) -> dict[str, str | bool]:
    attrs: dict[str, str | bool] = {}
    described = [f"{bound.auto_id}_error"] if bound.errors else []
    if bound.help_text:
        described.append(f"{bound.auto_id}_hint")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if shape == "plain" and not isinstance(bound.field.widget, FileInput):
        given = bound.field.widget.attrs.get("class", "")
        attrs["class"] = " ".join(filter(None, ("input", given, extra)))
    return attrs


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, as_: str = "", label: str = "", hint: str = "", **more: str) -> dict[str, Any]:
    """A field of a form with its label, hint and errors. ``shape="seg"``, ``class="…"``,
    ``placeholder=""`` to drop one that a form of another package brings.

    Choices come as a fieldset, a single tick as a row, all else as label above input.
    """
    shape = _shape(bound, more.get("shape", as_))
    if hint:
        bound.help_text = hint
    attrs = _attributes(bound, shape, more.get("class", ""))
    if "placeholder" in more:
        attrs["placeholder"] = more["placeholder"] or False  # False leaves the attribute out
    options = bound.subwidgets if shape in {"choices", "seg"} else []
    for option in options:
        option.data["attrs"].pop("aria-invalid", None)  # not allowed on a radio; the group is described
    return {
        "field": bound,
        "shape": shape,
        "label": label or bound.label,
        "optional": not bound.field.required and shape != "tick" and not more.get("quiet"),
        "widget": bound.as_widget(attrs=attrs),
        "options": options,
        "described": attrs.get("aria-describedby", ""),
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Form, title: str = "") -> dict[str, Any]:
    """The summary of what is to be corrected, each a link to its field. Nothing when all is well."""
    rows: list[dict[str, Any]] = [{"text": text} for text in form.non_field_errors()]
    # A field is one place to correct, however much is wrong with it.
    rows.extend(
        {"text": " ".join(str(error) for error in bound.errors), "label": bound.label, "id": _target(bound)}
        for bound in form
        if bound.errors
    )
    if not title and len(rows) == 1 and "id" not in rows[0]:
        # One sentence about the whole says itself what to do; counting places to correct adds nothing.
        return {"rows": rows, "title": rows[0]["text"], "one": True}
    if not title and rows:
        title = ngettext(
            "Not saved yet: %(n)s place to correct", "Not saved yet: %(n)s places to correct", len(rows)
        ) % {"n": len(rows)}
    return {"rows": rows, "title": title}


def _target(bound: BoundField) -> str:
    """The id that focus goes to: a group of choices has it on its first one."""
    if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)


@register.simple_tag
def badge(kind: str, word: str, icon_name: str = "") -> SafeString:
    """``{% badge "good" _("Approved") "check" %}``: the state of a thing, by colour, icon and word."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge {}">{}{}</span>', kind, drawn, word)
