"""Rules of insights, over plain values."""
