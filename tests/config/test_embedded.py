"""Web server, workers and broker find each other by computing the same socket path."""

from pathlib import Path

from config.embedded import SOCKET_PATH_LIMIT, broker_socket, broker_url, data_dir


def test_data_stay_beside_the_code_unless_another_folder_is_named(tmp_path: Path) -> None:
    assert data_dir(tmp_path, "") == tmp_path / ".data"
    assert data_dir(tmp_path, str(tmp_path / "elsewhere")) == tmp_path / "elsewhere"
    assert data_dir(tmp_path, "relative").is_absolute()


def test_the_socket_is_in_the_data_folder() -> None:
    assert broker_socket(Path("/srv/onramp")) == Path("/srv/onramp/broker.sock")
    assert broker_url(Path("/srv/onramp")) == "redis+socket:///srv/onramp/broker.sock?virtual_host=0"


def test_a_deep_folder_gets_a_socket_that_the_system_accepts() -> None:
    """The broker of a checkout deep in somebody's home would not start."""
    deep = Path("/srv") / ("long" * 30)
    assert len(str(broker_socket(deep))) <= SOCKET_PATH_LIMIT
    assert broker_socket(deep) == broker_socket(deep)
    assert broker_socket(deep) != broker_socket(deep / "other")
