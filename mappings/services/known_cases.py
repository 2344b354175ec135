"""Which test cases a mapping has, as one digest."""

import hashlib
import json
from collections.abc import Iterable

from mappings.models import MappingTestCase


def cases_digest(cases: Iterable[MappingTestCase]) -> str:
    """SHA-256 over names, files and expectations: a run is stale when it is another one."""
    said = sorted((case.name, case.sha256, json.dumps(case.expected, sort_keys=True)) for case in cases)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
