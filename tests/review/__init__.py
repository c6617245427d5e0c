"""The comment of a pull request, in the situations that reviewers meet."""
