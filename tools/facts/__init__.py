"""Makes the sandbox's facts: `python -m tools.facts` (`make facts`) writes sandbox/facts/*.json from what lies here.

`read/` holds what people read in the providers' sources, `vendor/` what `harvest` took from the vendors' models when
their packages were installed. README.md of sandbox/facts tells the forms.
"""
