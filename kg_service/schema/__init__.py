"""What a query can be written with: classes, properties, things and graphs of a data set, as one static document."""
