from django.apps import AppConfig, apps
from django.core import checks

from config.core.old_migrations import no_database_stopped_half_way
from config.core.sealing_check import secrets_can_be_sealed


class CoreConfig(AppConfig):
    name = "config.core"
    label = "core"
    verbose_name = "People and access"

    def ready(self) -> None:
        from config.core.role_groups import update_after_migrations  # models are not there before

        update_after_migrations()
        checks.register(no_database_stopped_half_way, checks.Tags.database)
        checks.register(secrets_can_be_sealed, checks.Tags.security, deploy=True)
        # Roles are Django's groups; pages name their app beside ours.
        apps.get_app_config("auth").verbose_name = self.verbose_name
