#+ summary: A document without a publisher.
DELETE WHERE { GRAPH graph:provenance { source:lumen-en dcterms:publisher ?publisher } }
