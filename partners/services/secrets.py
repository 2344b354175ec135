"""Keep, open and seal again the secrets of connections, certificates, second factors and policies."""

from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from config.core.models import Authenticator
from config.core.vault import is_current, seal, unseal
from partners.models import Agreement, Certificate, Connection, ConnectionSecret, HousePolicies, Partner
from partners.policies.sealed import SECRETS, seal_again
from partners.protocols import PROTOCOLS


class UnknownSecret(Exception):
    """The protocol of the connection has no secret of this name."""


def keep_secret(connection: Connection, name: str, value: str) -> None:
    """Seal a secret of a connection in place of an earlier one; "" removes it. Raises UnknownSecret and VaultLocked."""
    if name not in PROTOCOLS[connection.protocol].secrets:
        raise UnknownSecret(f"{connection.get_protocol_display()} has no secret called {name}.")
    with transaction.atomic():
        kept = ConnectionSecret.objects.select_for_update().filter(connection=connection, name=name).first()
        if not value:
            if kept:
                kept.delete()
            return
        secret = kept or ConnectionSecret(connection=connection, name=name)
        secret.sealed = seal(value.encode(), secret.context)
        secret.save()


def open_secrets(connection: Connection) -> dict[str, str]:
    """The secrets of a connection in clear, for those who use it. Raises VaultLocked."""
    return {secret.name: unseal(secret.sealed, secret.context).decode() for secret in connection.secrets.all()}


def rotate_secrets() -> int:
    """Seal everything under the first key that another key sealed. Returns how many. Raises VaultLocked."""
    count = 0
    for secret in ConnectionSecret.objects.iterator():
        if not is_current(secret.sealed):
            fresh = seal(unseal(secret.sealed, secret.context), secret.context)
            # Only if nobody entered another one meanwhile; what it is did not change, so history keeps nothing.
            count += ConnectionSecret.objects.filter(pk=secret.pk, sealed=secret.sealed).update(sealed=fresh)
    for certificate in Certificate.objects.exclude(sealed_key="").iterator():
        if not is_current(certificate.sealed_key):
            fresh = seal(unseal(certificate.sealed_key, certificate.context), certificate.context)
            same = Certificate.objects.filter(pk=certificate.pk, sealed_key=certificate.sealed_key)
            count += same.update(sealed_key=fresh)
    for app in Authenticator.objects.iterator():
        if not is_current(app.sealed_key):
            fresh = seal(unseal(app.sealed_key, app.context), app.context)
            count += Authenticator.objects.filter(pk=app.pk, sealed_key=app.sealed_key).update(sealed_key=fresh)
    return count + _rotate_policies()


def _rotate_policies() -> int:
    """Layers of policies and their histories, from which a version may come back."""
    models = [one for owner in (Partner, Agreement, HousePolicies) for one in (owner, owner.history.model)]
    count = 0
    for model in models:
        for pk, layer in model._default_manager.filter(_WITH_SECRETS).values_list("pk", "policies").iterator():
            fresh = seal_again(layer)
            if fresh != layer:
                # Only if nobody changed the layer meanwhile; what it says did not change.
                count += model._default_manager.filter(pk=pk, policies=layer).update(policies=fresh)
    return count


_WITH_SECRETS = reduce(or_, (Q(policies__has_key=name) for name in sorted(SECRETS)))
