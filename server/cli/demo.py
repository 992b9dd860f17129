"""`meguru demo`: sample data in a folder of its own, beside the real data and never in it."""

from seed.demo.fill import SampleDataError, fill
from seed.demo.tokens import ShownToken, issue_tokens
from server.cli.console import OUT, bar, fail, local_url, settings_or_exit, table, with_database
from server.identity.door import LINK_PATH
from server.settings import Settings
from workflows.evidence_files import EvidenceFiles
from workflows.labels import label


def run() -> None:
    """Fill the sample's folder, and show the tokens to try it with."""
    settings = sample_settings(settings_or_exit())
    show_tokens(
        with_database(lambda: filled(settings), settings, by_itself=True),
        settings.public_url or local_url(settings),
    )
    OUT.print(f"データ / Data: {settings.database_shown}", markup=False)
    OUT.print("meguru serve --demo で見られます / To look at it: meguru serve --demo")


def sample_settings(settings: Settings) -> Settings:
    """Return the settings for the sample: a folder of its own, unless a database is named.

    GraphiQL is there, unless that is set otherwise.
    """
    shown = {"graphiql": settings.graphiql or "graphiql" not in settings.model_fields_set}
    sample = settings.model_copy(update={"data_dir": settings.data_dir / "demo", **shown})
    sample.make_data_dir()
    return sample


async def filled(settings: Settings) -> tuple[ShownToken, ...]:
    """Complete the sample in the connected database, and issue new tokens for it."""
    try:
        with bar("見本データ / Sample data") as tell:
            result = await fill(EvidenceFiles(settings.evidence_folder), tell)
    except SampleDataError as error:
        fail(error.message_ja, error.message_en)
    return await issue_tokens(result.municipality_id)


def show_tokens(tokens: tuple[ShownToken, ...], url: str) -> None:
    """Print the tokens, and links by which passwords are set; neither can be shown again."""
    rows = table("Authorization", "見本の職員 / Sample person", "役割 / Roles")
    links = table(
        "ブラウザーでサインイン / To sign in with a browser", "見本の職員 / Sample person"
    )
    for token in tokens:
        person = f"{token.person.number} {token.person.name}"
        held = ((label(role), token.person.department) for role in token.person.roles)
        roles = "、".join(" ".join(filter(None, parts)) for parts in held)
        rows.add_row(f"Bearer {token.secret}", person, roles)
        links.add_row(f"{url}{LINK_PATH}{token.link}", person)
    OUT.print(rows)
    OUT.print(links)
