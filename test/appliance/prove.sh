#!/usr/bin/env bash
# Proves the appliance on a machine of its own: a fresh Debian root, booted with systemd in a container with a network of
# its own; the playbook over SSH; the playbook again, which must change nothing; a message through the installed edge;
# its configuration changed and its seal key moved and exchanged; the package upgraded, and downgraded, while a tenant
# sends.
#   npm run test:appliance [-- PACKAGE.deb]
# Needs root and: apt-get install debootstrap systemd-container ansible openssh-client openssl
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'appliance: %s\n' "$*"; }
fail() { say "FAILED: $*"; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "run as root: it boots a container"
for tool in debootstrap systemd-nspawn ansible-playbook ssh openssl; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install debootstrap systemd-container ansible openssh-client openssl"
done
package=${1:-$(ls -t dist/strowger_*.deb 2>/dev/null | head -1 || true)}
[ -n "$package" ] && [ -e "$package" ] || fail "there is no package: npm run package"
package=$(realpath "$package")

release=$(. /etc/os-release && echo "$VERSION_CODENAME")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/strowger/debian-$release.tar
# This machine's own Debian mirror.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
# The interface is named after it, and may have 15 letters.
name=sw$$
host=ve-$name
here=10.83.17.1
there=10.83.17.2
work=$(mktemp -d)
root=$work/root
mkdir "$root"

container= proxy=
cleanup() {
  [ -z "$container" ] || kill "$container" 2>/dev/null || true
  [ -z "$proxy" ] || kill "$proxy" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

if [ ! -e "$cache" ]; then
  say "making a Debian root (a minute; it is kept for the next time)"
  mkdir -p "$(dirname "$cache")"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2,python3,python3-apt,openssh-server,ca-certificates \
    "$release" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 || { tail -5 "$work/debootstrap.log"; fail "debootstrap"; }
  tar -C "$root" -cf "$cache.$$" . && mv "$cache.$$" "$cache"
else
  tar -C "$root" -xpf "$cache"
fi

ssh-keygen -q -t ed25519 -N '' -f "$work/id"
install -D -m 0600 "$work/id.pub" "$root/root/.ssh/authorized_keys"
mkdir -p "$root/run/sshd"
printf 'deb %s %s main\n' "$mirror" "$release" > "$root/etc/apt/sources.list"
printf 'Acquire::http::Proxy "http://%s:3142";\n' "$here" > "$root/etc/apt/apt.conf.d/01proxy"
printf '[Match]\nName=host0\n[Network]\nAddress=%s/24\n' "$there" > "$root/etc/systemd/network/10-host0.network"
ln -sf /lib/systemd/system/systemd-networkd.service "$root/etc/systemd/system/multi-user.target.wants/systemd-networkd.service"

say "booting it"
systemd-nspawn --quiet --directory="$root" --machine="$name" --boot --register=no --keep-unit --network-veth \
  --console=pipe >"$work/console.log" 2>&1 </dev/null &
container=$!
until ip link show "$host" >/dev/null 2>&1; do kill -0 "$container" || { cat "$work/console.log"; fail "it did not boot"; }; sleep 0.2; done
ip address add "$here/24" dev "$host"
ip link set "$host" up
node test/appliance/apt-proxy.mjs "$here" 3142 &
proxy=$!

ssh_options=(-i "$work/id" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=2)
there_run() { ssh "${ssh_options[@]}" "root@$there" "$@"; }
there_file() { there_run "cat > $2" <"$1"; }
for _ in $(seq 60); do there_run true 2>/dev/null && break; sleep 0.5; done
there_run true || fail "it does not answer SSH"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
  -addext subjectAltName=DNS:api.edge.test,IP:127.0.0.1 -keyout "$work/edge.key" -out "$work/edge.crt" 2>/dev/null
mkdir -p "$work/inventory"
cat > "$work/inventory/hosts.yml" <<INVENTORY
edges:
  hosts:
    node:
      ansible_host: $there
      ansible_user: root
      ansible_ssh_private_key_file: $work/id
      ansible_ssh_common_args: "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
      strowger_package: $package
      strowger_domain: edge.test
      strowger_media_address: $there
      strowger_carriers:
        - name: alpha
          networks: [192.0.2.0/29]
          smpp: { url: "smpp://edge:secret@127.0.0.1:2776", bind: transceiver, window: 50, throughput: 100 }
          sip: { proxy: "sip:192.0.2.1:5060", accept: [192.0.2.0/29] }
          routes: [{ prefix: "+1", cost: 10 }]
      strowger_extra: { webhooks: { allowPrivate: true }, log: { level: debug } }
      hardening_operators: [$here/32]
      certificates_certificate: $work/edge.crt
      certificates_key: $work/edge.key
INVENTORY
play() { (cd ansible && ANSIBLE_NOCOLOR=1 ansible-playbook -i "$work/inventory" site.yml "$@" >"$work/play.log" 2>&1) || { tail -60 "$work/play.log"; fail "the playbook"; }; }
main_pid() { there_run 'systemctl show strowger -P MainPID'; }
journal() { there_run 'systemctl status strowger --no-pager --lines=0; journalctl -u strowger --no-pager -n 40 -o cat'; }
recap() { grep -A1 'PLAY RECAP' "$work/play.log" | tail -1; }

say "telling what the playbook would change"
play --check
recap
say "running the playbook"
play
recap
say "running it again"
play
recap
recap | grep -q 'changed=0 ' || { grep -B3 '^changed' "$work/play.log"; fail "the second run changed something"; }
say "telling again what it would change"
play --check
recap
recap | grep -q 'changed=0 ' || { grep -B3 '^changed' "$work/play.log"; fail "check mode told of a change"; }

say "sending a message"
there_run 'cat > /root/numbers.csv && strowger number import /root/numbers.csv --json' <<NUMBERS
e164,country,type,region,locality,postal_code,lata,rate_center,latitude,longitude,voice,sms,mms,fax,carrier
+14155550100,US,local,CA,SAN FRANCISCO,94105,722,SNFC CNTRL,37.7749,-122.4194,true,true,true,false,alpha
NUMBERS
account=$(there_run 'strowger account create --friendly-name Proof --json')
sid=$(node -p 'JSON.parse(process.argv[1]).sid' "$account")
token=$(node -p 'JSON.parse(process.argv[1]).auth_token' "$account")
there_run "strowger number assign +14155550100 $sid"
there_run 'systemd-run --quiet --unit=smsc --property=User=nobody strowger loopback --listen 127.0.0.1:2776 --no-sip'
there_file test/appliance/message.mjs /tmp/message.mjs
for _ in $(seq 50); do there_run 'strowger status' | grep -q 'alpha *up' && break; sleep 0.3; done
there_run "NODE_EXTRA_CA_CERTS=/etc/strowger/tls/edge.crt /usr/lib/strowger/bin/node /tmp/message.mjs $sid $token" | tee "$work/sent.txt"
# What happened to it is found by its SID.
there_run "journalctl --sync && journalctl -u strowger STROWGER_MESSAGE=$(cut -d' ' -f1 "$work/sent.txt") -o json --no-pager" >"$work/found.txt"
grep -q '"STROWGER_STATUS":"delivered"' "$work/found.txt" || fail "the journal does not find the message by its field"

say "looking at it"
there_run 'strowger doctor' | tee "$work/doctor.txt"
grep -q '^clean' "$work/doctor.txt" || fail "the doctor finds something to do"
there_run 'systemd-analyze security strowger --no-pager' | tail -1
there_run 'systemctl --failed --no-legend' | grep . && fail "units have failed"
there_run 'systemctl start strowger-backup && systemctl start strowger-backup && strowger backups /var/backups/strowger'
there_run 'nft list ruleset | grep -c accept'
# The edge was there before its carrier, and has said so.
there_run 'journalctl -u strowger -p warning -o json --no-pager' >"$work/warnings.txt"
grep -q '"STROWGER_LINK":"alpha"' "$work/warnings.txt" || fail "the journal has no warning with fields"
grep '"PRIORITY":"[67]"' "$work/warnings.txt" && fail "lines in the journal have no priority"
. test/appliance/keys.sh
. test/appliance/upgrade.sh
say "it works"
