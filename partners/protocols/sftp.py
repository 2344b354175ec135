"""SFTP to the partner: we log in there, fetch from one folder and put into another."""

import asyncio
import secrets as random
from typing import Annotated, Literal

import asyncssh
import msgspec
from django.conf import settings as django_settings

from partners.protocols.addresses import AddressRefused, reachable_address
from partners.protocols.base import Peer, Protocol, SettingWords, Step


class SftpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """host_key: the partner's public key as in known_hosts, without the name ("ssh-ed25519 AAAA…")."""

    host: str = ""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 22
    user: str = ""
    login: Literal["password", "key"] = "key"
    host_key: str = ""
    fetch_folder: str = ""
    put_folder: str = ""
    pattern: str = "*"
    done_marker: str = ""
    after_fetch: Literal["delete", "move", "keep"] = "delete"
    done_folder: str = ""
    write_as: Literal["temporary-name", "direct"] = "temporary-name"
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=120)] = 20


def check(settings: SftpSettings) -> list[str]:
    """What is missing or cannot be."""
    said = [f"{WORDS[name].label} is missing." for name in ("host", "user") if not getattr(settings, name)]
    if not settings.fetch_folder and not settings.put_folder:
        said.append("Name a folder to fetch from, a folder to put into, or both.")
    if settings.after_fetch == "move" and not settings.done_folder:
        said.append("Name the folder that fetched files are moved to.")
    if not settings.host_key:
        said.append("The host key is missing: without it anybody could pose as the partner. Ask the partner for it.")
    else:
        try:
            asyncssh.import_public_key(settings.host_key)
        except asyncssh.KeyImportError:
            said.append("The host key is no public key such as “ssh-ed25519 AAAA…”.")
    return said


def test(peer: Peer) -> list[Step]:
    """Connect, compare the host key, log in, list the one folder, write and remove a probe in the other."""
    steps: list[Step] = []
    try:
        asyncio.run(asyncio.wait_for(_try(peer, steps), peer.settings.timeout_seconds))
    except TimeoutError:
        steps.append(Step("Time", False, f"No answer within {peer.settings.timeout_seconds} seconds."))
    except AddressRefused as refused:
        steps.append(Step("Address", False, str(refused)))
    except asyncssh.HostKeyNotVerifiable:
        steps.append(Step("Host key", False, CHANGED))
    except asyncssh.KeyImportError as error:
        steps.append(Step("Key", False, f"Our private key cannot be read: {error}"))
    except asyncssh.PermissionDenied:
        steps.append(Step("Log-in", False, f"The server refused {peer.settings.user}. Check user and secret."))
    except asyncssh.SFTPError as error:
        steps.append(Step("Folder", False, f"The server said: {error.reason}"))
    except (OSError, asyncssh.Error) as error:
        steps.append(Step("Connect", False, f"{type(error).__name__}: {error}"))
    return steps


CHANGED = (
    "The server shows another host key than the one that is pinned. Nothing was sent to it. If the partner announced "
    "a new key, compare it with them and enter it here; if not, somebody may be in between."
)


async def _try(peer: Peer, steps: list[Step]) -> None:
    wanted, secrets = peer.settings, peer.secrets
    address = reachable_address(wanted.host, wanted.port, django_settings.OUTBOUND_ALLOWED_NETWORKS)
    pinned = asyncssh.import_public_key(wanted.host_key)
    is_by_key = wanted.login == "key"
    keys = []
    if is_by_key:
        keys.append(asyncssh.import_private_key(secrets.get("private_key", ""), secrets.get("passphrase") or None))
    connection = await asyncssh.connect(
        address,
        wanted.port,
        username=wanted.user,
        known_hosts=([pinned], [], []),
        server_host_key_algs=_algorithms(pinned),
        client_keys=keys,
        password=None if is_by_key else secrets.get("password", ""),
        preferred_auth=["publickey"] if is_by_key else ["password", "keyboard-interactive"],
        agent_path=None,
        config=None,
    )
    async with connection:
        steps.append(Step("Host key", True, f"It is the pinned one, {pinned.get_fingerprint()}."))
        steps.append(Step("Log-in", True, f"{wanted.user} is logged in."))
        async with connection.start_sftp_client() as sftp:
            if wanted.fetch_folder:
                names = [name for name in await sftp.listdir(wanted.fetch_folder) if str(name) not in (".", "..")]
                steps.append(Step("Fetch folder", True, f"{wanted.fetch_folder} holds {len(names)} entries."))
            if wanted.put_folder:
                await _probe(sftp, wanted.put_folder)
                steps.append(Step("Put folder", True, f"{wanted.put_folder} takes files, and lets them be removed."))


async def _probe(sftp: asyncssh.SFTPClient, folder: str) -> None:
    name = f"{folder.rstrip('/')}/.onramp-test-{random.token_hex(4)}"
    async with sftp.open(name, "wb") as file:
        await file.write(b"Onramp tests this connection and removes this file at once.\n")
    await sftp.remove(name)


def _algorithms(key: asyncssh.SSHKey) -> list[str]:
    """Signatures to ask for, so that a server with several keys shows the pinned kind."""
    kind = key.get_algorithm()
    return ["rsa-sha2-256", "rsa-sha2-512"] if kind == "ssh-rsa" else [kind]


WORDS = {
    "host": SettingWords("Host", "The name of the partner's server."),
    "port": SettingWords("Port"),
    "user": SettingWords("User"),
    "login": SettingWords("Log-in by", values={"key": "Private key", "password": "Password"}),
    "host_key": SettingWords(
        "Host key", "The server's public key, pinned: “ssh-ed25519 AAAA…”. Ask the partner for it.", is_long=True
    ),
    "fetch_folder": SettingWords("Folder to fetch from"),
    "put_folder": SettingWords("Folder to put into"),
    "pattern": SettingWords("File names", "A pattern such as *.edi; others are left alone."),
    "done_marker": SettingWords(
        "Done-marker", "A file counts as complete when another one with this ending lies beside it, such as .done."
    ),
    "after_fetch": SettingWords(
        "After fetching", values={"delete": "Remove the file", "move": "Move it", "keep": "Leave it and remember it"}
    ),
    "done_folder": SettingWords("Folder for fetched files", "Where they are moved to."),
    "write_as": SettingWords(
        "Writing", values={"temporary-name": "Under a temporary name, then renamed", "direct": "Under its name at once"}
    ),
    "timeout_seconds": SettingWords("Time-out", "Seconds."),
}
PROTOCOL = Protocol(
    "sftp",
    "SFTP to the partner",
    SftpSettings,
    WORDS,
    {
        "password": SettingWords("Password", "For log-in by password."),
        "private_key": SettingWords("Private key", "OpenSSH or PEM, for log-in by key.", is_long=True),
        "passphrase": SettingWords("Passphrase", "Of the private key, if it has one."),
    },
    check,
    test,
    "We log in, list the folder to fetch from, and write and remove a small file in the folder to put into.",
)
