"""Programs that load the library without any binding, each run in a process of its own."""
