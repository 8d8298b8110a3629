"""The suites: each a package with its domains, on the core and independent of the others."""

ORDER = ("fresco", "personal", "credito")
"""Order in which they are shown; one that is not named comes last."""
