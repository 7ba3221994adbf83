"""What a constraint asks and how to satisfy it, in words: a table of SHACL's components (§4)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg_service.iris import prefixed_name
from kg_service.namespaces import RDF, SH, STANDARD
from kg_service.terms import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg_service.validation.results import Result

__all__ = ["COMPONENTS", "add_explanations"]


class Words(NamedTuple):
    """What is said of one component: the parameter it reads, what it asks, and the remedy.

    `{it}` is the parameter's value, `{path}` the path, `{value}` the value.
    """

    parameter: str
    asks: str
    remedy: str


_AS_ASKED = "Correct {value}, or choose another value for {path}."

#: Local name of a component, without `ConstraintComponent` → its words.
COMPONENTS: dict[str, Words] = {
    "Class": Words("class", "{value} is no instance of {it}.", "Give {value} the type {it}, or name another node."),
    "Datatype": Words("datatype", "{value} is no valid {it}.", "Write the value with the datatype {it}."),
    "NodeKind": Words("nodeKind", "{value} is not of the kind {it}.", "Write a term of the kind {it}."),
    "MinCount": Words("minCount", "{path} needs at least {it}.", "Add a value for {path}."),
    "MaxCount": Words("maxCount", "{path} may have at most {it}.", "Remove a value of {path}."),
    "MinExclusive": Words("minExclusive", "{value} is not greater than {it}.", _AS_ASKED),
    "MinInclusive": Words("minInclusive", "{value} is less than {it}.", _AS_ASKED),
    "MaxExclusive": Words("maxExclusive", "{value} is not less than {it}.", _AS_ASKED),
    "MaxInclusive": Words("maxInclusive", "{value} is greater than {it}.", _AS_ASKED),
    "MinLength": Words("minLength", "{value} is shorter than {it} characters.", _AS_ASKED),
    "MaxLength": Words("maxLength", "{value} is longer than {it} characters.", _AS_ASKED),
    "Pattern": Words("pattern", "{value} does not match {it}.", _AS_ASKED),
    "LanguageIn": Words("languageIn", "The language of {value} is none of {it}.", "Tag the text with one of {it}."),
    "UniqueLang": Words(
        "uniqueLang", "{path} has two values in one language.", "Keep one value of {path} for each language."
    ),
    "Equals": Words("equals", "{path} and {it} differ in {value}.", "Give both the same values."),
    "Disjoint": Words("disjoint", "{value} is a value of {path} and of {it}.", "Remove it from one of them."),
    "LessThan": Words("lessThan", "{value} is not less than every value of {it}.", _AS_ASKED),
    "LessThanOrEquals": Words("lessThanOrEquals", "{value} is greater than a value of {it}.", _AS_ASKED),
    "Not": Words("not", "{value} conforms to {it}, which it must not.", "Change what makes it conform."),
    "And": Words("and", "{value} does not conform to all of the shapes.", "See which of them fails below."),
    "Or": Words("or", "{value} conforms to none of the shapes.", "Satisfy one of the alternatives below."),
    "Xone": Words("xone", "{value} does not conform to exactly one of the shapes.", "Satisfy exactly one of them."),
    "Node": Words("node", "{value} does not conform to {it}.", "See what fails below."),
    "QualifiedMinCount": Words(
        "qualifiedMinCount", "{path} needs at least {it} values of the shape asked for.", "Add one that conforms."
    ),
    "QualifiedMaxCount": Words(
        "qualifiedMaxCount", "{path} may have at most {it} values of that shape.", "Remove one that conforms."
    ),
    "Closed": Words("closed", "The shape is closed and does not allow {path}.", "Remove the statement."),
    "HasValue": Words("hasValue", "{path} has not the value {it}.", "Add the value {it}."),
    "In": Words("in", "{value} is none of {it}.", "Write one of {it}."),
    "SPARQL": Words("sparql", "", ""),
}
_MOST_SHOWN = 8
#: Parameters whose value is another property.
_COMPARING = frozenset({"equals", "disjoint", "lessThan", "lessThanOrEquals"})


def add_explanations(results: Iterable[Result], shapes: Iterable[ox.Quad], prefixes: Mapping[str, str]) -> list[Result]:
    """Return the results with what their constraint asks, and a remedy where no message of the shape stands for one.

    The message of a shape is kept, the engine's own words become the detail.
    """
    prefixes = STANDARD | dict(prefixes)
    known: dict[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]] = defaultdict(dict)
    for quad in shapes:
        if not isinstance(quad.object, ox.Triple):
            known[_key(quad.subject)].setdefault(quad.predicate.value, []).append(quad.object)

    def write(term: object) -> str:
        if isinstance(term, ox.NamedNode):
            return prefixed_name(term.value, prefixes)
        if isinstance(term, ox.BlankNode):
            items = [write(each) for each in _items(term, known)]
            shown = items if len(items) <= _MOST_SHOWN else [*items[:_MOST_SHOWN], "…"]
            return ", ".join(shown) or "the shape given there"
        return value(term) if isinstance(term, ox.Literal) else ""

    def explained(result: Result) -> Result:
        words = COMPONENTS.get(result.component.removesuffix("ConstraintComponent"))
        if words is None:
            return result
        parameters = known[result.shape.removeprefix("_:")].get(SH + words.parameter, [])
        fields = {
            "it": " or ".join(map(write, parameters)),
            "path": _path(result.path, prefixes) or "the node",
            "value": _shown(result.value or result.focus, prefixes),
        }
        compared = [each.value for each in parameters if isinstance(each, ox.NamedNode)]
        targets = known[result.shape.removeprefix("_:")].get(SH + "targetObjectsOf", [])
        asks = words.asks.format(**fields)
        own = bool(result.messages)
        return replace(
            result,
            messages=result.messages or {"en": asks},
            parameter=compared[0] if words.parameter in _COMPARING and compared else "",
            targets=tuple(each.value for each in targets if isinstance(each, ox.NamedNode)),
            detail=result.detail or (asks if own else ""),
            remedy=result.remedy or ("" if own else words.remedy.format(**fields)),
            details=tuple(map(explained, result.details)),
        )

    return [explained(result) for result in results]


def _items(
    node: ox.BlankNode, known: Mapping[str, dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]]
) -> list[object]:
    items: list[object] = []
    cell: object = node
    while isinstance(cell, ox.BlankNode) and (here := known.get(cell.value)) and RDF + "first" in here:
        items.append(here[RDF + "first"][0])
        cell = next(iter(here.get(RDF + "rest", ())), None)
    return items


def _key(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode) else ""


def _path(path: str, prefixes: Mapping[str, str]) -> str:
    if "<" not in path:
        return prefixed_name(path, prefixes) if path else ""
    parts = path.split("<")
    return parts[0] + "".join(
        prefixed_name(iri, prefixes) + rest for part in parts[1:] for iri, _, rest in [part.partition(">")]
    )


def _shown(term: str, prefixes: Mapping[str, str]) -> str:
    if term.startswith('"'):
        text, _, kind = term[1:].rpartition('"')
        return f"“{text}”{kind if kind.startswith('@') else ''}"
    return term if term.startswith("_:") else prefixed_name(term, prefixes)
