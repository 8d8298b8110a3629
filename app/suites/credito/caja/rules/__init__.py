"""Rules of cuts, shortages and bonuses."""
