"""A small client of the API, on the standard library: requests over one connection, and watches."""

import http.client
import json
import ssl

TOKEN = "chaos"
SECONDS = 40


class Failure(Exception):
    """A request that was answered with an error, or whose answer did not come (code 0)."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code, self.text = code, text


class Client:
    """One connection to a server, made again when it breaks. Not for use by several threads."""

    def __init__(self, port, ca):
        self.port = port
        self.context = ssl.create_default_context(cafile=ca)
        self.connection = None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def open(self, method, path, body=None, seconds=SECONDS):
        """Sends a request; returns the answer, to be read."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=seconds, context=self.context)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        try:
            self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            return self.connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Failure(0, repr(error)) from error

    def call(self, method, path, body=None, seconds=SECONDS):
        """A request and its answer, decoded."""
        answer = self.open(method, path, body, seconds)
        try:
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Failure(0, repr(error)) from error
        if answer.status >= 400:
            check_status(answer.status, text)
            raise Failure(answer.status, text.decode(errors="replace")[:300])
        return json.loads(text)

    def watch(self, path, revision, seconds=SECONDS):
        """Events after a revision, until the stream ends or breaks. Bookmarks are left out."""
        answer = self.open("GET", f"{path}?watch=true&resourceVersion={revision}&timeoutSeconds=600", seconds=seconds)
        if answer.status != 200:
            text = answer.read()
            self.close()
            raise Failure(answer.status, text.decode(errors="replace")[:300])
        try:
            while line := answer.readline():
                if not line.endswith(b"\n"):
                    return
                yield json.loads(line)
        except (OSError, ValueError, http.client.HTTPException):
            return
        finally:
            self.close()


def check_status(code, text):
    """An error is a Status that says the same code."""
    status = json.loads(text)
    assert status.get("kind") == "Status" and status.get("code") == code, f"{code} came with {text[:200]}"
