"""Rules of loan types, over plain values: terms, dates, schedules and the CAT."""
