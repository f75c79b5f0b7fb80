"""May I, and why (not)?: what the gate and the rules would say, without doing anything."""
