#+ summary: A passage without a modality.
#+ rule: S17
#+ shape: shape:Passage-modality
#+ focus: en:s1
#+ severity: Violation
DELETE WHERE { GRAPH graph:provenance { en:s1 fm:modality ?modality } }
