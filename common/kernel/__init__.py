"""What every write rests on: no page and no form knows about it."""
