"""The terms of the vocabularies that nearly every data set uses, to tell a misspelt one; closed by their standards."""

from __future__ import annotations

from kg_service.namespaces import DCTERMS, OWL, RDF, RDFS, SKOS

__all__ = ["CLOSED"]

_RDF = """
type first rest nil value subject predicate object reifies language direction Property List Statement Bag Seq Alt
langString dirLangString HTML XMLLiteral JSON PlainLiteral CompoundLiteral
"""
_RDFS = """
Resource Class Literal Datatype Container ContainerMembershipProperty Proposition
subClassOf subPropertyOf domain range label comment member seeAlso isDefinedBy
"""
_OWL = """
AllDifferent AllDisjointClasses AllDisjointProperties Annotation AnnotationProperty AsymmetricProperty Axiom Class
DataRange DatatypeProperty DeprecatedClass DeprecatedProperty FunctionalProperty InverseFunctionalProperty
IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing ObjectProperty Ontology OntologyProperty
ReflexiveProperty Restriction SymmetricProperty Thing TransitiveProperty
allValuesFrom annotatedProperty annotatedSource annotatedTarget assertionProperty backwardCompatibleWith
bottomDataProperty bottomObjectProperty cardinality complementOf datatypeComplementOf deprecated differentFrom
disjointUnionOf disjointWith distinctMembers equivalentClass equivalentProperty hasKey hasSelf hasValue imports
incompatibleWith intersectionOf inverseOf maxCardinality maxQualifiedCardinality members minCardinality
minQualifiedCardinality onClass onDataRange onDatatype onProperties onProperty oneOf priorVersion
propertyChainAxiom propertyDisjointWith qualifiedCardinality sameAs someValuesFrom sourceIndividual targetIndividual
targetValue topDataProperty topObjectProperty unionOf versionIRI versionInfo withRestrictions rational real
"""
_SKOS = """
Collection Concept ConceptScheme OrderedCollection
altLabel broadMatch broader broaderTransitive changeNote closeMatch definition editorialNote exactMatch example
hasTopConcept hiddenLabel historyNote inScheme mappingRelation member memberList narrowMatch narrower
narrowerTransitive notation note prefLabel related relatedMatch scopeNote semanticRelation topConceptOf
"""
_DCTERMS = """
Agent AgentClass BibliographicResource Box DCMIType DDC FileFormat Frequency IMT ISO3166 Jurisdiction LCC LCSH
LicenseDocument LinguisticSystem Location LocationPeriodOrJurisdiction MESH MediaType MediaTypeOrExtent
MethodOfAccrual MethodOfInstruction NLM Period PeriodOfTime PhysicalMedium PhysicalResource Point Policy
ProvenanceStatement RFC1766 RFC3066 RFC4646 RFC5646 RightsStatement SizeOrDuration Standard TGN UDC URI W3CDTF
abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available
bibliographicCitation conformsTo contributor coverage created creator date dateAccepted dateCopyrighted
dateSubmitted description educationLevel extent format hasFormat hasPart hasVersion identifier instructionalMethod
isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy isVersionOf issued language license mediator medium
modified provenance publisher references relation replaces requires rights rightsHolder source spatial subject
tableOfContents temporal title type valid
"""

#: Namespace → the local names that its standard defines.
CLOSED: dict[str, frozenset[str]] = {
    RDF: frozenset(_RDF.split()),
    RDFS: frozenset(_RDFS.split()),
    OWL: frozenset(_OWL.split()),
    SKOS: frozenset(_SKOS.split()),
    DCTERMS: frozenset(_DCTERMS.split()),
}
