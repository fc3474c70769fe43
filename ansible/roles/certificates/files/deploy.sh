#!/bin/sh
# Run by certbot after each renewal. The key goes first: the edge keeps its pair until both files fit together.
set -eu
install -o root -g strowger -m 0640 "$RENEWED_LINEAGE/privkey.pem" /etc/strowger/tls/edge.key
install -o root -g strowger -m 0640 "$RENEWED_LINEAGE/fullchain.pem" /etc/strowger/tls/edge.crt
