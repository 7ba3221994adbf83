#+ summary: A page of evidence needs no hash.
INSERT DATA { GRAPH graph:provenance { source:page a fm:SourceDocument ; dcterms:language "en" } GRAPH graph:labels { source:page rdfs:label "Page"@en , "صفحة"@ar , "Страница"@ru , "Бет"@kk } }
