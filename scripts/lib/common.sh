# Shared by the scripts. Source it; it sets ROOT and JOBS and changes to ROOT.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
JOBS=${JOBS:-$(nproc)}

say() { printf '\n== %s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# need_packages NAME...: Debian packages that must be there. Root installs the missing ones, anybody else is
# told their names. Elsewhere than on Debian the build itself says what it misses.
need_packages() {
  command -v dpkg-query >/dev/null || return 0
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    die "these packages are missing: ${missing[*]}. Install them (apt-get install ${missing[*]}) and run this again."
  fi
  say "installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

BUILD_PACKAGES=(cmake ninja-build gcc g++ libc6-dev pkg-config zlib1g-dev libkissfft-dev)
TOOL_PACKAGES=(libpng-dev libjpeg62-turbo-dev libcli11-dev)
PYTHON_PACKAGES=(python3 python3-dev python3-venv)
TEST_PACKAGES=(libcmocka-dev python3 python3-numpy binutils abigail-tools strace)

# ccache is used when it is there.
if command -v ccache >/dev/null; then
  export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi
