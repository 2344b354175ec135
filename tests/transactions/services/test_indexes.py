"""Search and home on PostgreSQL: each statement goes by an index, so that a full table costs what an empty one does."""

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_file, make_user

pytestmark = [pytest.mark.services, pytest.mark.django_db]

BIG = {
    "transactions_document", "transactions_inboundfile", "transactions_interchange", "transactions_functionalgroup",
    "transactions_exceptioncase", "transactions_acknowledgment",
}  # fmt: skip
# Few rows are in them, whatever the table holds.
PARTIAL = {"document_not_final", "file_unfinished", "unit_active", "case_open_due", "case_one_open_of_a_kind"}
PAGES = [
    reverse("today"),
    reverse("today") + "?environment=test&span=14d",
    *(
        reverse("search") + f"?q={term}"
        for term in ("PO-77", "000000042", "orders-20", "abcdef0123", "1234@shop.example")
    ),
    reverse("search") + "?q=0193b5a2-7f10-7c3e-9d51-2f6a8c4e1b70",
]


def scanned(plan: dict[str, Any]) -> list[str]:
    """Tables that a plan reads from end to end: without an index, or along one without a condition on it."""
    is_along = "Index" in plan["Node Type"] and "Index Cond" not in plan and plan.get("Index Name") not in PARTIAL
    is_whole = plan["Node Type"] == "Seq Scan" or is_along
    own = [plan["Relation Name"]] if is_whole and "Relation Name" in plan and "Filter" in plan else []
    return own + [table for part in plan.get("Plans", ()) for table in scanned(part)]


@pytest.mark.parametrize("page", PAGES)
def test_no_big_table_is_read_from_end_to_end(page: str) -> None:
    make_file(documents=3, failing=1)
    client = Client()
    client.force_login(make_user(is_superuser=True))
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    asked = [query["sql"] for query in captured.captured_queries if re.match("SELECT", query["sql"])]
    assert any(table in statement for statement in asked for table in BIG)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # the test's tables are small: a scan is what it takes at last
        for statement in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}", [])
            plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            assert not BIG & set(scanned(plan[0]["Plan"])), (scanned(plan[0]["Plan"]), statement)
