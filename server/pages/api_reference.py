"""What the schema says of itself, as HTML: every type, field, argument and value, linked."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    Undefined,
    ast_from_value,
    get_named_type,
    is_introspection_type,
    print_ast,
)

from server.pages.frame import Words
from server.pages.html import both

GROUPS: Final[tuple[tuple[str, Words, type[GraphQLNamedType]], ...]] = (
    ("types", ("オブジェクト型", "Object types"), GraphQLObjectType),
    ("interfaces", ("インターフェース", "Interfaces"), GraphQLInterfaceType),
    ("unions", ("ユニオン", "Unions"), GraphQLUnionType),
    ("inputs", ("入力型", "Input types"), GraphQLInputObjectType),
    ("enums", ("列挙型", "Enums"), GraphQLEnumType),
    ("scalars", ("スカラー", "Scalars"), GraphQLScalarType),
)
ROOTS: Final[tuple[tuple[str, Words], ...]] = (
    ("Query", ("クエリー", "Queries")),
    ("Mutation", ("ミューテーション", "Mutations")),
    ("Subscription", ("サブスクリプション", "Subscriptions")),
)
_CODE: Final = re.compile(r"`([^`]+)`")
_WORD: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.\w+)?(?![\w.])")
_DOTTED: Final = re.compile(r"[A-Z]\w*\.[a-z]\w*")
_MOST_USES: Final = 12


class Reference:
    """Renders a schema.

    Args:
        schema: what is rendered.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.types = {
            name: one for name, one in schema.type_map.items() if not is_introspection_type(one)
        }
        self.roots = {root for root, _ in ROOTS}
        self.anchors = set(self.types) - self.roots
        for name, one in self.types.items():
            self.anchors |= {f"{name}.{field}" for field in getattr(one, "fields", ())}
        self._uses = self._used()

    def of_kind(self, kind: type[GraphQLNamedType]) -> list[GraphQLNamedType]:
        """Return the types of a kind by name, without the three that everything starts at."""
        found = (one for one in self.types.values() if isinstance(one, kind))
        return sorted((one for one in found if one.name not in self.roots), key=lambda o: o.name)

    def contents(self) -> Iterator[tuple[str, Words, list[tuple[str, str]]]]:
        """Yield each section: its anchor, its name, and anchor and name of everything in it."""
        for root, words in ROOTS:
            names = self._fields(root)
            yield root.lower(), words, [(f"{root}.{name}", name) for name in names]
        for anchor, words, kind in GROUPS:
            yield anchor, words, [(one.name, one.name) for one in self.of_kind(kind)]

    def sections(self) -> Iterator[str]:
        """Yield each section as HTML."""
        for root, words in ROOTS:
            made = (self._root_field(root, name, one) for name, one in self._fields(root).items())
            yield _section(root.lower(), words, made)
        for anchor, words, kind in GROUPS:
            yield _section(anchor, words, map(self._type, self.of_kind(kind)))

    def text(self, description: str | None) -> str:
        """Return a description as HTML; what it names in backticks, or by a dot, is linked."""
        if not description:
            return ""
        parts = _CODE.split(" ".join(description.split()))
        return "".join(
            f"<code>{self._linked(part)}</code>" if number % 2 else self._linked(part, _DOTTED)
            for number, part in enumerate(parts)
        )

    def _linked(self, code: str, words: re.Pattern[str] = _WORD) -> str:
        end, made = 0, []
        for found in words.finditer(code):
            made.append(escape(code[end : found.start()]))
            made.append(self._link(found[0]))
            end = found.end()
        return "".join([*made, escape(code[end:])])

    def _link(self, name: str) -> str:
        return f'<a href="#{name}">{name}</a>' if name in self.anchors else escape(name)

    def _kind(self, kind: GraphQLType) -> str:
        name = get_named_type(kind).name
        before, after = escape(str(kind)).split(name, 1)
        return f"<code>{before}{self._link(name)}{after}</code>"

    def _fields(self, root: str) -> dict[str, GraphQLField]:
        one = self.types.get(root)
        return dict(sorted(one.fields.items())) if isinstance(one, GraphQLObjectType) else {}

    def _root_field(self, root: str, name: str, field: GraphQLField) -> str:
        anchor = f"{root}.{name}"
        result = get_named_type(field.type)
        answers = ""
        if isinstance(result, GraphQLUnionType):
            members = "、".join(self._link(one.name) for one in result.types)
            answers = f"<p>{both(('答え', 'Answers'))}: {members}</p>"
        return (
            f'<article><h3 id="{anchor}"><a href="#{anchor}">{name}</a></h3>'
            f"<p>{self._kind(field.type)}{_deprecated(field)}</p>"
            f"<p>{self.text(field.description)}</p>{answers}{self._arguments(field.args)}</article>"
        )

    def _arguments(self, arguments: dict[str, GraphQLArgument]) -> str:
        if not arguments:
            return ""
        heading = f"<h4>{both(('引数', 'Arguments'))}</h4>"
        return heading + _listed(self._given(name, one, None) for name, one in arguments.items())

    def _given(self, name: str, one: GraphQLArgument | GraphQLInputField, of: str | None) -> str:
        default = ""
        # A default of null says no more than that it may be left out.
        if one.default_value is not Undefined and one.default_value is not None:
            node = ast_from_value(one.default_value, one.type)
            default = f" = <code>{escape(print_ast(node))}</code>" if node else ""
        kind = f": {self._kind(one.type)}{default}{_deprecated(one)}"
        return _term(name, kind, self.text(one.description), f"{of}.{name}" if of else "")

    def _type(self, one: GraphQLNamedType) -> str:
        body = "".join(self._body(one))
        uses = self._uses.get(one.name, [])
        shown = "、".join(map(self._link, uses[:_MOST_USES]))
        more = " …" if len(uses) > _MOST_USES else ""
        used = f'<p class="uses">{both(("使う所", "Used by"))}: {shown}{more}</p>' if uses else ""
        return (
            f'<article><h3 id="{one.name}"><a href="#{one.name}">{one.name}</a></h3>'
            f"<p>{self.text(one.description)}</p>{body}{used}</article>"
        )

    def _body(self, one: GraphQLNamedType) -> Iterator[str]:
        match one:
            case GraphQLUnionType():
                yield self._list(("どれか", "One of"), (member.name for member in one.types))
            case GraphQLEnumType():
                values = one.values.items()
                yield _listed(_term(v, "", self.text(told.description)) for v, told in values)
            case GraphQLInputObjectType():
                if one.is_one_of:
                    yield f"<p>{both(('どれか一つだけを書きます。', 'Exactly one of these.'))}</p>"
                yield _listed(self._given(n, field, one.name) for n, field in one.fields.items())
            case GraphQLObjectType() | GraphQLInterfaceType():
                yield from self._object(one)
            case _ if url := getattr(one, "specified_by_url", None):
                yield f'<p><a href="{escape(url)}" rel="noreferrer">{escape(url)}</a></p>'
            case _:
                pass

    def _object(self, one: GraphQLObjectType | GraphQLInterfaceType) -> Iterator[str]:
        if one.interfaces:
            yield self._list(("実装するもの", "Implements"), (face.name for face in one.interfaces))
        if isinstance(one, GraphQLInterfaceType):
            names = (face.name for face in self.schema.get_possible_types(one))
            yield self._list(("これを実装する型", "Implemented by"), sorted(names))
        yield _listed(self._field(one.name, name, field) for name, field in one.fields.items())

    def _list(self, words: Words, names: Iterable[str]) -> str:
        return f"<p>{both(words)}: {'、'.join(map(self._link, names))}</p>"

    def _field(self, of: str, name: str, field: GraphQLField) -> str:
        given = [self._given(n, one, None) for n, one in field.args.items()]
        told = self.text(field.description) + (_listed(given) if given else "")
        kind = f": {self._kind(field.type)}{_deprecated(field)}"
        return _term(name, kind, told, f"{of}.{name}")

    def _used(self) -> dict[str, list[str]]:
        """Return which fields are of a type or take it, by its name."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, one in self.types.items():
            for field_name, field in getattr(one, "fields", {}).items():
                kinds = [field.type, *(a.type for a in getattr(field, "args", {}).values())]
                for kind in dict.fromkeys(get_named_type(kind).name for kind in kinds):
                    found[kind].append(f"{name}.{field_name}")
        return {name: sorted(uses) for name, uses in found.items()}


def _section(anchor: str, words: Words, articles: Iterable[str]) -> str:
    made = "\n".join(articles)
    return f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{both(words)}</h2>\n{made}</section>'


def _listed(terms: Iterable[str]) -> str:
    return f'<dl class="given">{"".join(terms)}</dl>'


def _term(name: str, kind: str, told: str, anchor: str = "") -> str:
    at = f' id="{anchor}"' if anchor else ""
    return f"<dt{at}><code>{name}</code>{kind}</dt><dd>{told}</dd>"


def _deprecated(one: GraphQLField | GraphQLArgument | GraphQLInputField) -> str:
    if one.deprecation_reason is None:
        return ""
    return f" <b>{both(('廃止予定', 'Deprecated'))}</b>: {escape(one.deprecation_reason)}"
