"""What people do to their own sessions and tokens, and admins to anybody's."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.account_results import Busy, account_result
from schema.accounts import Token
from schema.answers import error_of
from schema.context import Info
from schema.ids import uuid_of
from schema.nodes import plain
from schema.own_account import AccountChanged, asked_by, by_session, changed
from workflows import records, unit
from workflows.accounts import sessions, tokens
from workflows.accounts.policy import Policy
from workflows.accounts.secrecy import sha256_of
from workflows.authority import Scope
from workflows.ledger import Refused

_Argument = strawberry.argument


@strawberry.type(description="The token was made.")
class TokenCreated:
    """Its secret is kept nowhere."""

    token: Token = plain("The token.")
    secret: str = plain("`Authorization: Bearer …`; it is shown this once.")


EndSessionsResult = account_result("EndSessionsResult", AccountChanged, Busy)
CreateTokenResult = account_result("CreateTokenResult", TokenCreated, Busy)
RevokeTokenResult = account_result("RevokeTokenResult", AccountChanged)


async def end_session(
    info: Info,
    session: Annotated[strawberry.ID, _Argument(description="Which session.")],
) -> Any:  # noqa: ANN401 - the union's members
    """End a session: an own one, or as an admin anybody's."""
    session_id = uuid_of(session, records.Session)
    return changed(await sessions.end_session(asked_by(info, "endSession"), session_id))


async def end_other_sessions(info: Info) -> Any:  # noqa: ANN401 - the union's members
    """End all own sessions but the one that asks."""

    async def act(request: unit.Request, session_id: UUID, _policy: Policy) -> object:
        return changed(await sessions.end_other_sessions(request, session_id))

    return await by_session(info, "endOtherSessions", act)


@strawberry.input(description="A token to be made.")
class CreateTokenInput:
    """For a script or a front end."""

    name: str = plain("What it is for; one line, up to 100 characters.")
    scopes: list[Scope] = plain("How far it goes; no further than its owner may.")
    days: int = plain("For how many days it is good: 1 to 365.")


async def create_token(
    info: Info,
    input: Annotated[CreateTokenInput, _Argument(description="The token.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Make a token of one's own."""

    async def act(request: unit.Request, session_id: UUID, _policy: Policy) -> object:
        outcome, secret = await tokens.create_token(
            request, session_id, input.name, frozenset(input.scopes), input.days
        )
        if isinstance(outcome, Refused):
            return error_of(outcome.refusal, input)
        token: Any = await records.Token.of(request.municipality_id).get(sha256=sha256_of(secret))
        return TokenCreated(token=token, secret=secret)

    return await by_session(info, "createToken", act)


async def revoke_token(
    info: Info,
    token: Annotated[strawberry.ID, _Argument(description="Which token.")],
) -> Any:  # noqa: ANN401 - the union's members
    """Revoke a token: an own one, or as an admin anybody's."""
    token_id = uuid_of(token, records.Token)
    return changed(await tokens.revoke_token(asked_by(info, "revokeToken"), token_id))
