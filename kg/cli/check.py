"""Whether things are as they should be: ``validate``, ``evaluate``."""
