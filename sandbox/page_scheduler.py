"""What stands between the terminal and the simulated paper: a real CUPS, or a printer by itself.

Both are the programs of Debian, run privately in a directory of their own: cupsd(8) with one queue
and the rights that it has by default, and ippeveprinter(1), an IPP Everywhere printer.
"""

from __future__ import annotations

import grp
import os
import resource
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

QUEUE: Final = "a4"
PACKAGES: Final = "cups-daemon cups-client cups-ipp-utils dbus-daemon"
START_TIMEOUT_S: Final = 30.0
END_TIMEOUT_S: Final = 15.0
FULL_BYTES: Final = 8192  # the longest file on the full disk: what CUPS notes fits, a document not
CUPS_PROGRAMS: Final = Path("/usr/lib/cups")

CUPS_FILES: Final = """\
ServerRoot {home}/conf
ServerBin {home}/bin
CacheDir {home}/cache
StateDir {home}/run
RequestRoot {home}/spool
TempDir {home}/spool/tmp
ErrorLog {home}/log
AccessLog {home}/access
PageLog {home}/pages
{rights}
"""

CUPSD: Final = """\
LogLevel warn
Listen 127.0.0.1:{port}
Listen {home}/run/cups.sock
Browsing No
WebInterface No
DefaultAuthType Basic
PreserveJobFiles No
JobRetryInterval 1
JobKillDelay 1
DirtyCleanInterval 0
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Hold-Job Release-Job Restart-Job Purge-Jobs Cancel-My-Jobs Close-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit Pause-Printer Resume-Printer Enable-Printer Disable-Printer CUPS-Accept-Jobs \
CUPS-Reject-Jobs>
    AuthType Default
    Require user @SYSTEM
    Order deny,allow
  </Limit>
  <Limit Cancel-Job CUPS-Authenticate-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""

PRINTERS: Final = """\
<Printer {queue}>
Info A4
DeviceURI sheets:/tray
State Idle
Accepting Yes
Shared No
ErrorPolicy {policy}
OpPolicy default
</Printer>
"""

BUS: Final = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


class ProgramMissingError(Exception):
    """A program of the far end is not installed; the message says how to install it."""


class Program:
    """A program in the foreground: started, ended, killed and started again."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self._command, self._log, self._environment = command, log, environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self, ready: Callable[[], bool]) -> None:
        """Returns when it listens.

        Raises:
            ProgramMissingError, OSError: it cannot be started, or ended at once.
        """
        program = shutil.which(self._command[0], path=os.defpath + ":/usr/sbin:/sbin")
        if program is None:
            raise ProgramMissingError(
                f"no {self._command[0]}: apt-get install --no-install-recommends {PACKAGES}"
            )
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [program, *self._command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | self._environment,
                restore_signals=False,  # a full disk is an error to it, not the end (SIGXFSZ)
                start_new_session=True,
            )
        end = time.monotonic() + START_TIMEOUT_S
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise OSError(f"{self._command[0]} does not start: {self._log.read_text()[-500:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """The program and all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Scheduler:
    """A private cupsd. `policy`: its printer-error-policy, when the backend fails."""

    def __init__(self, home: Path, backend: str, policy: str, port: int) -> None:
        self.port = port
        self.socket = home / "run" / "cups.sock"
        self.spool = home / "spool"
        self._home = home
        for name in ("conf", "bin/backend", "cache", "run", "spool/tmp"):
            (home / name).mkdir(parents=True)
        for name in ("daemon", "filter"):
            (home / "bin" / name).symlink_to(CUPS_PROGRAMS / name)
        script = home / "bin" / "backend" / "sheets"
        script.write_text(backend)
        script.chmod(0o700)  # of root: CUPS then runs it as root
        # Started by root it gives its rights away; by anybody else it keeps theirs.
        group = grp.getgrgid(os.getegid()).gr_name
        rights = f"SystemGroup {group}" + "\nUser lp\nGroup lp" * (os.geteuid() == 0)
        conf = home / "conf"
        files = conf / "cups-files.conf"
        files.write_text(CUPS_FILES.format(home=home, rights=rights))
        (conf / "cupsd.conf").write_text(CUPSD.format(home=home, port=self.port))
        (conf / "printers.conf").write_text(PRINTERS.format(queue=QUEUE, policy=policy))
        command = ["cupsd", "-f", "-c", str(conf / "cupsd.conf"), "-s", str(files)]
        self._program = Program(command, home / "log", {})

    @property
    def url(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/printers/{QUEUE}"

    def start(self) -> None:
        self._program.start(lambda: listens(self.port) and listens(self.socket))

    def stop(self) -> None:
        self._program.stop()

    def administer(self, program: str) -> None:
        """As its administrator at a shell: cupsdisable, cupsenable, cupsreject, cupsaccept."""
        path = os.defpath + ":/usr/sbin:/sbin"
        found = shutil.which(program, path=path)
        if found is None:
            raise ProgramMissingError(f"no {program}: apt-get install {PACKAGES}")
        subprocess.run([found, "-h", str(self.socket), QUEUE], check=True, timeout=START_TIMEOUT_S)

    def fill_disk(self, full: bool = True) -> None:
        """No file of the scheduler can grow beyond a few kilobytes."""
        limit = FULL_BYTES if full else resource.RLIM_INFINITY
        if self._program.pid is not None:
            resource.prlimit(
                self._program.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY)
            )

    def freeze(self, frozen: bool = True) -> None:
        """The scheduler hangs: it takes connections, and nothing else."""
        if self._program.pid is not None:
            os.kill(self._program.pid, signal.SIGSTOP if frozen else signal.SIGCONT)


class EverywherePrinter:
    """ippeveprinter; the D-Bus that it wants to announce itself on is one where nobody listens."""

    def __init__(self, home: Path, command: str, port: int) -> None:
        self.port = port
        script = home / "print"
        script.write_text(command)
        script.chmod(0o700)
        (home / "spool").mkdir()
        bus = home / "bus"
        conf = home / "bus.conf"
        conf.write_text(BUS.format(socket=bus))
        self._bus_socket = bus
        self._bus = Program(
            ["dbus-daemon", f"--config-file={conf}", "--nofork", "--nopidfile"], home / "log", {}
        )
        arguments = ["-r", "off", "-p", str(port), "-f", "application/pdf", "-c", str(script)]
        self._program = Program(
            ["ippeveprinter", *arguments, "-d", str(home / "spool"), "A4"],
            home / "log",
            # It makes itself a certificate, and keeps it at home.
            {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}", "HOME": str(home)},
        )

    @property
    def url(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def start(self) -> None:
        if self._bus.pid is None:
            self._bus.start(self._bus_socket.exists)
        self._program.start(lambda: listens(self.port))

    def kill(self) -> None:
        """The power goes: it forgets every job."""
        self._program.stop(signal.SIGKILL)

    def stop(self) -> None:
        self._program.stop()
        self._bus.stop()


def free_port(wanted: int = 0) -> int:
    """Raises: OSError: somebody else listens there."""
    with socket.create_server(("127.0.0.1", wanted)) as taken:
        number: int = taken.getsockname()[1]
        return number


def listens(where: int | Path) -> bool:
    """On a port of the loopback interface, or a socket in the file system."""
    with socket.socket(socket.AF_INET if isinstance(where, int) else socket.AF_UNIX) as line:
        line.settimeout(1.0)
        return line.connect_ex(("127.0.0.1", where) if isinstance(where, int) else str(where)) == 0
