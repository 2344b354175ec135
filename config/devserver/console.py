"""What the person at the terminal sees: one line at a time, each with the name of the process that wrote it."""

import os
import threading
from typing import TextIO

NAME_WIDTH = 11


class Console:
    """Writes whole lines from several threads. `closed` turns true when nobody reads any more."""

    def __init__(self, stream: TextIO) -> None:
        self.closed = False
        self._stream = stream
        self._lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        """Write `text` behind the process's name."""
        self._write(f"{name:<{NAME_WIDTH}} | {text}\n")

    def say(self, text: str) -> None:
        """Write something of our own."""
        self.line("onramp", text)

    def block(self, text: str) -> None:
        """Write lines as they are, with nothing in front."""
        self._write(text)

    def _write(self, text: str) -> None:
        with self._lock:
            if self.closed:
                return
            try:
                self._stream.write(text)
                self._stream.flush()
            except BrokenPipeError:
                self.closed = True
                # What is still buffered would fail once more when the interpreter ends.
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
