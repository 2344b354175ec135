"""Policies that the pipeline obeys: Onramp's defaults, what a partner changes, what an agreement changes."""

from typing import Annotated, Any, Literal

import msgspec
from django.core.exceptions import ValidationError


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings in force for one agreement. Field defaults are Onramp's defaults.

    acknowledgment:          "997" or "none".
    acknowledge_accepted:    write AK2/AK5 for accepted sets too.
    ta1:                     when to write a TA1; "requested" goes by ISA14.
    envelope_errors:         reject the documents of an interchange or group whose envelope is wrong, or only warn.
    unknown_codes:           an element code that is not in the code list: a warning or an error.
    duplicate_interchange, duplicate_document: "hold" opens a case, "reject" only records it, "process" lets it pass.
    duplicate_window_days:   how long the control number of an interchange counts as used.
    """

    acknowledgment: Literal["997", "none"] = "997"
    acknowledge_accepted: bool = True
    ta1: Literal["never", "error", "requested", "always"] = "error"
    envelope_errors: Literal["reject", "warn"] = "reject"
    unknown_codes: Literal["reject", "warn"] = "warn"
    duplicate_interchange: Literal["reject", "hold", "process"] = "hold"
    duplicate_document: Literal["reject", "hold", "process"] = "hold"
    duplicate_window_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365


# About whole interchanges, which may hold documents of several agreements: the partner decides them, no agreement can.
ENVELOPE_POLICIES = frozenset({"ta1", "envelope_errors", "duplicate_interchange", "duplicate_window_days"})


def resolve(*layers: dict[str, Any]) -> Policies:
    """The policies in force: each layer (partner, then agreement) overrides the ones before it.

    Raises msgspec.ValidationError when a layer names an unknown policy or value.
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
    return msgspec.convert(merged, Policies)


def validate_policies(value: Any) -> None:
    """Model validator: an object of known policies with allowed values."""
    if not isinstance(value, dict):
        raise ValidationError("Policies are an object, such as {}.")
    try:
        resolve(value)
    except msgspec.ValidationError as error:
        known = ", ".join(Policies.__struct_fields__)
        raise ValidationError(f"{error}. Known policies: {known}.") from error
