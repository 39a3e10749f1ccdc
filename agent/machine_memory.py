"""The memory of this machine, which a model has to fit into."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ANSWER_SECONDS = 5.0
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class MachineMemory:
    """Bytes of the machine, and of its graphics cards where these have their own and say so."""

    main: int
    graphics: int = 0

    @property
    def all(self) -> int:
        """What Ollama can spread a model over."""
        return self.main + self.graphics


@cache
def machine_memory() -> MachineMemory:
    """The memory of this machine; graphics cards are those of NVIDIA, and of AMD on Linux."""
    import psutil

    return MachineMemory(psutil.virtual_memory().total, _of_nvidia() + _of_amd())


def fits_into_main(size: int) -> bool:
    """Whether so many bytes are less than the main memory, which is known at once."""
    import psutil

    return size <= int(psutil.virtual_memory().total)


def _of_nvidia() -> int:
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    asked = [program, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    # A card that shares the machine's memory answers "[N/A]".
    return sum(int(line) * MEBIBYTE for line in done.stdout.split("\n") if line.strip().isdecimal())


def _of_amd() -> int:
    found = 0
    for file in Path("/sys/class/drm").glob("card*/device/mem_info_vram_total"):
        with suppress(OSError, ValueError):
            found += int(file.read_text())
    return found
