"""A TCP proxy whose connections can be cut or frozen."""

import select
import socket
import threading


class Proxy:
    """Forwards connections to one port. `cut` breaks them and refuses new ones; `freeze` lets nothing through."""

    def __init__(self, target):
        self.target = target
        self.frozen, self.is_cut, self.closed = threading.Event(), False, False
        self.pairs = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                client.close()
                continue
            with self.lock:
                self.pairs.add((client, server))
            threading.Thread(target=self.pump, args=(client, server), daemon=True).start()

    def pump(self, client, server):
        try:
            while True:
                # bytes of a frozen connection stay in the sockets, as on a network that drops packets
                readable = select.select([client, server], [], [], 0.05)[0] if not self.frozen.wait(0) else []
                if self.frozen.is_set():
                    threading.Event().wait(0.05)
                    if client.fileno() < 0:
                        return
                    continue
                for side in readable:
                    data = side.recv(1 << 16)
                    if not data:
                        return
                    (server if side is client else client).sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            self.drop(client, server)

    def drop(self, client, server):
        with self.lock:
            self.pairs.discard((client, server))
        client.close()
        server.close()

    def cut(self):
        self.is_cut = True
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            for side in pair:
                try:
                    side.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def freeze(self):
        self.frozen.set()

    def heal(self):
        self.is_cut = False
        self.frozen.clear()

    def close(self):
        self.closed = True
        self.cut()
        self.listener.close()
