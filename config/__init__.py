"""Settings, URLs and the Celery application; loading Celery here makes the web process publish to its broker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
