#+ summary: A second modality.
INSERT DATA { GRAPH graph:provenance { en:s1 fm:modality modality:purpose } }
