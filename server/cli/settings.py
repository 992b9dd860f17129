"""`meguru settings`: what is set, to what, and what else could be."""

from server.cli.console import OUT, settings_or_exit
from server.settings import Settings, variable_of


def run() -> None:
    """Print every setting; those that the environment sets are marked."""
    settings = settings_or_exit()
    for name, field in Settings.model_fields.items():
        mark = "*" if name in settings.model_fields_set else " "
        OUT.print(f"{mark} {variable_of(name, field)}={shown(settings, name)}", markup=False)
        OUT.print(f"      {field.description}", style="dim", markup=False)
    OUT.print("* は環境変数で変えたもの / Set by the environment")


def shown(settings: Settings, name: str) -> str:
    """Return a setting's value as it may be shown."""
    match name:
        case "database_url":
            return settings.database_shown
        case "smtp_url":
            return settings.smtp_shown
        case "oidc_client_secret":
            return "••••" if settings.oidc_client_secret else ""
        case _:
            value = getattr(settings, name)
            return ",".join(value) if isinstance(value, tuple) else str(value)
