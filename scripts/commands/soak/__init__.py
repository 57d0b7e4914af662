"""A long load with publishes under way: `scripts/soak`."""
