#!/usr/bin/env bash
# The mediasoup worker's place in a checkout, and in this machine's cache.
#   media/worker/install.sh ready      whether a worker that runs is in its place; puts a cached one there
#   media/worker/install.sh packages   the Debian packages that building and running it need
#   media/worker/install.sh build      builds it into the cache, unless it is there, and puts it in its place
# One is kept for each version, recipe, Debian release and architecture, outside of any checkout.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$here/../../node_modules/mediasoup

packages=(
  g++ meson ninja-build patch pkg-config
  libssl-dev libuv1-dev libsrtp2-dev libusrsctp-dev libabsl-dev libflatbuffers-dev flatbuffers-compiler
)

if [ "${1:-}" = packages ]; then
  echo "${packages[@]}"
  exit
fi

version=$(node -p 'require(process.argv[1]).version' "$package/package.json")
recipe=$(cd "$here" && find build.sh overlay sip-peers.patch subprojects -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-12)
release=$(. /etc/os-release && echo "$ID-$VERSION_ID")
cached=${XDG_CACHE_HOME:-$HOME/.cache}/strowger/mediasoup-worker-$version-$release-$(uname -m)-$recipe/mediasoup-worker
place=$package/worker/out/Release/mediasoup-worker

# Run by anybody but mediasoup itself, a worker says so and exits with 41; one without its libraries cannot say that.
runs() {
  local status=0
  "$1" >/dev/null 2>&1 </dev/null || status=$?
  [ "$status" -eq 41 ]
}

link() {
  mkdir -p "$(dirname "$place")"
  ln -sfn "$cached" "$place"
}

case "${1:-}" in
ready)
  runs "$cached" && link
  ;;
build)
  mkdir -p "$(dirname "$cached")"
  exec 9>"$(dirname "$cached")/lock"
  flock 9
  runs "$cached" || "$here/build.sh" "$package" "$cached"
  runs "$cached" || { echo "the mediasoup worker was built but does not run" >&2; exit 1; }
  link
  ;;
*)
  echo "usage: media/worker/install.sh ready|packages|build" >&2
  exit 2
  ;;
esac
