"""Whether a partner may upload through the portal, and for which environment."""

from typing import NamedTuple

from partners.models import Connection, Environment, Partner, Protocol


class PortalChannels(NamedTuple):
    """The connection that takes uploads of each environment, or None where nothing may come."""

    production: Connection | None
    test: Connection | None

    def of(self, environment: str) -> Connection | None:
        return self.production if environment == Environment.PRODUCTION else self.test

    @property
    def environments(self) -> list[Environment]:
        """What may be uploaded, production first."""
        return [environment for environment in (Environment.PRODUCTION, Environment.TEST) if self.of(environment)]

    @property
    def are_for_tests_only(self) -> bool:
        return self.production is None and self.test is not None


def portal_channels(partner: Partner) -> PortalChannels:
    """By the partner's enabled portal connections: a production one also takes tests, a test one nothing else."""
    rows = Connection.objects.filter(partner=partner, protocol=Protocol.PORTAL, is_enabled=True).order_by("pk")
    by_environment: dict[str, Connection] = {}
    for connection in rows:
        connection.partner = partner
        by_environment.setdefault(connection.environment, connection)
    production = by_environment.get(Environment.PRODUCTION)
    return PortalChannels(production, by_environment.get(Environment.TEST, production))
