"""The floor: the benchmark's requests answered by a bare Flask application with hand-written SQL.

It checks the same token and session, reads and writes the same tables, and answers the same bodies; a test compares
them. What it leaves out is what a program needs beyond that: checking of input, refusals in words, transactions that
are tried again, idempotency keys, ETags, other formats, logs, headers. How far the program is from it is what all
that costs.
"""
