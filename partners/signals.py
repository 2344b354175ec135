"""What partners tell the apps above, after it is committed."""

from django.dispatch import Signal

configuration_changed = Signal()
"""partners: keys of those whose configuration changed; None: it may concern all."""
