"""The ledger as the auditor reads it; who writes it is the policy layer."""
