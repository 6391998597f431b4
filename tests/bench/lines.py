#!/usr/bin/env python3
"""Writes any number of lines as -z ssltrouble,json does, for ssltrouble-reduce: real ones with other addresses, names and times.

    lines.py [--failing PERCENT] [--servers N] [--tags] NUM FILE... | ssltrouble-reduce

FILE holds lines of the plugin. They come by turns, PERCENT of them failing ones (default: 20). Addresses, names and seconds
stand in for the line's own ones; the rest stays as it was. --tags writes a path and a tab before each, as `parallel --tag`.
"""

import argparse
import json
import sys
import time
from pathlib import Path

START = 1767225600  # 2026-01-01 00:00:00 UTC
BATCH = 2000


def templates(paths):
    """templates(paths) returns ([failing], [others]), lines as (pieces, keys): a value stands between two pieces."""
    failing, others = [], []
    for text in (line for path in paths for line in path.read_text(encoding="utf-8").splitlines()):
        try:
            row = json.loads(text)
        except ValueError:
            continue
        if not isinstance(row, dict) or not row.get("client_ip") or not row.get("time"):
            continue
        pieces, keys, at = [], [], 0
        for key, value in row.items():  # in the order in which they stand in the line
            if key not in ("file", "client", "client_ip", "server", "server_ip", "sni", "time") or not value:
                continue
            member = f'"{key}":{json.dumps(value, ensure_ascii=False)}'
            found = text.find(member, at)
            if found < 0:
                break
            pieces.append(text[at:found] + f'"{key}":"')
            keys.append((key, row["server_port"]))
            at = found + len(member)
        pieces.append('"' + text[at:])
        pieces = [piece if number == 0 else '"' + piece.removeprefix('"') for number, piece in enumerate(pieces)]
        (failing if row["cause"] else others).append((pieces, keys))
    return failing, others


def value_of(key, port, number, servers):
    """value_of(key, port, number, servers) is what line `number` has there."""
    server, client = number * 7919 % servers, number % 60000
    if key == "file":
        return f"capture{number // 20000}.pcapng"
    if key == "sni":
        return f"host{server}.example.com"
    if key == "time":
        day = number // 30000 % 300
        return time.strftime("%Y-%m-%dT", time.gmtime(START + day * 86400)) + \
            f"{number // 1250 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number % 1000000:06}Z"
    address = f"198.18.{server >> 8 & 255}.{server & 255}" if key.startswith("server") else f"198.19.{client >> 8}.{client & 255}"
    if key.endswith("_ip"):
        return address
    return f"{address}:{port}" if key == "server" else f"{address}:{20000 + client % 40000}"


def main():
    """main() writes the lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failing", type=int, default=20, help="percent of the lines (default %(default)s)")
    parser.add_argument("--servers", type=int, default=2000, help="default %(default)s")
    parser.add_argument("--tags", action="store_true", help="a path and a tab before each line")
    parser.add_argument("num", type=int)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    args = parser.parse_args()
    failing, others = templates(args.files)
    if not failing or not others:
        sys.exit("no failing lines, or no others, in the files")
    turns, batch = [0, 0], []
    for number in range(args.num):
        which = number * args.failing // 100 == (number + 1) * args.failing // 100
        kinds = (failing, others)[which]
        pieces, keys = kinds[turns[which] % len(kinds)]
        turns[which] += 1
        batch.append(f"/captures/host{number // 20000 % 50}/capture{number // 20000}.pcapng\t" if args.tags else "")
        for piece, (key, port) in zip(pieces, keys):
            batch.append(piece)
            batch.append(value_of(key, port, number, args.servers))
        batch.append(pieces[-1] + "\n")
        if number % BATCH == BATCH - 1:
            sys.stdout.write("".join(batch))
            batch.clear()
    sys.stdout.write("".join(batch))


if __name__ == "__main__":
    main()
