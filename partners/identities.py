"""What an identity may look like, by its kind: how it is normalised, and what is wrong with it."""

import re

# Data element I05, 004010 and 005010: what ISA05 and ISA07 may hold.
ISA_QUALIFIERS = {
    "01": "D-U-N-S",
    "02": "SCAC (carrier)",
    "03": "FMC (carrier)",
    "04": "IATA (air carrier)",
    "07": "GLN",
    "08": "UCC communications id",
    "09": "X.121 (CCITT)",
    "10": "DoD activity address",
    "11": "Drug Enforcement Administration",
    "12": "Telephone number",
    "13": "UCS code",
    "14": "D-U-N-S with suffix",
    "15": "Petroleum Accountants Society",
    "16": "D-U-N-S with 4-character suffix",
    "17": "American Bankers Association",
    "18": "AAR (rail)",
    "19": "EDI Council of Australia",
    "20": "Health industry number",
    "21": "Integrated postsecondary education",
    "22": "Federal interagency commission on education",
    "23": "National center for education statistics",
    "24": "SPEEDE/ExPRESS",
    "25": "Statistics Canada",
    "26": "Statistics Canada, college",
    "27": "HCFA carrier",
    "28": "HCFA fiscal intermediary",
    "29": "HCFA medicare provider",
    "30": "US federal tax id",
    "31": "IAIABC jurisdiction",
    "32": "US federal employer id",
    "33": "NAIC company code",
    "34": "Canadian medicaid provider",
    "35": "Statistics Canada, customs",
    "36": "Statistics Canada, importer",
    "37": "Statistics Canada, exporter",
    "38": "SRC code",
    "AM": "ANAP",
    "NR": "National retail merchants",
    "SA": "SAFER",
    "SN": "Standard address number",
    "ZZ": "Mutually defined",
}
_PLAIN = re.compile(r"[ -~]+")
_DUNS = re.compile(r"\d{9}")
_GLN_SCHEMES = frozenset({"0088", "GLN"})
_DUNS_SCHEMES = frozenset({"0060", "DUNS"})


def normalise_identity(value: str) -> str:
    """Identities compare without blanks around them and without regard to case."""
    return value.strip().upper()


def normalise(kind: str, qualifier: str, value: str) -> tuple[str, str]:
    """Qualifier and value as they are stored: GLN and D-U-N-S also without the blanks and hyphens people write."""
    qualifier, value = normalise_identity(qualifier), normalise_identity(value)
    if kind in ("gln", "duns"):
        value = re.sub(r"[\s-]", "", value)
    return qualifier, value


def faults(kind: str, qualifier: str, value: str) -> dict[str, str]:
    """What makes a normalised identity unusable: {"qualifier" or "value": one sentence}. Empty when it is right."""
    if not _PLAIN.fullmatch(value):
        return {"value": "Use plain characters only (ASCII): documents cannot carry others here."}
    check = _CHECKS.get(kind)
    return check(qualifier, value) if check else {}


def warnings(kind: str, qualifier: str, value: str) -> list[str]:
    """What is unusual but is seen in the field: sentences."""
    if kind == "isa":
        shape = {
            "01": (_DUNS.fullmatch(value) is not None, "is not a D-U-N-S number (9 digits)"),
            "02": (re.fullmatch(r"[A-Z]{2,4}", value) is not None, "is not a SCAC (2 to 4 letters)"),
            "07": (is_gln(value), "is not a GLN"),
            "14": (re.fullmatch(r"\d{9}.{1,6}", value) is not None, "is not a D-U-N-S number with a suffix"),
        }.get(qualifier)
        if shape and not shape[0]:
            return [f"{value} {shape[1]}, though qualifier {qualifier} says so. It is kept as it is."]
    if kind == "endpoint" and qualifier in _GLN_SCHEMES and not is_gln(value):
        return [f"{value} is not a GLN, though its scheme {qualifier} says so. It is kept as it is."]
    if kind in ("endpoint", "cxml") and qualifier in _DUNS_SCHEMES and not _DUNS.fullmatch(value):
        return [f"{value} is not a D-U-N-S number, though {qualifier} says so. It is kept as it is."]
    return []


def is_gln(value: str) -> bool:
    """13 digits of which the last is the check digit (GS1 General Specifications, 7.9)."""
    return bool(re.fullmatch(r"\d{13}", value)) and check_digit(value[:-1]) == value[-1]


def check_digit(digits: str) -> str:
    """The GS1 check digit (modulo 10, weights 3 and 1 from the right) of the digits before it."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _isa(qualifier: str, value: str) -> dict[str, str]:
    wrong = {}
    if qualifier not in ISA_QUALIFIERS:
        wrong["qualifier"] = f"ISA05 has no code {qualifier or '(empty)'}. Usual ones: 01, 02, 07, 08, 12, 14, 16, ZZ."
    if len(value) > 15:
        wrong["value"] = f"ISA06 has 15 characters; this has {len(value)}."
    return wrong


def _gs(qualifier: str, value: str) -> dict[str, str]:
    return _without_qualifier(qualifier) or ({} if 2 <= len(value) <= 15 else {"value": "GS02 has 2 to 15 characters."})


def _gln(qualifier: str, value: str) -> dict[str, str]:
    return _without_qualifier(qualifier) or _gln_value(value)


def _gln_value(value: str) -> dict[str, str]:
    if not re.fullmatch(r"\d{13}", value):
        return {"value": f"A GLN has 13 digits; this has {len(value)} characters."}
    right = check_digit(value[:-1])
    return {} if right == value[-1] else {"value": f"The check digit is wrong: {value[:-1]} ends in {right}."}


def _duns(qualifier: str, value: str) -> dict[str, str]:
    return _without_qualifier(qualifier) or _duns_value(value)


def _duns_value(value: str) -> dict[str, str]:
    right = re.fullmatch(r"\d{9}(\w{4})?", value)
    return {} if right else {"value": "A D-U-N-S number has 9 digits (with D-U-N-S+4: four characters more)."}


def _cxml(qualifier: str, value: str) -> dict[str, str]:
    if not qualifier:
        return {"qualifier": "A credential has a domain, such as DUNS or NetworkID."}
    return {}


def _idoc(qualifier: str, value: str) -> dict[str, str]:
    if qualifier and not re.fullmatch(r"[A-Z0-9]{1,2}", qualifier):
        return {"qualifier": "SAP's partner types have two letters, such as KU, LI or LS."}
    return {} if len(value) <= 10 else {"value": "SNDPRN has at most 10 characters."}


def _as2(qualifier: str, value: str) -> dict[str, str]:
    if wrong := _without_qualifier(qualifier):
        return wrong
    if len(value) > 128 or '"' in value or "\\" in value:
        return {"value": "An AS2 name has at most 128 characters, without quotes and backslashes (RFC 4130, 6.2)."}
    return {}


def _without_qualifier(qualifier: str) -> dict[str, str]:
    return {"qualifier": "Leave it empty: this kind of identity has none."} if qualifier else {}


_CHECKS = {
    "isa": _isa,
    "gs": _gs,
    "gln": _gln,
    "duns": _duns,
    "cxml": _cxml,
    "idoc": _idoc,
    "as2": _as2,
}
