from django.apps import AppConfig


class MappingsConfig(AppConfig):
    name = "mappings"
    verbose_name = "Mappings"

    def ready(self) -> None:
        from mappings.readiness import register
        from mappings.services.assigned_part import AssignedMapping
        from partners.services.agreement_parts import register_part

        register_part("mapping", AssignedMapping())
        register()
