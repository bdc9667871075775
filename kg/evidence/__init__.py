"""From links to evidence: who found what, how the studies balance, and why they disagree."""
