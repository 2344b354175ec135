"""One order for tests, as an X12 850 and as what it becomes."""

from typing import Any


def order_set(number: str, control: str, *, name: str = "Acme Stores") -> bytes:
    """One ST–SE of an 850 with two lines."""
    segments = [
        f"ST*850*{control}",
        f"BEG*00*SA*{number}**20261120",
        "CUR*BY*USD",
        "REF*DP*038",
        "DTM*002*20261201",
        f"N1*BY*{name}*9*0076985320000",
        "N3*31 Market Street",
        "N4*Springfield*IL*62701*US",
        "PO1*1*12*EA*4.25**UP*036000291452*VN*A-100",
        "PID*F****Bolt, hexagonal, M8",
        "PO1*2*3*XX*19.5**UP*036000291469*VN*B-200",
        "CTT*2*15",
    ]
    segments.append(f"SE*{len(segments) + 1}*{control}")
    return "".join(f"{segment}~\n" for segment in segments).encode()


def order_body(number: str) -> dict[str, Any]:
    """A canonical order of two lines."""
    return {
        "model": "order/1",
        "number": number,
        "purpose": "original",
        "purpose_code": "00",
        "type": "standard",
        "type_code": "SA",
        "issue_date": "2026-11-20",
        "currency": "USD",
        "parties": [
            {
                "role": "buyer",
                "role_code": "BY",
                "name": "Acme Stores",
                "identifiers": [{"value": "0076985320000", "scheme": "duns_plus_4", "scheme_code": "9"}],
                "address": {"lines": ["31 Market Street"], "city": "Springfield", "region": "IL", "country": "US"},
            }
        ],
        "references": [{"type": "department", "qualifier": "DP", "value": "038"}],
        "dates": [{"type": "delivery_requested", "qualifier": "002", "date": "2026-12-01"}],
        "lines": [
            {
                "key": 1,
                "line_id": "1",
                "quantity": {"value": "12", "unit": "EA", "unit_code": "EA"},
                "price": {"amount": "4.25"},
                "amount": "51.00",
                "identifiers": [{"scheme": "upc", "qualifier": "UP", "value": "036000291452"}],
                "descriptions": [{"text": "Bolt, hexagonal, M8"}],
            },
            {
                "key": 2,
                "line_id": "2",
                "quantity": {"value": "3", "unit_code": "XX"},
                "price": {"amount": "19.50"},
                "amount": "58.50",
                "identifiers": [{"scheme": "upc", "qualifier": "UP", "value": "036000291469"}],
            },
        ],
        "totals": {
            "stated": {"line_count": 2, "hash_total": "15"},
            "computed": {"line_count": 2, "quantity": "15", "lines_amount": "109.50"},
        },
    }
