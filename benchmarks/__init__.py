"""What the service costs, as ratios: `python -m benchmarks`. Nothing is asked but loopback."""
