"""The version of the distribution; the tests compare it with the library's own."""

__version__ = "0.1.0"
