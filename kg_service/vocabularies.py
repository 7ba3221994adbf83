"""The terms of the vocabularies that nearly every data set uses, to tell a misspelt one; closed by their standards."""

from __future__ import annotations

from kg_service.namespaces import DCTERMS, OWL, RDF, RDFS, SH, SKOS

__all__ = ["CLOSED", "is_standard"]

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
ISO639-2 ISO639-3
abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available
bibliographicCitation conformsTo contributor coverage created creator date dateAccepted dateCopyrighted
dateSubmitted description educationLevel extent format hasFormat hasPart hasVersion identifier instructionalMethod
isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy isVersionOf issued language license mediator medium
modified provenance publisher references relation replaces requires rights rightsHolder source spatial subject
tableOfContents temporal title type valid
"""
_SH = """
AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral ClassConstraintComponent
ClosedConstraintComponent ConstraintComponent DatatypeConstraintComponent DisjointConstraintComponent
EqualsConstraintComponent ExpressionConstraintComponent Function HasValueConstraintComponent IRI IRIOrLiteral
InConstraintComponent Info JSConstraint JSConstraintComponent JSExecutable JSFunction JSLibrary JSRule JSTarget
JSTargetType JSValidator LanguageInConstraintComponent LessThanConstraintComponent
LessThanOrEqualsConstraintComponent Literal MaxCountConstraintComponent MaxExclusiveConstraintComponent
MaxInclusiveConstraintComponent MaxLengthConstraintComponent MinCountConstraintComponent
MinExclusiveConstraintComponent MinInclusiveConstraintComponent MinLengthConstraintComponent
NodeConstraintComponent NodeKind NodeKindConstraintComponent NodeShape NotConstraintComponent
OrConstraintComponent Parameter Parameterizable PatternConstraintComponent PrefixDeclaration
PropertyConstraintComponent PropertyGroup PropertyShape QualifiedMaxCountConstraintComponent
QualifiedMinCountConstraintComponent ResultAnnotation Rule SPARQLAskExecutable SPARQLAskValidator
SPARQLConstraint SPARQLConstraintComponent SPARQLConstructExecutable SPARQLExecutable SPARQLFunction SPARQLRule
SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType SPARQLUpdateExecutable Severity Shape
Target TargetType TripleRule UniqueLangConstraintComponent ValidationReport ValidationResult Validator Violation
Warning XoneConstraintComponent
alternativePath and annotationProperty annotationValue annotationVarName ask class closed condition conforms
construct count datatype deactivated declare defaultValue description detail disjoint distinct entailment equals
expression filterShape flags focusNode group groupBy having hasValue if ignoredProperties in intersection
inversePath js jsFunctionName jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals limit
maxCount maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive minLength minus name
namespace node nodeKind nodeValidator nodes not object offset oneOrMorePath optional or order orderBy parameter
path pattern predicate prefix prefixes property propertyValidator qualifiedMaxCount qualifiedMinCount
qualifiedValueShape qualifiedValueShapesDisjoint result resultAnnotation resultMessage resultPath resultSeverity
returnType rule select severity shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent
sourceShape sparql subject suggestedShapesGraph sum target targetClass targetNode targetObjectsOf
targetSubjectsOf this then else union uniqueLang update validator value values xone zeroOrMorePath zeroOrOnePath
"""

#: Namespace → the local names that its standard defines.
CLOSED: dict[str, frozenset[str]] = {
    RDF: frozenset(_RDF.split()),
    RDFS: frozenset(_RDFS.split()),
    OWL: frozenset(_OWL.split()),
    SKOS: frozenset(_SKOS.split()),
    DCTERMS: frozenset(_DCTERMS.split()),
    SH: frozenset(_SH.split()),
}


def is_standard(iri: str) -> bool:
    """Tell whether an IRI in a namespace of CLOSED is one of its terms; rdf:_1 and so on are.

    >>> is_standard("http://www.w3.org/2000/01/rdf-schema#lable")
    False
    """
    space = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
    local = iri.removeprefix(space)
    return local in CLOSED.get(space, ()) or (space == RDF and local[:1] == "_" and local[1:].isdigit())
