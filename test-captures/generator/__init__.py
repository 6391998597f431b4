"""The generator behind make_captures.py: a lab of network namespaces, a PKI, and one function per capture."""
