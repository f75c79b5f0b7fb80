"""How the API speaks HTTP: strict bodies, problem answers, batches, pages. No word of the domain."""
