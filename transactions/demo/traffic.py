"""Sample files of the demo partners: clean ones, and the faults that partners really make."""

from pathlib import Path

from config.core.blobs import read_in_chunks
from partners.models import Environment, Partner
from transactions.models import InboundFile
from transactions.services.receive import Receipt, receive

SAMPLES = Path(__file__).parent / "samples"
RECEIVED_BY = "demo"


def send_samples() -> list[Receipt]:
    """Receive every file of samples/<partner code>/ once; those that came before are left alone.

    The first of each partner come first: the same order again, sent right behind it, was the first for another worker.
    """
    came_before = set(InboundFile.objects.filter(received_by=RECEIVED_BY).values_list("partner__code", "name"))
    return [
        _send(sample)
        for sample in sorted(SAMPLES.glob("*/*.*"), key=lambda sample: (sample.name, sample.parent.name))
        if (sample.parent.name, sample.name) not in came_before
    ]


def _send(sample: Path) -> Receipt:
    with sample.open("rb") as stream:
        return receive(
            read_in_chunks(stream),
            connection=None,
            partner=Partner.objects.get(code=sample.parent.name),
            environment=Environment.PRODUCTION,
            channel="command",
            received_by=RECEIVED_BY,
            name=sample.name,
        )
