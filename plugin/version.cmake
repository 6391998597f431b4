# The version, for both builds: of the top level, and of plugin/ alone inside Wireshark's source tree.
set(DX_VERSION 0.1.0)
