"""Benchmarks: figures of this machine, printed with what they are compared with. Nothing here is a test."""
