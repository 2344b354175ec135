"""What a carrier has on board, on what, and by which tariff: the parts of transport documents."""

from mappings.engine.canonical.parts import (
    Code,
    Date,
    Identifier,
    Note,
    Number,
    Part,
    Quantity,
    Text,
)
from mappings.engine.canonical.terms import Equipment, Handling, Lading


class Place(Part, frozen=True, kw_only=True):
    """Where something happened. longitude and latitude as sent (X12: degrees, minutes and seconds without points)."""

    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None
    location: Identifier | None = None
    longitude: Text | None = None
    longitude_direction: Code | None = None
    latitude: Text | None = None
    latitude_direction: Code | None = None


class TransportEquipment(Equipment, frozen=True, kw_only=True):
    """A trailer, container or rail car of a carrier. size_code: its size and type; length, height and width as sent."""

    tare_weight: Number | None = None
    tare_qualifier: Code | None = None
    volume: Quantity | None = None
    carrier: Identifier | None = None
    temperature: Text | None = None
    position: Text | None = None
    length: Text | None = None
    height: Number | None = None
    width: Number | None = None
    check_digit: Text | None = None
    seals: list[Text] = []
    size_code: Code | None = None


class CarriedLading(Lading, frozen=True, kw_only=True):
    """What a carrier has on board.

    unit_loads: how many of the packages stand on pallets or slip sheets (X12 AT805), or the pallets themselves (PLD).
    rated_quantity: what it is charged by, where that is no weight. length, width, height: of one piece.
    """

    unit_loads: int | None = None
    rated_quantity: Number | None = None
    rated_quantity_code: Code | None = None
    length: Number | None = None
    width: Number | None = None
    height: Number | None = None
    dimension_unit_code: Code | None = None


class LadingException(Handling, frozen=True, kw_only=True):
    """What was wrong with the goods, and with how many packages."""

    packages: int | None = None
    packaging_code: Code | None = None


class Hazard(Part, frozen=True, kw_only=True):
    """Dangerous goods: UN or NA number, class, packing group, and the name to ship them under."""

    un_number: Text | None = None
    shipping_names: list[Text] = []
    classes: list[Code] = []
    packing_group: Code | None = None
    packages: int | None = None
    packaging_code: Code | None = None
    quantity: Quantity | None = None
    notes: list[Note] = []


class Tariff(Part, frozen=True, kw_only=True):
    """By which tariff a line is charged."""

    agency_code: Code | None = None
    number: Text | None = None
    section: Text | None = None
    item_number: Text | None = None
    date: Date | None = None
    distance: Quantity | None = None
