"""Settings: what is accepted, and what is said about what is not."""

import os
import stat
from pathlib import Path

import pytest

from server.settings import Settings, SettingsError, read_settings, variable_of

VARIABLES = {variable_of(name, field): field for name, field in Settings.model_fields.items()}

_NEEDED = {
    "MEGURU_OIDC_ISSUER": ("MEGURU_PUBLIC_URL", "MEGURU_OIDC_CLIENT_ID"),
    "MEGURU_PROXY_USER_HEADER": ("MEGURU_TRUSTED_PROXIES",),
    "MEGURU_SMTP_URL": ("MEGURU_MAIL_FROM", "MEGURU_PUBLIC_URL"),
    "MEGURU_MAIL_FROM": ("MEGURU_SMTP_URL", "MEGURU_PUBLIC_URL"),
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("MEGURU_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def refusal() -> list[str]:
    """Return the lines with which the environment is refused."""
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return caught.value.lines


def test_without_any_variable_it_serves_on_this_machine_with_a_file_in_the_folder() -> None:
    """The defaults are safe: nobody else can reach the server, and nothing needs installing."""
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database == f"sqlite:///{Path.cwd() / '.data' / 'meguru.sqlite3'}"


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_example_is_accepted(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example that is told to people is one that works, beside those that it needs."""
    for name in (variable, *_NEEDED.get(variable, ())):
        examples = VARIABLES[name].examples
        assert examples
        monkeypatch.setenv(name, examples[0])
    read_settings()


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_described_in_both_languages(variable: str) -> None:
    """Japanese first, English after the slash."""
    japanese, _, english = (VARIABLES[variable].description or "").partition(" / ")
    assert not japanese.isascii()
    assert english.isascii()
    assert english


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MEGURU_PORT", "eight", "eight: Input should be a valid integer"),
        ("MEGURU_PORT", "65536", "less than or equal to 65535"),
        ("MEGURU_DATABASE_POOL", "0", "greater than or equal to 1"),
        ("MEGURU_LOG_FORMAT", "xml", "'auto', 'console' or 'json'"),
        ("MEGURU_LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("MEGURU_INTROSPECTION", "perhaps", "'everyone', 'signed-in' or 'nobody'"),
        ("MEGURU_PUBLIC_READING", "perhaps", "valid boolean"),
        ("MEGURU_DOCUMENTS_ONLY", "perhaps", "valid boolean"),
        ("MEGURU_TRUSTED_PROXIES", "10.0.0.5/8", "has host bits set"),
        ("MEGURU_TRUSTED_PROXIES", "proxy.example", "does not appear to be"),
        ("MEGURU_OPERATION_SECONDS", "0", "greater than 0"),
        ("MEGURU_PUBLIC_URL", "dx.town.example", "is no URL"),
        ("MEGURU_SECOND_FACTOR_ROLES", "MAYOR", "'ADMIN'"),
        ("MEGURU_BODY_LIMIT", "1", "greater than or equal to 1024"),
        ("MEGURU_ALLOWED_ORIGINS", "https://a.example/path", "is no origin"),
        ("MEGURU_ALLOWED_ORIGINS", "a.example", "is no origin"),
        ("MEGURU_DATA_DIR", __file__, "is a file"),
        ("MEGURU_SMTP_URL", "mail.example", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "http://u:hunter2@h", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtp://u:hunter2/x@h", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtp://u:hunter2@h:port", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtp://u@h", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtp://u:hunter2%0A@h", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtp://h?starttls=yes", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtps://h?starttls=no", "smtp://[user:password@]host"),
        ("MEGURU_SMTP_URL", "smtp://u:hunter2@h?starttls=no", "without encryption"),
        ("MEGURU_SMTP_URL", "smtp://h", "MEGURU_PUBLIC_URL is needed"),
        ("MEGURU_MAIL_FROM", "a@b.example", "together with MEGURU_SMTP_URL"),
        ("DATABASE_URL", "mysql://u:hunter2@h/n", "neither sqlite"),
        ("DATABASE_URL", "sqlite://relative", "neither sqlite"),
        ("DATABASE_URL", "postgresql://u:hunter2/x@h/n", "neither sqlite"),
        ("DATABASE_URL", "postgresql://u:hunter2@h:port/n", "neither sqlite"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(
    variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names the variable, what is wrong and an example, and quotes no password."""
    monkeypatch.setenv(variable, value)
    if variable == "MEGURU_SMTP_URL":
        monkeypatch.setenv("MEGURU_MAIL_FROM", "meguru@town.example")
    (line,) = refusal()
    assert line.startswith(f"{variable}: この値は使えません / This value cannot be used")
    assert said in line
    assert f"For example: {variable}={VARIABLES[variable].examples[0]}" in line  # type: ignore[index] - every one has
    assert "hunter2" not in line
    assert "\n" not in line


def test_everything_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start the server again for each fault."""
    monkeypatch.setenv("MEGURU_PORT", "x")
    monkeypatch.setenv("MEGURU_LOG_LEVEL", "x")
    monkeypatch.setenv("MEGURU_PROT", "8000")
    assert [line.partition(":")[0] for line in refusal()] == [
        "MEGURU_PORT",
        "MEGURU_LOG_LEVEL",
        "MEGURU_PROT",
    ]


def test_a_variable_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip of the hand must not leave a default in force unnoticed."""
    monkeypatch.setenv("MEGURU_ALLOWED_HOST", "dx.example")
    (line,) = refusal()
    assert "did you mean MEGURU_ALLOWED_HOSTS?" in line


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """White space and empty parts do no harm."""
    monkeypatch.setenv("MEGURU_ALLOWED_HOSTS", " a.example , b.example,")
    monkeypatch.setenv("MEGURU_LOG_LEVEL", "debug")
    settings = read_settings()
    assert settings.allowed_hosts == ("a.example", "b.example")
    assert settings.log_level == "DEBUG"


def test_what_is_given_takes_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option of the command line is said last."""
    monkeypatch.setenv("MEGURU_PORT", "1")
    monkeypatch.setenv("MEGURU_HOST", "0.0.0.0")  # noqa: S104 - nothing listens
    settings = read_settings(port=2)
    assert (settings.host, settings.port) == ("0.0.0.0", 2)  # noqa: S104 - likewise


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@h:5432/n", "postgresql://u:••••@h:5432/n"),
        ("postgresql://u:p@ss@h/n?host=/run&x=p@ss", "postgresql://u:••••@h/n"),
        ("postgresql://u@h/n", "postgresql://u@h/n"),
        ("sqlite:////var/lib/meguru.sqlite3", "sqlite:////var/lib/meguru.sqlite3"),
    ],
)
def test_the_password_is_masked(url: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what is shown nor the settings' own text quotes it."""
    monkeypatch.setenv("DATABASE_URL", url)
    settings = read_settings()
    assert settings.database_shown == shown
    assert url not in repr(settings)


def test_the_data_folder_is_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made with its parents, and left as it is where it is there already."""
    monkeypatch.setenv("MEGURU_DATA_DIR", str(tmp_path / "a" / "b"))
    settings = read_settings()
    settings.make_data_dir()
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == stat.S_IRWXU
    settings.data_dir.chmod(0o750)
    settings.make_data_dir()
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o750


def test_a_data_folder_that_cannot_be_made_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says which and why."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("MEGURU_DATA_DIR", str(tmp_path / "file" / "below"))
    with pytest.raises(SettingsError, match=r"MEGURU_DATA_DIR: .*Not a directory"):
        read_settings().make_data_dir()
