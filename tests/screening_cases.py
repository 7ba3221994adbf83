"""Shapes and data to compare screening on: what each constraint component, path, target and query is tried with."""

from __future__ import annotations

import re

from hypothesis import strategies as st

__all__ = [
    "DATA",
    "EXTRA",
    "GROUPS",
    "ODD",
    "PARAMETERS",
    "PATHS",
    "PREFIXES",
    "SHAPES",
    "TARGETED",
    "TARGETS",
    "TRIPLES",
    "split",
]

PREFIXES = """
@prefix ex: <http://e/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""

#: Every kind of term, classes below classes, blank nodes, two graphs; the store writes all literals as here.
DATA = """
GRAPH ex:g1 {
  ex:a a ex:C ;
  ex:p ex:b , ex:c , "x" , "x"@en , "y"@EN , "ñandú"@es-MX , 1 , 2.5 , "1"^^xsd:double ;
  ex:q ex:b , 1 , "x" ;
  ex:r 3 .
  ex:b a ex:D ;
  ex:p ex:a , _:n , "2020-01-31"^^xsd:date , "2020-02-29"^^xsd:date , "abc"^^xsd:integer ;
  ex:q ex:a , _:n .
  ex:c a ex:E ;
  ex:p "NaN"^^xsd:double , "INF"^^xsd:double , true , "t"^^ex:type , "2020"^^xsd:gYear ;
  ex:q ex:c ;
  ex:r 2 .
  ex:D rdfs:subClassOf ex:C . ex:C rdfs:subClassOf ex:D . ex:E rdfs:subClassOf _:k . _:k rdfs:subClassOf ex:F .
}
GRAPH ex:g2 {
  ex:a a ex:C ; ex:q ex:d ; ex:s ex:b .
  ex:d a rdfs:Resource , ex:C ;
  ex:s ex:a ;
  ex:p "2020-01-01T00:00:00Z"^^xsd:dateTime , "2020-01-01T12:00:00"^^xsd:dateTime .
  ex:e ex:p "a\\nb" , "" , "K" , "B"^^rdf:HTML , "12:00:00"^^xsd:time , "u"^^xsd:anyURI ;
  ex:r "x" , ex:a ;
  ex:s ex:e .
  _:n ex:p "only" ; ex:q "only" ; ex:r 4 . ex:f ex:p 3 , 3.5 ; ex:r 4 , 5 . ex:h ex:p "a" ; ex:r "b" . _:m ex:s ex:a .
}
"""

#: Literals that the store writes otherwise; with the last two, two of them become one.
ODD = (
    "",
    'GRAPH ex:g3 { ex:a ex:p "01"^^xsd:integer ; ex:q "2020-01-01T00:00:00+00:00"^^xsd:dateTime }',
    'GRAPH ex:g3 { ex:a ex:q "07"^^xsd:integer ; ex:p "7"^^xsd:integer }',
)

#: Parameters, each tried on the values of ex:p and on values as focus nodes; parted by bars and lines.
PARAMETERS = r"""
sh:class ex:C | sh:class ex:F | sh:class ex:C , ex:D | sh:class ex:Absent | sh:class "x" | sh:class [ a rdfs:Class ]
sh:datatype xsd:string | sh:datatype rdf:langString | sh:datatype xsd:integer | sh:datatype xsd:double
sh:datatype ex:type | sh:datatype xsd:date | sh:datatype xsd:dateTime | sh:datatype xsd:boolean
sh:datatype xsd:gYear | sh:datatype rdf:HTML | sh:datatype rdfs:Literal | sh:datatype xsd:anyURI
sh:datatype xsd:time | sh:datatype xsd:decimal , xsd:integer | sh:nodeKind sh:IRI | sh:nodeKind sh:Literal
sh:nodeKind sh:BlankNode | sh:nodeKind sh:IRIOrLiteral | sh:nodeKind ex:no | sh:minCount 0 | sh:minCount 1
sh:minCount 2 | sh:minCount 9 | sh:minCount "x" | sh:minCount 1 , 2 | sh:minCount -1 | sh:maxCount 0 | sh:maxCount 2
sh:maxCount 4 | sh:maxCount 8 | sh:maxCount 1.0 | sh:minCount 1 ; sh:maxCount 1 | sh:minInclusive 1
sh:minInclusive 2.5 | sh:maxExclusive 2 | sh:maxInclusive 1e0 | sh:maxInclusive "1"^^xsd:double | sh:minExclusive "a"
sh:minExclusive ex:a | sh:maxInclusive "2020-02-01"^^xsd:date | sh:minExclusive "2020-01-01T00:00:00Z"^^xsd:dateTime
sh:minInclusive "x"@en | sh:maxInclusive "2020-01-01T13:00:00"^^xsd:dateTime | sh:maxInclusive "NaN"^^xsd:double
sh:minInclusive "abc"^^xsd:integer | sh:minLength 0 | sh:minLength 2 | sh:minLength "x" | sh:maxLength 0
sh:maxLength 5 | sh:maxLength 1 , 2 | sh:maxLength "1"^^xsd:int | sh:pattern "^[a-z]$"
sh:pattern "^K$" ; sh:flags "i" | sh:pattern "^b" ; sh:flags "m" | sh:pattern "(" | sh:pattern "a" , "n"
sh:pattern "\\d" ; sh:flags "i" , "m" | sh:flags "i" | sh:pattern ex:a | sh:pattern 1 | sh:languageIn ( "en" )
sh:languageIn ( "es" "EN" ) | sh:languageIn ( "*" ) | sh:languageIn () | sh:languageIn ( 1 )
sh:languageIn ( "es-mx" ) | sh:uniqueLang true | sh:uniqueLang false | sh:uniqueLang "x"
sh:uniqueLang "1"^^xsd:boolean | sh:equals ex:q | sh:equals ex:p | sh:equals ex:p , ex:q | sh:equals "x"
sh:disjoint ex:q | sh:disjoint ex:s , ex:r | sh:lessThan ex:r | sh:lessThanOrEquals ex:r | sh:lessThan ex:q
sh:lessThan "x" | sh:lessThanOrEquals ex:p | sh:in ( ex:a "x" 1 ) | sh:in ()
sh:in ( "01"^^xsd:integer "1.0"^^xsd:double "x"@en ) | sh:in ( [] ) | sh:in ex:a | sh:in ( ex:b ) , ( ex:a )
sh:hasValue ex:b | sh:hasValue "x" , 1 | sh:hasValue "01"^^xsd:integer | sh:hasValue "y"@EN | sh:hasValue []
sh:closed true | sh:closed false | sh:closed true ; sh:ignoredProperties ( rdf:type ex:p )
sh:ignoredProperties ( ex:p )
sh:closed true ; sh:property [ sh:path ex:p ] , [ sh:path ( ex:q ex:q ) ; sh:deactivated true ] | sh:closed "x"
sh:property [ sh:path ex:q ; sh:minCount 2 ] | sh:property ex:None
sh:property [ sh:path ex:q ; sh:class ex:C ; sh:severity sh:Info ]
sh:property [ sh:path ex:q ; sh:property [ sh:path ex:p ; sh:maxCount 2 ] ] | sh:property [ sh:minCount 1 ]
sh:property "x" | sh:node [ sh:class ex:C ; sh:property [ sh:path ex:q ; sh:maxCount 1 ] ] | sh:node [ sh:path ex:p ]
sh:node ex:Absent | sh:node [ sh:nodeKind sh:IRI ; sh:deactivated true ]
sh:node [ sh:node [ sh:not [ sh:class ex:C ] ] ] | sh:node ex:Round | sh:not [ sh:class ex:C ]
sh:not [ sh:datatype xsd:integer ] | sh:not [ sh:pattern "x" ] , [ sh:in ( ex:a ) ] | sh:not []
sh:not [ sh:path ex:q ; sh:minCount 1 ] | sh:not [ sh:not [ sh:minLength 2 ] ] | sh:not [ sh:minCount 1 ]
sh:and ( [ sh:class ex:C ] [ sh:minLength 2 ] ) | sh:and () | sh:and ( [ sh:path ex:p ; sh:minCount 3 ] )
sh:and ( "x" ) | sh:or ( [ sh:class ex:C ] [ sh:datatype xsd:string ] [ sh:minInclusive 2 ] )
sh:or ( [ sh:or ( [ sh:in ( ex:a ) ] ) ] ) | sh:or ex:no
sh:xone ( [ sh:class ex:C ] [ sh:path ex:q ; sh:minCount 1 ] [ sh:pattern "x" ] ) | sh:xone ( ex:Named ex:Named )
sh:xone ( [ sh:class ex:C ] [ sh:in ( ex:a ex:b "x" ) ] ) , ( [ sh:nodeKind sh:IRI ] )
sh:xone ( [ sh:not [ sh:minLength 2 ] ] ) | sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedMinCount 2
sh:qualifiedValueShape [ sh:minLength 2 ] ; sh:qualifiedMaxCount 1
sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true
sh:qualifiedMinCount 1
sh:qualifiedValueShape [ sh:class ex:C ] , [ sh:in ( 1 ) ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1
sh:unknown 1 | sh:expression [ sh:path ex:p ] | sh:message "no" ; sh:minCount 3 | sh:deactivated true ; sh:minCount 9
ex:own 1 | sh:deactivated "false" ; sh:minCount 9 | sh:deactivated true , false | sh:severity ex:mine ; sh:minLength 3
"""

EXTRA = "ex:Round a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:node ex:Round ] . ex:Named sh:nodeKind sh:IRI ."

PATHS = """
ex:q | ( ex:q ex:p ) | [ sh:inversePath ex:q ] | [ sh:alternativePath ( ex:p ex:q ) ] | [ sh:zeroOrMorePath ex:q ]
[ sh:oneOrMorePath ex:q ] | [ sh:zeroOrOnePath ex:q ] | ( ex:q [ sh:inversePath ex:q ] )
[ sh:inversePath ( ex:q ex:s ) ] | ( [ sh:zeroOrMorePath ex:q ] ex:p ) | [ sh:oneOrMorePath ( ex:q ex:q ) ]
[ sh:zeroOrMorePath [ sh:inversePath ex:q ] ] | [ sh:inversePath [ sh:zeroOrOnePath ex:s ] ]
[ sh:alternativePath ( [ sh:inversePath ex:p ] ( ex:s ex:q ) ) ] | ( ex:q )
[ sh:oneOrMorePath [ sh:zeroOrOnePath ex:q ] ] | ( ex:q ex:q ex:q ex:q ex:q ex:q ex:q ex:q ex:q ex:q ex:q ex:q ) | []
"x" | [ sh:inversePath [ sh:inversePath ex:q ] ] | [ sh:zeroOrMorePath [ sh:alternativePath ( ex:q ex:s ) ] ]
[ sh:alternativePath () ] | [ sh:inversePath ex:q ; sh:zeroOrOnePath ex:p ] | ex:q , ex:p
[ sh:alternativePath ( ex:q ) ] | ( [ sh:zeroOrOnePath ex:none ] )
"""

#: Shapes whose targets are the point.
TARGETS = """
ex:T a sh:NodeShape ; sh:targetNode ex:a , ex:absent , "x" , "absent" , 1 , "01"^^xsd:integer
ex:T a sh:NodeShape ; sh:targetClass ex:C , ex:F | ex:C a sh:NodeShape , rdfs:Class | ex:F a sh:NodeShape , owl:Class
ex:T a sh:NodeShape ; sh:targetNode _:n | ex:T a sh:NodeShape ; sh:targetSubjectsOf ex:r ; sh:targetObjectsOf ex:s
ex:D a sh:NodeShape , ex:Meta . ex:Meta rdfs:subClassOf rdfs:Class | ex:D a rdfs:Class | ex:T sh:targetClass ex:E
ex:T a sh:NodeShape ; sh:target [ sh:select "SELECT ?this { ?this <http://e/s> ?o }" ]
ex:T a sh:NodeShape ; sh:target [ sh:select "SELECT DISTINCT ?this { ?x <http://e/q> ?this FILTER(isBlank(?this)) }" ]
ex:T a sh:NodeShape ; sh:target [ sh:select "SELECT ?x { ?x <http://e/q> ?this }" ]
ex:T a sh:NodeShape ; sh:target [ a ex:no ] | ex:T a sh:NodeShape ; sh:targetClass "x"
ex:T sh:target [ sh:select "SELECT ?this { ?this <http://e/s> ?o }" ]
ex:T a sh:NodeShape ; sh:target [ sh:select "no query" ]
"""

#: WHERE groups of SHACL-SPARQL; `P` stands for <http://e/p> and so on.
GROUPS = r"""
{ $this P ?v . ?v P ?value } | { FILTER NOT EXISTS { $this Q ?v } } | { $this P ?value FILTER(isLiteral(?value)) }
{ { $this P ?value } UNION { $this Q ?value FILTER(isIRI($this)) } }
{ $this P ?v OPTIONAL { ?v Q ?w FILTER(?w != $this) } FILTER(!BOUND(?w)) }
{ GRAPH ?g { $this P ?v ; Q ?value } FILTER NOT EXISTS { ?value P ?v . FILTER(?v = 1) } } | { $this Q+ $this }
{ $this (Q|^Q)/P ?value } | { ?value Q $this FILTER EXISTS { $this P ?x FILTER NOT EXISTS { ?x a ?k } } }
{ $this P ?v BIND(STR(?v) AS ?value) FILTER(?value = "x") } | { $this P ?v MINUS { ?v Q ?w } }
{ VALUES ?v { 1 } $this P ?v } | { { SELECT $this { $this P ?v } } } | { $this P ?v FILTER(?v = "minus") }
{ $this $PATH ?value FILTER(isBlank(?value)) } | { $this P ?v FILTER(?v < 2 || REGEX(?v, "x")) }
{ $this P "x"@en , ?v ; Q [] } | { $this P ( 1 ) } | { $this P ?v FILTER($shapesGraph = ?v) }
{ $this undeclared:p ?v } | { $this rdf:type ?value } | { ?a Q ?b . ?b S ?c } | { $this P 1 , true , -2.5 }
{ $this P ?value FILTER(?value IN (1, "x", E)) } | { $this S ?o . ?value S ?o FILTER($this != ?value) }
{ FILTER(isBlank($this)) } | no group | { $this P ?v . FILTER(<http://e/no>(?v)) } | { GRAPH ?g { } $this P ?v }
{ GRAPH G1 { $this Q ?value . ?value a ?k } } | { $this a/<x> ?v }
"""

TARGETED = (
    "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:q ;",
    "ex:S a sh:PropertyShape ; sh:path ex:q ; sh:targetSubjectsOf ex:p ;",
    "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property ex:P . ex:P sh:path ex:q ; sh:node ex:N . ex:N",
)


def split(table: str) -> list[str]:
    """Return the entries of a table."""
    return [each.strip() for line in table.strip().splitlines() for each in line.split(" | ")]


NODES = st.sampled_from(["ex:a", "ex:b", "ex:c", "ex:C", "ex:D", "_:n", "_:m"])
LITERALS = st.sampled_from(
    [
        *(
            '"x"',
            '"x"@en',
            '"y"@EN',
            '"xyz"@de-CH',
            "1",
            "2",
            "-3",
            "2.5",
            '"1"^^xsd:double',
            '"NaN"^^xsd:double',
            "true",
        ),
        *(
            '"z"^^xsd:integer',
            '"2020-01-31"^^xsd:date',
            '"2020-02-30"^^xsd:date',
            '"2020-01-31T00:00:00"^^xsd:dateTime',
        ),
        *(
            '"2020-01-31T00:00:00Z"^^xsd:dateTime',
            '"t"^^ex:t',
            '"01"^^xsd:integer',
            '"1.0"^^xsd:decimal',
            '"a\\nb"',
            '""',
        ),
    ]
)


def triple(graph: str, subject: str, predicate: str, object_: str) -> str:
    """Keep blank nodes plain: pySHACL's text of one tells what any one graph says, and that of a circle varies."""
    if subject.startswith("_"):
        graph, object_ = "ex:g1", object_.replace("_:", "ex:")
    return f"GRAPH {graph} {{ {subject} {predicate} {object_} }}"


PREDICATES = st.sampled_from(["ex:p", "ex:q", "a", "rdfs:subClassOf"])
TRIPLE = st.builds(triple, st.sampled_from(["ex:g1", "ex:g2"]), NODES, PREDICATES, st.one_of(NODES, LITERALS))
SOUND = [
    each
    for each in split(PARAMETERS)
    if not re.search(r"\[|\"x\"\^|Count|unknown|expression|lessThan|Round|None", each)
]
PLAIN = st.sampled_from(SOUND)
PATH = st.sampled_from(split(PATHS)[:14])
COUNTED = st.builds("{} ; {}".format, st.sampled_from(["sh:minCount 1", "sh:minCount 2", "sh:maxCount 1"]), PLAIN)
CONSTRAINT = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.builds("sh:property [ sh:path {} ; {} ]".format, PATH, st.one_of(inner, COUNTED)),
        st.builds("sh:{} [ {} ]".format, st.sampled_from(["node", "not"]), inner),
        st.builds("sh:{} ( [ {} ] [ {} ] )".format, st.sampled_from(["and", "or", "xone"]), inner, inner),
        st.builds(
            "sh:property [ sh:path {} ; sh:qualifiedValueShape [ {} ] ; sh:qualified{}Count 1 ]".format,
            *(PATH, inner, st.sampled_from(["Min", "Max"])),
        ),
    ),
    max_leaves=4,
)
TARGET = st.sampled_from(
    ["targetNode ex:a , 1 , ex:z", "targetClass ex:C", "targetSubjectsOf ex:p", "targetObjectsOf ex:q"]
)
TRIPLES = st.lists(TRIPLE, min_size=1, max_size=14)
SHAPES = st.lists(st.tuples(TARGET, CONSTRAINT), min_size=1, max_size=3)
