"""Prepares .venv from the locked requirements and writes a .env for trying things out. `make setup` runs it.

Run as a file, by any Python 3 and before anything is installed: `python3 -I config/bootstrap.py run|dev`. It therefore
imports the standard library only and keeps to a syntax that older versions can read, so that they can say what is
missing. A second run with the same lock does nothing.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do about it."""


def lock_file(kind: str) -> str:
    """The lock for `kind`: "run" (what a server needs) or "dev" (that and the tools of `make test`)."""
    return os.path.join(ROOT, "config", "requirements", kind + ".txt")


def stamp_file(kind: str) -> str:
    """The file in .venv that remembers which lock was installed."""
    return os.path.join(VENV, "onramp-%s.stamp" % kind)


def fingerprint(kind: str) -> str:
    """The digest of a lock; while it stays the same, so does what is installed."""
    with open(lock_file(kind), "rb") as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def is_current(kind: str) -> bool:
    """Whether .venv works and holds this lock. The dev lock contains the run lock, so it serves for both."""
    return works() and any(read(stamp_file(each)) == fingerprint(each) for each in {kind, "dev"})


def works() -> bool:
    """Whether .venv has an interpreter that starts (not so after its folder or its Python was moved)."""
    return os.path.exists(VENV_PYTHON) and succeeds([VENV_PYTHON, "-I", "-c", ""])


def has_pip() -> bool:
    """Whether .venv can install by itself; one made by uv cannot."""
    return succeeds([VENV_PYTHON, "-I", "-c", "import pip"])


def succeeds(command: list) -> bool:
    """Whether `command` ends with status 0, whatever it prints."""
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def run(command: list, reason: str) -> None:
    """Run `command`; raise SetupError with `reason` when it fails."""
    if subprocess.call(command, cwd=ROOT) != 0:
        raise SetupError(reason)


def read(path: str) -> str:
    """The text of a small file, or "" when there is none."""
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


def create_environment(uv: "str | None") -> None:
    """Make .venv anew with the Python that runs this."""
    if uv:
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV], "uv could not create .venv.")
        return
    run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        "Python could not create .venv. On Debian and Ubuntu its venv module is a package of its own: python3-venv.",
    )


def install(kind: str, uv: "str | None") -> None:
    """Install the lock into .venv; every file must have the hash that the lock names."""
    say("Installing the %s requirements into .venv ..." % kind)
    if uv:
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", VENV_PYTHON]  # as pip does
    else:
        command = [VENV_PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run(
        command + ["--require-hashes", "-r", lock_file(kind)],
        "The requirements could not be installed; the lines above say why.",
    )
    with open(stamp_file(kind), "w") as stamp:
        stamp.write(fingerprint(kind))


def write_environment_file() -> None:
    """Write a .env with DEBUG and a secret of its own, readable by its owner only, unless there is one."""
    try:
        descriptor = os.open(os.path.join(ROOT, ".env"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write("# For trying Onramp out on this machine; config/docs/operations.md lists every setting.\n")
        file.write("DEBUG=true\nSECRET_KEY=%s\n" % secrets.token_urlsafe(50))
    say("Wrote .env with DEBUG=true and a new SECRET_KEY.")


def prepare(kind: str) -> None:
    """Bring .venv and .env up to date for "run" or "dev"; SetupError says what is missing."""
    if sys.version_info < OLDEST:
        raise SetupError(
            "Onramp needs Python 3.11 or later; %s is %s. To use another: make PYTHON=python3.12 ..."
            % (sys.executable, sys.version.split()[0])
        )
    if not is_current(kind):
        uv = shutil.which("uv")
        if not works() or not (uv or has_pip()):
            create_environment(uv)
        install(kind, uv)
    write_environment_file()


def say(text: str) -> None:
    """Tell whoever is watching."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        prepare(sys.argv[1])
    except SetupError as error:
        sys.exit("setup: %s" % error)
    except OSError as error:
        sys.exit("setup: %s cannot be used: %s." % (error.filename or "a file", error.strerror or error))
