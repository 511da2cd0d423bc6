#!/bin/sh
# What tests need beside Python packages: Chromium for the pages, QGIS for the GeoPackage. Where one is not found, and
# apt is at hand with the right to use it, Debian's is installed; without it the tests that need it are skipped.
missing=""
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && chromium="$name"
done
[ -n "${chromium:-}" ] || missing="chromium"
PATH=$(getconf PATH) python3 -c "import qgis.core" >/dev/null 2>&1 || missing="$missing python3-qgis qgis-providers"
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  # shellcheck disable=SC2086 - several packages
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } \
    >/dev/null 2>&1 && exit 0
fi
echo "not installed, the tests that need it will be skipped: $missing" >&2
