from typing import Any

from django.apps import AppConfig
from django.core import checks


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners.readiness import own  # noqa: F401  # registers partners' own checks
        from partners.receivers import listen

        listen()
        checks.register(required_checks_are_registered)


def required_checks_are_registered(**kwargs: Any) -> list[checks.CheckMessage]:
    """A stage that requires a check which no app registered would block every partner for ever."""
    from partners.readiness.registry import unregistered

    return [
        checks.Error(f"No app registered the readiness check {name}.", id="partners.E001") for name in unregistered()
    ]
