"""Set-up: everything a fresh checkout needs, made once and checked in milliseconds afterwards.

Standard library only, because it runs before any package is installed. `python -m tools.setup` brings up the virtual
environment of the project and the engine; see `tools.setup.__main__` for the other uses.
"""
