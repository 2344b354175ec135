"""The evidence of an agreement: gathered, written canonically, and compared with what was approved."""

import hashlib
import json
import re
from typing import Any, NamedTuple

from django.utils import timezone

from partners.models import Agreement, Submission
from partners.policies.sealed import masked_layer
from partners.readiness.registry import MATERIAL, Judged, judge, material_of
from partners.services.compare import compare_policies

FORMAT = "evidence/1"

CHECKSUM = re.compile("[0-9a-f]{64}")


class Evidence(NamedTuple):
    """text: canonical JSON (sorted keys, no blanks, UTF-8); digest: its SHA-256."""

    text: str
    digest: str
    judged: list[Judged]


class MaterialChange(NamedTuple):
    """A part that is not what was approved. rows: (place, before, after) as text, "" where there was nothing."""

    name: str
    title: str
    stage: str
    rows: list[tuple[str, str, str]]


def gather(agreement: Agreement) -> Evidence:
    """All that an approver decides on: the material with its checksums, and what each readiness check saw."""
    material, judged = material_of(agreement), judge(agreement)
    content = {
        "format": FORMAT,
        "agreement": {"id": agreement.pk, "name": str(agreement), "partner": agreement.partner.code},
        "at": timezone.now().isoformat(),
        "material": material,
        "checksums": {name: checksum(part) for name, part in material.items()},
        "checks": [
            {"name": one.name, "title": one.title, "stage": one.stage, "ok": one.is_ok, "reason": one.reason}
            | {"evidence": one.evidence, "lasting": one.is_lasting}
            for one in judged
        ],
    }
    text = canonical(content)
    return Evidence(text, hashlib.sha256(text.encode()).hexdigest(), judged)


def canonical(content: Any) -> str:
    """JSON of one form only: the same content always gives the same bytes."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def checksum(part: Any) -> str:
    """SHA-256 of a part in its canonical form."""
    return hashlib.sha256(canonical(part).encode()).hexdigest()


def read_evidence(submission: Submission) -> dict[str, Any]:
    """The frozen evidence as it was written, but for secrets of policies, which older evidence holds in clear."""
    said = dict(json.loads(submission.evidence))
    material = said["material"]
    if isinstance(material.get("policies"), dict):
        material["policies"] = masked_layer(material["policies"])
    return said


def uncovered(agreement: Agreement, submission: Submission) -> list[MaterialChange]:
    """The parts of the material that a submission does not cover as they are now."""
    frozen, changed = read_evidence(submission)["material"], []
    for name, now in material_of(agreement).items():
        declared, was = MATERIAL[name], frozen.get(name)
        now = json.loads(canonical(now))  # as it would come back from being frozen
        if now == was or (declared.still_covers is not None and declared.still_covers(agreement, was, now)):
            continue
        changed.append(MaterialChange(name, declared.title, declared.stage, _rows(name, was, now)))
    return changed


def changes_between(before: Submission, after: Submission) -> list[MaterialChange]:
    """What differs in the material of two submissions."""
    old, new = read_evidence(before)["material"], read_evidence(after)["material"]
    names = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    known = {name: MATERIAL[name] for name in names if name in MATERIAL}
    return [
        MaterialChange(
            name,
            known[name].title if name in known else name,
            known[name].stage if name in known else "",
            _rows(name, old.get(name), new.get(name)),
        )
        for name in names
    ]


def _rows(name: str, before: Any, after: Any) -> list[tuple[str, str, str]]:
    """Policies are told in words, everything else place by place."""
    if name != "policies":
        return differences(before, after)
    return [(row.label, row.left, row.right) for row in compare_policies(before or {}, after or {}) if row.is_changed]


def in_words(change: MaterialChange) -> str:
    """The first rows of a change, for mails and lists."""
    return "; ".join(f"{place}: {_brief(before)} → {_brief(after)}" for place, before, after in change.rows[:5])


def differences(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """What differs between two JSON values, place by place."""
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    return [
        (place.strip(" ›") or "all of it", old.get(place, ""), new.get(place, ""))
        for place in dict.fromkeys([*old, *new])
        if old.get(place, "") != new.get(place, "")
    ]


def _leaves(place: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for name in sorted(value) for leaf in _leaves(f"{place} › {name.replace('_', ' ')}", value[name])]
    if isinstance(value, list):
        if all(not isinstance(one, dict | list) for one in value):
            return [(place, ", ".join(map(str, value)))]
        return [leaf for number, one in enumerate(value, 1) for leaf in _leaves(f"{place} › {number}", one)]
    return [(place, "" if value is None else str(value))]


def _brief(value: str) -> str:
    """As people read it: a dash for nothing, the first digits of a checksum."""
    return f"{value[:12]}…" if CHECKSUM.fullmatch(value) else value or "–"
