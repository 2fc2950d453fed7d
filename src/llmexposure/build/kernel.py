"""Kernels over sockets in a folder of their own.

TCP ports are picked before the kernel binds them, so kernels that start together can collide; a
private folder cannot. Other users of the machine cannot connect either.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class SocketKernelManager(AsyncKernelManager):
    """Kernel manager that talks over Unix sockets."""

    transport = "ipc"

    @default("ip")
    def _private_folder(self) -> str:
        # Socket paths are limited to about a hundred characters, so the system's folder is used.
        self._folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        return str(self._folder / "s")

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart and hasattr(self, "_folder"):
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources: Any = _async_cleanup_resources
