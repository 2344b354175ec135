"""Take in what a partner's person uploads in the portal, or say in words why not."""

from collections.abc import Iterable

from django.conf import settings

from config.core.blobs import BlobTooLarge, StorageUnavailable
from partners.models import Environment, Partner
from partners.services.portal_channels import portal_channels
from transactions.models import InboundFile
from transactions.services.receive import Receipt, receive
from transactions.states import FileOutcome, FileStage

CHANNEL = "portal"
CORRECTABLE = (FileOutcome.REJECTED, FileOutcome.PARTLY, FileOutcome.UNREADABLE)


class UploadRefused(Exception):
    """Nothing was received; str() says why and what to do, for the one who uploaded. status: of the HTTP answer."""

    def __init__(self, words: str, status: int = 400) -> None:
        self.status = status
        super().__init__(words)


def is_correctable(file: InboundFile) -> bool:
    """Whether a corrected file can answer this one: it is finished, and not all of it was accepted."""
    return file.stage == FileStage.FINISHED and file.outcome in CORRECTABLE


def too_large() -> UploadRefused:
    """A file over INTAKE_MAX_BYTES."""
    return UploadRefused(
        f"The file is too large: at most {settings.INTAKE_MAX_BYTES // 1_000_000} MB are taken at once. "
        "Split it into several files.",
        413,
    )


def cannot_store() -> UploadRefused:
    """Our disk is full or read-only."""
    return UploadRefused("We cannot store files now. Nothing of yours was kept. Upload it again in a few minutes.", 503)


def receive_upload(
    chunks: Iterable[bytes],
    *,
    partner: Partner,
    username: str,
    environment: str,
    name: str,
    size: int,
    corrects: InboundFile | None = None,
) -> Receipt:
    """Receive an upload through the partner's portal connection of that environment.

    size: in bytes, as the form found it. corrects: a file of the same partner, which gives the environment then.
    Raises UploadRefused: uploads are off, the file is empty or too large, there is nothing to correct, or our disk
    takes no files now.
    """
    if corrects is not None:
        if not is_correctable(corrects):
            raise UploadRefused("This file needs no correction: nothing of it was rejected, or it is still being read.")
        environment = corrects.environment
    connection = portal_channels(partner).of(environment)
    if connection is None:
        which = "test" if environment == Environment.TEST else "live"
        raise UploadRefused(f"Uploads of {which} documents are not open for {partner}. Ask your contact with us.", 403)
    if size == 0:
        raise UploadRefused("The file is empty: nothing was in it. Save it again and upload it.")
    if size > settings.INTAKE_MAX_BYTES:
        raise too_large()
    try:
        return receive(
            chunks,
            connection=connection,
            partner=partner,
            environment=environment,
            channel=CHANNEL,
            received_by=username,
            name=name,
            corrects=corrects,
        )
    except BlobTooLarge as error:
        raise too_large() from error
    except StorageUnavailable as error:
        raise cannot_store() from error
