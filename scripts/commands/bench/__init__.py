"""How fast the lookup is, beside what else could have been picked; one run, all taking turns."""
