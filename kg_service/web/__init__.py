"""The rim towards HTTP: one file per kind of resource."""
