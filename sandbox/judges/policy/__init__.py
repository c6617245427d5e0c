"""The parts of judging an IAM document: where one stands, grammar, actions, resources, conditions, principals."""
