"""Exposure previews: what may become of a submission, told before it is attested."""
