"""The functional group (GS01, data element 479) that a transaction set travels in. Uncertain sets are left out."""

from msgspec.structs import replace

from mappings.engine.findings import Code, Finding, Place, finding

_SETS = {
    "AG": "824",
    "AN": "180",
    "AR": "943",
    "BE": "834",
    "CA": "865",
    "CD": "812",
    "FA": "997 999",
    "GF": "990",
    "GP": "880",
    "HB": "271",
    "HC": "837",
    "HI": "278",
    "HN": "277",
    "HP": "835",
    "HR": "276",
    "HS": "270",
    "IB": "846",
    "IM": "210",
    "IN": "810",
    "OG": "875",
    "OW": "940",
    "PC": "860",
    "PD": "852",
    "PO": "850",
    "PR": "855",
    "PS": "830",
    "PT": "867",
    "QM": "214",
    "RA": "820",
    "RC": "861",
    "RE": "944",
    "RQ": "840",
    "RR": "843",
    "SC": "832",
    "SH": "856",
    "SM": "204",
    "SS": "862",
    "SW": "945",
    "TX": "864",
}
_GROUPS: dict[str, tuple[str, ...]] = {set_id: (group,) for group, sets in _SETS.items() for set_id in sets.split()}


def group_of(set_id: str) -> tuple[str, ...]:
    """The values that GS01 may have for a set (ST01); none when that is not known, which means: any."""
    return _GROUPS.get(set_id, ())


def belongs(set_id: str, functional_id: str) -> bool:
    """Whether a set may travel in a group with this GS01, as far as that is known."""
    wanted = _GROUPS.get(set_id)
    return wanted is None or functional_id in wanted


def faults_in_group(set_id: str, number: str, functional_id: str, place: Place, *, repeats: bool) -> list[Finding]:
    """What its group says against a set: ST01 that GS01 does not allow, ST02 that a set before it had.

    place: of ST. repeats: whether the number (ST02) was used before, which only a walk through the group tells.
    """
    place = replace(place, segment=1, segment_id="ST")
    found = []
    if not belongs(set_id, functional_id):
        wanted = group_of(set_id)
        message = f"Set {set_id} belongs in a group {' or '.join(wanted)}, GS01 is {functional_id or 'missing'}"
        where = replace(place, element=1, element_id="143")
        found.append(finding(Code.SET_NOT_IN_GROUP, message, where, value=set_id))
    if repeats:
        where = replace(place, element=2, element_id="329")
        found.append(finding(Code.SET_CONTROL_DUPLICATE, place=where, value=number))
    return found
