#!/bin/sh
# The browser tests need Chromium. Where none is found and apt is at hand with the right to use it, install Debian's.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 ||
    echo "Chromium could not be installed: the browser tests will be skipped" >&2
else
  echo "no Chromium found: the browser tests will be skipped" >&2
fi
