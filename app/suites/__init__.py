"""The suites: each a package with its domains, on the core and independent of the others."""
