"""What goes wrong on our side. A partner's mistake is a `Finding`, never one of these."""


class EngineError(Exception):
    """Base of all errors of the engine itself."""


class DeclarationError(EngineError):
    """A mapping declaration or structure that cannot be compiled.

    rule:   the path of the rule inside the declaration ("lines.each.rules[3].to"), or "" for the whole.
    reason: what is wrong, in plain words, with the nearest existing name where there is one.
    """

    def __init__(self, rule: str, reason: str) -> None:
        self.rule = rule
        self.reason = reason
        super().__init__(f"{rule}: {reason}" if rule else reason)


class StructureMissing(EngineError):
    """No structure data for a transaction set and release, nor for a release near it."""
