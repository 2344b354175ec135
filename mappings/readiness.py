"""What mappings add to the readiness of an agreement, and to what an approval is given on."""

from typing import Any

from mappings.library import index
from mappings.models import Assignment, MappingTestCase, MappingTestRun, MappingVersion, VersionStatus
from mappings.services.known_cases import cases_digest
from partners.models import Agreement, Stage
from partners.readiness.registry import Check, Material, Verdict, register_check, register_material, watch


def mapping_published(agreement: Agreement) -> Verdict:
    """A mapping is chosen, and its version is published."""
    assignment = assignment_of(agreement)
    if assignment is None:
        return Verdict(False, "No mapping is chosen for it.")
    version = assignment.version
    seen = {"version": str(version), "checksum": version.checksum, "published by": str(version.published_by or "")}
    if version.status != VersionStatus.PUBLISHED:
        return Verdict(False, f"{version} is {version.get_status_display().lower()}, not published.", seen)
    return Verdict(True, f"{version} is published.", seen)


def mapping_tested(agreement: Agreement) -> Verdict:
    """The test cases of the mapping passed with this version, as they are now."""
    assignment = assignment_of(agreement)
    if assignment is None:
        return Verdict(False, "No mapping is chosen for it.")
    version = assignment.version
    if version.mapping.is_library:
        entry = index.entries().get(version.mapping.code)
        cases = sorted(folder.name for folder in (entry.folder / "cases").glob("*")) if entry else []
        return Verdict(True, "A mapping of the standard library; its cases run with each release.", {"cases": cases})
    kept = list(MappingTestCase.objects.filter(mapping=version.mapping_id))
    if not kept:
        return Verdict(False, f"{version.mapping} has no test case. Keep a file of the partner's as one.")
    run = MappingTestRun.objects.filter(version=version, cases_digest=cases_digest(kept)).first()
    if run is None:
        return Verdict(False, f"The test cases were not run on {version} as they are now.")
    seen = {"run": run.pk, "at": run.at.isoformat(), "by": run.by, "results": run.results}
    passed = sum(result["ok"] for result in run.results)
    return Verdict(run.is_ok, f"{passed} of {len(run.results)} test cases pass.", seen)


def mapping(agreement: Agreement) -> dict[str, Any] | None:
    """The pinned version, with the checksum of its declaration and the code lists inside it."""
    assignment = assignment_of(agreement)
    if assignment is None:
        return None
    version = assignment.version
    return {"mapping": version.mapping.code, "version": version.number, "checksum": version.checksum}


def overlay(agreement: Agreement) -> Any:
    """What the agreement demands beyond the standard."""
    assignment = assignment_of(agreement)
    return assignment.overlay if assignment is not None else []


def text_settings(agreement: Agreement) -> Any:
    """How the partner's text files are read."""
    assignment = assignment_of(agreement)
    return assignment.text_settings if assignment is not None else {}


def assignment_of(agreement: Agreement) -> Assignment | None:
    """The choice of a version for an agreement, without its declaration."""
    chosen = Assignment.objects.select_related("version__mapping", "version__published_by")
    return chosen.defer("version__declaration").filter(agreement=agreement).first()


def partners_using(version: MappingVersion) -> set[int]:
    """Partners with an agreement that uses the version."""
    return set(version.assignments.values_list("agreement__partner", flat=True))


def partners_of_case(case: MappingTestCase) -> set[int]:
    """Partners with an agreement that uses the mapping of a test case."""
    used = Assignment.objects.filter(version__mapping=case.mapping_id)
    return set(used.values_list("agreement__partner", flat=True))


def register() -> None:
    """Called once, when Onramp starts."""
    register_check(Check("mapping-published", "Mapping", mapping_published))
    register_check(Check("mapping-tested", "Test cases", mapping_tested))
    register_material(Material("mapping", "Mapping", Stage.MAPPING, mapping))
    register_material(Material("overlay", "Rules beyond the standard", Stage.SPECIFICATION, overlay))
    register_material(Material("text_settings", "How text is read", Stage.MAPPING, text_settings))
    watch(Assignment, lambda assignment: {assignment.agreement.partner_id})
    watch(MappingVersion, partners_using)
    watch(MappingTestCase, partners_of_case)
