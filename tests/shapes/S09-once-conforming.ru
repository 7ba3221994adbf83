#+ summary: The same code stated in two graphs.
INSERT DATA { GRAPH graph:labels { country:xd skos:notation "XD" } }
