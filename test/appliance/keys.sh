# Part of prove.sh, which reads it: a changed configuration is taken without a restart; the seal key is root's, is taken
# out of the data folder of an edge that kept it there, and is exchanged. Wants there_run, main_pid, play, recap, say, fail.

say "changing its configuration"
before=$(main_pid)
since=$(there_run 'systemctl show strowger -P ActiveEnterTimestampMonotonic')
play --tags strowger -e strowger_drain_seconds=20
recap
[ "$(main_pid)" != "$before" ] || { journal; fail "no successor has taken the configuration"; }
[ "$(there_run 'systemctl show strowger -P ActiveEnterTimestampMonotonic')" = "$since" ] || fail "the unit was restarted"

key=/etc/credstore/strowger.seal-key
beside=/var/lib/strowger/keys/seal.key
key_id() { there_run 'strowger seal show --json' | node -p 'JSON.parse(fs.readFileSync(0)).keyId'; }
[ "$(there_run "stat -c %U:%a $key")" = root:600 ] || fail "the seal key is not root's alone"
there_run "test -e $beside" && fail "there is a seal key beside the store"
there_run 'strowger seal show' | grep -q "$key, which backups do not hold" || fail "the commands do not find the seal key"

say "taking the seal key out of the data folder of an edge that kept it there"
sealed_by=$(key_id)
there_run "systemctl stop strowger && install -d -o strowger -g strowger -m 0700 ${beside%/*} &&
  install -o strowger -g strowger -m 0600 $key $beside && rm $key &&
  sed -i '/^vault:/,+2d' /etc/strowger/strowger.yaml && systemctl start strowger"
there_run 'strowger seal show' | grep -q "$beside, which backups hold, too" || fail "the edge has no key beside its store"
play --tags strowger -e strowger_drain_seconds=20
recap
[ "$(key_id)" = "$sealed_by" ] && there_run "test -e $key && ! test -e $beside" || fail "the seal key was not moved"
play --check
recap
recap | grep -q 'changed=1 ' || { grep -B3 '^changed' "$work/play.log"; fail "check mode told of more than drainSeconds"; }

# Those that come are told the new key by the one that learnt it; whoever is started by systemd reads it.
say "exchanging the seal key while it runs"
there_run 'strowger seal rotate'
[ "$(key_id)" != "$sealed_by" ] || fail "the seal key is the same"
[ "$(there_run "stat -c %U:%a $key")" = root:600 ] || fail "the new seal key is not root's alone"
there_run 'strowger doctor' | grep '^ok .*seal key: .* in /etc/credstore' || { there_run 'strowger doctor'; fail "the doctor finds the key amiss"; }
