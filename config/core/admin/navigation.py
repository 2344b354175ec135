"""The sidebar: pages by their URL names, each for those who may see it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse


def _entry(title: str, icon: str, model: str, query: str = "", badge: str = "", also: str = "") -> dict[str, Any]:
    """An entry that leads to the list of a model ("app.model"), shown to those who may view it.

    also: another permission ("app.codename") that shows it.
    """
    app, name = model.split(".")

    def is_allowed(request: HttpRequest) -> bool:
        permissions = (f"{app}.view_{name}", f"{app}.change_{name}", *([also] if also else []))
        return any(request.user.has_perm(permission) for permission in permissions)

    entry: dict[str, Any] = {
        "title": title,
        "icon": icon,
        "link": reverse(f"admin:{app}_{name}_changelist") + query,
        "permission": is_allowed,
    }
    return {**entry, "badge": badge, "badge_variant": "danger"} if badge else entry


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """What the theme's SIDEBAR["navigation"] wants."""
    return [
        {
            "items": [
                {"title": "Today", "icon": "monitoring", "link": reverse("admin:index")},
                {"title": "How to", "icon": "menu_book", "link": reverse("how-to")},
            ]
        },
        {
            "title": "Work",
            "items": [
                _entry(
                    "Exception cases",
                    "error",
                    "transactions.exceptioncase",
                    "?status__exact=open",
                    "transactions.admin.home.open_cases",
                    "transactions.work_finance_cases",
                ),
                _entry("Documents", "description", "transactions.document"),
                _entry("Files", "inbox", "transactions.inboundfile"),
                _entry("Awaited documents", "hourglass_top", "transactions.awaiteddocument"),
                _entry("Acknowledgments", "mark_email_read", "transactions.acknowledgment"),
                _entry("Sent, and answers to it", "outgoing_mail", "transactions.sentgroup"),
            ],
        },
        {
            "title": "Partners",
            "items": [
                _entry("Partners", "handshake", "partners.partner"),
                _entry("Agreements", "contract", "partners.agreement"),
                {
                    **_entry("Onboarding", "view_kanban", "partners.onboardingcase"),
                    "link": reverse("admin:partners_onboardingcase_board"),
                },
                _entry("Approvals", "verified", "partners.submission", "?state__exact=open"),
                _entry("Notices", "notifications", "partners.notice"),
                _entry("Connections", "lan", "partners.connection"),
                _entry("API keys", "key", "partners.apikey"),
                _entry("Identities", "badge", "partners.identity"),
                _entry("Certificates", "verified_user", "partners.certificate"),
                _entry("House policies", "gavel", "partners.housepolicies"),
                _entry("Invitations", "forward_to_inbox", "partners.invitation"),
                _entry(
                    "Proposed changes",
                    "rate_review",
                    "partners.proposal",
                    "?state__exact=open",
                    "partners.admin.proposals.open_proposals",
                ),
                _entry("Partner groups", "workspaces", "partners.partnergroup"),
                _entry("Calendars", "calendar_month", "partners.businesscalendar"),
                _entry("Service levels", "timer", "partners.servicelevel"),
                _entry("Onboarding templates", "checklist", "partners.onboardingtemplate"),
                _entry("Freeze calendar", "ac_unit", "partners.freezeperiod"),
            ],
        },
        {
            "title": "Mappings",
            "items": [
                _entry("Mappings", "schema", "mappings.mapping"),
                _entry("Versions", "history", "mappings.mappingversion"),
                _entry("Test cases", "checklist", "mappings.mappingtestcase"),
                _entry("Assignments", "link", "mappings.assignment"),
            ],
        },
        {
            "title": "Records",
            "collapsible": True,
            "items": [
                _entry("Canonical forms", "data_object", "transactions.canonicaldocument"),
                _entry("Attempts", "replay", "transactions.attempt"),
                _entry("Events", "timeline", "transactions.event"),
                _entry("Interchanges", "package_2", "transactions.interchange"),
                _entry("Functional groups", "folder", "transactions.functionalgroup"),
                _entry("Work units", "stacks", "transactions.workunit"),
                _entry("Claims", "fingerprint", "transactions.duplicateclaim"),
            ],
        },
        {
            "title": "Access",
            "collapsible": True,
            "items": [
                _entry("Access tokens", "vpn_key", "core.accesstoken"),
                _entry("Users", "person", "core.user"),
                _entry("Roles", "groups", "auth.group"),
                _entry("Decisions", "gavel", "core.auditentry"),
            ],
        },
    ]
