#!/bin/sh
# /usr/bin/strowger: the command, on the Node.js that it was tested with. Never as root: what it writes beside a running
# edge must be the edge's own, and an edge needs no more than its unit gives it.
program="/usr/lib/strowger/bin/node /usr/lib/strowger/edge/strowger.mjs"
[ "$(id -u)" -eq 0 ] && exec setpriv --reuid=strowger --regid=strowger --init-groups -- $program "$@"
exec $program "$@"
