"""What every page and address shares: cleaning of what comes in, text that is put out."""
