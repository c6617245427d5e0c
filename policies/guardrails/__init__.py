"""Guardrails: rules over what a Pulumi program is about to deploy, and the controls that they serve.

The package imports no provider SDK and nothing of the program that it judges, so it can be published by itself.
Layers, each importing only those above it:

    values        three-valued reads of properties: known, absent, unknown
    model         resource, provider, stack as plain data
    declare       what a rule is; severities; the one table of enforcement by environment
    networks, iam arithmetic over addresses, ports and policy documents
    rules/*       the rules
    registry      all rules, found by resource type
    configuration, exemptions, frameworks   the data files and their checks
    judge         runs rules in guards, applies exemptions
    messages      what a person reads
    adapter, pack the only two modules that know the Pulumi policy SDK
"""
