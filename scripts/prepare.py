"""What a fresh machine needs before `make run` or `make test`: only Python and make are there.

    python3 scripts/prepare.py          .venv, pinned requirements, var/secret_key, Pango for certificates
    python3 scripts/prepare.py --dev    the same with what testing needs

Runs on the system's Python, so it imports nothing but the standard library. Safe to repeat.
"""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PANGO = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
PANGO_CHECK = "import ctypes, sys, weasyprint; sys.platform != 'linux' or ctypes.CDLL('libharfbuzz-subset.so.0')"


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 — this file meets whatever `python3` is
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")
    make_venv()
    install("requirements-dev.txt" if "--dev" in arguments else "requirements.txt")
    make_secret_key()
    need_pango()


def make_venv() -> None:
    if PYTHON.exists():
        return
    print("Creating .venv …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if install_packages(["python3-venv"]):
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        return
    print(made.stderr, file=sys.stderr)
    sys.exit("Python's venv module does not work: run `sudo apt-get install python3-venv`, then repeat.")


def install(name: str) -> None:
    """Install once for each content of the requirement files; the stamps stand in .venv."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes() + (ROOT / name).read_bytes()).hexdigest()
    stamp = VENV / f".installed-{name}"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Installing {name} …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", str(ROOT / name)]
    if subprocess.run(command, check=False).returncode:
        sys.exit(f"The packages of {name} could not be installed; pip's message is above.")
    stamp.write_text(digest)


def make_secret_key() -> None:
    """var/secret_key, readable by its owner only, made once."""
    path = ROOT / "var" / "secret_key"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.chmod(0o700)  # the database, files and mail of the demonstration lie here, too
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(50) + "\n")


def need_pango() -> None:
    """Certificates are drawn by a system library that no wheel brings."""
    if has_pango():
        return
    if install_packages(PANGO) and has_pango():
        return
    sys.exit(f"Certificates need Pango: run `sudo apt-get install {' '.join(PANGO)}`, then repeat.")


def has_pango() -> bool:
    return subprocess.run([str(PYTHON), "-c", PANGO_CHECK], capture_output=True, check=False).returncode == 0


def install_packages(packages: list[str]) -> bool:
    """With apt-get, when we are root on a machine that has it."""
    if os.geteuid() or not shutil.which("apt-get"):
        return False
    print(f"Installing {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    main(sys.argv[1:])
