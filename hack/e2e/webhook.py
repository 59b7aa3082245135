"""A conversion webhook with a certificate of its own, and ways to be wrong."""

import base64
import http.server
import json
import pathlib
import shutil
import ssl
import subprocess
import threading


def available():
    """Whether certificates can be made here."""
    return shutil.which("openssl") is not None


class Webhook:
    """Moves `spec.size` of v1 to `spec.dimensions.size` of v2 and back. `mode` makes it misbehave."""

    def __init__(self, directory, names=("localhost",)):
        directory = pathlib.Path(directory)
        key, certificate = directory / "webhook.key", directory / "webhook.crt"
        alternatives = ",".join(["IP:127.0.0.1", *(f"DNS:{name}" for name in names)])
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=webhook",
             "-addext", "basicConstraints=critical,CA:FALSE", "-addext", f"subjectAltName={alternatives}", "-keyout", str(key), "-out", str(certificate)],
            check=True, capture_output=True,
        )
        self.ca_bundle = base64.b64encode(certificate.read_bytes()).decode()
        self.mode = "right"
        self.reviews = []
        webhook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                body = json.dumps(webhook.answer(review)).encode()
                self.send_response(500 if webhook.mode == "broken" else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, review):
        request = review["request"]
        self.reviews.append(request)
        response = {"uid": request["uid"], "result": {"status": "Success"}}
        if self.mode == "refuses":
            response["result"] = {"status": "Failure", "message": "these do not convert"}
        elif self.mode == "wrong-uid":
            response["uid"] = "another"
        else:
            converted = [self.convert(item, request["desiredAPIVersion"]) for item in request["objects"]]
            response["convertedObjects"] = converted
        return {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": response}

    def convert(self, item, to):
        spec = dict(item.get("spec", {}))
        if to.endswith("/v2") and "size" in spec:
            spec["dimensions"] = {"size": spec.pop("size")}
        elif to.endswith("/v1") and "dimensions" in spec:
            spec["size"] = spec.pop("dimensions")["size"]
        metadata = dict(item["metadata"])
        if self.mode == "renames":
            metadata["name"] = "other"
        metadata["labels"] = {**metadata.get("labels", {}), "converted-to": to.rsplit("/")[-1]}
        # what only the server may change comes back as it was
        metadata["generation"] = 99
        return {**item, "apiVersion": to, "metadata": metadata, "spec": spec}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
