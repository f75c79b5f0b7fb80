"""How the API speaks HTTP: strict bodies, problem answers, batches, pages. No domain."""
