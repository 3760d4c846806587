"""The rush before a deadline, on real servers: people write and send entries until the clock ends the call."""
