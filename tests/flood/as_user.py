#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""as_user.py SOCKET: asks the service what each line of standard input says, [METHOD, PATH, BODY, TOKEN]; one process,
so that its token stays good."""
import http.client
import json
import socket
import sys
import time


class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(sys.argv[1])


def ask(connection, method, path, body, headers):
    """On the kept connection; where that was one too many of its user's, it comes again as anybody would."""
    end = time.monotonic() + 30
    while True:
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (ConnectionError, http.client.HTTPException):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.005)


def main():
    connection = Connection('secinfo')
    for line in sys.stdin:
        method, path, body, token = json.loads(line)
        status, text = ask(connection, method, path, body, {'Authorization': f'Bearer {token}'} if token else {})
        print(json.dumps([status, json.loads(text) if text else None]), flush=True)


if __name__ == '__main__':
    main()
