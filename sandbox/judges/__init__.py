"""Judges of what is written inside a property: IAM documents (`iam`) and Cloudflare expressions (`expressions`)."""
