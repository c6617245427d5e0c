"""Judges what a stack has, from a file: no engine, no credentials, no network."""
