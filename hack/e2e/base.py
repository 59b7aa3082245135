"""What test cases share: one cluster for each class."""

import os
import unittest

from cluster import Cluster, tool


class ClusterCase(unittest.TestCase):
    """A test case with a running control plane, made anew for each class."""

    arguments = ()
    needs = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        for name in cls.needs:
            if not tool(name):
                raise unittest.SkipTest(f"{name} could not be fetched (hack/tools)")
        cls.cluster = Cluster(os.environ["KUBEFORGE_E2E_BINARY"], os.environ["KUBEFORGE_E2E_BACKEND"], cls.arguments)
        try:
            cls.cluster.start()
        except BaseException:
            cls.tearDownClass()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.cluster.stop()

    def kubectl(self, *arguments, **options):
        return self.cluster.kubectl(*arguments, **options)
