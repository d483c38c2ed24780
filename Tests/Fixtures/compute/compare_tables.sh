#!/bin/sh
# Compares the AArch64 kernel tables with the portable one under qemu-user, on a machine of any kind:
#   compare_tables.sh FOLDER-TO-BUILD-IN
# Needs clang, and from Debian qemu-user, libc6-dev-arm64-cross and libgcc-12-dev-arm64-cross.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../../Sources/CKernels
clang --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include -L/usr/aarch64-linux-gnu/lib -std=c2x -O1 -static -fuse-ld=lld -Wall -Wextra -Werror \
    -I "$kernels/include" "$kernels"/*.c "$here/compare_tables.c" -lm -o "$1/compare_tables"
# One processor with the dot product of bytes, one without.
for cpu in max cortex-a53; do
    echo "$cpu:"
    qemu-aarch64 -cpu $cpu "$1/compare_tables"
done
