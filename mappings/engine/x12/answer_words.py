"""What the codes of acknowledgments mean, in words of our own: also those that only partners send."""

from mappings.engine.code_rules import RULES

# Codes that no finding of ours has. Data elements I18 (TA105), 716 (AK905) and 718 (AK502).
_ONLY_THEIRS = {
    "ta1": {
        "002": "ISA11 is not a standard that they take",
        "004": "The segment terminator is not valid",
        "005": "ISA05, the qualifier of the sender, is not valid",
        "006": "ISA06, the sender, is not known to them",
        "007": "ISA07, the qualifier of the receiver, is not valid",
        "008": "ISA08, the receiver, is not valid",
        "009": "ISA08 names a receiver that they do not know",
        "010": "ISA01 is not valid",
        "011": "ISA02 is not valid",
        "012": "ISA03 is not valid",
        "013": "ISA04 is not valid",
        "014": "ISA09, the date, is not valid",
        "015": "ISA10, the time, is not valid",
        "016": "ISA11 is not valid",
        "017": "ISA12 is not a version that they take",
        "018": "ISA13, the control number, is not valid",
        "019": "ISA14 is not valid",
        "020": "ISA15, test or production, is not what they expect",
        "026": "The element separator is not valid",
        "027": "The component separator is not valid",
        "028": "The date of a deferred delivery is not valid",
        "029": "The time of a deferred delivery is not valid",
        "030": "The time code of a deferred delivery is not valid",
        "031": "The grade of service is not valid",
    },
    "group": {
        "10": "The authentication key is not known",
        "11": "The encryption key is not known",
        "12": "They cannot serve what was asked for authentication or encryption",
        "13": "The security recipient is not known",
        "14": "The security originator is not known",
        "15": "What was decrypted has syntax errors",
        "16": "They support no security",
        "17": "The encrypted text has a wrong length",
        "18": "The authentication failed",
    },
    "set": {
        "8": "The authentication key is not known",
        "9": "The encryption key is not known",
        "10": "They cannot serve what was asked for authentication or encryption",
        "11": "The security recipient is not known",
        "12": "The encrypted text has a wrong length",
        "13": "The authentication failed",
        "15": "The security originator is not known",
        "16": "What was decrypted has syntax errors",
        "17": "They support no security",
    },
    "segment": {
        "8": "The segment has element errors",
        "I6": "The guide wants a segment that is not there",
        "I7": "The guide allows fewer of this loop",
        "I9": "The guide wants a segment because of another one",
    },
    "element": {
        "I11": "The guide allows fewer repetitions",
        "I12": "The guide wants another pattern of characters",
        "I13": "The guide does not allow this element beside another one",
    },
}


def _words(field: str) -> dict[str, str]:
    """What a code means: the first of our own codes that has it, else what only partners send."""
    found: dict[str, str] = {}
    for rule in RULES.values():
        for name in (field, f"ik_{field}"):
            code = getattr(rule, name, "")
            if code:
                found.setdefault(code, rule.title)
    return _ONLY_THEIRS[field] | found


WORDS = {field: _words(field) for field in _ONLY_THEIRS}
"""By what the code is about (ta1, group, set, segment, element), then by code."""
