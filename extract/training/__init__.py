"""Rebuilds the shipped English pipeline from treebanks: ``python -m extract.training FOLDER``."""
