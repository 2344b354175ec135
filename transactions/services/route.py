"""Decide about the rows of an interchange or a batch: whose it is, what covers it, and what must be held."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.utils import timezone

from mappings.engine.findings import Code, Finding, Place, Severity, finding, has_errors
from mappings.engine.x12.header import GroupHeader
from partners.models import Partner
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import DuplicateClaim, FunctionalGroup, InboundFile, Interchange, Verb, WorkUnit
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP
from transactions.pipeline.recognise import (
    Channel,
    Route,
    Sender,
    recognise_batch,
    recognise_batch_sender,
    recognise_group,
    recognise_sender,
)
from transactions.pipeline.rows import batch_header, group_header, interchange_header, place_of
from transactions.pipeline.storable import read_findings, storable_findings, storable_json
from transactions.pipeline.strictness import envelope_by_policy
from transactions.services.cases import NewCase, Subject
from transactions.services.claim_envelopes import Numbered, claim_groups, claim_interchange
from transactions.services.lanes import lane_of
from transactions.services.sent_again import is_sent_again
from transactions.services.supersede import corrected_by
from transactions.services.trail import record
from transactions.states import CaseCategory, InterchangeState, Queue, UnitState

USED_NUMBERS = frozenset({Code.INTERCHANGE_DUPLICATE, Code.GROUP_DUPLICATE})


class Hold(NamedTuple):
    """A reason for a case: about the interchange, or about one group of it."""

    group: FunctionalGroup | None
    category: CaseCategory
    queue: Queue
    reason: Finding

    @property
    def group_id(self) -> UUID | None:
        return self.group.pk if self.group is not None else None


def case_of_hold(interchange: Interchange | None, hold: Hold) -> NewCase:
    """The exception case that a hold calls for. interchange: what it is about when it is about no group."""
    if hold.group is not None:
        return NewCase(Subject.of_group(hold.group), hold.category, hold.queue, hold.reason)
    if interchange is None:
        raise RuntimeError("a hold is about an interchange or a group")
    return NewCase(Subject.of_interchange(interchange), hold.category, hold.queue, hold.reason)


def _refusal(group: FunctionalGroup | None, findings: list[dict[str, Any]]) -> Hold:
    worst = next(found for found in read_findings(findings) if found.severity is Severity.ERROR)
    return Hold(group, CaseCategory.ENVELOPE, Queue.INTEGRATION, worst)


def judge_repairs(envelopes: Iterable[Interchange | FunctionalGroup], policies: Policies) -> None:
    """Which of the faults that the reader mended are errors is for the partner's policies to say."""
    for envelope in envelopes:
        if envelope.findings:
            judged = envelope_by_policy(read_findings(envelope.findings), policies)
            envelope.findings = storable_findings(judged)
            # A number that was used before is no fault of the envelope; a person may have let it pass.
            envelope.has_errors = has_errors([one for one in judged if one.code not in USED_NUMBERS])


class Router:
    """Routes what is in one file. Equal groups are looked up once: a thousand of them cost one look-up."""

    def __init__(self, file: InboundFile) -> None:
        self.channel = Channel(file.connection, file.partner, file.environment)
        self._file_id = file.pk
        self._senders: dict[tuple[str, str, str], Sender] = {}
        self._routes: dict[tuple[Sender, str, str, str], Route] = {}
        self._policies = cache(effective_policies)
        self._size = file.size
        self._corrected = frozenset(earlier.pk for earlier in corrected_by(file))

    def claim_groups(self, envelopes: Iterable[tuple[Interchange, Sequence[FunctionalGroup]]]) -> dict[UUID, datetime]:
        """Claim the control numbers of the groups of all interchanges that are to be decided about, in the order that
        they are given in and before any decision. Returns the groups whose numbers were used before, with when.
        """
        return claim_groups(self._file_id, self._numbered(envelopes), self._corrected)

    def _numbered(self, envelopes: Iterable[tuple[Interchange, Sequence[FunctionalGroup]]]) -> Iterator[Numbered]:
        for interchange, groups in envelopes:
            sender = self._sender(interchange)
            if sender.partner is not None:
                policies = self._policies(sender.partner)
                if policies.duplicate_group != "process":
                    yield Numbered(sender.partner, sender.environment, groups, policies.duplicate_group_window_days)

    def decide(
        self,
        interchange: Interchange,
        groups: Sequence[FunctionalGroup],
        units: Iterable[WorkUnit],
        used_numbers: Mapping[UUID, datetime],
        *,
        let_duplicates_pass: bool = False,
    ) -> list[Hold]:
        """Set partner, environment and state of the interchange, and partner, agreement and state of its held units.

        For an interchange that is new or held as a whole. The rows are changed, not saved; the units are gone over
        once, last. Claims the control number of the interchange. Returns what a person must look at.
        used_numbers: what `claim_groups` said of these groups.
        let_duplicates_pass: a person decided to process control numbers that were used before.
        """
        sender = self._sender(interchange)
        interchange.partner, interchange.environment = sender.partner, sender.environment
        interchange.state = InterchangeState.OPEN
        held_for = sender.held_for
        holds: list[Hold] = []
        held_groups: dict[UUID, Finding] = {}
        if held_for is not None:
            holds.append(Hold(None, CaseCategory.UNROUTABLE, Queue.ONBOARDING, held_for))
        elif sender.partner is not None:
            policies = self._policies(sender.partner)
            judge_repairs([interchange, *groups], policies)
            earlier = None if let_duplicates_pass else self._earlier(interchange, sender.partner, policies)
            if earlier is not None and policies.duplicate_interchange == "hold" and is_sent_again(interchange, earlier):
                # What was accepted of it is settled document by document: nothing waits for a person.
                words = f"interchange {interchange.control_number} was sent again as it was before"
                record(self._file_id, Verb.RELEASED, words=words)
                earlier, let_duplicates_pass = None, True
            duplicate = self._duplicate(interchange, earlier) if earlier is not None else None
            if duplicate is not None and policies.duplicate_interchange == "hold":
                held_for = duplicate
                holds.append(Hold(None, CaseCategory.DUPLICATE, Queue.INTEGRATION, duplicate))
            holds.extend(self._refuse_faulty(interchange, groups, policies))
            interchange.is_refused |= duplicate is not None
            if duplicate is None and not let_duplicates_pass:
                held_groups = _stop(_used_groups(interchange, groups, used_numbers), policies)
                holds.extend(
                    Hold(group, CaseCategory.DUPLICATE, Queue.INTEGRATION, held_groups[group.pk])
                    for group in groups
                    if group.pk in held_groups
                )
        if held_for is not None:
            interchange.state = InterchangeState.HELD
        holds.extend(self._route_units(sender, groups, units, held_for, held_groups))
        return holds

    def route_again(
        self, interchange: Interchange, groups: Sequence[FunctionalGroup], units: Iterable[WorkUnit]
    ) -> list[Hold]:
        """Route the units that are still held in an interchange that was let in: what was decided and said of the
        interchange itself stands. Returns what a person must still look at.
        """
        sender = self._sender(interchange)
        return self._route_units(sender, groups, units, None, {})

    def route_batch(self, group: FunctionalGroup, units: Iterable[WorkUnit]) -> list[Hold]:
        """Route the held units of a group that has no interchange. Returns what a person must look at."""
        rest = iter(units)
        first = next(rest)
        batch, place = batch_header(group), Place(offset=first.spans[0][0])
        sender = recognise_batch_sender(batch, self.channel, place)
        route = recognise_batch(batch, sender, place)
        is_any_held = False
        for unit in chain([first], rest):
            if unit.state == UnitState.HELD:
                is_any_held = True
                self._let_go(unit, route, sender.environment, route.held_for)
        if route.held_for is None or not is_any_held:
            return []
        return [Hold(group, CaseCategory.UNROUTABLE, Queue.ONBOARDING, route.held_for)]

    def policies(self, partner: Partner) -> Policies:
        return self._policies(partner)

    def _sender(self, interchange: Interchange) -> Sender:
        header, place = interchange_header(interchange), place_of(interchange)
        key = (header.sender_qualifier, header.sender_id, header.usage)
        if key not in self._senders:
            self._senders[key] = recognise_sender(header, self.channel, place)
        sender = self._senders[key]
        if sender.held_for is not None:
            return sender._replace(held_for=msgspec.structs.replace(sender.held_for, place=place))
        return sender

    def _earlier(self, interchange: Interchange, partner: Partner, policies: Policies) -> DuplicateClaim | None:
        if policies.duplicate_interchange == "process":
            return None
        return claim_interchange(interchange, partner, policies.duplicate_window_days, self._corrected)

    def _duplicate(self, interchange: Interchange, earlier: DuplicateClaim) -> Finding:
        message = f"Control number {interchange.control_number} came before, on {earlier.at:%Y-%m-%d %H:%M} UTC."
        found = finding(Code.INTERCHANGE_DUPLICATE, message, place_of(interchange), interchange.control_number)
        interchange.findings = [*interchange.findings, *storable_findings([found])]
        return found

    def _refuse_faulty(
        self, interchange: Interchange, groups: Sequence[FunctionalGroup], policies: Policies
    ) -> list[Hold]:
        """By policy nothing of a faulty envelope is accepted: of the whole interchange, or of the group.

        One case for the outermost that is refused: what is inside is refused with it. Where the policy only warns, a
        faulty interchange in which no document could be found has a case all the same: somebody sent something.
        """
        reject = policies.envelope_errors == "reject"
        envelopes: list[Interchange | FunctionalGroup] = [interchange, *groups]
        for envelope in envelopes:
            envelope.is_refused = envelope.has_errors and reject
        is_lost = interchange.has_errors and not any(
            group.set_count for group in groups if group.functional_id != ACKNOWLEDGMENT_GROUP
        )
        if interchange.is_refused or is_lost:
            return [_refusal(None, interchange.findings)]
        return [_refusal(group, group.findings) for group in groups if group.is_refused]

    def _route_units(
        self,
        sender: Sender,
        groups: Sequence[FunctionalGroup],
        units: Iterable[WorkUnit],
        held_for: Finding | None,
        held_groups: dict[UUID, Finding],
    ) -> list[Hold]:
        """Route each unit that is held; one hold for each group that nothing covers."""
        headers = {group.pk: (group, group_header(group)) for group in groups}
        holds: dict[object, Hold] = {}
        for unit in units:
            if unit.state != UnitState.HELD:
                continue
            group, header = headers[unit.group_id]
            route = self._route(header, sender, unit.set_id, place_of(group.envelope, group))
            stopped = held_for or held_groups.get(group.pk)
            reason = stopped or route.held_for
            self._let_go(unit, route, sender.environment, reason)
            if reason is not None and stopped is None:
                holds.setdefault(group.pk, Hold(group, CaseCategory.UNROUTABLE, Queue.ONBOARDING, reason))
        return list(holds.values())

    def _route(self, header: GroupHeader, sender: Sender, set_id: str, place: Place) -> Route:
        key = (sender, header.sender, header.version, set_id)
        if key not in self._routes:
            self._routes[key] = recognise_group(header, sender, set_id, self.channel, place)
        route = self._routes[key]
        if route.held_for is not None:
            return route._replace(held_for=msgspec.structs.replace(route.held_for, place=place))
        return route

    def _let_go(self, unit: WorkUnit, route: Route, environment: str, reason: Finding | None) -> None:
        """Say whose unit it is; it waits for a worker, or for a person when there is a reason to hold it."""
        unit.partner, unit.agreement, unit.environment = route.partner, route.agreement, environment
        if route.partner is not None and route.agreement is not None:
            unit.lane = lane_of(self._policies(route.partner, route.agreement), self._size)
        unit.held_for = storable_json(reason) if reason else None
        unit.state = UnitState.HELD if reason else UnitState.WAITING
        unit.changed_at = timezone.now()


def _used_groups(
    interchange: Interchange, groups: Sequence[FunctionalGroup], used_numbers: Mapping[UUID, datetime]
) -> list[tuple[FunctionalGroup, Finding]]:
    """The groups whose control numbers came before, with the finding that says so."""
    found = []
    for group in groups:
        if at := used_numbers.get(group.pk):
            message = f"Group control number {group.control_number} came before, on {at:%Y-%m-%d %H:%M} UTC."
            place = place_of(interchange, group)
            found.append((group, finding(Code.GROUP_DUPLICATE, message, place, group.control_number)))
    return found


def _stop(used: Sequence[tuple[FunctionalGroup, Finding]], policies: Policies) -> dict[UUID, Finding]:
    """Refuse groups whose numbers were used before, or return them to be held, as the policy says."""
    if policies.duplicate_group == "hold":
        return {group.pk: found for group, found in used}
    for group, found in used:
        group.is_refused = True
        group.findings = [*group.findings, *storable_findings([found])]
    return {}
