"""Rules of goals and of plans that pay debts off, over plain values; each module has those of its noun."""
