"""What programs ask: JSON under /api/v1, its schemas, its faults."""
