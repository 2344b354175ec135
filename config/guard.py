"""Refuses to start with settings that are unsafe in production."""

MIN_SECRET_LENGTH = 50
MIN_SECRET_CHARACTERS = 5
GENERATED_BY_DJANGO = "django-insecure-"


def unsafe_settings(*, debug: bool, secret_key: str, allowed_hosts: list[str]) -> list[str]:
    """What is unsafe about these settings, as sentences that say what to set; empty when all is well."""
    if debug:
        local = {"localhost", "127.0.0.1", "[::1]", "testserver"}
        strangers = [host for host in allowed_hosts if host not in local]
        return (
            [f"DEBUG is on although ALLOWED_HOSTS names {', '.join(strangers)}: set DEBUG=false."] if strangers else []
        )
    problems = []
    weak = len(secret_key) < MIN_SECRET_LENGTH or len(set(secret_key)) < MIN_SECRET_CHARACTERS
    if weak or secret_key.startswith(GENERATED_BY_DJANGO):
        problems.append(f"SECRET_KEY must be a random text of at least {MIN_SECRET_LENGTH} characters.")
    if not allowed_hosts:
        problems.append("ALLOWED_HOSTS must name the hosts that Onramp answers to.")
    if "*" in allowed_hosts:
        problems.append("ALLOWED_HOSTS must not be '*'.")
    return problems


def refuse_unsafe(*, debug: bool, secret_key: str, allowed_hosts: list[str], error: type[Exception]) -> None:
    """Raise `error` with everything that is unsafe, or return."""
    problems = unsafe_settings(debug=debug, secret_key=secret_key, allowed_hosts=allowed_hosts)
    if problems:
        raise error(
            "Onramp does not start with unsafe settings:\n- "
            + "\n- ".join(problems)
            + "\nFor a trial on your own machine: make setup writes a .env with DEBUG=true."
        )
