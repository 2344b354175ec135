"""What partners tell the apps above, after it is committed."""

from django.dispatch import Signal

configuration_changed = Signal()
"""partners: keys of those whose configuration changed; None: it may concern all."""

carrying_changed = Signal()
"""agreement: key of one that carries documents from now on, or does not any more."""
