"""kubectl and our client share a discovery cache on disk: each reads what the other wrote, without asking the server."""

import os
import pathlib
import subprocess
import unittest

from base import ClusterCase

# cargo puts examples beside the binary; `cargo test --workspace` builds them
EXAMPLE = pathlib.Path(os.environ.get("KUBEFORGE_E2E_BINARY", "")).parent / "examples" / "api_resources"


@unittest.skipUnless(EXAMPLE.exists(), "cargo build -p kubeforge-client --example api_resources")
class DiscoveryCache(ClusterCase):
    needs = ("kubectl",)

    def ours(self, cache_dir):
        """The names that our client finds, and where it has them from."""
        done = subprocess.run([EXAMPLE, self.cluster.kubeconfig, cache_dir], capture_output=True, text=True, check=True)
        return done.stdout.splitlines(), done.stderr.strip()

    def theirs(self, cache_dir, *arguments):
        """The names that kubectl finds, and the paths that it asked the server for."""
        done = self.kubectl("api-resources", "-o", "name", "-v=6", f"--cache-dir={cache_dir}", *arguments, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(done.stdout.splitlines()), [line for line in done.stderr.splitlines() if "GET" in line]

    def test_kubectl_reads_what_we_wrote(self):
        cache_dir = self.cluster.directory / "ours"
        names, source = self.ours(cache_dir)
        self.assertEqual(source, "from the server")
        self.assertIn("deployments.apps", names)
        found, asked = self.theirs(cache_dir, "--cached")
        self.assertEqual((found, asked), (names, []))
        # a name that only the cache knows
        listed = next((cache_dir / "discovery").glob("*/apps/v1/serverresources.json"))
        listed.write_text(listed.read_text().replace('"deploy"', '"nowhere-else"'))
        self.assertIn("No resources found", self.kubectl(
            "get", "nowhere-else", f"--cache-dir={cache_dir}", check=False).stderr)

    def test_we_read_what_kubectl_wrote(self):
        cache_dir = self.cluster.directory / "theirs"
        names, asked = self.theirs(cache_dir)
        self.assertTrue(asked, "kubectl asks the server for what it writes")
        self.assertEqual(self.ours(cache_dir), (names, "from the disk"))
        # and what we write in its place it reads again
        written = sorted(path.relative_to(cache_dir) for path in cache_dir.rglob("server*.json"))
        for path in written:
            (cache_dir / path).unlink()
        self.assertEqual(self.ours(cache_dir), (names, "from the server"))
        self.assertEqual(sorted(path.relative_to(cache_dir) for path in cache_dir.rglob("server*.json")), written)
        self.assertEqual(self.theirs(cache_dir, "--cached"), (names, []))
