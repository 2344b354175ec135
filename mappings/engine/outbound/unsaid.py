"""What an item does not say must not be read from around it, where other items have put it."""

from functools import partial

from mappings.engine.outbound.format_writer import FormatWriter, Scope
from mappings.engine.rules.declaration import FirstOf, Level, ObjectRule, PathSource, Rule, ValueRule


def leave_unsaid(rule: Rule, writer: FormatWriter, scope: Scope) -> None:
    """An item has nothing for a rule. A place that reading would take something from is a misfit. Raises Conflict."""
    if isinstance(rule, ObjectRule):
        for inner in rule.rules.values():
            leave_unsaid(inner, writer, scope)
    if not isinstance(rule, ValueRule) or rule.when is not None:
        return
    if isinstance(rule.source, Level):
        writer.level(rule.source.path, None, scope)
        return
    sources = rule.source.sources if isinstance(rule.source, FirstOf) else (rule.source,)
    outer = [one.path for one in sources if isinstance(one, PathSource) and one.path.up]
    if any(writer.said(path, scope) for path in outer):
        writer.misfits += 1
        writer.journal.add(partial(_fits, writer))


def _fits(writer: FormatWriter) -> None:
    writer.misfits -= 1
