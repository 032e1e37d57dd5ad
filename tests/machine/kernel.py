"""A kernel of Debian's and the first program it runs, fetched and packed, not installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

MODULES: Final = (
    *("virtio_pci", "9pnet_virtio", "9p", "overlay"),  # the disk: this machine's own files
    *("evdev", "xhci_pci", "usbhid", "hid_generic"),  # the plugs
    *("ftdi_sio", "vivid"),  # a serial adapter; a camera that draws its pictures itself
)
_ARGUMENTS: Final = {"vivid.ko": "node_types=1"}  # nothing but a camera
_META: Final = "linux-image-amd64"
# The files of this machine, with a memory disk over them: nothing that happens there stays.
_INIT: Final = """#!/bin/busybox sh
b=/bin/busybox
$b mkdir -p /proc /sys /dev /below /above /root
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
while read m; do $b insmod /modules/$m; done < /modules/order
$b mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=262144,cache=loose files /below
$b mount -t tmpfs tmpfs /above
$b mkdir -p /above/up /above/work
$b mount -t overlay -o lowerdir=/below,upperdir=/above/up,workdir=/above/work overlay /root
for place in proc sys dev; do $b mount --move /$place /root/$place; done
$b mount -t tmpfs tmpfs /root/run
cd /
$b chroot /root /bin/sh -c "$($b sed -n 's/.*kiosk_says=//p' /root/proc/cmdline | $b tr '|' ' ')"
$b poweroff -f
"""


class NoKernelError(Exception):
    """Says which command mends it."""


def boot_files(directory: Path) -> tuple[Path, Path]:
    """The kernel and the memory disk it starts with; made once for these modules.

    Raises:
        NoKernelError: a program is missing, or the package cannot be fetched.
    """
    kernel, disk, made_of = (directory / name for name in ("vmlinuz", "initrd", "made-of"))
    wanted = "\n".join((*MODULES, str(_ARGUMENTS), _INIT))
    if not (
        kernel.exists() and disk.exists() and made_of.exists() and made_of.read_text() == wanted
    ):
        directory.mkdir(parents=True, exist_ok=True)
        tree = directory / "tree"
        if not tree.exists():
            _unpack(directory, tree)
        (found,) = (tree / "boot").glob("vmlinuz-*")
        shutil.rmtree(directory / "disk", ignore_errors=True)
        _pack(tree, found.name.removeprefix("vmlinuz-"), directory / "disk", disk)
        kernel.write_bytes(found.read_bytes())
        made_of.write_text(wanted)
    return kernel, disk


def _unpack(directory: Path, tree: Path) -> None:
    told = _run("apt-cache", "depends", _META)
    package = told.split("Depends:")[1].split()[0]
    _run("apt-get", "download", "-q", package, cwd=directory)
    (file,) = directory.glob("linux-image-*.deb")
    _run("dpkg-deb", "-x", str(file), str(tree))
    file.unlink()


def _pack(tree: Path, release: str, root: Path, disk: Path) -> None:
    (root / "bin").mkdir(parents=True, exist_ok=True)
    (root / "modules").mkdir(exist_ok=True)
    (root / "bin" / "busybox").write_bytes(Path("/bin/busybox").read_bytes())
    (root / "bin" / "busybox").chmod(0o755)
    (root / "init").write_text(_INIT)
    (root / "init").chmod(0o755)
    _run("depmod", "-b", str(tree), release)
    order: dict[str, str] = {}
    for module in MODULES:
        told = _run("modprobe", "-d", str(tree), "-S", release, "--show-depends", module)
        for line in told.splitlines():
            what, _, path = line.partition(" ")
            file = Path(path.strip())
            if what == "insmod" and file.name not in order:
                order[file.name] = f"{file.name} {_ARGUMENTS.get(file.name, '')}\n"
                (root / "modules" / file.name).write_bytes(file.read_bytes())
    (root / "modules" / "order").write_text("".join(order.values()))
    names = "\n".join(str(path.relative_to(root)) for path in [root, *sorted(root.rglob("*"))])
    with disk.open("wb") as file:
        subprocess.run(
            ["cpio", "-o", "-H", "newc", "--quiet"],
            input=names.encode(),
            stdout=file,
            cwd=root,
            check=True,
        )


def _run(*command: str, cwd: Path | None = None) -> str:
    sbin = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    try:
        done = subprocess.run(
            command, cwd=cwd, env=sbin, capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        raise NoKernelError(f"{command[0]} is missing: deploy/setup.sh machine") from None
    except subprocess.CalledProcessError as fault:
        raise NoKernelError(f"{' '.join(command)}: {fault.stderr.strip()[-300:]}") from None
    return done.stdout
