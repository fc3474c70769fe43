# Part of prove.sh, which reads it: the installed package is upgraded and then downgraded while a tenant sends messages,
# and the process that has come of it is killed. Wants there_run, there_file, say, fail, work, package, sid and token.

# The installed build once more under a higher version: what matters is that it is installed, not what is in it.
say "upgrading it, and going back, while a tenant sends"
dpkg-deb -R "$package" "$work/newer"
sed -i 's/^Version: .*/&.1/' "$work/newer/DEBIAN/control"
dpkg-deb -b -Zgzip -z1 "$work/newer" "$work/newer.deb" >/dev/null
rm -rf "$work/newer"
there_file "$work/newer.deb" /root/newer.deb
there_file "$package" /root/older.deb
there_file test/appliance/traffic.mjs /root/traffic.mjs

# succeed_by PACKAGE: installs it, and waits until another process is the unit's and the one before has ended.
succeed_by() {
  local before now=
  before=$(main_pid)
  there_run "dpkg -i $1" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "dpkg -i $1"; }
  for _ in $(seq 60); do
    now=$(main_pid)
    [ "$now" = "$before" ] || there_run "kill -0 $before" 2>/dev/null || break
    sleep 1
  done
  [ "$now" != "$before" ] || { journal; fail "no other process took over from $before"; }
  there_run "kill -0 $before" 2>/dev/null && fail "process $before has not ended a minute after $now took over"
  there_run 'systemctl is-active --quiet strowger' || { journal; fail "the unit is not active after $1"; }
  say "$now took over from $before: $(there_run 'strowger --version')"
}

# A number of one segment a second would be busy with all this for an hour.
there_run 'strowger number rate +14155550100 100'
mkfifo "$work/sending"
there_run "NODE_EXTRA_CA_CERTS=/etc/strowger/tls/edge.crt /usr/lib/strowger/bin/node /root/traffic.mjs $sid $token" \
  <"$work/sending" >"$work/traffic.txt" &
traffic=$!
exec 3>"$work/sending"
sleep 2
succeed_by /root/newer.deb
succeed_by /root/older.deb
sleep 2
exec 3>&-
wait "$traffic" || { cat "$work/traffic.txt"; journal; fail "requests or messages were lost"; }
cat "$work/traffic.txt"
[ "$(there_run 'systemctl show strowger -P NRestarts')" = 0 ] || { journal; fail "the unit was restarted"; }

# systemd did not start this process itself, and must see its end all the same.
say "killing it"
killed=$(main_pid)
there_run "kill -KILL $killed"
for _ in $(seq 60); do
  [ "$(main_pid)" != "$killed" ] && there_run 'systemctl is-active --quiet strowger' && break
  sleep 0.5
done
there_run 'systemctl is-active --quiet strowger' || { journal; fail "it was not started anew"; }
[ "$(there_run 'systemctl show strowger -P NRestarts')" = 1 ] || { journal; fail "it was not restarted once"; }
