"""Correcting the machine once and for all: verdicts on claims that survive a new extraction."""
