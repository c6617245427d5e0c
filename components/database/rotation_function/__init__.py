"""The function that gives a shard's administrator a new password; it runs in AWS Lambda, with the files of this folder.

Beside the standard library it needs pg8000, which is packed with it, and the AWS SDK, which the runtime brings.
"""
