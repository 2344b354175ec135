"""X12 files for tests, built part by part, so that a test changes only what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Order:
    """One 850. `segments` replaces the whole body between ST and SE; the trailer can be made wrong."""

    number: str = "PO-1"
    control: str = "0001"
    lines: int = 1
    purpose: str = "00"
    segments: tuple[str, ...] | None = None
    se_count: int | None = None
    se_control: str | None = None
    set_id: str = "850"
    with_trailer: bool = True

    def render(self) -> list[str]:
        body = list(self.segments) if self.segments is not None else self._body()
        segments = [f"ST*{self.set_id}*{self.control}", *body]
        if self.with_trailer:
            count = len(segments) + 1 if self.se_count is None else self.se_count
            segments.append(f"SE*{count}*{self.se_control or self.control}")
        return segments

    def _body(self) -> list[str]:
        body = [f"BEG*{self.purpose}*SA*{self.number}**20261121", "CUR*BY*USD", "N1*BY*Buyer Inc*92*1001"]
        for line in range(1, self.lines + 1):
            body.append(f"PO1*{line}*{line}*EA*2.50**VP*ITEM-{line}")
        return [*body, f"CTT*{self.lines}"]


ACKNOWLEDGMENT = Order(set_id="997", segments=("AK1*PO*1", "AK9*A*1*1*1"))


@dataclass(frozen=True)
class Group:
    orders: Sequence[Order] = (Order(),)
    control: str = "1"
    sender: str = "BUYER"
    receiver: str = "ONRAMP"
    functional_id: str = "PO"
    version: str = "004010"
    ge_count: int | None = None
    ge_control: str | None = None
    with_trailer: bool = True

    def render(self) -> list[str]:
        header = f"GS*{self.functional_id}*{self.sender}*{self.receiver}*20261121*0830*{self.control}*X*{self.version}"
        segments = [header, *(segment for order in self.orders for segment in order.render())]
        if self.with_trailer:
            count = len(self.orders) if self.ge_count is None else self.ge_count
            segments.append(f"GE*{count}*{self.ge_control or self.control}")
        return segments


@dataclass(frozen=True)
class Isa:
    """One interchange. Delimiters: element, component and the segment terminator."""

    groups: Sequence[Group] = field(default_factory=lambda: (Group(),))
    control: int = 1
    sender: str = "BUYER"
    receiver: str = "ONRAMP"
    usage: str = "P"
    ack_requested: str = "0"
    element: str = "*"
    terminator: str = "~\n"
    iea_count: int | None = None
    iea_control: int | None = None
    with_trailer: bool = True

    def render(self) -> str:
        header = (
            f"ISA*00*{'':10}*00*{'':10}*ZZ*{self.sender:15}*ZZ*{self.receiver:15}*261121*0830*U*00401"
            f"*{self.control:09d}*{self.ack_requested}*{self.usage}*>"
        )
        segments = [header, *(segment for group in self.groups for segment in group.render())]
        if self.with_trailer:
            count = len(self.groups) if self.iea_count is None else self.iea_count
            number = self.control if self.iea_control is None else self.iea_control
            segments.append(f"IEA*{count}*{number:09d}")
        text = self.terminator.join(segments) + self.terminator
        return text.replace("*", self.element)


def x12(*interchanges: Isa) -> bytes:
    """The bytes of a file with these interchanges; one clean order when none are given."""
    return "".join(isa.render() for isa in (interchanges or (Isa(),))).encode()


def orders(count: int, *, first: int = 1, lines: int = 1) -> tuple[Order, ...]:
    """So many clean orders with ascending numbers."""
    return tuple(
        Order(number=f"PO-{number}", control=f"{number:04d}", lines=lines) for number in range(first, first + count)
    )


def isa_of(*documents: Order, **changes: object) -> Isa:
    """One interchange with one group of these orders."""
    return replace(Isa(groups=(Group(orders=documents or (Order(),)),)), **changes)  # type: ignore[arg-type]
