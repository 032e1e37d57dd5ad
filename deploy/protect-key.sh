#!/usr/bin/env bash
# The terminal's key out of its file into an encrypted credential of systemd: with the TPM 2.0 and a secret of this machine,
# or with that secret alone where there is no TPM. As root, the terminal stopped:
#     deploy/protect-key.sh STATE [CREDENTIAL [WITH]]
# WITH is auto; host+tpm2 or tpm2 insist on the TPM, and without one nothing is changed.
# Safe to run again: it then encrypts anew what it encrypted before, as for a machine that was given a TPM.
set -euo pipefail
state=${1:?the state directory of the settings is missing}
sealed=${2:-/etc/credstore.encrypted/terminal.key}
with=${3:-auto}
key=$state/terminal.key

read_key() {
    if [ -f "$key" ]; then cat "$key"; else systemd-creds decrypt --quiet --name=terminal.key "$sealed" -; fi
}

[ -f "$key" ] || [ -f "$sealed" ] || { echo "$key is not there: main.py enrol makes it" >&2; exit 1; }
[ "$(read_key | wc -c)" -eq 32 ] || { echo "$key is no key: 32 bytes are expected" >&2; exit 1; }

install -d -m 700 "$(dirname "$sealed")"
umask 077
read_key | systemd-creds encrypt --quiet --with-key="$with" --name=terminal.key - "$sealed.new" ||
    { rm -f "$sealed.new"; echo "the key could not be encrypted with $with; nothing was changed" >&2; exit 1; }
cmp -s <(read_key) <(systemd-creds decrypt --quiet --name=terminal.key "$sealed.new" -) ||
    { rm -f "$sealed.new"; echo "what was encrypted does not decrypt to the key; nothing was changed" >&2; exit 1; }
sync "$sealed.new"
mv "$sealed.new" "$sealed"
sync "$(dirname "$sealed")"
[ ! -f "$key" ] || shred -u "$key"
echo "the key is in $sealed; give it to the terminal with deploy/terminal-key.conf"
