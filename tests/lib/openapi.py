#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds answers of the service against data/openapi.yaml (OpenAPI 3.1, whose schemas are JSON Schema 2020-12)."""
import json
import re

import jsonschema
import yaml


class Document:
    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            self.document = yaml.safe_load(file)
        self.routes = []
        self.seen = set()   # operations that were answered, for a test that wants all of them
        self.validators = {}
        for pattern, item in self.document['paths'].items():
            expression = re.compile(re.sub(r'\{[^}]+\}', '[^/]+', pattern) + '$')
            for method, operation in item.items():
                if method != 'parameters':
                    self.routes.append((method.upper(), expression, operation))

    def _resolve(self, node):
        while '$ref' in node:
            target = self.document
            for part in node['$ref'].removeprefix('#/').split('/'):
                target = target[part]
            node = target
        return node

    def find(self, method, path):
        path = path.split('?')[0]
        for its_method, expression, operation in self.routes:
            if its_method == method and expression.match(path):
                return operation
        return None

    def _validate(self, name, schema, value):
        if name not in self.validators:
            jsonschema.Draft202012Validator.check_schema(schema)
            # The root carries the components, so that references inside resolve.
            self.validators[name] = jsonschema.Draft202012Validator(
                {'$schema': 'https://json-schema.org/draft/2020-12/schema',
                 'components': self.document['components'], **schema})
        errors = sorted(self.validators[name].iter_errors(value), key=lambda e: list(map(str, e.absolute_path)))
        assert not errors, f'{name}: ' + '; '.join(
            f"{'/'.join(map(str, e.absolute_path)) or '(root)'}: {e.message}" for e in errors)

    def check(self, method, path, status, content_type, body):
        """Raises AssertionError where the answer is not what the document promises."""
        operation = self.find(method, path)
        if operation is None:
            assert status in (404, 405), f'{method} {path} is not in the document, but was answered {status}'
            answer, name = self.document['components']['responses']['Problem'], 'Problem'
        else:
            name = f"{operation['operationId']} {status}"
            self.seen.add(operation['operationId'])
            if str(status) in operation['responses']:
                answer = self._resolve(operation['responses'][str(status)])
            else:
                assert status >= 400, f'{name}: this status is not in the document'
                answer = self._resolve(operation['responses']['default'])
        if 'content' not in answer:
            assert not body, f'{name}: a body where none is promised'
            return
        assert content_type in answer['content'], f'{name}: Content-Type {content_type!r}'
        if content_type == 'text/event-stream':
            return
        value = json.loads(body)
        if content_type == 'application/problem+json':
            assert value.get('status') == status, f"{name}: status {value.get('status')} in the body"
        self._validate(name, answer['content'][content_type]['schema'], value)
