"""A piece of a page that is the same for many people, kept as it was rendered."""

from __future__ import annotations

from django import template
from django.core.cache import cache
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cms import sprite

register = template.Library()


class Keep(template.Node):
    """Its body from the cache, with the symbols that it uses."""

    def __init__(self, body: NodeList, name: FilterExpression, seconds: FilterExpression) -> None:
        self.nodelist = body
        self.name, self.seconds = name, seconds

    def render(self, context: Context) -> SafeString:
        name = self.name.resolve(context)
        if not name:
            return self.nodelist.render(context)
        key = f"cms:kept:{get_language()}:{name}"
        found = cache.get(key)
        if found is None:
            with sprite.collect() as used:
                found = str(self.nodelist.render(context)), tuple(used)
            cache.set(key, found, self.seconds.resolve(context))
        sprite.remember(found[1])
        # Rendered, and escaped, by the template itself.
        return SafeString(found[0])


@register.tag("keep")
def keep(parser: Parser, token: Token) -> Keep:
    """``{% keep name seconds %}…{% endkeep %}``: all that the body shows must follow from ``name`` and the
    language; without a name nothing is kept."""
    _tag, name, seconds = token.split_contents()
    body = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(body, parser.compile_filter(name), parser.compile_filter(seconds))
