"""What must be known of a query before it runs: its form, its dataset, and what is refused.

The engine reads without a tokeniser of its own and takes back what does not fit, so a text can mean
something else to it than its longest tokens say. Wherever that could hide a keyword, this pass refuses;
on syntax the engine has the last word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urljoin

from kg_service.errors import QuerySyntaxError, QueryTooComplex, Refused
from kg_service.formats import Kind
from kg_service.tokens import Token, position, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

P = TypeVar("P", QuerySyntaxError, QueryTooComplex, Refused)

__all__ = ["Analysis", "QueryForm", "analyse"]

_OPENERS = {"{": "}", "(": ")", "[": "]"}
_VOLATILE = ("now", "rand", "uuid", "bnode")
_UPDATES = frozenset(
    {
        "insert",
        "delete",
        "load",
        "clear",
        "create",
        "drop",
        "copy",
        "move",
        "add",
        "with",
        "deletewhere",
        "insertdata",
    }
)
#: Each of these makes the engine's reader or planner recurse once more.
_CHAINED = frozenset({"union", "filter", "bind", "optional", "minus", "||", "&&", "+", "-", "*", "/", "|", "!", "^"})


class QueryForm(StrEnum):
    """The four query forms of SPARQL 1.1 §16."""

    SELECT = "SELECT"
    CONSTRUCT = "CONSTRUCT"
    ASK = "ASK"
    DESCRIBE = "DESCRIBE"

    @property
    def kind(self) -> Kind:
        """What a query of this form gives."""
        return _KINDS.get(self, Kind.TRIPLES)

    @property
    def number(self) -> int:
        """Its place among the forms, from 1."""
        return _NUMBERS[self]


_NUMBERS = {form: number for number, form in enumerate(QueryForm, 1)}
_KINDS = {QueryForm.SELECT: Kind.SOLUTIONS, QueryForm.ASK: Kind.BOOLEAN}


class Analysis(NamedTuple):
    """What is known of a query before it runs.

    default_graphs, named_graphs   IRIs of FROM and FROM NAMED, resolved, in order
    volatile   the answer may differ from one evaluation to the next
    prefixes     (name, namespace as written) of each PREFIX
    undeclared   prefixes used without PREFIX: (name, line, column) of each one's first use
    """

    form: QueryForm
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    volatile: bool = False
    undeclared: tuple[tuple[str, int, int], ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    depth: int = 0
    tokens: int = 0


@dataclass(slots=True)
class _State:
    """What the pass has seen so far."""

    text: str
    base: str
    form: QueryForm | None = None
    prefixes: dict[str, str] = field(default_factory=dict)
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    undeclared: dict[str, int] = field(default_factory=dict)
    brackets: list[str] = field(default_factory=list)
    volatile: bool = False
    depth: int = 0
    run: int = 0
    chained: int = 0


def analyse(
    text: str, *, base: str = "", max_depth: int = 100, max_tokens: int = 100_000, max_chain: int = 1_000
) -> Analysis:
    """Read a query's tokens once and tell what must be known before it runs.

    base       IRI against which relative graph names resolve
    max_depth  brackets, braces and prefix operators inside one another
    max_chain  operators and pattern keywords in all (UNION, FILTER, ||, + …)
    Raises QuerySyntaxError, QueryTooComplex (400) or Refused (403: SERVICE, updates).
    """
    state = _State(text, base)
    sequence = list(tokens(text))
    if len(sequence) > max_tokens:
        raise _fault(QueryTooComplex, text, sequence[max_tokens], f"The query has more than {max_tokens} tokens.")
    state.prefixes.update(_declared_prefixes(sequence))
    for index, token in enumerate(sequence):
        before = sequence[index - 1] if index else None
        after = sequence[index + 1] if index + 1 < len(sequence) else None
        _measure(state, token, max_depth=max_depth, max_chain=max_chain)
        match token.kind:
            case "word":
                _read_word(state, token, sequence, index)
            case "name":
                _read_name(state, token, before, after)
            case "iri":
                _refuse_ambiguous_iri(state, token, before)
    if state.form is None:
        line, column = position(text, sequence[-1].offset) if sequence else (1, 1)
        raise QuerySyntaxError(
            "No SELECT, CONSTRUCT, ASK or DESCRIBE was found; the text is no query.", line=line, column=column
        )
    return Analysis(
        form=state.form,
        default_graphs=tuple(dict.fromkeys(state.default_graphs)),
        named_graphs=tuple(dict.fromkeys(state.named_graphs)),
        volatile=state.volatile,
        undeclared=tuple((name, *position(text, offset)) for name, offset in state.undeclared.items()),
        prefixes=tuple(state.prefixes.items()),
        depth=state.depth,
        tokens=len(sequence),
    )


def _declared_prefixes(sequence: list[Token]) -> Iterator[tuple[str, str]]:
    for keyword, name, iri in zip(sequence, sequence[1:], sequence[2:], strict=False):
        if keyword.kind == "word" and keyword.text.lower() == "prefix" and name.kind == "name" and iri.kind == "iri":
            yield name.text[:-1], iri.text[1:-1]


def _measure(state: _State, token: Token, *, max_depth: int, max_chain: int) -> None:
    """Follow nesting, runs of prefix operators and the count of operators."""
    if token.text in _OPENERS and token.kind == "mark":
        state.brackets.append(token.text)
    elif token.kind == "mark" and state.brackets and token.text == _OPENERS[state.brackets[-1]]:
        state.brackets.pop()
    state.run = state.run + 1 if token.kind == "mark" and token.text in "!+-^" else 0
    state.depth = max(state.depth, len(state.brackets) + state.run)
    if state.depth > max_depth:
        raise _fault(QueryTooComplex, state.text, token, f"The query is nested more than {max_depth} levels deep here.")
    if token.kind in ("mark", "word") and token.text.lower() in _CHAINED:
        state.chained += 1
        if state.chained > max_chain:
            detail = f"The query has more than {max_chain} operators and pattern keywords."
            raise _fault(QueryTooComplex, state.text, token, detail)


def _read_word(state: _State, token: Token, sequence: list[Token], index: int) -> None:
    word = token.text.lower()
    if "service" in word:
        raise _refused_service(state.text, token)
    if state.form is None:
        if word in _UPDATES:
            detail = "This endpoint answers queries; the data is changed in its git folder, not by updates."
            raise _fault(Refused, state.text, token, detail)
        state.form = next((form for form in QueryForm if word.startswith(form.value.lower())), None)
    if word.endswith(_VOLATILE):  # `ORDER BYRAND()` is two words to the engine
        state.volatile = True
    if word == "base" and state.form is None and index + 1 < len(sequence) and sequence[index + 1].kind == "iri":
        state.base = urljoin(state.base, sequence[index + 1].text[1:-1])
    if word in ("from", "fromnamed") and state.form is not None and not state.brackets:
        following = sequence[index + 1 : index + 3]
        is_named = word == "fromnamed" or (bool(following) and following[0].text.lower() == "named")
        target = next((each for each in following if each.kind in ("iri", "name")), None)
        if target is not None:
            (state.named_graphs if is_named else state.default_graphs).append(_resolve(state, target))


def _read_name(state: _State, token: Token, before: Token | None, after: Token | None) -> None:
    prefix = token.text.partition(":")[0]
    if prefix not in state.prefixes and (before is None or before.text.lower() != "prefix"):
        state.undeclared.setdefault(prefix, token.offset)
    if "service" not in prefix.lower() or (before is not None and before.text.lower() in ("prefix", "graph")):
        return
    # `SERVICE:x { … }` is the keyword with the name `:x` to the engine, declared prefix or not.
    if prefix not in state.prefixes or (after is not None and after.text in ("{", "#")):
        raise _refused_service(state.text, token)


def _refuse_ambiguous_iri(state: _State, token: Token, before: Token | None) -> None:
    """Refuse `?a<?b)…>` inside parentheses, which the engine may read as less-than and then anything.

    Only characters that could hide text from this pass matter: quotes, comments, parentheses.
    """
    if (
        not state.brackets
        or state.brackets[-1] != "("
        or before is None
        or (before.kind == "mark" and before.text != ")")
    ):
        return
    scheme = re.match(r"<([A-Za-z][A-Za-z0-9+.-]*):", token.text)
    if scheme is not None and scheme[1] not in state.prefixes:
        return
    if re.search(r"['()#]", token.text):
        detail = f"{token.text[:80]} may be an IRI or a less-than sign: put a space after <, or write the IRI in full."
        raise _fault(QuerySyntaxError, state.text, token, detail)


def _resolve(state: _State, token: Token) -> str:
    if token.kind == "iri":
        text = re.sub(
            r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", lambda m: chr(int(m[1] or m[2], 16)), token.text[1:-1]
        )
        return urljoin(state.base, text) if state.base and ":" not in text.split("/")[0] else text
    prefix, _, local = token.text.partition(":")
    namespace = state.prefixes.get(prefix, "")
    namespace = urljoin(state.base, namespace) if state.base and "://" not in namespace else namespace
    return namespace + re.sub(r"\\(.)", r"\1", local)


def _refused_service(text: str, token: Token) -> Refused:
    detail = "SERVICE is not evaluated here: run the federated query in your own engine and call this endpoint from it."
    return _fault(Refused, text, token, detail)


def _fault(kind: type[P], text: str, token: Token, detail: str) -> P:
    line, column = position(text, token.offset)
    return kind(detail, line=line, column=column)
