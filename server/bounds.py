"""The settings as what each part is given."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from schema.context import Context
from server.documents import TrustedDocuments
from server.graphql_limits import Bounds, DocumentLimits
from server.rates import Allowance, Rates
from server.settings import Settings
from server.settings_limits import LimitSettings, read_documents
from server.streams import StreamLimits, TransportBounds
from workflows.accounts.policy import Policy
from workflows.authority import ROLES, Act

if TYPE_CHECKING:
    from server.identity.oidc import IdentityProvider
    from server.mail import Mailer

_FOR_A_LETTER: Final = 0.8
"""Of an operation's time."""


def bounds_of(settings: LimitSettings) -> Bounds:
    """Return what an operation may ask and take."""
    return Bounds(
        document=DocumentLimits(
            tokens=settings.max_tokens,
            depth=settings.max_depth,
            aliases=settings.max_aliases,
            directives=settings.max_directives,
            fields=settings.max_fields,
        ),
        cost=settings.max_cost,
        errors=settings.max_errors,
        seconds=settings.operation_seconds,
        introspection=settings.introspection,
        suggestions=settings.suggestions,
    )


def transport_bounds_of(settings: LimitSettings) -> TransportBounds:
    """Return what each transport may take."""
    return TransportBounds(
        body=settings.body_limit,
        init_seconds=settings.ws_init_timeout,
        operations=settings.ws_subscriptions,
        recheck_seconds=settings.recheck_seconds,
        streams=StreamLimits(settings.streams_person, settings.streams_address),
        origins=frozenset(settings.allowed_origins),
    )


def rates_of(settings: LimitSettings) -> Rates:
    """Return how much each person and address may ask in a minute; nothing is counted yet."""
    return Rates(
        Allowance(settings.rate_person, settings.cost_person),
        Allowance(settings.rate_address, settings.cost_address),
    )


def documents_of(settings: LimitSettings) -> TrustedDocuments:
    """Return the trusted documents; `ValueError` where they changed for the worse since checked."""
    return TrustedDocuments(read_documents(settings.documents), only=settings.documents_only)


def mailer_of(settings: Settings) -> "Mailer | None":
    """Return what sends mail; None where no mail server is set.

    Who waits for a letter is answered before the operation is given up.
    """
    server = settings.smtp_server
    if server is None:
        return None
    from server.mail import Mailer  # noqa: PLC0415 - a tenth of a second that most can spare

    seconds = settings.operation_seconds * _FOR_A_LETTER
    return Mailer(server=server, sender=settings.mail_from, seconds_waited_for=seconds)


def body_limit_of(settings: LimitSettings, context: Context) -> int:
    """Return how many bytes somebody may send: a plan's text is longer than anything else."""
    roles = {c.role for c in context.sight.capacities} & context.credential.acts_in
    may_load = bool(roles & ROLES[Act.LOAD_PLAN])
    return settings.plan_limit if may_load else settings.body_limit


def policy_of(settings: Settings) -> Policy:
    """Return the figures of signing in, as set."""
    return Policy(
        idle=timedelta(minutes=settings.session_idle_minutes),
        absolute=timedelta(hours=settings.session_hours),
    )


def provider_of(settings: Settings) -> "IdentityProvider | None":
    """Return the identity provider; None where none is set."""
    if not settings.oidc_issuer:
        return None
    # Where there is no provider, its libraries would delay every start by 0.2 s.
    from server.identity.oidc import IdentityProvider  # noqa: PLC0415

    return IdentityProvider(settings)
