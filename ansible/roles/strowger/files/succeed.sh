#!/bin/sh
# Has the edge start a successor, which takes the configuration, and waits until that is the unit's process.
before=$(systemctl show strowger.service -P MainPID)
systemctl reload strowger.service
for _ in $(seq 60); do
  sleep 1
  [ "$(systemctl show strowger.service -P MainPID)" = "$before" ] || exit 0
done
echo "no other process has taken over from $before" >&2
journalctl --unit strowger.service --lines 5 --no-pager --output cat >&2
exit 1
