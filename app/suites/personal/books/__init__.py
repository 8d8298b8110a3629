"""Books of people and households, their members, and the access that all other domains of the suite work with."""
