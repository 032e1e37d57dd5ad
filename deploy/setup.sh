#!/usr/bin/env bash
# Everything the project needs on a Debian 12 machine: packages, fonts, a virtual environment.
# Safe to run again; it does only what is missing. Needs root or sudo for the packages alone.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    python3-venv                                  # the virtual environment
    xvfb xdotool x11-utils                        # a screen where there is none, and a finger to touch it
    libgl1 libegl1 libgles2 libgl1-mesa-dri       # OpenGL for the window, in software where there is no GPU
    libssl3                                       # libcrypto, for SM2; python itself needs it
    libglib2.0-0 libmtdev1 libusb-1.0-0           # OpenCV, touch panels, USB printers
    pcscd libccid                                 # the service of card readers, and USB readers for it
    gcc libc6-dev libpcsclite-dev python3-dev     # pyscard is built from source,
    swig                                          # with the declarations that this writes
    vsmartcard-vpcd                               # the sandbox's card reader; its plug is compiled with gcc
    sane-utils libsane1                           # scanimage, and the scanners it knows; its test backend is one too
    cups-daemon cups-client                       # the queue of the A4 printer, and its administrator's programs
    cups-ipp-utils dbus-daemon                    # ippeveprinter, the sandbox's printer without CUPS, and what it wants
    pulseaudio pulseaudio-utils                   # the sound server; pactl and pacat, which the speaker is asked through
    espeak-ng                                     # a voice in Chinese and English, which reads a summary aloud
    systemd                                       # systemd-creds, which keeps the terminal's key; no service is started
    libtss2-esys-3.0.2-0 libtss2-mu0 libtss2-rc0  # with which systemd-creds speaks to a TPM 2.0,
    libtss2-tcti-device0                          # that of the machine
    swtpm libtss2-tcti-swtpm0                     # or, in the tests, one that is a program
    strace                                        # a disk that answers with EIO, for the tests
    nut-server                                    # upsd, which knows the UPS's cable, and dummy-ups for the tests
    fonts-noto-cjk fonts-hanazono fonts-babelstone-han fonts-material-design-icons-iconfont
)
if [ "${1:-}" = bench ]; then                     # the peers that `make bench` measures against
    packages+=(chromium)
    command -v npm >/dev/null || packages+=(nodejs npm)
fi
if [ "${1:-}" = machine ]; then                  # the virtual machine of `make machine`
    packages+=(qemu-system-x86 busybox-static cpio kmod udev)
fi

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=(); [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

if ! cmp -s requirements-dev.lock .venv/installed.lock; then
    python3.11 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
    cp requirements-dev.lock .venv/installed.lock
fi

.venv/bin/python deploy/fonts.py build/fonts
.venv/bin/python -m deploy.lexicon build/lexicon
.venv/bin/python main.py catalogue build build/catalogue.pack
