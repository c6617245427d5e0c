"""Offline clouds: AWS, Azure and Cloudflare behind Pulumi's own provider protocol, on one machine.

The engine talks to these providers as it would to the vendors' plugins. What they accept comes from the installed SDKs
(`schema`), from what the vendors publish (`facts`, `judges`) and from what was made before (`store`, `world`).
`README.md` says what they cannot show.
"""
