"""The library's pages on the site."""
