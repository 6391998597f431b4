"""Stand-in for HTTP.sys on port 80: answers every request with 200 and `Server: Microsoft-IIS/10.0`."""

import http.server
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    """One answer for everything."""

    server_version, sys_version = "Microsoft-IIS/10.0", ""

    def do_GET(self):
        """do_GET() sends a short page."""
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"hello\n")

    def log_message(self, *_):
        """log_message() keeps quiet."""


http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler).serve_forever()
