"""The benchmark: how long the program's own work may take, measured on a real PostgreSQL."""
