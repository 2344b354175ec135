"""`make run`: broker, web server, workers and scheduler as one job in the foreground.

    python -m config.devserver

It starts everything in order, restarts what dies, and stops everything in the reverse order on Ctrl-C, SIGTERM or
SIGHUP. Should it be killed itself, a watchdog ends what it leaves behind.
"""
