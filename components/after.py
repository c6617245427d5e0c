"""Order without resources: a component hands on values, and a value can carry what has to stand before its use."""

import pulumi


def after(value: pulumi.Input[str], *others: pulumi.Input[str]) -> pulumi.Output[str]:
    """The value, known only once the others are: whoever uses it is made after everything that they come from."""
    return pulumi.Output.all(value, *others).apply(lambda found: str(found[0]))
