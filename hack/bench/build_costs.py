"""What compiling the api crate costs, its dependencies compiled before."""

import os
import subprocess

PACKAGE = "kubeforge-api"
# the type that is edited, and the line that is put into it
EDITED = "api/src/core/v1/pod.rs"
STRUCT = "pub struct Pod {\n"
FIELD = "    /// Put here by hack/bench.\n    pub hack_bench: bool,\n"


def run(root, _options):
    """Measures; prints the table."""
    figures = [
        ("debug `cargo build`", "60 s", build(root, [])),
        ("`cargo check` after a field more in `Pod`", "10 s", check(root)),
        ("release `cargo build`", "120 s", build(root, ["--release"])),
    ]
    print(f"CPU seconds, user + system, of {PACKAGE} alone.\n")
    print("| what | at most | CPU |\n|---|---|---|")
    for what, limit, seconds in figures:
        print(f"| {what} | {limit} | {seconds:.1f} s |")


def cargo(root, arguments, **environment):
    """CPU seconds of cargo and all that it starts."""
    child = subprocess.Popen(["cargo", *arguments, "-q", "-p", PACKAGE], cwd=root, env={**os.environ, **environment})
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"cargo {' '.join(arguments)} failed")
    return usage.ru_utime + usage.ru_stime


def build(root, profile):
    """The whole crate."""
    cargo(root, ["build", *profile])
    cargo(root, ["clean", *profile])
    return cargo(root, ["build", *profile], CARGO_INCREMENTAL="0")


def check(root):
    """The crate after one of its types was edited. The file is put back afterwards, its time too."""
    path = root / EDITED
    text, times = path.read_text(), path.stat()
    if STRUCT not in text:
        raise SystemExit(f"no `{STRUCT.strip()}` in {EDITED}")
    try:
        cargo(root, ["check"], CARGO_INCREMENTAL="1")
        path.write_text(text.replace(STRUCT, STRUCT + FIELD))
        return cargo(root, ["check"], CARGO_INCREMENTAL="1")
    finally:
        path.write_text(text)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
