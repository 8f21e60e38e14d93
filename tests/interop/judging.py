"""What every judge under Python is made of: its verdict, a merchant's notification endpoint, and the sandbox's control."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.parse import parse_qsl, urlsplit

import requests

# Seconds until a silent counterpart counts as a fault; nothing waits so long that goes well.
PATIENCE = 20


def expect(holds, what):
    """Ends the judge with what it disagrees about, unless that holds."""
    if not holds:
        sys.exit(f"disagreed: {what}")


def judge(doc, **verbs):
    """Runs the verb of the command line: `drive` on the sandbox's URL, every other on the JSON of standard input."""
    verb, *arguments = sys.argv[1:] or [""]
    if verb not in verbs:
        sys.exit(doc)
    verbs[verb](*(arguments if verb == "drive" else [json.load(sys.stdin)]))
    print("agreed")


def settings_of(sandbox, provider):
    """What the sandbox gives a merchant of that provider."""
    return requests.get(f"{sandbox}/sandbox/settings", timeout=PATIENCE).json()[provider]


def control(sandbox, path, body):
    """An act of a shopper or an operator at the sandbox."""
    reply = requests.post(f"{sandbox}/sandbox/{path}", json=body, timeout=PATIENCE)
    expect(reply.ok, f"control {path}: {reply.status_code} {reply.text}")
    return reply.json()


class Merchant:
    """A merchant's notification endpoint: gives every arrival that answer and keeps it, as headers and bytes, and its query.

    `check` answers a provider that asks first whether the address is the merchant's, by what it asks.
    """

    def __init__(self, path, status, answer=b"", check=None):
        self.arrivals = Queue()
        self.queries = Queue()
        arrivals, queries = self.arrivals, self.queries

        class Endpoint(BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply(200, check(self.query()))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                queries.put(self.query())
                arrivals.put((dict(self.headers.items()), body))
                self.reply(status, answer)

            def query(self):
                return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

            def reply(self, status, answer):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Endpoint)
        self.url = f"http://127.0.0.1:{self.server.server_port}{path}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self):
        """The oldest arrival that nobody has taken, waited for."""
        return self.arrivals.get(timeout=PATIENCE)
