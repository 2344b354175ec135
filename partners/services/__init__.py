"""One verb, one file. Admin, API, tasks and the apps above call these; none of them decides anything."""
