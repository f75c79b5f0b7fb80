"""Consents: what a district shows to members it names."""
