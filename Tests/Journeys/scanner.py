"""A real clamd with one signature of our own, for as long as a journey needs it."""

import subprocess
import time
from pathlib import Path

# What the signature finds. Written in two parts, so that no scanner finds this file.
FINDING = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
PROGRAM = Path("/usr/sbin/clamd")
PATIENCE_SECONDS = 30


class Scanner:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.socket = folder / "clamd.ctl"
        (folder / "own.ndb").write_text(f"Parley.Test.Finding:0:*:{FINDING.hex()}\n")
        settings = folder / "clamd.conf"
        settings.write_text(f"Foreground yes\nLocalSocket {self.socket}\nDatabaseDirectory {folder}\nStreamMaxLength 64M\nMaxThreads 2\n")
        command = [str(PROGRAM), f"--config-file={settings}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.socket.exists():
            assert self.process.poll() is None and time.monotonic() < deadline, "clamd did not start"
            time.sleep(0.1)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
