"""The one kind of error whose text is meant for clients.

Refusals that a client can foresee are members of a mutation's result union. What is left for a
`ClientError` is input that no type of the schema can refuse, such as a cursor from another list.
Everything else that is raised is a bug, and reaches the client only as a masked error.
"""

from graphql import GraphQLError


class ClientError(GraphQLError):
    """An error whose code and message reach the client as they are.

    Args:
        code: `SCREAMING_SNAKE_CASE`; what a program may branch on (`extensions.code`).
        message: what to do about it, in Japanese and English.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, extensions={"code": code})
        self.code = code
