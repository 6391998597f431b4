# check.sh - checks that are counted; to be sourced
#
# SPDX-License-Identifier: GPL-2.0-or-later
passed=0
failed=0

# check NAME COMMAND... - counts one check
check() {
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $name"
    fi
}

# counted - prints the sums; the exit code tells whether anything failed
counted() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}
