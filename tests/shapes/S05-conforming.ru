#+ summary: A signing without a date.
DELETE DATA { GRAPH en:s1 { signing:xa-xd-lumen fm:onDate "2024-05"^^xsd:gYearMonth } }
