"""A network of its own for each cell of the matrix of name resolution: DNS servers with faults, AWS behind TLS, and
whoever is to be compared."""
