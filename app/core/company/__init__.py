"""Company: its name, country, zone, money and words, one row that administrators change."""
