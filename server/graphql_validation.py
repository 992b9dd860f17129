"""From the text of a document to one that may be executed: parsed, within the limits, valid."""

from functools import lru_cache
from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OverlappingFieldsCanBeMergedRule,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from server.graphql_errors import RequestError, coded, told
from server.graphql_limits import BoundedOverlap, DocumentLimits, check, too_many_tokens

RULES: Final = (
    *(BoundedOverlap if r is OverlappingFieldsCanBeMergedRule else r for r in specified_rules),
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)
_TOO_COMPLEX: Final = told(
    "TOO_COMPLEX",
    "同じ名前の項目の組み合わせが多すぎて検査できません。別々に送ってください。 / "
    "Too many fields of the same name have to be compared; ask for them apart.",
)


class Document(NamedTuple):
    """A valid document, and whether it asks for the schema."""

    node: DocumentNode
    introspects: bool


class Documents:
    """Reads documents for one schema.

    Args:
        schema: what they have to fit.
        limits: how much they may ask.
        errors: how many are told of one document.
        remembered: how many are parsed and validated only once; those that are not valid are not
            remembered. One of 1,000 tokens takes half a megabyte, a usual one 15 kB.
    """

    def __init__(
        self, schema: GraphQLSchema, limits: DocumentLimits, errors: int, remembered: int = 100
    ) -> None:
        self.schema = schema
        self.limits = limits
        self.errors = errors
        self.read = lru_cache(maxsize=remembered)(self._read)

    def _read(self, text: str, suggests: bool) -> Document:  # noqa: FBT001 - a key of the cache
        """Parse, check against the limits, validate; raises `RequestError`."""
        document = self._parsed(text)
        introspects = check(document, self.limits)
        most, hide = self.errors, not suggests
        found = validate(self.schema, document, RULES, max_errors=most, hide_suggestions=hide)
        if found:
            # The last of too many only says that there are too many.
            errors = coded(found[:most], "GRAPHQL_VALIDATION_FAILED")
            if len(found) <= most and isinstance(found[-1], ValidationAbortedError):
                errors[-1] = _TOO_COMPLEX
            raise RequestError(errors)
        return Document(document, introspects)

    def _parsed(self, text: str) -> DocumentNode:
        most = self.limits.tokens
        try:
            return parse(text, max_lexical_tokens=most, max_comments=most)
        except GraphQLError as error:
            if f"more than {most} " in error.message and error.message.endswith("aborted."):
                raise too_many_tokens(most) from error
            raise RequestError(coded([error], "GRAPHQL_PARSE_FAILED")) from error
