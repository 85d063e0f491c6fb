# SPDX-FileCopyrightText: 2026 The SecInfo developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""All the memory of a running program, as gcore would write it, and more: what is kept out of a core is read too."""
import re


def regions(pid):
    """(name, start, bytes) of everything that can be written to."""
    with open(f'/proc/{pid}/maps', encoding='utf-8') as maps, open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for line in maps:
            found = re.match(r'([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)', line)
            start, end, rights, name = int(found[1], 16), int(found[2], 16), found[3], found[4]
            if 'w' not in rights or name.startswith(('/dev/', '/memfd:')):
                continue
            try:
                memory.seek(start)
                yield name or 'anonymous', start, memory.read(end - start)
            except (OSError, ValueError):
                pass


def forms(secret):
    """A code as it is typed and as it is shown; every text in UTF-8 and as wide characters."""
    texts = {secret}
    if re.fullmatch(r'\d{6}', secret):
        texts.add(f'{secret[:3]} {secret[3:]}')
    return [text.encode(form) for text in texts for form in ('utf-8', 'utf-16-le', 'utf-32-le')]


def find(pid, secrets, around=24):
    """[(name of the secret, region, what stands around it)]"""
    wanted = [(name, form) for name, secret in secrets.items() for form in forms(secret)]
    found = []
    for region, start, data in regions(pid):
        for name, form in wanted:
            at = data.find(form)
            while at >= 0:
                # A pointer, a number among others: six digits have to stand alone.
                if not (data[at + len(form):at + len(form) + 1].isdigit() or data[max(0, at - 1):at].isdigit()):
                    behind = data[at + len(form):at + len(form) + around]
                    found.append((name, f'{region}+{at:x}', data[max(0, at - around):at] + b'<...>' + behind))
                at = data.find(form, at + 1)
    return found
