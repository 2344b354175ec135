"""Traffic: files, envelopes, work units, documents, what came of them, and what people must look at."""

from transactions.models.awaited import AwaitedDocument, Watched
from transactions.models.case import CaseComment, ExceptionCase
from transactions.models.certification import (
    Certification,
    CertificationRun,
    CertificationUpload,
    OurTestDocument,
    ScenarioChoice,
    ScenarioDecision,
)
from transactions.models.document import Attempt, CanonicalDocument, Document
from transactions.models.envelope import Acknowledgment, FunctionalGroup, Interchange
from transactions.models.file import InboundFile, WorkUnit
from transactions.models.sent import SentGroup, SentSet
from transactions.models.trail import ClaimScope, DuplicateClaim, Event, Verb

__all__ = [
    "AwaitedDocument",
    "Watched",
    "Acknowledgment",
    "Attempt",
    "CanonicalDocument",
    "CaseComment",
    "Certification",
    "CertificationRun",
    "CertificationUpload",
    "ClaimScope",
    "Document",
    "DuplicateClaim",
    "Event",
    "ExceptionCase",
    "FunctionalGroup",
    "InboundFile",
    "Interchange",
    "OurTestDocument",
    "ScenarioChoice",
    "ScenarioDecision",
    "SentGroup",
    "SentSet",
    "Verb",
    "WorkUnit",
]
