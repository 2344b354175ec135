"""The protocols that a connection can have, each with its settings and its test. A new one is a module and a line."""

from typing import Any

import msgspec

from partners.protocols import as2, sftp, webhook
from partners.protocols.base import Caller, Peer, Protocol, SettingWords, Step
from partners.protocols.own import API, DROP_FOLDER, HOSTED_SFTP, PORTAL

PROTOCOLS: dict[str, Protocol] = {
    protocol.key: protocol
    for protocol in (API, PORTAL, DROP_FOLDER, sftp.PROTOCOL, HOSTED_SFTP, as2.PROTOCOL, webhook.PROTOCOL)
}


def settings_faults(key: str, settings: Any) -> list[str]:
    """What is wrong with the settings of a protocol as they are stored, in sentences."""
    protocol = PROTOCOLS[key]
    try:
        typed = msgspec.convert(settings, protocol.settings)
    except msgspec.ValidationError as error:
        return [str(error)]
    return protocol.check(typed)


def type_faults(key: str, settings: Any) -> list[str]:
    """What of the settings is of the wrong type or unknown to the protocol, in sentences."""
    try:
        msgspec.convert(settings, PROTOCOLS[key].settings)
    except msgspec.ValidationError as error:
        return [str(error)]
    return []


__all__ = ["PROTOCOLS", "Caller", "Peer", "Protocol", "SettingWords", "Step", "settings_faults", "type_faults"]
