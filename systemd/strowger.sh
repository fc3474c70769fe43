#!/bin/sh
# /usr/bin/strowger: the command, on the Node.js that it was tested with.
exec /usr/lib/strowger/bin/node /usr/lib/strowger/edge/strowger.mjs "$@"
