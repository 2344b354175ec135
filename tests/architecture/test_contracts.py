"""The import contracts must cover the whole house: a module that no contract knows may import anything."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def named_in_contracts() -> set[str]:
    """Every module that a contract restricts."""
    names: set[str] = set()
    for contract in CONTRACTS:
        names.update(contract.get("source_modules", []))
        for layer in contract.get("layers", []):
            names.update(name.strip("() ") for name in layer.replace(":", "|").split("|"))
    return names


def test_every_module_of_config_is_under_a_contract() -> None:
    """config/ is no layer of its own, so its modules are listed one by one."""
    entry_points = {"config.bootstrap", "config.prepare", "config.wsgi"}  # nothing imports them
    modules = {
        f"config.{path.stem}"
        for path in (ROOT / "config").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file()
    }
    assert modules - named_in_contracts() - entry_points == set()


def test_every_room_of_an_app_is_under_its_layers() -> None:
    """A new folder in an app would otherwise import screens from models unnoticed."""
    for contract in CONTRACTS:
        for app in contract.get("containers", []):
            layers = {part.strip("() ") for layer in contract["layers"] for part in layer.replace(":", "|").split("|")}
            rooms = {
                path.stem
                for path in (ROOT / app).iterdir()
                if (path.suffix == ".py" and path.stem not in ("__init__", "apps"))
                or ((path / "__init__.py").is_file() and path.name != "migrations")
            }
            assert rooms - layers == set(), app
