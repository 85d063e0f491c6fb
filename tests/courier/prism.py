# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vendors as Prism plays them from their own OpenAPI documents, and the emulator of SES: what peers/fetch.py has taken
from the npm registry, all in one process of node on loopback.

    peers = prism.Peers()                      # SkipTest where nothing was fetched, with the reason
    vendor = prism.Vendor(peers, 'postmark')   # a proxy before Prism: asks for an answer, keeps what was said
"""
import http.client
import importlib.util
import json
import os
import pathlib
import select
import subprocess
import tempfile
import unittest
import urllib.parse

import courier

HERE = pathlib.Path(__file__).resolve().parent / 'peers'
FOLDER = pathlib.Path(os.environ.get('SECINFO_TEST_PEERS', courier.SOURCE / '_build/peers'))


def why_not():
    """Why there is nothing to run; None where there is."""
    spec = importlib.util.spec_from_file_location('fetch', HERE / 'fetch.py')
    fetch = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fetch)
    if (FOLDER / 'why-not').exists():
        return (FOLDER / 'why-not').read_text().strip()
    if not (FOLDER / 'stamp').exists():
        return 'nothing was fetched: build-aux/run --install peers'
    if (FOLDER / 'stamp').read_text() != fetch.stamp():
        return 'something older was fetched: build-aux/run --install peers'
    return None


class Peers:
    def __init__(self):
        if (reason := why_not()) is not None:
            raise unittest.SkipTest(reason)
        self.log = tempfile.TemporaryFile()
        try:
            self.process = subprocess.Popen(['node', HERE / 'start.js', FOLDER], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=self.log)
        except FileNotFoundError:
            raise unittest.SkipTest('node is not installed') from None
        ready, _, _ = select.select([self.process.stdout], [], [], 180)
        line = self.process.stdout.readline() if ready else b''
        if not line:
            self.process.kill()
            self.close()
            self.log.seek(0)
            raise AssertionError(f'Prism did not start: {self.log.read().decode()}')
        self.ports = json.loads(line)
        self.documents = {name: json.loads((FOLDER / f'documents/{name}.json').read_text())
                          for name in self.ports if name != 'ses-emulator'}

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def operation(self, name):
        """What the document says about sending one message."""
        paths = self.documents[name]['paths']
        return next(iter(paths.values()))['post']

    def resolve(self, name, node):
        while '$ref' in node:
            where = node['$ref']
            node = self.documents[name]
            for part in where.split('/')[1:]:
                node = node[part]
        return node

    def strange(self, name, schema, value, at=''):
        """Members of @value that the document does not know; Prism lets them pass."""
        schemas = [self.resolve(name, schema)]
        for one in schemas:
            schemas += [self.resolve(name, part) for key in ('allOf', 'anyOf', 'oneOf') for part in one.get(key, ())]
        if isinstance(value, list):
            items = next((one['items'] for one in schemas if 'items' in one), {})
            return [word for child in value for word in self.strange(name, items, child, at)]
        known = {key: part for one in schemas for key, part in one.get('properties', {}).items()}
        if not isinstance(value, dict) or not known:
            return []
        found = []
        for key, child in value.items():
            found += self.strange(name, known[key], child, f'{at}/{key}') if key in known else [f'{at}/{key}']
        return found


class Vendor:
    """In front of Prism. @code: the answer that it shall give, by its number in the document; @change: what becomes of
    (status, headers, body) on the way back."""

    def __init__(self, peers, name):
        self.peers, self.name = peers, name
        self.code = self.change = self.request = self.status = None
        self.wrong = []
        url = urllib.parse.urlsplit(peers.documents[name]['servers'][0]['url'])
        self.prefix = url.path.rstrip('/')
        self.web = courier.WebServer(self.answer)
        self.base, self.close = self.web.base, self.web.close

    def answer(self, request):
        self.request = request
        assert request.path.startswith(self.prefix), request.path
        path = request.path[len(self.prefix):]
        headers = {key: value for key, value in request.headers.items() if key.lower() != 'connection'}
        if self.code is not None:
            headers['Prefer'] = f'code={self.code}'
        connection = http.client.HTTPConnection('127.0.0.1', self.peers.ports[self.name], timeout=60)
        connection.request(request.command, path, request.body, headers)
        said = connection.getresponse()
        body = said.read()
        connection.close()
        self.status = said.status
        # What Prism found wrong stands in a header, or in an answer of its own.
        self.wrong = json.loads(said.headers.get('sl-violations') or '[]')
        if said.headers.get('Content-Type', '').startswith('application/problem+json'):
            problem = json.loads(body)
            self.wrong += problem.get('validation') or [problem]
        answer = said.status, {'Content-Type': said.headers.get('Content-Type', 'text/plain')}, body
        return self.change(*answer) if self.change else answer
