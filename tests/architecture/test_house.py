"""The house stays as it was laid out; what strays is named here and not in a review months later."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 350
TOP_LEVEL = {
    *(".ci", ".github", ".gitignore", ".pre-commit-config.yaml"),
    *("LICENSE", "Makefile", "README.md", "manage.py", "pyproject.toml"),
    *("config", "mappings", "partners", "tests", "transactions"),
}
MEANINGLESS_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}
# Hosts of package registries, spelt so that this file does not name one itself.
REGISTRIES = re.compile("|".join(rf"{name}\.(org|com)" for name in ("pypi", "pythonhosted", "npmjs", r"deb\.debian")))
# Begins with the slash, which is soon found; then looks at what stands before it.
MACHINE_PATHS = re.compile(r"/(?<![A-Za-z0-9_.]/)(work|farm|home|root|Users)/[a-z]")


def tracked() -> list[Path]:
    """What git knows of and is still there, as paths from the root."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in names.split("\0") if name and (ROOT / name).is_file()]


FILES = tracked()
PYTHON = [path for path in FILES if path.suffix == ".py" and "migrations" not in path.parts]


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


def test_no_module_is_two() -> None:
    too_long = {str(path): lines for path in PYTHON if (lines := text(path).count("\n")) > LONGEST_MODULE}
    assert too_long == {}


def test_the_top_level_holds_what_was_agreed() -> None:
    assert {path.parts[0] for path in FILES} - TOP_LEVEL == set()


def test_every_name_says_what_is_inside() -> None:
    assert [path for path in PYTHON if path.stem in MEANINGLESS_NAMES] == []


@pytest.mark.parametrize("top", ["config", "mappings", "partners", "tests", "transactions"])
def test_every_folder_with_python_is_a_package(top: str) -> None:
    """tests/mappings without an __init__.py would hide mappings itself."""
    folders = {parent for path in PYTHON if path.parts[0] == top for parent in path.parents if parent != Path()}
    missing = [folder for folder in folders if not (ROOT / folder / "__init__.py").is_file()]
    assert sorted(map(str, missing)) == []


def test_nothing_depends_on_one_machine_or_names_a_registry() -> None:
    small = [path for path in FILES if (ROOT / path).stat().st_size < 2_000_000]
    found = [
        f"{path}: {match[0]}"
        for path in small
        for pattern in (REGISTRIES, MACHINE_PATHS)
        if (match := pattern.search(text(path)))
    ]
    assert found == []


def test_requirements_are_pinned_with_hashes() -> None:
    """A package that was exchanged at its source must not get in."""
    for kind in ("run", "dev"):
        lines = text(Path(f"config/requirements/{kind}.txt")).replace("\\\n", " ").splitlines()
        packages = [line for line in lines if line and not line.lstrip().startswith("#")]
        assert packages
        assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def test_whatever_runs_is_among_what_is_tested() -> None:
    """The two locks must not drift: make test would prove other versions than make run uses."""
    pins = [
        set(re.findall(r"^([a-z0-9._-]+==[^ ;]+)", text(Path(f"config/requirements/{kind}.txt")), re.MULTILINE))
        for kind in ("run", "dev")
    ]
    assert pins[0] - pins[1] == set()
