"""The conditions of a rule, backwards: what must stand in the document so that the rule counts when it is read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mappings.engine.outbound.format_writer import FormatWriter, Scope
from mappings.engine.outbound.instances import Conflict
from mappings.engine.rules.declaration import AllOf, AnyOf, Condition, FieldTest, Not, SourceTest
from mappings.engine.rules.paths import FieldStep

Body = dict[str, Any]


def demands(condition: Condition | None, *, negated: bool) -> Iterator[tuple[SourceTest, bool]]:
    """The tests of the source that must all hold (negated: must not). What is one of several ways says nothing."""
    if isinstance(condition, SourceTest):
        yield condition, negated
    elif isinstance(condition, Not):
        yield from demands(condition.condition, negated=not negated)
    elif isinstance(condition, AnyOf if negated else AllOf):
        for inner in condition.conditions:
            yield from demands(inner, negated=negated)


@contextmanager
def demanded(writer: FormatWriter, condition: Condition | None, scope: Scope) -> Iterator[None]:
    """What a condition asks for is written before; that something is there at all is seen after."""
    wanted = list(demands(condition, negated=False))
    for test, negated in wanted:
        if test.values:
            writer.demand(test, negated, scope)
    yield
    for test, negated in wanted:
        if not test.values:
            writer.demand(test, negated, scope)


def refuse_other(condition: Condition | None, item: Body) -> None:
    """Raises Conflict where the fields of an item say already that the condition does not hold."""
    if condition is not None and _known(condition, item) is False:
        raise Conflict


def _known(condition: Condition, item: Body) -> bool | None:
    """Whether a condition holds, as far as the fields say it; None where the source decides."""
    if isinstance(condition, FieldTest):
        value = _field(item, condition.field)
        if condition.same_as is not None:
            return value is not None and value == _field(item, condition.same_as)
        return value in condition.values if condition.values else value is not None
    if isinstance(condition, Not):
        inner = _known(condition.condition, item)
        return None if inner is None else not inner
    if isinstance(condition, AllOf):
        return _of([_known(one, item) for one in condition.conditions], all, False)
    if isinstance(condition, AnyOf):
        return _of([_known(one, item) for one in condition.conditions], any, True)
    return None


def _of(known: list[bool | None], joined: Callable[[list[bool | None]], bool], decides: bool) -> bool | None:
    if decides in known:
        return decides
    return None if None in known else joined(known)


def _field(item: Body, steps: tuple[FieldStep, ...]) -> Any:
    found: Any = item
    for step in steps:
        found = found.get(step.name) if isinstance(found, dict) else None
    return found
