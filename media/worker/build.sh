#!/usr/bin/env bash
# Builds the mediasoup worker from the sources inside its npm package, against Debian's own libraries.
#   media/worker/build.sh MEDIASOUP_PACKAGE OUTPUT_FILE
# Upstream downloads the libraries that it bundles. Here each of them is a stand-in of a few lines (subprojects/) that
# names Debian's instead. README.md says what overlay/ and sip-peers.patch add. Takes about four minutes on two cores.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$1" && pwd)
output=$2

work=$(mktemp -d "${TMPDIR:-/tmp}/strowger-mediasoup-worker.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -R "$package/worker" "$work/source"
cd "$work/source"
rm -rf out subprojects/*.wrap
cp -R "$here/subprojects/." subprojects/
cp -R "$here/overlay/." .
patch --quiet -p1 <"$here/sip-peers.patch"

# Debian 12 has meson 1.0, and nothing newer is used. The stand-ins know none of the libraries' own build options.
sed -i \
  -e "s/meson_version: '>= 1\.1\.0'/meson_version: '>= 1.0.0'/" \
  -e "/^ *'\(build_tests\|build_benchmarks\|crypto-library\|crypto-library-kdf\|tests\|sctp_build_programs\)=/d" \
  meson.build

step() { "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; exit 1; }; }

# io_uring needs a newer liburing than Debian 12 has; epoll serves.
step meson setup "$work/out" --buildtype release -Db_ndebug=true -Dms_disable_liburing=true
# Sources include the generated headers without depending on them, so these come first.
step nice -n 19 ninja -C "$work/out" fbs/FBS
step nice -n 19 ninja -C "$work/out" mediasoup-worker

strip "$work/out/mediasoup-worker"
mkdir -p "$(dirname "$output")"
# In one step: another set-up may be looking.
cp "$work/out/mediasoup-worker" "$output.$$"
mv "$output.$$" "$output"
