"""How people are known: accounts, sessions, one-time links and tokens. Secrets only as hashes.

None of these tables follows from the record: it tells of them, and holds no secret. What a person
did stays in the record when an account is gone.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields

from workflows.authority import Scope
from workflows.records.base import Row, municipality
from workflows.records.people import Person


class SignInMethod(StrEnum):
    """How somebody became known."""

    PASSWORD = "PASSWORD"  # noqa: S105 - not a password
    LINK = "LINK"
    PROVIDER = "PROVIDER"
    PROXY = "PROXY"


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    FIRST_ADMIN = "FIRST_ADMIN"
    INVITATION = "INVITATION"
    RESET = "RESET"


class Account(Row):
    """How one person signs in."""

    prefix = "acc"
    municipality = municipality()
    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    person_id: UUID
    login = fields.CharField(max_length=100)
    """What the person types, folded (NFKC, lower case); at first the staff number."""
    password_hash = fields.CharField(max_length=200, null=True)
    """Argon2id; None where there is no password."""
    password_is_long = fields.BooleanField(default=False)
    """Whether it needs no second factor beside it."""
    totp_secret = fields.CharField(max_length=64, null=True)
    """RFC 6238, Base32; None where no second factor is set up."""
    totp_last_step = fields.BigIntField(default=0)
    """The step of the last code that was taken: none is taken twice."""
    recovery_sha256: fields.Field[list[str]] = fields.JSONField[Any](default=list)
    """Of recovery codes that are not used yet."""
    provider_subject = fields.CharField(max_length=255, null=True)
    """Who the person is to the organisation's identity provider."""
    email = fields.CharField(max_length=254, null=True)
    """Where letters about the account go; None where there are none."""
    disabled_at = fields.DatetimeField(null=True)
    last_signed_in_at = fields.DatetimeField(null=True)
    previous_signed_in_at = fields.DatetimeField(null=True)
    """The sign-in before the last: what is shown to the owner."""

    class Meta:
        table = "accounts"
        unique_together = (
            ("municipality_id", "login"),
            ("municipality_id", "provider_subject"),
        )


class Session(Row):
    """A browser that somebody signed in with."""

    prefix = "ses"
    municipality = municipality()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    person_id: UUID
    sha256 = fields.CharField(max_length=64, unique=True)
    """Of the cookie's 256 random bits."""
    method = fields.CharEnumField(SignInMethod, max_length=20)
    second_factor = fields.BooleanField()
    """Whether a second factor was shown."""
    started_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    """The last request, to a minute."""
    expires_at = fields.DatetimeField()
    """However busy it is."""
    ended_at = fields.DatetimeField(null=True)
    address = fields.CharField(max_length=64)
    user_agent = fields.CharField(max_length=200)

    class Meta:
        table = "sessions"
        indexes = (("municipality_id", "person_id"),)


class OneTimeLink(Row):
    """A link that lets its holder set a password, once."""

    prefix = "lnk"
    municipality = municipality()
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    person_id: UUID | None
    """None for the first admin, who is not registered yet."""
    purpose = fields.CharEnumField(LinkPurpose, max_length=20)
    sha256 = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    """When it was used, or another took its place."""

    class Meta:
        table = "one_time_links"


class Throttle(Row):
    """Failed sign-ins of one login or from one address, whether the account exists or not."""

    prefix = "thr"
    municipality = municipality()
    sha256 = fields.CharField(max_length=64)
    """Of what is slowed down."""
    failures = fields.IntField()
    last_at = fields.DatetimeField()
    until = fields.DatetimeField(null=True)
    """Until then nothing is tried."""

    class Meta:
        table = "sign_in_throttles"
        unique_together = (("municipality_id", "sha256"),)


class Token(Row):
    """A bearer token: only its hash is kept. Its issue and end are in the record."""

    prefix = "tok"
    municipality = municipality()
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    person_id: UUID
    name = fields.CharField(max_length=100)
    sha256 = fields.CharField(max_length=64, unique=True)
    scopes = fields.CharField(max_length=40, null=True)
    """`authority.Scope` values, separated by spaces; none where there are none."""
    second_factor = fields.BooleanField(null=True)
    """Whether a second factor was shown when it was made."""
    expires_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField(null=True)
    """To a minute."""
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "tokens"

    @property
    def granted(self) -> frozenset[Scope]:
        """How far it goes."""
        return frozenset(Scope(scope) for scope in (self.scopes or "").split())


class NewsMark(Row):
    """How far somebody has seen what the record has to tell them. No part of the record itself."""

    prefix = "nws"
    municipality = municipality()
    person: fields.OneToOneRelation[Person] = fields.OneToOneField(
        "records.Person", related_name=False, on_delete=fields.RESTRICT
    )
    person_id: UUID
    sequence = fields.BigIntField()
    """The last entry that was seen."""

    class Meta:
        table = "news_marks"
