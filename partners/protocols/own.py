"""Ways in that are ours: the API, the portal, drop folders, and SFTP that we host."""

import os
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

import asyncssh
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from partners.protocols.base import Peer, Protocol, SettingWords, Step, nothing_to_check


class ApiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """allowed_networks: one a line; empty: from anywhere."""

    allowed_networks: str = ""


class DropFolderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A drop folder has no settings yet: its place follows from the partner's code."""


class PortalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The portal has no settings: who may use it are the partner's members."""


class HostedSftpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """authorized_keys: public keys, one a line. allowed_networks: one a line; empty: from anywhere."""

    user: str = ""
    login: Literal["key", "password", "both"] = "key"
    authorized_keys: str = ""
    allowed_networks: str = ""


def network_faults(text: str) -> list[str]:
    """What is wrong with networks, one a line, in sentences."""
    said = []
    for line in text.split():
        try:
            ip_network(line)
        except ValueError:
            said.append(f"{line} is no network such as 203.0.113.0/24.")
    return said


def check_hosted(settings: HostedSftpSettings) -> list[str]:
    """User and keys must be usable."""
    said = [] if settings.user.isascii() and settings.user.isidentifier() else ["The user needs letters and digits."]
    if settings.login != "password" and not settings.authorized_keys.strip():
        said.append("Enter at least one public key of the partner, or choose another log-in.")
    for number, line in enumerate(settings.authorized_keys.strip().splitlines(), 1):
        try:
            asyncssh.import_public_key(line)
        except asyncssh.KeyImportError:
            said.append(f"Key {number} is no public key such as “ssh-ed25519 AAAA…”.")
    return said + network_faults(settings.allowed_networks)


def test_folder(peer: Peer) -> list[Step]:
    """The folder must be there, or be made, and take a file."""
    folder = Path(peer.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".onramp-test-{secrets.token_hex(4)}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return [Step("Folder", False, f"{folder}: {error.strerror}")]
    return [Step("Folder", os.access(folder, os.R_OK), f"{folder} is there and can be read and written.")]


def test_keys(peer: Peer) -> list[Step]:
    """A program gets in when one of the keys holds."""
    return [_callers(peer, "Keys", "No key holds. Issue one."), *_taken(peer)]


def test_portal(peer: Peer) -> list[Step]:
    """A person gets in when a member may log in, and uploads when this connection is the one that takes them."""
    return [_callers(peer, "People", "Nobody may log in. Invite a person on the partner's page."), *_taken(peer)]


def test_hosted(peer: Peer) -> list[Step]:
    """Keys strong enough, the password there, and the folder for what comes."""
    wanted, steps = peer.settings, []
    for number, line in enumerate(wanted.authorized_keys.strip().splitlines(), 1):
        key = asyncssh.import_public_key(line)
        said = f"{key.get_algorithm()}, {key.get_fingerprint()}"
        is_weak = isinstance(key.pyca_key, RSAPublicKey) and key.pyca_key.key_size < LEAST_RSA_BITS
        steps.append(Step(f"Key {number}", not is_weak, f"{said}{f': RSA needs {LEAST_RSA_BITS} bits' * is_weak}."))
    if wanted.login != "key":
        is_set = bool(peer.secrets.get("password"))
        steps.append(Step("Password", is_set, "It is kept, sealed." if is_set else "It is missing: enter it."))
    return [*steps, *_taken(peer), *test_folder(peer)]


def _callers(peer: Peer, name: str, nobody: str) -> Step:
    able = [caller for caller in peer.callers if caller.may_come]
    if not able:
        return Step(name, False, nobody)
    seen = max(caller.seen for caller in able)
    named = ", ".join(caller.name for caller in able[:NAMED]) + (" …" if len(able) > NAMED else "")
    return Step(
        name, True, f"{len(able)} may come: {named}. " + (f"Last seen {seen} UTC." if seen else "None has come yet.")
    )


def _taken(peer: Peer) -> list[Step]:
    refused = [Step("Files", False, said) for said in peer.refused]
    return refused or [Step("Files", True, "What comes by it is taken.")]


NAMED = 5
LEAST_RSA_BITS = 2048
NETWORKS = SettingWords(
    "Allowed networks", "One a line, such as 203.0.113.0/24. Empty: requests may come from anywhere.", is_long=True
)
API = Protocol(
    "api",
    "HTTPS API",
    ApiSettings,
    {"allowed_networks": NETWORKS},
    {},
    lambda settings: network_faults(settings.allowed_networks),
    test_keys,
    "We look whether a key holds, and whether what comes with it would be taken.",
)
PORTAL = Protocol(
    "portal",
    "Portal",
    PortalSettings,
    {},
    {},
    nothing_to_check,
    test_portal,
    "We look who may log in, and whether what they upload would be taken by this connection.",
)
DROP_FOLDER = Protocol(
    "drop-folder",
    "Drop folder",
    DropFolderSettings,
    {},
    {},
    nothing_to_check,
    test_folder,
    "The folder is made if it is missing, and an empty file is written and removed in it.",
)
HOSTED_SFTP = Protocol(
    "sftp-hosted",
    "SFTP hosted by us",
    HostedSftpSettings,
    {
        "user": SettingWords("User", "The name that the partner logs in with."),
        "login": SettingWords("Log-in by", values={"key": "Key", "password": "Password", "both": "Key and password"}),
        "authorized_keys": SettingWords("Public keys of the partner", "One a line.", is_long=True),
        "allowed_networks": NETWORKS,
    },
    {"password": SettingWords("Password", "For log-in by password.")},
    check_hosted,
    test_hosted,
    "We look at keys and password, and write and remove an empty file in the folder for what comes.",
)
