"""What is learned: one idea a file, each readable beside its paper."""
