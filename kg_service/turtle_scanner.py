"""Tokens of Turtle, TriG, N-Triples and N-Quads, and where each statement's terms stand; no grammar.

The engine's parser decides what is valid and what it means, but tells no places. This pass tells where the
terms of its n-th statement stand: it follows brackets and separators only, in the order in which the parser
emits statements, and resolves no name. `places.py` holds one against the other.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

__all__ = ["DIRECTIVES", "TOKEN", "Statements", "declared_prefixes", "find_statements"]

TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\[\s\S]))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\[\s\S]))*'{3}
      |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<iri><[^>\s]*>)
  | (?P<mark>\^\^|[\[\](){};,]|\.(?![\w%]))
  | (?P<word>(?:\\.|[^\s<>"'\[\](){};,\#.^]|\.(?=[\w%:\\.-]))+)
    """,
    re.VERBOSE,
)
_DECLARATION = re.compile(r"@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
DIRECTIVES = frozenset({"@prefix", "@base", "@version", "prefix", "base", "version"})

_SUBJECT, _PREDICATE, _OBJECT, _DONE, _LIST = range(5)


def declared_prefixes(text: str) -> dict[str, str]:
    """Return the prefixes that a Turtle, TriG or SPARQL text declares, be the rest of it broken."""
    return {match[1]: match[2] for match in _DECLARATION.finditer(text)}


@dataclass(slots=True)
class Statements:
    """Offsets of the terms of each statement, three a statement: subject, predicate, object.

    whole   whether the text could be followed to its end
    """

    offsets: array[int] = field(default_factory=lambda: array("Q"))
    whole: bool = True

    def __len__(self) -> int:
        return len(self.offsets) // 3

    def add(self, subject: int, predicate: int, object_: int) -> None:
        """Take one statement."""
        self.offsets.extend((subject, predicate, object_))

    def reverse(self, start: int) -> None:
        """Put the statements that one token completed into the parser's order: it gives the last of them first."""
        ends = range(len(self.offsets) - 3, start - 1, -3)
        self.offsets[start:] = array("Q", [offset for end in ends for offset in self.offsets[end : end + 3]])


@dataclass(slots=True)
class _Frame:
    """A statement, a blank node's property list or a collection that is being read.

    opened    offset of its opening bracket
    expects   which term comes next; _DONE after an object, _LIST for a collection
    has_items whether an item of a collection was seen
    """

    opened: int
    expects: int = _SUBJECT
    subject: int = 0
    predicate: int = 0
    has_items: bool = False


def find_statements(text: str) -> Statements:
    """Tell where the terms of each statement of a document that parses stand.

    A term in brackets stands at its opening bracket. The statements of a collection (rdf:first, rdf:rest)
    stand at their item, its last one at the closing bracket. RDF 1.2's triple terms and annotations
    are not followed: `whole` is false then, as it is for a text that ends too early.
    """
    scan = _Scan()
    position = 0
    for match in TOKEN.finditer(text):
        if match.start() != position or not scan.found.whole:  # what no token fits, such as `<<`
            break
        position = match.end()
        if match.lastgroup not in ("space", "comment"):
            before = len(scan.found.offsets)
            scan.take(match.lastgroup or "", match.group(), match.start())
            if len(scan.found.offsets) > before + 3:
                scan.found.reverse(before)
    at_end = position == len(text) and len(scan.stack) == 1 and scan.stack[0].expects == _SUBJECT
    scan.found.whole = scan.found.whole and at_end
    return scan.found


@dataclass(slots=True)
class _Scan:
    """Where the pass stands: the open frames, and what is being skipped or still waits.

    skip      "datatype", "@directive" or "directive" while one is passed over
    literal   offset of a string, which is a whole term only once the token after it is known
    """

    found: Statements = field(default_factory=Statements)
    stack: list[_Frame] = field(default_factory=lambda: [_Frame(0)])
    skip: str = ""
    literal: int | None = None

    def take(self, kind: str, token: str, start: int) -> None:
        """Take the next token that is neither space nor comment."""
        if self.skip:
            self.pass_over(kind, token)
        elif self.literal is not None and token == "^^":
            self.skip = "datatype"
        elif self.literal is not None and token[0] == "@":
            self.end_literal()
        else:
            self.end_literal()
            if kind == "mark":
                self.mark(token, start)
            else:
                self.word(kind, token, start)

    def pass_over(self, kind: str, token: str) -> None:
        """Pass over the datatype of a literal, or a directive: to its dot, or to the IRI or version it ends in."""
        if self.skip == "datatype":
            self.end_literal()
            self.skip = ""
        elif token == "." if self.skip == "@directive" else kind in ("iri", "string"):
            self.skip = ""

    def end_literal(self) -> None:
        """Take the string that waits, now that its end is known."""
        if self.literal is not None:
            self.complete(self.literal, self.stack[-1])
            self.literal = None

    def word(self, kind: str, token: str, start: int) -> None:
        """Take a term without brackets, or a keyword."""
        frame = self.stack[-1]
        if kind == "word" and len(self.stack) == 1 and token.lower() in DIRECTIVES:
            self.skip = "@directive" if token[0] == "@" else "directive"
        elif kind == "word" and token[0] in "~|":  # an annotation of RDF 1.2
            self.found.whole = False
        elif kind != "word" or token.lower() != "graph":
            if frame.expects == _LIST:
                self.begin_item(start)
            if kind == "string":
                self.literal = start
            else:
                self.complete(start, frame)

    def mark(self, token: str, start: int) -> None:
        """Follow a bracket or a separator."""
        frame = self.stack[-1]
        match token:
            case "[" | "(":
                if frame.expects == _LIST:
                    self.begin_item(start)
                self.stack.append(_Frame(start, _PREDICATE if token == "[" else _LIST, subject=start))
            case "]" | ")":
                self.close(token, start)
            case "." | "{" | "}":
                frame.expects = _SUBJECT
            case ";":
                frame.expects = _PREDICATE
            case "," if frame.expects == _DONE:
                frame.expects = _OBJECT

    def close(self, token: str, start: int) -> None:
        """Close a bracket: what it held is a term of the frame around it, unless that knows it already."""
        frame = self.stack[-1]
        if len(self.stack) == 1 or (frame.expects == _LIST) != (token == ")"):
            self.found.whole = False
            return
        self.stack.pop()
        if frame.expects == _LIST and frame.has_items:
            self.found.add(frame.subject, start, start)  # rdf:rest rdf:nil
        else:
            self.complete(frame.opened, self.stack[-1])

    def begin_item(self, start: int) -> None:
        """Link a collection's item: the first to what the collection stands in, the others by rdf:rest.

        The list cell of an item stands where the item stands.
        """
        frame = self.stack[-1]
        if frame.has_items:
            self.found.add(frame.subject, start, start)
        else:
            frame.has_items = True
            self.complete(frame.opened, self.stack[-2])
        frame.subject = start

    def complete(self, start: int, frame: _Frame) -> None:
        """Take a term as what the frame expects."""
        if frame.expects == _LIST:
            self.found.add(frame.subject, start, start)  # rdf:first
        elif frame.expects == _SUBJECT:
            frame.subject, frame.expects = start, _PREDICATE
        elif frame.expects == _PREDICATE:
            frame.predicate, frame.expects = start, _OBJECT
        elif frame.expects == _OBJECT:
            self.found.add(frame.subject, frame.predicate, start)
            frame.expects = _DONE  # what may follow in N-Quads is the graph
