"""The requirement rows, the tests that name them, and the page that shows both."""
