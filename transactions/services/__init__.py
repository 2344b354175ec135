"""One verb, one file. Admin, API, tasks and commands call these; none of them decides anything."""
