"""What is confirmed is what was shown (case 61), and last write wins nowhere (case 62)."""
