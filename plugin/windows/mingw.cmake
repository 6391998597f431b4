# CMake toolchain: MinGW-w64 with Microsoft's universal C runtime, which the official Wireshark uses, too.
# Where its libraries are is said by PKG_CONFIG_LIBDIR; package-windows.sh shows how.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(dx_triple x86_64-w64-mingw32ucrt)
set(CMAKE_C_COMPILER ${dx_triple}-gcc)
set(CMAKE_RC_COMPILER ${dx_triple}-windres)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_C_FLAGS_INIT -static-libgcc)
