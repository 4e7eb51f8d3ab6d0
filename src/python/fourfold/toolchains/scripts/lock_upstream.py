"""Downloads an archive once, and prints its size in bytes and its sha256.

Usage: lock_upstream.py URL
"""

from __future__ import annotations

import hashlib
import sys
import urllib.request


def main(url: str) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            while True:
                block = response.read(1 << 20)
                if not block:
                    break
                digest.update(block)
                size += len(block)
    except (OSError, ValueError) as e:
        sys.exit(f"{url}: {e}")
    print(size, digest.hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
