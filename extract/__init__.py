"""Text to claims: readers, a spaCy pipeline and the rules that read a claim off a sentence."""
