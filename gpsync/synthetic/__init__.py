"""Made-up extracts for the demo, the tests and the benchmarks. Nobody in them exists."""
