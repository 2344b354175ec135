"""A free code for a new mapping."""

from django.utils.text import slugify

from mappings.library import index
from mappings.models import Mapping
from mappings.services.start_mapping import CODE_LENGTH

MOST = 100


def suggest_code(title: str) -> str:
    """ "Orders of Acme" becomes "orders-of-acme", with a number behind it when that is taken."""
    base = slugify(title).replace("_", "-")[: CODE_LENGTH - 3].strip("-") or "orders"
    taken = {*index.entries(), *Mapping.objects.filter(code__startswith=base).values_list("code", flat=True)[:MOST]}
    number = 1
    code = base
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code
