"""Links: which of a district's measures answers which item of the benchmarks."""
