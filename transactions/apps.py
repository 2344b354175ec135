from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "transactions"
    verbose_name = "Traffic"

    def ready(self) -> None:
        from mappings.services.run_tests import register_translator
        from partners.services.agreement_parts import register_part
        from transactions.readiness import register
        from transactions.receivers import listen
        from transactions.services.certification_part import ScenarioDecisions
        from transactions.services.try_mapping import made_of

        register_translator(made_of)
        register_part("scenarios", ScenarioDecisions())
        register()
        listen()
