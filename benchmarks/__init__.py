"""What things cost: run ``python -m benchmarks``. No part of the package or its tests."""
