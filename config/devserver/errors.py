"""Why `make run` does not start, or does not go on."""


class StartError(Exception):
    """The message tells the person at the terminal what is wrong and what to do about it."""


class Stopped(Exception):
    """Somebody asked us to stop."""
