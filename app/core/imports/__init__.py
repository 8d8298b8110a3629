"""Files of rows that were imported, in any suite.

A domain of its own, in the core: what an import is (read, shown, committed whole, taken back) does not depend on the
rows. A suite declares a kind of rows by an `Importer` of its service and a route of its own, which has the permission
of a single POST; so this domain knows no suite.
"""
