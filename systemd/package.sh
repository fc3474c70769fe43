#!/usr/bin/env bash
# Builds dist/strowger_VERSION_ARCH.deb from this checkout: `npm run package`.
# The same checkout gives the same bytes on machines of one Debian release: times are those of the last commit, and
# what is inside comes from the lockfile. Needs debhelper, dpkg-dev and what ./setup run needs.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

say() { printf 'package: %s\n' "$*"; }

command -v dh >/dev/null || { say "debhelper is missing: sudo apt-get install -y debhelper dpkg-dev"; exit 1; }
./setup run

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022
version=$(node -p 'require("./package.json").version')+$(git rev-list --count HEAD)
release=$(. /etc/os-release && echo "deb$VERSION_ID")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/strowger
lib=$tree/lib
mkdir -p "$lib/bin"
cp -a systemd/debian "$tree/debian"

say "compiling"
npx --no-install tsc -p systemd/tsconfig.json --outDir "$lib/build"
install -D -m 0644 edge/strowger.mjs "$lib/edge/strowger.mjs"
cp package.json package-lock.json "$lib/"

say "installing modules"
(cd "$lib" && npm ci --omit=dev --ignore-scripts --prefer-offline --no-fund --no-audit --loglevel=error)
modules=$lib/node_modules
# What is never run here: other platforms' binaries, sources, tests, maps.
find "$modules/uWebSockets.js" -name 'uws_*.node' ! -name "uws_linux_x64_$(node -p process.versions.modules).node" -delete
find "$modules" \( -name '*musl*.node' -o -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
find "$modules" -path '*/prebuilds/*' -prune ! -name linux-x64 -exec rm -rf {} +
rm -rf "$modules/mediasoup/worker" "$modules/.package-lock.json"
# Sources of what is compiled already, and what those who work on a module need: their settings, scripts, pages.
rm -rf "$modules/.bin" "$modules/lmdb/dependencies" "$modules/lmdb/src" "$modules/@swc/helpers/scripts"
find "$modules" -type f \( -name '.*' -o -name '*.html' -o -name '*.sh' -o -name '*.sln' -o -name '*.node' -path '*abi127*' \) -delete
find "$modules" -type d \( -name test -o -name tests -o -name docs -o -name benchmark \) -prune -exec rm -rf {} +
find "$modules/pcap" -mindepth 1 -maxdepth 1 ! -name '*.js' ! -name package.json ! -name LICENSE ! -name decode -exec rm -rf {} +
install -D -m 0644 node_modules/pcap/build/Release/pcap_binding.node "$modules/pcap/build/Release/pcap_binding.node"
find "$modules/unix-dgram" -mindepth 1 -maxdepth 1 ! -name lib ! -name package.json ! -name LICENSE -exec rm -rf {} +
install -D -m 0644 node_modules/unix-dgram/build/Release/unix_dgram.node "$modules/unix-dgram/build/Release/unix_dgram.node"
install -D -m 0755 node_modules/mediasoup/worker/out/Release/mediasoup-worker \
  "$modules/mediasoup/worker/out/Release/mediasoup-worker"

say "bundling Node.js $(node --version)"
install -m 0755 "$(node -p process.execPath)" "$lib/bin/node"
# Names that only debuggers ask for; what is linked at run time has a table of its own.
find "$modules" -name '*.node' -exec strip --strip-unneeded {} + -o -name mediasoup-worker -exec strip --strip-unneeded {} +
strip --strip-unneeded "$lib/bin/node"
install -m 0755 systemd/strowger.sh "$lib/bin/strowger"
"$lib/bin/node" "$lib/edge/strowger.mjs" manual > "$tree/debian/strowger.1"

node systemd/licences.mjs "$lib" "$tree/debian"
rm "$lib/package-lock.json"
cat > "$tree/debian/changelog" <<CHANGELOG
strowger ($version~$release) stable; urgency=medium

  * Built from $(git rev-parse --short HEAD).

 -- Strowger <strowger@localhost>  $(date -R -d "@$SOURCE_DATE_EPOCH")
CHANGELOG
cp README.md ARCHITECTURE.md "$tree/"
printf 'README.md\nARCHITECTURE.md\n' > "$tree/debian/strowger.docs"
find "$tree" -type f -exec chmod 0644 {} +
chmod 0755 "$tree/debian/rules" "$lib/bin/node" "$lib/bin/strowger" "$modules/mediasoup/worker/out/Release/mediasoup-worker"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

say "making the package"
(cd "$tree" && dpkg-buildpackage -b -us -uc -ui -d >"$work/log" 2>&1) || { tail -40 "$work/log"; exit 1; }
mkdir -p "$root/dist"
cp "$work"/strowger_*.deb "$root/dist/"
say "dist/$(basename "$work"/strowger_*.deb), $(du -h "$work"/strowger_*.deb | cut -f1)"
