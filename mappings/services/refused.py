"""Why a step of a mapping version is not taken."""


class VersionRefused(Exception):
    """The version is not in a state that allows this; the text says what it is in."""
