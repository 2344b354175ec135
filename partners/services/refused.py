"""Why a step of an agreement is not taken."""


class StatusRefused(Exception):
    """The agreement or its submission does not allow this now; the text says why."""
