"""Named checks, and what an approval is given on. Apps register theirs in `AppConfig.ready()`.

A stage names the checks that it requires. One that is missing or raises blocks: nothing goes live because somebody
forgot to look.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import DatabaseError, models

from partners.models import Agreement, Stage

logger = logging.getLogger(__name__)

# What each stage requires, by name, from first to last. Whoever is past them all waits for approval.
REQUIRED: dict[Stage, tuple[str, ...]] = {
    Stage.PROFILE: ("profile-complete", "identity-known"),
    Stage.CONNECTIVITY: ("connection-ready", "certificates-last"),
    Stage.SPECIFICATION: ("guide-present", "policies-agree"),
    Stage.MAPPING: ("mapping-published", "mapping-tested"),
    Stage.CERTIFICATION: ("scenarios-passed",),
}
EVERYBODY = None
"""What a watcher returns when all agreements may be concerned."""


class Verdict(NamedTuple):
    """Whether a check passed, why in one sentence, and what it saw, as JSON.

    is_pending: it is being looked at by itself now. Nothing new is approved on it; what is approved stays for so long.
    """

    is_ok: bool
    reason: str
    evidence: dict[str, Any] = {}
    is_pending: bool = False


class Check(NamedTuple):
    """is_lasting: it must keep passing after go-live, else the approval does not cover the agreement any more."""

    name: str
    title: str
    run: Callable[[Agreement], Verdict]
    is_lasting: bool = True


class Material(NamedTuple):
    """A part of what an approval is given on. read: as JSON; when it differs later, the approval is lost.

    still_covers: whether a part that differs is covered all the same, since it was proven again.
    """

    name: str
    title: str
    stage: Stage
    read: Callable[[Agreement], Any]
    still_covers: Callable[[Agreement, Any, Any], bool] | None = None


class Judged(NamedTuple):
    """A check's verdict, with the stage that requires it."""

    name: str
    title: str
    stage: Stage
    is_ok: bool
    reason: str
    evidence: dict[str, Any]
    is_lasting: bool
    is_pending: bool = False


CHECKS: dict[str, Check] = {}
MATERIAL: dict[str, Material] = {}
WATCHED: dict[type[models.Model], Callable[[Any], "set[int] | None"]] = {}


def register_check(check: Check) -> None:
    """Make a check known. Raises ValueError for a name that is taken."""
    if CHECKS.setdefault(check.name, check) != check:
        raise ValueError(f"There is a readiness check {check.name} already.")


def register_material(material: Material) -> None:
    """Make a part of the evidence known. Raises ValueError for a name that is taken."""
    if MATERIAL.setdefault(material.name, material) != material:
        raise ValueError(f"There is material {material.name} already.")


def watch(model: type[models.Model], partners_of: Callable[[Any], "set[int] | None"]) -> None:
    """Check agreements again whenever a row of this model is saved or deleted.

    partners_of: keys of the partners that a row concerns; EVERYBODY for all.
    """
    WATCHED[model] = partners_of


@contextmanager
def temporarily(*checks: Check, without: tuple[str, ...] = ()) -> Iterator[None]:
    """Inside, these checks stand for those of the same name, and others are missing. For tests."""
    kept = dict(CHECKS)
    CHECKS.update({check.name: check for check in checks})
    for name in without:
        CHECKS.pop(name, None)
    try:
        yield
    finally:
        CHECKS.clear()
        CHECKS.update(kept)


def judge(agreement: Agreement) -> list[Judged]:
    """Every required check of an agreement, in the order of the stages."""
    return [_judged(stage, name, agreement) for stage, names in REQUIRED.items() for name in names]


def unregistered() -> list[str]:
    """Required names that no app registered."""
    return [name for names in REQUIRED.values() for name in names if name not in CHECKS]


def material_of(agreement: Agreement) -> dict[str, Any]:
    """What an approval would be given on now, by name in alphabetical order."""
    return {name: MATERIAL[name].read(agreement) for name in sorted(MATERIAL)}


def _judged(stage: Stage, name: str, agreement: Agreement) -> Judged:
    check = CHECKS.get(name)
    if check is None:
        return Judged(name, name, stage, False, "This check is not installed, so nobody looked.", {}, True)
    try:
        verdict = check.run(agreement)
    except DatabaseError:
        raise  # the transaction is lost; whoever asked must know
    except Exception as error:  # noqa: BLE001  # a check that raises blocks, whatever it raises, and is logged
        logger.exception("readiness check %s of agreement %s failed", name, agreement.pk)
        verdict = Verdict(False, f"The check itself failed ({type(error).__name__}), so nobody looked.")
    said = (verdict.is_ok, verdict.reason, verdict.evidence, check.is_lasting, verdict.is_pending)
    return Judged(name, check.title, stage, *said)
