"""What a parser's complaint means and what to do about it: the commonest mistakes, one row each."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["HINTS", "Hint"]


class Hint(NamedTuple):
    """One row: what the parser says, what it means, what to do, and whether the cause stands before that place."""

    pattern: str
    means: str
    remedy: str
    before: bool = False


_END = "A statement ends in a dot; more of the same subject follows a semicolon."

#: First match wins, over `parser's reason`; `{0}` … are its groups.
HINTS: tuple[Hint, ...] = (
    Hint(
        r"A dot is expected|(?:must|should) be followed by a dot|or a '\.' is expected",
        "A `.`, `;` or `,` is missing here.",
        _END,
        before=True,
    ),
    Hint(r"Unexpected end\Z", "The file ends in the middle of a statement.", _END, before=True),
    Hint(
        r"The prefix (\S*?): has not been declared",
        "The prefix {0}: is not declared.",
        "Declare it at the top: @prefix {0}: <{namespace}> .",
    ),
    Hint(
        r"Line jumps are not allowed",
        "A text in single quotation marks ends with its line.",
        'Close the quotation mark, write \\n, or put three quotation marks (""") on each side.',
    ),
    Hint(
        r"Unexpected end of file",
        "What is opened here is not closed.",
        'Close the quotation mark or the angle bracket; a quotation mark inside a text is written \\".',
    ),
    Hint(
        r"Unexpected escape character '(.*)'",
        "{0} is no escape sequence.",
        "Write a backslash as \\\\; the sequences are \\t \\n \\r \\b \\f \\\" \\' \\\\ \\uXXXX.",
    ),
    Hint(
        r"blank node property lists should end with a '\]'|(?:object|value)s? .*should be .*\]",
        "A `]` is missing here.",
        "Close the bracket, or separate its statements with `;`.",
    ),
    Hint(
        r"Invalid IRI code point '(.*)'",
        "An IRI cannot hold {0!r}.",
        "Percent-encode it, a space as %20; or close the angle bracket before it.",
    ),
    Hint(
        r"No scheme found in an absolute IRI",
        "This IRI is relative and the file declares no base.",
        "Write it in full, with https://, or as a prefixed name.",
    ),
    Hint(r"Invalid UTF-8", "These bytes are no UTF-8.", "Save the file as UTF-8."),
    Hint(r"\ufeff", "The file begins with a byte order mark.", "Save it as UTF-8 without a byte order mark."),
    Hint(
        r"'/' is not allowed at the beginning of a prefix name",
        "A prefixed name cannot hold a slash.",
        "Write the IRI in full in angle brackets, or escape the slash as \\/; a comment begins with #.",
    ),
    Hint(
        r"'(.*)' is not allowed at the beginning of a prefix name",
        "{0} begins no term.",
        'A text stands in straight quotation marks ("), an IRI in angle brackets.',
    ),
    Hint(
        r"\^ is not",
        "A single ^ stands for nothing here.",
        'Write the datatype of a literal after two: "1"^^xsd:integer.',
    ),
    Hint(
        r"([;,.\])}]) is not a valid RDF object",
        "A value is missing before `{0}`.",
        "Write the value, or remove the separator before it.",
    ),
    Hint(
        r"(True|False|TRUE|FALSE) is not a valid RDF object",
        "{0} is no term.",
        "The booleans are true and false, in small letters.",
    ),
    Hint(
        r"\{ is not a valid predicate",
        "A graph in braces stands only in TriG, and after the one before is closed.",
        "Name the file .trig, or close the graph above with `}`.",
    ),
    Hint(r"\. is not a valid subject", "This dot ends nothing.", "Remove it; PREFIX and BASE, and `}`, take no dot."),
    Hint(r"\} is not a valid subject", "This brace closes nothing.", "Remove it, or open the graph with `{`."),
    Hint(
        r'"(.*)" is not a valid (subject|predicate)',
        "A literal cannot be a {1}.",
        'Put an IRI here; if a text ended too early, write its quotation marks as \\".',
    ),
    Hint(
        r"(\S+) is not a valid (subject|predicate|RDF object)",
        "{0} is no term.",
        'An IRI stands in angle brackets or has a prefix, a text in quotation marks (inside one: \\"); '
        "the only bare words are a, true and false.",
    ),
    Hint(
        r"The PREFIX keyword should be followed",
        "A prefix ends in a colon.",
        "Write @prefix name: <https://…> .",
    ),
    Hint(
        r"The subject of a triple must be",
        "Only full IRIs and blank nodes stand here.",
        "Write the IRI in full in angle brackets.",
    ),
    Hint(
        r"Trailing commas are not allowed",
        "The comma before this has nothing after it.",
        "Remove the comma.",
        before=True,
    ),
    Hint(
        r"(?:Object|Array) values? must be followed by a comma",
        "A comma or a closing bracket is missing here.",
        "Add it after the value.",
        before=True,
    ),
    Hint(
        r"No LoadDocumentCallback",
        "The context stands on the web, which is not read.",
        "Write the context into the file.",
    ),
    Hint(
        r"ill-formed document: (.*)",
        "The XML is not well-formed: {0}.",
        "Close elements in the order in which they were opened.",
    ),
)  # fmt: skip
