"""Rules of budgets, envelopes and targets, over plain values; each module has those of its noun."""
