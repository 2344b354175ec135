"""JSON values for reading."""

import json

from django.utils.html import format_html
from django.utils.safestring import SafeString


def pretty(value: object, label: str = "JSON") -> SafeString:
    """The value indented, escaped, in a block that the keyboard can scroll."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return format_html('<pre class="or-code" tabindex="0" aria-label="{}">{}</pre>', label, text)
