"""Rules of exports, over plain values; each module writes one format."""
