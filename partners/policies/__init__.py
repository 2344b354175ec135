"""Policies that the pipeline obeys: Onramp's defaults, then what the house, a partner and an agreement change.

One flat struct, shown in sections. A new policy is a field in `values`, its words in a section, and the one place in
transactions that obeys it.
"""

from typing import Any, NamedTuple

import msgspec
from django.core.exceptions import ValidationError

from config.core.vault import VaultLocked
from partners.policies.acknowledgment import SECTION as ACKNOWLEDGMENT
from partners.policies.duplicates import SECTION as DUPLICATES
from partners.policies.envelope import SECTION as ENVELOPE
from partners.policies.going_live import SECTION as GOING_LIVE
from partners.policies.limits import SECTION as LIMITS
from partners.policies.repairs import SECTION as REPAIRS
from partners.policies.sealed import SECRETS, opened, seal_layer
from partners.policies.section import PolicyWords, Section
from partners.policies.validation import SECTION as VALIDATION
from partners.policies.values import Policies

__all__ = ["SECTIONS", "WORDS", "Policies", "implied_decimals", "resolve", "validate_policies"]

SECTIONS: tuple[Section, ...] = (ACKNOWLEDGMENT, VALIDATION, REPAIRS, DUPLICATES, LIMITS, ENVELOPE, GOING_LIVE)
WORDS: dict[str, PolicyWords] = {name: words for section in SECTIONS for name, words in section.words.items()}


# About whole files or interchanges, which may hold documents of several agreements: no agreement can decide them.
ENVELOPE_POLICIES = frozenset(
    {
        "ta1",
        "envelope_errors",
        "isa_padding",
        "isa_line_end",
        "data_outside_interchange",
        "missing_iea",
        "missing_ge",
        "duplicate_interchange",
        "duplicate_window_days",
        "duplicate_group",
        "duplicate_group_window_days",
        "max_file_bytes",
        "max_files_per_hour",
        "max_documents_per_hour",
        "work_days",
        "work_begins",
        "work_ends",
        "suspension",
        "isa_control_start",
        "gs_control_start",
        "control_maximum",
    }
)
# A lower layer may make these smaller, never larger: the strictest of all layers is in force.
NARROW_ONLY = frozenset({"max_file_bytes", "max_files_per_hour", "max_documents_per_hour"})
_FROM_LOOSE_TO_STRICT = (
    ("off", "warn", "reject"),
    ("process", "hold", "reject"),
    ("flag", "hold"),
    ("optional", "required"),
    ("one", "two"),
    ("chosen", "onboarding", "always"),
)


class Widening(NamedTuple):
    """A policy that a layer wants looser than what holds above it."""

    name: str
    inherited: Any
    wanted: Any


def resolve(*layers: dict[str, Any]) -> Policies:
    """The policies in force: each layer (house, partner, agreement) overrides the ones before it.

    Raises msgspec.ValidationError when a layer names an unknown policy or value.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        strictest = {name: min(layer[name], merged[name]) for name in NARROW_ONLY & layer.keys() & merged.keys()}
        merged.update(layer)
        merged.update(strictest)
    return msgspec.convert(merged, Policies)


def widens(name: str, inherited: Any, wanted: Any) -> bool:
    """Whether a value is looser than the inherited one. False where values have no order of strictness."""
    if name in NARROW_ONLY:
        return bool(wanted > inherited)
    for order in _FROM_LOOSE_TO_STRICT:
        if inherited in order and wanted in order:
            return order.index(wanted) < order.index(inherited)
    return False


def forbidden_widenings(inherited: Policies, layer: dict[str, Any]) -> list[Widening]:
    """What a layer may not have, since it may only narrow."""
    found = (Widening(name, getattr(inherited, name), layer[name]) for name in sorted(NARROW_ONLY & layer.keys()))
    return [one for one in found if widens(*one)]


def conflicts(policies: Policies) -> list[str]:
    """Values that are right each but cannot hold together, in sentences."""
    said = []
    names = ("element_separator", "component_separator", "repetition_separator", "segment_terminator")
    used: dict[str, str] = {}
    for name in names:
        character = separator(getattr(policies, name))
        if character and character in used:
            said.append(f"{WORDS[name].label} and {WORDS[used[character]].label.lower()} cannot be the same.")
        used[character] = name
    if bool(policies.work_begins) != bool(policies.work_ends):
        said.append("Worked from and worked until go together: set both or neither.")
    elif policies.work_begins and policies.work_begins == policies.work_ends:
        said.append("Worked from and worked until cannot be the same time.")
    for name in ("isa_control_start", "gs_control_start"):
        if getattr(policies, name) > policies.control_maximum:
            said.append(f"{WORDS[name].label} is after the last control number.")
    if policies.acknowledgment_for == "set" and policies.acknowledgment_detail == "group":
        said.append("An acknowledgment for each set lists its set: how much it says cannot be by group only.")
    if policies.acknowledgment_for == "set" and not policies.acknowledge_accepted:
        said.append("An acknowledgment for each set lists accepted documents too.")
    for qualifier, value in (
        ("isa_authorization_qualifier", "isa_authorization"),
        ("isa_security_qualifier", "isa_security"),
    ):
        if getattr(policies, qualifier) == "00" and getattr(policies, value):
            said.append(f"{WORDS[value].label} needs a qualifier other than 00 ({WORDS[qualifier].element}).")
    for qualifier, value in (("own_isa_qualifier", "own_isa_id"), ("partner_isa_qualifier", "partner_isa_id")):
        if bool(getattr(policies, qualifier)) != bool(getattr(policies, value)):
            said.append(f"{WORDS[qualifier].label} and {WORDS[value].label.lower()} go together: set both or neither.")
    return said


def separator(text: str) -> str:
    """The character that a policy of a separator names: itself, or by its code (0x1D); "" for none."""
    return chr(int(text, 16)) if text.startswith("0x") and len(text) == 4 else text


def implied_decimals(text: str) -> tuple[tuple[str, int], ...]:
    """Number of the data element and its decimals, of each that a policy names: "212:2, 782:2"."""
    named = (one.strip().split(":") for one in text.split(",") if one)
    return tuple((element, int(decimals)) for element, decimals in named)


def validate_policies(value: Any) -> None:
    """Model validator: an object of known policies with allowed values; its secrets can be sealed and opened."""
    if not isinstance(value, dict):
        raise ValidationError("Policies are an object, such as {}.")
    try:
        resolve(value)
    except msgspec.ValidationError as error:
        known = ", ".join(Policies.__struct_fields__)
        raise ValidationError(f"{error}. Known policies: {known}.") from error
    try:
        for name in SECRETS & value.keys():
            opened(name, value[name])
        seal_layer(value)
    except VaultLocked as locked:
        raise ValidationError(f"{WORDS[name].label}: {locked}") from locked
