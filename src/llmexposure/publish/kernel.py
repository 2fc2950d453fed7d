"""Kernels that start at once: forked from one process that has imported the libraries already.

Most of the time of a short notebook goes into imports. One process, the fork server of
`multiprocessing`, does those of other people's libraries once; each kernel is a fork of it, clean of any
other notebook's state, that imports of this package only what its notebook asks for. Kernels talk over Unix
sockets in a folder of their own: TCP ports are picked before a kernel binds them, so kernels that start
together can collide.
"""

import os
import shutil
import signal
import tempfile
import threading
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import default

from llmexposure.base.project import Project, enter

_SERVER = get_context("forkserver")
# What nearly every notebook imports, or imports through this package.
LIBRARIES = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "jupyter_client.manager",
    "jupyter_client.provisioning",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_pdf",
    "matplotlib.pyplot",
    "pandas",
    "pandera.pandas",
    "polars",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.stats",
    "seaborn",
    "statsmodels.api",
)


def warm_up() -> None:
    """Start the fork server and let it import the libraries, while the caller goes on."""
    from multiprocessing import forkserver

    _SERVER.set_forkserver_preload(list(LIBRARIES))
    forkserver.ensure_running()


def _run_kernel(
    arguments: list[str], folder: str, project: Project, stage: Path, sockets: Path
) -> None:
    from ipykernel.kernelapp import IPKernelApp

    threading.Thread(target=_end_with_the_build, args=(sockets,), daemon=True).start()
    enter(project, stage)
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unread = dict.fromkeys(("load_config_file", "_run_startup_files"), lambda *_, **__: None)
    # Neither settings nor startup files, wherever they lie: a startup file can change numbers.
    sealed: Any = type("SealedKernelApp", (IPKernelApp,), unread)
    sealed.launch_instance(argv=arguments)


def _end_with_the_build(sockets: Path) -> None:
    """Wait for the build to end, however it does; then end this kernel, and with the last the server."""
    build = parent_process()
    if build is not None:
        build.join()
        shutil.rmtree(sockets, ignore_errors=True)
        os._exit(1)


class _Child:
    """A forked kernel, with the part of subprocess.Popen's interface that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, *given: Any) -> None:
        self._process = _SERVER.Process(target=_run_kernel, args=given, daemon=True)
        self._process.start()
        self.pid = self._process.pid
        self.kill = self._process.kill
        self.terminate = self._process.terminate

    def poll(self) -> int | None:
        """Exit code, or None while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for the end; returns the exit code."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to a running kernel."""
        if self.pid and self.poll() is None:
            os.kill(self.pid, number)


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel as a fork instead of as a new interpreter."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel with the arguments that the command would have passed to it."""
        arguments = [*cmd, "--IPKernelApp.parent_handle=1", "--log-level=50"]
        folder = kwargs.get("cwd") or str(Path.cwd())
        manager: Any = self.parent
        sockets = Path(manager.ip).parent
        self.process = _Child(arguments, folder, manager.project, manager.stage, sockets)
        self.pid, self.pgid = self.process.pid, None
        return self.connection_info


class ForkKernelManager(AsyncKernelManager):
    """Kernel manager for forked kernels over Unix sockets."""

    transport = "ipc"
    project: Project  # whose notebook runs
    stage: Path  # where the notebook leaves its outputs

    @property
    def kernel_spec(self) -> KernelSpec:
        """The one kernel of builds, whatever kernels of that name are installed."""
        arguments = ["-f", "{connection_file}", "--HistoryManager.enabled=False"]
        return KernelSpec(argv=arguments, display_name="Python 3", language="python")

    @default("ip")
    def _private_folder(self) -> str:
        # Socket paths are limited to about a hundred characters, so the system's folder is used.
        self._folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        return str(self._folder / "s")

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.provisioner = ForkProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kwargs)

    pre_start_kernel: Any = _async_pre_start_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart and hasattr(self, "_folder"):
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources: Any = _async_cleanup_resources


def manager_for(project: Project, stage: Path) -> type[ForkKernelManager]:
    """Kernel manager whose kernels run notebooks of a project and leave outputs in a stage."""
    return type("StagedKernelManager", (ForkKernelManager,), {"project": project, "stage": stage})
