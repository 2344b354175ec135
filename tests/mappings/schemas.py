"""The published schemas of the canonical models, ready to validate with."""

from functools import cache

import jsonschema

from mappings.engine.canonical.schema import json_schema


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """Of a canonical model ("order/1"). Validating changes nothing of it."""
    return jsonschema.Draft202012Validator(json_schema(name))
