"""The parts of the estate: one module or package per concern, in the order in which `__main__.py` composes them."""
