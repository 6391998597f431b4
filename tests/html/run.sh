#!/bin/sh
# run.sh - opens the HTML page in Chromium; the last line counts
#
#     run.sh --plugin-dir DIR [--screenshots DIR] [NAME...]
#
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/../../plugin/packages.sh"
dx_packages_install tshark python3 chromium chromium-driver python3-selenium python3-jsonschema fonts-dejavu-core
# Debian's python3, which has the packages: another one may stand before it.
exec /usr/bin/python3 "$here/run.py" "$@"
