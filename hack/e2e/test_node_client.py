"""The official Node client: node/client.mjs holds the tests, Node's own runner runs them."""

import os
import pathlib
import shutil
import subprocess

from base import ClusterCase
from cluster import TOOLS

ENTRY = TOOLS / "node/node_modules/@kubernetes/client-node/dist/index.js"
TESTS = pathlib.Path(__file__).resolve().parent / "node/client.mjs"


class NodeClient(ClusterCase):
    def test_the_node_client_finds_a_kubernetes(self):
        if not shutil.which("node") or not ENTRY.exists():
            self.skipTest("the Node client could not be fetched (hack/tools)")
        env = {**os.environ, "CLIENT_NODE": str(ENTRY), "KUBECONFIG": str(self.cluster.kubeconfig), "NODE_NO_WARNINGS": "1"}
        done = subprocess.run(["node", "--test", str(TESTS)], env=env, text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("\n# pass 7\n", done.stdout)
