"""The values of all policies, with Onramp's defaults. The words for them stand in the sections."""

from typing import Annotated, Literal

import msgspec

LARGEST_CONTROL_NUMBER = 999_999_999
MOST_BYTES = 100_000_000
MOST_FILES_PER_HOUR = 1_000_000
MOST_DOCUMENTS_PER_HOUR = 100_000_000
IsaId = Annotated[str, msgspec.Meta(max_length=15, pattern=r"^[ -~]*$")]
GsId = Annotated[str, msgspec.Meta(max_length=15, pattern=r"^([ -~]{2,})?$")]
Qualifier = Annotated[str, msgspec.Meta(pattern=r"^([0-9A-Z]{2})?$")]
# As people enter it, or sealed as it is kept.
Information = Annotated[str, msgspec.Meta(pattern=r"^([ -~]{0,10}|v1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]{38,})$")]
Separator = Annotated[str, msgspec.Meta(pattern=r"^([!-/:-@\[-`{-~]|0x[0-9A-Fa-f]{2})?$")]
ControlNumber = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_CONTROL_NUMBER)]
Strictness = Literal["reject", "warn", "off"]
RejectOrWarn = Literal["reject", "warn"]
ImpliedDecimals = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^(\d{1,4}:\d(, ?\d{1,4}:\d)*)?$")]
Clock = Annotated[str, msgspec.Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
WhenDuplicate = Literal["reject", "hold", "process"]


class Policies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings in force for one agreement. Field defaults are Onramp's defaults.

    Acknowledgment: ta1 "requested" goes by ISA14.
    Validation: the first five are about whole layers; they can only soften what the kinds of fault after them say.
    Duplicates: "hold" opens a case, "reject" only records it, "process" lets it pass.
    Limits: sizes in bytes; the largest rate is none at all; times of day in the partner's time zone.
    Going live: the grace period begins when the approval is lost.
    Envelope: empty texts and "same" stand for what the answered file has.
    """

    # Acknowledgment
    acknowledgment: Literal["997", "999", "none"] = "997"
    acknowledgment_detail: Literal["group", "set", "segment", "element"] = "element"
    acknowledgment_for: Literal["group", "set"] = "group"
    acknowledge_accepted: bool = True
    acknowledgment_by: Literal["same", "api", "portal", "drop-folder", "sftp", "sftp-hosted", "as2"] = "same"
    ta1: Literal["never", "error", "requested", "always"] = "error"
    answer_due_hours: Annotated[int, msgspec.Meta(ge=0, le=8760)] = 24
    # Validation
    suspension: Literal["set", "interchange"] = "set"
    envelope_errors: RejectOrWarn = "reject"
    syntax_errors: Strictness = "reject"
    overlay_errors: Strictness = "reject"
    mapping_errors: RejectOrWarn = "reject"
    business_errors: Strictness = "reject"
    unknown_segments: Strictness = "reject"
    segment_order: Strictness = "reject"
    segment_repeats: Strictness = "reject"
    repeated_elements: Strictness = "warn"
    extra_elements: Strictness = "reject"
    element_lengths: Strictness = "reject"
    element_characters: Strictness = "reject"
    conditional_elements: Strictness = "reject"
    dates_and_times: Strictness = "reject"
    unknown_codes: Strictness = "warn"
    set_counts: Strictness = "reject"
    sets_in_groups: RejectOrWarn = "reject"
    balances: Strictness = "warn"
    x12_encoding: Literal["detect", "utf-8", "iso-8859-1", "windows-1252"] = "detect"
    character_set: Literal["basic", "extended", "utf-8"] = "extended"
    character_set_errors: Strictness = "off"
    trailing_separators: Strictness = "off"
    element_blanks: Strictness = "off"
    decimal_points: Strictness = "reject"
    implied_decimals: ImpliedDecimals = ""
    # Repairs
    isa_padding: Strictness = "warn"
    isa_line_end: Strictness = "warn"
    segment_blanks: Strictness = "off"
    foreign_encoding: Strictness = "warn"
    data_outside_interchange: Strictness = "warn"
    missing_iea: RejectOrWarn = "reject"
    missing_ge: RejectOrWarn = "reject"
    missing_se: RejectOrWarn = "reject"
    # Duplicates
    duplicate_interchange: WhenDuplicate = "hold"
    duplicate_group: WhenDuplicate = "process"
    duplicate_document: WhenDuplicate = "hold"
    duplicate_window_days: Days = 365
    duplicate_group_window_days: Days = 365
    duplicate_document_window_days: Days = 3650
    # Limits
    max_file_bytes: Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)] = MOST_BYTES
    max_files_per_hour: Annotated[int, msgspec.Meta(ge=1, le=MOST_FILES_PER_HOUR)] = MOST_FILES_PER_HOUR
    max_documents_per_hour: Annotated[int, msgspec.Meta(ge=1, le=MOST_DOCUMENTS_PER_HOUR)] = MOST_DOCUMENTS_PER_HOUR
    work_days: Literal["every-day", "monday-to-friday", "business-calendar"] = "every-day"
    work_begins: Clock = ""
    work_ends: Clock = ""
    latency: Literal["by-size", "interactive", "bulk"] = "by-size"
    # Envelope
    isa_authorization_qualifier: Literal["00", "01", "02", "03", "04", "05", "06"] = "00"
    isa_authorization: Information = ""
    isa_security_qualifier: Literal["00", "01"] = "00"
    isa_security: Information = ""
    own_isa_qualifier: Qualifier = ""
    own_isa_id: IsaId = ""
    partner_isa_qualifier: Qualifier = ""
    partner_isa_id: IsaId = ""
    isa_version: Literal["same", "00401", "00501"] = "same"
    isa_ack_requested: bool = False
    isa_usage: Literal["same", "P", "T", "I"] = "same"
    own_gs_id: GsId = ""
    partner_gs_id: GsId = ""
    gs_agency: Literal["X", "T"] = "X"
    gs_version: Annotated[str, msgspec.Meta(pattern=r"^(\d{6}[A-Z0-9]{0,6})?$")] = ""
    element_separator: Separator = ""
    component_separator: Separator = ""
    repetition_separator: Separator = ""
    segment_terminator: Separator = ""
    segment_suffix: Literal["none", "lf", "crlf"] = "none"
    isa_control_start: ControlNumber = 1
    gs_control_start: ControlNumber = 1
    control_maximum: ControlNumber = LARGEST_CONTROL_NUMBER
    # Going live
    approvals: Literal["one", "two"] = "one"
    guide: Literal["optional", "required"] = "optional"
    certification: Literal["chosen", "onboarding", "always"] = "onboarding"
    certificate_days: Annotated[int, msgspec.Meta(ge=0, le=730)] = 30
    when_uncovered: Literal["hold", "flag"] = "hold"
    grace_hours: Annotated[int, msgspec.Meta(ge=0, le=8760)] = 72
