"""The steps from bytes to accepted documents, as plain functions: no Celery here, and no decision anywhere else."""
