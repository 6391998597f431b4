/* load.c - loads a plugin as Wireshark does and prints what Wireshark asks of it first
 *
 * load.exe DLL      "VERSION for MAJOR.MINOR"; exit code 1, with Windows' number, when it cannot be loaded
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <windows.h>

int
main(int argc, char **argv)
{
    HMODULE plugin = argc == 2 ? LoadLibraryA(argv[1]) : NULL;
    if (plugin == NULL) {
        printf("not loaded: %lu\n", GetLastError());
        return 1;
    }
    const char *version = (const char *)(void *)GetProcAddress(plugin, "plugin_version");
    const int *major = (const int *)(void *)GetProcAddress(plugin, "plugin_want_major");
    const int *minor = (const int *)(void *)GetProcAddress(plugin, "plugin_want_minor");
    if (version == NULL || major == NULL || minor == NULL ||
        GetProcAddress(plugin, "plugin_register") == NULL) {
        puts("a name is missing");
        return 1;
    }
    printf("%s for %d.%d\n", version, *major, *minor);
    return 0;
}
