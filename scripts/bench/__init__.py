"""Figures of the acts that must stay quick, on this machine. Prints, never judges. See docs/performance.md."""
