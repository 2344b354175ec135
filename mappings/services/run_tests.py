"""Run the test cases of a mapping on one of its versions."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

from django.db import transaction

from config.core.blobs import open_blob
from mappings.engine.canonical.differences import differences
from mappings.engine.rules.compiler import CompiledMapping
from mappings.library.index import resolve
from mappings.models import MappingTestCase, MappingTestRun, MappingVersion
from mappings.services.compiled import compile_once
from mappings.services.known_cases import cases_digest
from partners.signals import configuration_changed

SHOWN = 100  # differences that are kept of one case


class Made(NamedTuple):
    """One document that a mapping made. body: its canonical form, None where there is none; faults: in sentences."""

    body: dict[str, Any] | None
    faults: list[str]
    is_accepted: bool


Translator = Callable[[CompiledMapping, BinaryIO], list[Made]]
_translators: list[Translator] = []


def register_translator(translator: Translator) -> None:
    """Say how a file is read and translated: the app above knows, since it does so with traffic."""
    _translators[:] = [translator]


def run_tests(version: MappingVersion, *, by: str = "") -> MappingTestRun | None:
    """Run all test cases and keep what they said; None when the mapping has none. No transaction around it.

    Raises DeclarationError when the version does not compile.
    """
    cases = list(MappingTestCase.objects.filter(mapping=version.mapping_id).order_by("name"))
    if not cases:
        return None
    compiled = compile_once(resolve(version.declaration))
    results = [_result(case, compiled) for case in cases]
    run = MappingTestRun.objects.create(
        version=version,
        by=by,
        is_ok=all(result["ok"] for result in results),
        results=results,
        checksum=compiled.checksum,
        cases_digest=cases_digest(cases),
    )
    used = set(version.assignments.values_list("agreement__partner", flat=True))
    transaction.on_commit(lambda: configuration_changed.send(sender=None, partners=used), robust=True)
    return run


def made_by(version: MappingVersion, case: MappingTestCase) -> list[Made]:
    """What a version makes of the file of a test case. Raises DeclarationError."""
    return _translate(compile_once(resolve(version.declaration)), case)


def failures(run: MappingTestRun) -> str:
    """The cases that failed, in one sentence; "" when none did."""
    failed = [f"{result['name']} ({result['said']})" for result in run.results if not result["ok"]]
    return f"Test cases fail: {', '.join(failed[:3])}{' and more' if len(failed) > 3 else ''}." if failed else ""


def _translate(compiled: CompiledMapping, case: MappingTestCase) -> list[Made]:
    [translator] = _translators
    with open_blob(case.sha256) as stream:
        return translator(compiled, stream)


def _result(case: MappingTestCase, compiled: CompiledMapping) -> dict[str, Any]:
    result: dict[str, Any] = {"name": case.name, "case": case.pk, "sha256": case.sha256, "ok": False, "differences": []}
    try:
        made = _translate(compiled, case)
    except FileNotFoundError:
        return {**result, "said": "the storage does not have its file"}
    bodies = [one.body for one in made]
    result["made"] = hashlib.sha256(json.dumps(bodies, sort_keys=True).encode()).hexdigest()
    if case.expected is None:
        faults = [
            fault for one in made if not one.is_accepted for fault in one.faults or ["a document is not accepted"]
        ]
        said = faults[0] if faults else f"{len(made)} accepted" if made else "there is no document in it"
        return {**result, "ok": bool(made) and not faults, "said": said}
    found = differences(case.expected, bodies)
    kept = [{"at": one.pointer, "expected": one.before, "made": one.after} for one in found[:SHOWN]]
    said = f"{len(found)} difference{'' if len(found) == 1 else 's'}" if found else f"{len(bodies)} as expected"
    return {**result, "ok": not found, "said": said, "differences": kept}
