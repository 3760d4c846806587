"""The demonstration: real past editions, the practice of the seed, and editions made of examples."""
