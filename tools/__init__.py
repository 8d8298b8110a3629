"""Programs that make starts; the system's Python runs them, so they need nothing but its standard library."""
