"""The cases of each source of credentials and of the Region: a function for each set."""
