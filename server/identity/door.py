"""What only the server knows of who asks: where from, and how their session is kept."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import HTTPConnection

from server.identity.cookies import Cookies
from workflows.accounts.outcomes import Visitor
from workflows.accounts.policy import Policy
from workflows.accounts.post import Post

LINK_PATH = "/link/"
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerDoor:
    """The door that one request came in by."""

    connection: HTTPConnection
    cookies: Cookies
    policy: Policy
    public_url: str
    """As set; empty where the request itself tells it."""
    post: Post | None = None
    """What takes letters; None where no mail is sent."""
    session_id: UUID | None = None
    """Of the session that the request showed."""

    @property
    def visitor(self) -> Visitor:
        """Where the request comes from, and whose place a session begun by it takes."""
        return Visitor(
            address=address_of(self.connection),
            user_agent=self.connection.headers.get("user-agent", "")[:_LONGEST_AGENT],
            replaces=self.session_id,
        )

    def keep(self, secret: str, expires_at: dt.datetime) -> None:
        """Have the client keep a session's secret."""
        self.cookies.keep(self.connection.scope, secret, expires_at)

    def forget(self) -> None:
        """Have the client forget the session's secret."""
        self.cookies.forget(self.connection.scope)

    def link_url(self, secret: str) -> str:
        """Return the address of the page where a one-time link is followed."""
        return f"{base_url(self.connection, self.public_url)}{LINK_PATH}{secret}"


def address_of(connection: HTTPConnection) -> str:
    """Return the address that a request comes from; `unknown` where the server is not told."""
    return connection.client.host if connection.client else "unknown"


def base_url(connection: HTTPConnection, public_url: str) -> str:
    """Return the URL that people reach this installation by, without a slash at its end."""
    return public_url or str(connection.base_url).rstrip("/")
